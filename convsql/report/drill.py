"""From a row of a figure to its conversations: how the page's list of them is asked."""

from __future__ import annotations

from datetime import date

from convsql.definitions.vocabulary import DIMENSIONS
from convsql.report.figure import Row
from convsql.report.scope import Scope, key_of

Asked = dict[str, str]


def filtered_by(scope: Scope) -> list[str]:
    """The dimensions that the list can be filtered by: those that the drawn metrics are cut by."""
    cut = {d for metric in scope.drawn for names in str(metric["cohort_sets"] or "").split(",") for d in names.strip().split("+")}  # fmt: skip
    there = set(scope.published.columns("rate_members"))
    return [d for d in DIMENSIONS if d in cut and d in there]


def drill(scope: Scope, metric: Row, grain: str, period: date | None, by: str = "all", row: Row | None = None) -> Asked | None:  # fmt: skip
    """The list's question for one cohort: `row` has the values of the dimensions in `by`. None where the list cannot tell it."""
    if not scope.has("rate_members") or key_of(metric) not in {key_of(m) for m in scope.drawn}:
        return None
    asked = {"metric": key_of(metric), "grain": grain, "by": by}
    if period is not None:
        asked["from"] = period.isoformat()
    if by == "all":
        return asked
    names = by.split("+")
    if row is None or not set(names) <= set(filtered_by(scope)):
        return None
    for place, name in enumerate(names, 1):
        asked["value" if place == 1 else f"value{place}"] = "unknown" if row[name] is None else str(row[name])
    return asked
