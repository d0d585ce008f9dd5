"""How reps do in their first months, beside established ones with the same mix."""

from __future__ import annotations

from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.labels import metric_label
from convsql.report.scope import Scope, key_of, of_metric
from convsql.report.table_section import Columns, table_section

_NEEDED = ("metric", "tenure", "tenure_number", "reps", "matured", "conversion_rate", "expected_rate", "difference", "verdict")  # fmt: skip
_COLUMNS: Columns = (
    ("tenure", "since they began", "text"), ("conversion_rate", "rate", "share"), ("expected_rate", "established reps, same mix", "share"),
    ("difference", "difference", "points"), ("difference_low", "lower limit", "points"), ("difference_high", "upper limit", "points"),
    ("verdict", "so", "text"), ("reps", "reps", "count"), ("matured", "matured (n)", "count"),
)  # fmt: skip
_JUDGED = ("lower", "higher", "undecided")


def ramp_section(scope: Scope) -> Section:
    """One figure per metric of which at least one month can be compared."""
    return table_section(
        scope, "ramp", "New reps", "How often do new reps' conversations convert, month by month, compared with those of established reps with the same mix?", "rep_ramp", _NEEDED,
        lambda: scope.drawn_figures(_figure),
        nothing="no month has 30 conversations of at least three reps to compare",
        caption="The months are of different people: those who leave early are in the first ones only.",
    )  # fmt: skip


def _figure(scope: Scope, metric: Row) -> Figure | None:
    rows = scope.rows(f"select * from {{rep_ramp}} where {of_metric(metric)} order by tenure_number")
    judged = [r for r in rows if r["verdict"] in _JUDGED]
    if not judged:
        return None
    values: list[Row] = [{**r, "tenure": str(r["tenure"]).replace("_", " "), "verdict": str(r["verdict"] or "").replace("_", " ")} for r in rows]  # fmt: skip
    lower = [r for r in judged if r["verdict"] == "lower"]
    last = max(lower, key=lambda r: r["tenure_number"], default=None)
    reading = "No month is clearly below established reps."
    if last is not None:
        reading = f"The last month below established reps is {str(last['tenure']).replace('_', ' ')}: {shown(last['difference'], 'points')}."
    footing = scope.footing(key_of(metric), sum(int(r["matured"]) for r in rows))
    return Figure(slug("ramp", metric["metric"]), metric_label(metric), reading, footing, _COLUMNS, values)
