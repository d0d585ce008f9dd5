"""Segments compared like for like: standardised rates with intervals, the crude ones beside them."""

from __future__ import annotations

from convsql.definitions.vocabulary import DIMENSIONS
from convsql.rates.words import period_name
from convsql.report import charts
from convsql.report.drill import drill
from convsql.report.figure import Figure, Row, Section, slug
from convsql.report.labels import dimension_label, metric_label
from convsql.report.scope import Scope, key_of, of_metric, said, segment

MOST_SEGMENTS = 12
MOST_FIGURES = 12
_COLUMNS = (
    ("name", "segment", "text"),
    ("matured", "matured (n)", "count"),
    ("crude", "crude rate", "share"),
    ("value", "like for like", "share"),
    ("low", "lower limit", "share"),
    ("high", "upper limit", "share"),
    ("coverage", "coverage", "share"),
)


def segment_section(scope: Scope) -> Section:
    """One figure per metric and set of dimensions that can be compared in its newest complete period."""
    section = Section(
        "segments",
        "Who does better, like for like",
        "Which segments convert better when each is given the same mix of conversations?",
        caption="Filled: the rate with the mix of all conversations, and its interval. Hollow: the rate as it was. Each interval is that of one rate alone: "
        "two that overlap a little may still differ.",
    )
    if not scope.has("standardised_rates"):
        section.missing = "the table standardised_rates is not published"
        return section
    for metric in scope.drawn:
        for row in _latest(scope, metric):
            if len(section.figures) < MOST_FIGURES:
                section.figures.append(_figure(scope, metric, row))
    refusals = []
    for metric in scope.drawn:
        refused = scope.rows(
            f"select cohort_by from {{standardised_rates}} where {of_metric(metric)} and cohort_by <> 'all' group by cohort_by"
            " having not bool_or(is_comparable) and bool_or(refusal = 'coverage') order by cohort_by"
        )
        if refused:
            sets = ", ".join(dimension_label(str(r["cohort_by"])) for r in refused)
            refusals.append(f"{metric_label(metric)} by {sets}")
    if refusals:
        section.lines.append(
            f"Not comparable like for like, because the segments have too few strata in common: {'; '.join(refusals)}."
        )
    if not section.figures:
        section.missing = "no two segments can be compared yet"
    return section


def _latest(scope: Scope, metric: Row) -> list[Row]:
    """For each set the newest period, of the longest grain, with two segments that may be compared."""
    return scope.rows(
        f"with fit as (select cohort_by, cohort_grain, cohort_period from {{standardised_rates}} where {of_metric(metric)}"
        " and cohort_by <> 'all' and is_comparable group by cohort_by, cohort_grain, cohort_period having count(*) > 1)"
        " select * from fit qualify row_number() over (partition by cohort_by order by"
        " case cohort_grain when 'year' then 1 when 'quarter' then 2 when 'month' then 3 when 'week' then 4 else 5 end,"
        " cohort_period desc) = 1 order by cohort_by"
    )


def _figure(scope: Scope, metric: Row, chosen: Row) -> Figure:
    columns = ", ".join(f'"{c}"' for c in DIMENSIONS if c in chosen["cohort_by"].split("+"))
    rows = scope.rows(
        f"select {columns}, matured, crude_rate, standardised_rate, standardised_low, standardised_high, coverage"
        f" from {{standardised_rates}} where {of_metric(metric)} and is_comparable"
        f" and cohort_by = {said(chosen['cohort_by'])} and cohort_grain = {said(chosen['cohort_grain'])}"
        f" and cohort_period = {said(chosen['cohort_period'])}"
        f" order by matured desc, {columns} limit {MOST_SEGMENTS}"
    )
    values = [
        {
            "name": segment(r, chosen["cohort_by"]),
            "value": r["standardised_rate"],
            "low": r["standardised_low"],
            "high": r["standardised_high"],
            "crude": r["crude_rate"],
            "matured": r["matured"],
            "coverage": r["coverage"],
            "drill": drill(scope, metric, chosen["cohort_grain"], chosen["cohort_period"], chosen["cohort_by"], r),
        }
        for r in sorted(rows, key=lambda r: -r["standardised_rate"])
    ]
    period = period_name(chosen["cohort_period"], chosen["cohort_grain"])
    dimension = dimension_label(chosen["cohort_by"])
    return Figure(
        slug("segments", metric["metric"], chosen["cohort_by"]),
        f"{metric_label(metric)} by {dimension}, {period}",
        "",
        scope.footing(key_of(metric), sum(int(r["matured"]) for r in rows)),
        _COLUMNS,
        values,
        charts.dots(values, "crude"),
    )
