"""`convsql metrics check`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from convsql.base.errors import EXIT_FAILED, EXIT_OK
from convsql.cli.options import MetricKeys
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.change_control.checking import Checked
    from convsql.change_control.difference import Change
    from convsql.change_control.rules import Finding
    from convsql.context import Context

SHOWN_CHANGES = 8
SHOWN_CHARACTERS = 240


@project_command(OWN, *PROJECT, "json", "no_cache")
def check(context: Context, metrics: MetricKeys = None) -> int:
    """Check definitions, for CI: nothing locked changed its meaning, nothing leaks, everything has an owner and a description."""
    from convsql.change_control.checking import Workshop
    from convsql.change_control.checking import check as checked
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.definitions.versions import by_key, defined, today

    compiled = compile_aloud(context, may_lack_data=True)
    known = defined(compiled.project)
    only = {by_key(known, key, today()).key for key in metrics} if metrics else None
    result = checked(compiled, Workshop(compiled, not context.no_cache), today(), only)
    code = EXIT_FAILED if result.findings else EXIT_OK
    if context.json:
        terminal.put(json.dumps(_document(result, code)))
    else:
        _say(result)
    return code


def _document(result: Checked, code: int) -> dict[str, Any]:
    return {
        "status": "failed" if result.findings else "passed",
        "exit_code": code,
        "findings": [f.to_json() for f in result.findings],
        "notes": result.notes,
    }


def _say(result: Checked) -> None:
    from convsql.base.printable import number_of
    from convsql.cli.terminal import say

    explained: dict[str, str] = {}
    for finding in result.findings:
        for line in _finding_lines(finding, explained):
            say(line)
    for note in result.notes:
        say(f"note: {note}")
    versions = (
        f"{number_of(len(result.versions), 'version')} of {number_of(len({d.name for d in result.versions}), 'metric')}"
    )
    say(f"checked {versions}: {f'{len(result.findings)} failed' if result.findings else 'all hold'}")


def _finding_lines(finding: Finding, explained: dict[str, str]) -> list[str]:
    """A broken rule for people: place and reason, the changes below it, what to do.

    `explained` remembers changes that were shown, so that one edit that changes ten metrics is shown once.
    """
    lines = [f"{finding.where}: {finding.reason} [{finding.rule}]"]
    for key, before, after in finding.fields:
        lines.append(f"  {key}: {_value(before)} → {_value(after)}")
    below: list[str] = []
    for change in finding.changes[:SHOWN_CHANGES]:
        below += _change_lines(change)
    if len(finding.changes) > SHOWN_CHANGES:
        below.append(f"  … and {len(finding.changes) - SHOWN_CHANGES} more changes (--json has all)")
    below += [f"  seed {seed}, {word}: {row}" for seed, word, row in finding.seeds]
    first = explained.setdefault("\n".join(below), finding.metric) if below else finding.metric
    lines += below if first == finding.metric else [f"  by the same changes as {first}"]
    if finding.hint:
        lines.append(f"  hint: {finding.hint}")
    return lines


def _change_lines(change: Change) -> list[str]:
    lines = [f"  model {change.model}, CTE {change.cte}, {change.clause}:"]
    for before, after in change.parts:
        lines += [f"    - {_short(before)}"] if before else []
        lines += [f"    + {_short(after)}"] if after else []
    if change.before and change.after and change.parts != [(change.before, change.after)]:
        lines.append(f"    in: {_short(change.after)}")
    return lines


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]} …"


def _value(value: Any) -> str:
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)
