"""JUnit's XML: one test case for every node that was run, one for every problem of the project."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from convsql.building.results import Result
from convsql.ci_reports.findings import Finding, placed
from convsql.runs.recording import Ended

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KINDS = {"model": "models", "seed": "seeds", "test": "data tests", "unit_test": "unit tests"}


def junit(ended: Ended, found: Sequence[Finding], command: str, prefix: str, seconds: float) -> str:
    """The document: a suite for each kind of node, and one of the command itself. Times in seconds."""
    nodes = {kind: [_node(r, prefix) for r in ended.results if r.node.kind == kind] for kind in _KINDS}
    suites = [_suite(f"convsql {command}: {title}", nodes[kind]) for kind, title in _KINDS.items()]
    problems = [f for f in found if f.rule in ("project-error", "run-error", "definition")]
    own = [_problem(f) for f in problems] or [_Case(f'<testcase name={_attribute(command)} classname="convsql"/>')]
    suites.append(_suite(f"convsql {command}", own))
    text = "".join(suite for suite in suites if suite)
    cases = [case for listed in (*nodes.values(), own) for case in listed]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="convsql"{_counts(cases, seconds)}>\n{text}</testsuites>\n'


class _Case:
    """One test case: its XML, and how it counts."""

    def __init__(self, xml: str, kind: str = "", seconds: float = 0.0) -> None:
        self.xml = xml
        self.kind = kind
        self.seconds = seconds


def _counts(cases: Sequence[_Case], seconds: float) -> str:
    numbers = {kind: sum(case.kind == kind for case in cases) for kind in ("failure", "error")}
    return f' tests="{len(cases)}" failures="{numbers["failure"]}" errors="{numbers["error"]}" time="{seconds:.3f}"'


def _suite(name: str, cases: Sequence[_Case]) -> str:
    if not cases:
        return ""
    skipped = sum(case.kind == "skipped" for case in cases)
    counts = _counts(cases, sum(case.seconds for case in cases))
    lines = [
        f'  <testsuite name={_attribute(name)}{counts} skipped="{skipped}">',
        *(f"    {case.xml}" for case in cases),
    ]
    return "\n".join([*lines, "  </testsuite>", ""])


def _node(result: Result, prefix: str) -> _Case:
    node = result.node
    where = placed(node.where, prefix)
    place = f" file={_attribute(where.path)}" + (f' line="{where.line}"' if where.line else "") if where else ""
    group = ".".join([node.package, *node.folders]) if node.kind in ("model", "seed") else node.package
    head = f'<testcase name={_attribute(node.name)} classname={_attribute(group)} time="{result.seconds:.3f}"{place}'
    message = result.message or result.status
    if result.status in ("fail", "error"):
        kind = "failure" if result.status == "fail" else "error"
        inner = f"<{kind} message={_attribute(message)} type={_attribute(node.kind)}>{_text(f'{node.where}: {message}')}</{kind}>"
    elif result.status == "skipped":
        kind, inner = "skipped", f"<skipped message={_attribute(message)}/>"
    elif result.status == "warn":
        kind, inner = "", f"<system-out>{_text(f'warning: {message}')}</system-out>"
    else:
        return _Case(f"{head}/>", "", result.seconds)
    return _Case(f"{head}>{inner}</testcase>", kind, result.seconds)


def _problem(finding: Finding) -> _Case:
    where = finding.where
    place = f" file={_attribute(where.path)}" + (f' line="{where.line}"' if where.line else "") if where else ""
    name = f"{where}: {finding.message}" if where else finding.message
    error = f"<error message={_attribute(finding.message)} type={_attribute(finding.rule)}>{_text(name)}</error>"
    return _Case(f'<testcase name={_attribute(name[:200])} classname="convsql"{place}>{error}</testcase>', "error")


def _text(value: str) -> str:
    return escape(_NO_XML.sub("�", value))


def _attribute(value: str) -> str:
    return quoteattr(_NO_XML.sub("�", value), {"\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})
