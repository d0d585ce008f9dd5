"""The funnel: what is left after each step, and the step that loses more than it should."""

from __future__ import annotations

from convsql.report import charts
from convsql.report.figure import Figure, Section, shown, slug
from convsql.report.scope import Scope, said

MOST_FUNNELS = 4
_COLUMNS = (
    ("step", "step", "text"),
    ("matured", "matured (n)", "count"),
    ("reached", "reached", "count"),
    ("share", "of all that began", "share"),
    ("low", "lower limit", "share"),
    ("high", "upper limit", "share"),
    ("step_rate", "of the step before", "share"),
    ("median", "median time from the step before", "minutes"),
    ("verdict", "beside the benchmark", "text"),
    ("is_bottleneck", "bottleneck", "text"),
)


def funnel_section(scope: Scope) -> Section:
    """One figure per declared funnel, over all time; what changed lately as lines."""
    section = Section(
        "funnel",
        "Where they are lost",
        "Of all we tried to reach, how many got as far as each step? Behind 'step': of those at the step before.",
    )
    if not scope.has("funnel_rates"):
        section.missing = "the table funnel_rates is not published"
        return section
    names = scope.rows("select funnel from {funnel_rates} group by funnel order by funnel")
    for row in names[:MOST_FUNNELS]:
        _funnel(scope, section, str(row["funnel"]))
    if not section.figures:
        section.missing = "no funnel is declared"
    return section


def _funnel(scope: Scope, section: Section, funnel: str) -> None:
    rows = scope.rows(
        "select step, step_number, matured, reached, cumulative_rate, cumulative_low, cumulative_high, step_rate, median_seconds,"
        " benchmark_verdict, is_benchmark_bottleneck from {funnel_rates}"
        f" where funnel = {said(funnel)} and cohort_grain = 'all' and cohort_by = 'all' order by step_number"
    )
    if not rows:
        return
    values = [
        {
            "step": str(r["step"]).replace("_", " "),
            "share": r["cumulative_rate"] or 0.0,
            "label": shown(r["cumulative_rate"], "share")
            + (f" · step {shown(r['step_rate'], 'share')}" if r["step_number"] > 1 else ""),
            "is_bottleneck": bool(r["is_benchmark_bottleneck"]),
            "matured": r["matured"],
            "reached": r["reached"],
            "low": r["cumulative_low"],
            "high": r["cumulative_high"],
            "step_rate": r["step_rate"],
            "median": r["median_seconds"],
            "verdict": r["benchmark_verdict"],
        }
        for r in rows
    ]
    weakest = next((v["step"] for v in values if v["is_bottleneck"]), None)
    reading = f"Bottleneck beside the benchmarks: {weakest}." if weakest else "No step is below its benchmark."
    section.figures.append(
        Figure(
            slug("funnel", funnel),
            f"Funnel {funnel}",
            reading,
            scope.footing(f"funnel {funnel}", int(rows[0]["matured"]), "matured at the first step"),
            _COLUMNS,
            values,
            charts.steps(values),
        )
    )
    fallen = scope.rows(
        "select step, cohort_grain, cohort_period, step_rate, history_rate from {funnel_rates}"
        f" where funnel = {said(funnel)} and cohort_by = 'all' and is_history_bottleneck and is_complete"
        " order by cohort_period desc limit 3"
    )
    for row in fallen:
        section.lines.append(
            f"{funnel}, {row['cohort_grain']} of {row['cohort_period']}: {str(row['step']).replace('_', ' ')} fell furthest, "
            f"{shown(row['step_rate'], 'share')} against {shown(row['history_rate'], 'share')} before"
        )
