"""GitHub's workflow commands: one line per finding, shown beside the changed line."""

from __future__ import annotations

from collections.abc import Sequence

from convsql.ci_reports.findings import RULES, Finding

MOST = 10  # of each level that GitHub shows for a step; the rest is in the log


def workflow_commands(found: Sequence[Finding]) -> list[str]:
    """The commands, at most ten of each level."""
    lines = []
    for level in ("error", "warning"):
        lines += [_line(finding) for finding in [f for f in found if f.level == level][:MOST]]
    return lines


def _line(finding: Finding) -> str:
    properties = {"title": finding.name or RULES[finding.rule].rstrip(".")}
    if finding.where:
        properties = {
            "file": finding.where.path,
            **({"line": str(finding.where.line)} if finding.where.line else {}),
            **properties,
        }
    shown = ",".join(f"{key}={_escaped(value, ':,')}" for key, value in properties.items())
    return f"::{finding.level} {shown}::{_escaped(finding.message)}"


def _escaped(text: str, more: str = "") -> str:
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + more else c for c in text)
