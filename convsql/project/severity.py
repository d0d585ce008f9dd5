"""What becomes of a number of failures, as in dbt.

`error_if` and `warn_if` (default `!= 0`) are applied to the number of rows that a test returns (or to
`fail_calc`); `severity: warn` never fails.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from convsql.base.errors import ConvsqlError
from convsql.project.nodes import Node

Severity = Literal["error", "warn"]
Judgement = Literal["pass", "warn", "fail"]

_COMPARISON = re.compile(r"^\s*(=|==|!=|<>|>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)\s*$")
_BETWEEN = re.compile(r"^\s*between\s+(-?\d+)\s+and\s+(-?\d+)\s*$", re.IGNORECASE)


@lru_cache(maxsize=4096)  # of thousands of tests nearly all ask the same
def holds(condition: str, failures: float) -> bool:
    """Whether `failures <condition>` is true, for dbt's conditions such as `!= 0`, `> 10`, `between 1 and 5`.

    Raises ConvsqlError for any other text.
    """
    if match := _BETWEEN.match(condition):
        return float(match[1]) <= failures <= float(match[2])
    match = _COMPARISON.match(condition)
    if not match:
        raise ConvsqlError(f"'{condition}' is not a condition", hint="write a comparison with a number, such as '> 10'")
    number = float(match[2])
    return {
        "=": failures == number,
        "==": failures == number,
        "!=": failures != number,
        "<>": failures != number,
        ">": failures > number,
        "<": failures < number,
        ">=": failures >= number,
        "<=": failures <= number,
    }[match[1]]


def _severity(node: Node) -> Severity | None:
    """None for any other text, which `check_conditions` refuses."""
    named = str(node.config.get("severity") or "error").lower()
    return "error" if named == "error" else "warn" if named == "warn" else None


def _condition(node: Node, key: str) -> str:
    return str(node.config.get(key) or "!= 0")


def judge(node: Node, failures: float) -> Judgement:
    """What `failures` mean for a test whose conditions were checked."""
    if _severity(node) == "error" and holds(_condition(node, "error_if"), failures):
        return "fail"
    return "warn" if holds(_condition(node, "warn_if"), failures) else "pass"


def check_conditions(node: Node) -> None:
    """Raises ConvsqlError for a test's severity or condition that can't be judged, before it is run."""
    if _severity(node) is None:
        reason = f"severity '{node.config['severity']}' of test '{node.name}' is neither error nor warn"
        raise ConvsqlError(reason, node.where)
    for key in ("error_if", "warn_if"):
        try:
            holds(_condition(node, key), 0)
        except ConvsqlError as error:
            raise ConvsqlError(f"{key} of test '{node.name}': {error.reason}", node.where, error.hint) from None
