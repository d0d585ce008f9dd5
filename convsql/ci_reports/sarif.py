"""SARIF 2.1.0, as code scanning reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from convsql import __version__
from convsql.ci_reports.findings import RULES, Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(found: Sequence[Finding], exit_code: int) -> dict[str, Any]:
    """One run of convsql with what it found."""
    names = [rule for rule in RULES if any(f.rule == rule for f in found)]
    rules = [{"id": rule, "shortDescription": {"text": RULES[rule]}} for rule in names]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "convsql", "version": __version__, "rules": rules}},
                "invocations": [{"executionSuccessful": exit_code == 0, "exitCode": exit_code}],
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The top of the repository."}}},
                "results": [_result(finding, names) for finding in found],
            }
        ],
    }


def _result(finding: Finding, names: Sequence[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": names.index(finding.rule),
        "level": finding.level,
        "message": {"text": finding.message},
        "partialFingerprints": {"convsql/v1": finding.fingerprint},
    }
    if finding.where:
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.where.path), "uriBaseId": "SRCROOT"}}
        if finding.where.line:
            place["region"] = {"startLine": finding.where.line}
        result["locations"] = [{"physicalLocation": place}]
    return result
