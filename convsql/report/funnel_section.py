"""The funnel: what is left after each step, and the step that loses more than it should."""

from __future__ import annotations

from convsql.report import charts
from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.labels import in_words, period_label
from convsql.report.listed import Listed, Newest, newest
from convsql.report.scope import Scope, said

MOST_FUNNELS = 4
MOST_FALLEN = 3  # periods named of a funnel, and the one that fell furthest, of which the story may speak
PLACEHOLDER = "planning default"  # how the source of a range begins that nobody has measured
_COLUMNS = (
    ("step", "step", "text"),
    ("matured", "matured (n)", "count"),
    ("reached", "reached", "count"),
    ("share", "of all that began", "share"),
    ("low", "lower limit", "share"),
    ("high", "upper limit", "share"),
    ("step_rate", "of the step before", "share"),
    ("median", "median time", "minutes"),
    ("verdict", "beside the benchmark", "text"),
    ("is_bottleneck", "bottleneck", "text"),
)


def funnel_section(scope: Scope) -> Section:
    """One figure per declared funnel, over all time; what changed lately as lines."""
    section = Section(
        "funnel",
        "Where they are lost",
        "Of all the contacts we tried to reach, how many got to each step?",
        caption="At each bar: the share of all that began, then the share of those at the step before. Median time: from the step before.",
    )
    if not scope.has("funnel_rates"):
        section.missing = "the table funnel_rates is not published"
        return section
    names = scope.rows("select funnel from {funnel_rates} group by funnel order by funnel")
    measured = _measured(scope)
    for row in names[:MOST_FUNNELS]:
        _funnel(scope, section, str(row["funnel"]), measured)
    if not section.figures:
        section.missing = "no funnel is declared"
    return section


def _measured(scope: Scope) -> set[str] | None:
    """The steps whose benchmark somebody has measured; None where nothing says so."""
    if not scope.has("map_benchmarks", "benchmark", "step", "segment", "source"):
        return None
    rows = scope.rows("select step, source from {map_benchmarks} where benchmark = 'funnel' and segment = 'all'")
    return {str(r["step"]) for r in rows if r["source"] and not str(r["source"]).lower().startswith(PLACEHOLDER)}


def _is_measured(step: object, measured: set[str] | None) -> bool:
    return measured is None or str(step).lower() in measured


def _funnel(scope: Scope, section: Section, funnel: str, measured: set[str] | None) -> None:
    rows = scope.rows(
        "select step, step_number, matured, reached, cumulative_rate, cumulative_low, cumulative_high, step_rate, median_seconds,"
        " benchmark_verdict, is_benchmark_bottleneck from {funnel_rates}"
        f" where funnel = {said(funnel)} and cohort_grain = 'all' and cohort_by = 'all' order by step_number"
    )
    if not rows:
        return
    who = _who(scope, funnel)
    values = [
        {
            "drill": scope.lists.add(
                f"funnel:{funnel}:{r['step_number']}",
                Listed(
                    f"Funnel {funnel}: {in_words(str(r['step']))}",
                    "conversations",
                    int(r["reached"]),
                    who.get((r["step_number"],), []),
                ),
            ),
            "step": in_words(str(r["step"])),
            "share": r["cumulative_rate"] or 0.0,
            "label": shown(r["cumulative_rate"], "share")
            + (f" · step {shown(r['step_rate'], 'share')}" if r["step_number"] > 1 else ""),
            "is_bottleneck": bool(r["is_benchmark_bottleneck"]) and _is_measured(r["step"], measured),
            "matured": r["matured"],
            "reached": r["reached"],
            "low": r["cumulative_low"],
            "high": r["cumulative_high"],
            "step_rate": r["step_rate"],
            "median": r["median_seconds"],
            "verdict": r["benchmark_verdict"] if _is_measured(r["step"], measured) else None,
        }
        for r in rows
    ]
    fallen = scope.rows(
        "select step, cohort_grain, cohort_period, step_rate, history_rate, is_small from {funnel_rates}"
        f" where funnel = {said(funnel)} and cohort_by = 'all' and is_history_bottleneck and is_complete and history_rate > 0"
        " order by cohort_period desc, cohort_grain, step_number"
    )
    deepest = min((r for r in fallen if not r["is_small"]), key=lambda r: r["step_rate"] / r["history_rate"], default=None)  # fmt: skip
    section.figures.append(
        Figure(
            slug("funnel", funnel),
            f"Funnel {funnel}",
            _reading(values, rows, measured),
            scope.footing(f"funnel {funnel}", int(rows[0]["matured"]), "matured at the first step"),
            _COLUMNS if any(v["verdict"] for v in values) else _COLUMNS[:-2],
            values,
            charts.steps(values),
        )
    )
    for row in [r for place, r in enumerate(fallen) if place < MOST_FALLEN or r is deepest]:
        section.lines.append(
            f"In {period_label(row['cohort_period'], row['cohort_grain'])} the {in_words(funnel).lower()} funnel lost most at {in_words(str(row['step'])).lower()}: "
            f"{shown(row['step_rate'], 'share')} of those at the previous step got there, compared with {shown(row['history_rate'], 'share')} in earlier periods."
        )


def _who(scope: Scope, funnel: str) -> Newest:
    """The newest conversations that reached each step, by its number: those that funnel_counts counts as `reached`."""
    if not (scope.has("funnel_steps") and scope.has("funnel_definitions", "known_at", "horizon_us")):
        return {}
    reached = (
        "(select s.step_number, s.conversation_id, s.began_at from {funnel_steps} as s"
        " inner join {funnel_definitions} as d on s.funnel = d.funnel and s.step_number = d.step_number"
        f" where s.funnel = {said(funnel)} and epoch_us(s.began_at) <= epoch_us(d.known_at) - d.horizon_us) as reached"
    )
    return newest(scope.rows, reached, ["step_number"], "began_at")


def _reading(values: list[dict[str, object]], rows: list[Row], measured: set[str] | None) -> str:
    weakest = next((v["step"] for v in values if v["is_bottleneck"]), None)
    if weakest:
        return f"Bottleneck beside the benchmarks: {weakest}."
    compared = [r for r in rows if r["benchmark_verdict"]]
    if compared and not any(_is_measured(r["step"], measured) for r in compared):
        return (
            "The benchmarks are still placeholders: put your own ranges into the seed benchmarks to see the bottleneck."
        )
    return "No step is below its benchmark."
