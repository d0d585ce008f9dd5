"""Cohort curves: the share converted over the days since the anchor, by Kaplan and Meier while some are pending."""

from __future__ import annotations

from convsql.rates.words import period_name
from convsql.report import charts
from convsql.report.drill import drill
from convsql.report.figure import Figure, Row, Section, slug
from convsql.report.headlines import grain_of
from convsql.report.labels import metric_label
from convsql.report.scope import Scope, key_of, of_metric
from convsql.report.table_section import table_section

COHORTS = 7
_COLUMNS = (
    ("cohort", "cohort", "text"),
    ("day", "day", "count"),
    ("share", "converted", "share"),
    ("followed", "followed (n)", "count"),
    ("part", "all of them followed", "text"),
)

# cohort_curves has a row per distinct time; a line needs one per day.
_SQL = """
with

newest as (
    select cohort_period
    from {{cohort_rates}}
    where {of_metric} and cohort_grain = '{grain}' and cohort_by = 'all' and eligible > 0
    order by cohort_period desc
    limit {cohorts}
)

select
    curves.cohort_period as period,
    curves.day,
    max(curves.converted_share) as share,
    min(curves.at_risk) as followed,
    max(curves.least_follow_up_days) as least_days,
    max(curves.followed) as members
from {{cohort_curves}} as curves
inner join newest on curves.cohort_period = newest.cohort_period
where {of_metric} and curves.cohort_grain = '{grain}'
group by curves.cohort_period, curves.day
order by curves.cohort_period, curves.day
"""


def curve_section(scope: Scope) -> Section:
    """One figure per metric; the pending part of a cohort is drawn as such."""
    return table_section(
        scope, "curves", "How long it takes", "What share of each cohort had converted after so many days?",
        "cohort_curves", (), lambda: scope.drawn_figures(_figure), nothing="no eligible conversation yet",
        caption="Grey: earlier cohorts. Dashed: part of the cohort has not had that many days yet, so the line is an estimate (Kaplan–Meier).",
    )  # fmt: skip


def curve_rows(scope: Scope, metric: Row) -> list[Row]:
    """The estimate of each of the newest cohorts at the end of each day on which something happened."""
    grain = grain_of(metric)
    sql = _SQL.format(of_metric=of_metric(metric), grain="month" if grain == "all" else grain, cohorts=COHORTS)
    return scope.rows(sql)


def _figure(scope: Scope, metric: Row) -> Figure | None:
    rows = curve_rows(scope, metric)
    if not rows:
        return None
    grain = "month" if grain_of(metric) == "all" else grain_of(metric)
    periods = sorted({r["period"] for r in rows}, reverse=True)
    values: list[dict[str, object]] = []
    members = {r["period"]: int(r["members"]) for r in rows}
    finished = [p for p in periods if next(r for r in rows if r["period"] == p)["least_days"] >= metric["window_days"]]
    for period in reversed(periods):
        rank = finished.index(period) if period in finished else 9
        name = period_name(period, grain)
        last = {"cohort": name, "day": 0, "share": 0.0, "followed": members[period], "part": "followed", "rank": rank}
        values.append(last)
        for row in (r for r in rows if r["period"] == period):
            part = "followed" if row["day"] <= row["least_days"] or period in finished else "pending"
            point = {
                "cohort": name,
                "day": row["day"],
                "share": row["share"],
                "followed": row["followed"],
                "part": part,
                "rank": rank,
            }
            if part != last["part"]:
                values.append({**last, "part": part})
            values.append(point)
            last = point
    named = [period_name(p, grain) for p in finished[:2]]
    bold = f"Thickest: {named[0]}." if named else ""
    bold += f" Black: {named[1]}." if len(named) > 1 else ""
    asked = {period_name(p, grain): drill(scope, metric, grain, p) for p in periods}
    table = [{**v, "drill": asked[str(v["cohort"])]} for v in values if v["day"]]
    return Figure(
        slug("curve", metric["metric"]),
        metric_label(metric),
        bold,
        scope.footing(key_of(metric), sum(members.values()), "eligible conversations"),
        _COLUMNS,
        table,
        charts.curves(values, float(metric["window_days"])),
        in_text=False,
    )
