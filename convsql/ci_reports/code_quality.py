"""GitLab's code quality report: what stands in a file, in the merge request's changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convsql.ci_reports.findings import Finding


def code_quality(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings that have a file; each with a fingerprint of its own."""
    seen: dict[str, int] = {}
    issues = []
    for finding in found:
        if finding.where is None:
            continue
        times = seen[finding.fingerprint] = seen.get(finding.fingerprint, 0) + 1
        issues.append(
            {
                "description": finding.message,
                "check_name": finding.rule,
                "fingerprint": finding.fingerprint if times == 1 else f"{finding.fingerprint}-{times}",
                "severity": "major" if finding.level == "error" else "minor",
                "location": {"path": finding.where.path, "lines": {"begin": finding.where.line or 1}},
            }
        )
    return issues
