"""Cohort curves: the share converted over the days since the anchor, by Kaplan and Meier while some are pending."""

from __future__ import annotations

from convsql.base.quoting import literal
from convsql.rates.words import period_name
from convsql.report import charts
from convsql.report.figure import Figure, Row, Section, slug
from convsql.report.headlines import grain_of
from convsql.report.scope import Scope, key_of

COHORTS = 7
_COLUMNS = (
    ("cohort", "cohort", "text"),
    ("day", "day", "count"),
    ("share", "converted", "share"),
    ("followed", "followed (n)", "count"),
    ("part", "all of them followed", "text"),
)

# One row per cohort and distinct time: events before censorings, as in cohort_survival.
_SQL = """
with

complete as (
    select complete_at from {{outcome_clocks}} where outcome = {outcome}
),

newest as (
    select cohort_period as period
    from {{cohort_rates}}
    where metric = {metric} and metric_version = {version} and cohort_grain = '{grain}' and cohort_by = 'all' and eligible > 0
    order by cohort_period desc
    limit {cohorts}
),

-- bounds in UTC, so that no row needs a zone
bounds as (
    select
        period,
        (period::timestamp at time zone {zone}) at time zone 'UTC' as begins_at,
        ((period + interval 1 {grain})::timestamp at time zone {zone}) at time zone 'UTC' as ends_at
    from newest
),

eligible as (
    select
        b.period,
        case
            when m.converted_at <= c.complete_at then epoch_us(m.converted_at) - epoch_us(m.anchor_at)
            else least(epoch_us(m.window_ends_at), epoch_us(c.complete_at)) - epoch_us(m.anchor_at)
        end as time_us,
        case when m.converted_at <= c.complete_at then 1 else 0 end as converted,
        least(epoch_us(m.window_ends_at), epoch_us(c.complete_at)) - epoch_us(m.anchor_at) as follow_up_us
    from {{metric_conversations}} as m
    cross join complete as c
    inner join bounds as b on m.anchor_at >= b.begins_at and m.anchor_at < b.ends_at
    where
        m.metric = {metric} and m.metric_version = {version} and m.eligibility = 'eligible' and m.anchor_at < c.complete_at
        and m.anchor_at >= (select min(begins_at) from bounds)
),

times as (
    select period, time_us, sum(converted) as events, count(*) as leaving, min(follow_up_us) as least_follow_up_us
    from eligible
    group by period, time_us
),

chosen as (
    select period, sum(leaving) as members, min(least_follow_up_us) as least_follow_up_us
    from times
    group by period
),

at_risk as (
    select
        t.period,
        t.time_us,
        t.events,
        t.leaving,
        c.members - coalesce(sum(t.leaving) over (
            partition by t.period order by t.time_us rows between unbounded preceding and 1 preceding
        ), 0) as followed
    from times as t
    inner join chosen as c on c.period = t.period
),

survival as (
    select
        period, time_us, events, followed,
        case
            when max(case when events = followed then 1 else 0 end) over w = 1 then 0
            else exp(sum(case when events < followed then ln(1 - events / followed::double) else 0 end) over w)
        end as survival
    from at_risk
    window w as (partition by period order by time_us rows between unbounded preceding and current row)
)

select
    s.period,
    least(cast(ceil(s.time_us / 86400e6) as integer), cast(ceil({days}) as integer)) as day,
    1 - min(s.survival) as share,
    min(s.followed) as followed,
    max(c.least_follow_up_us) / 86400e6 as least_days,
    max(c.members) as members,
    max(s.time_us) / 86400e6 as last_days
from survival as s
inner join chosen as c on c.period = s.period
group by s.period, day
order by s.period, day
"""


def curve_section(scope: Scope) -> Section:
    """One figure per metric; the pending part of a cohort is drawn as such."""
    section = Section(
        "curves",
        "How long it takes",
        "Of the conversations of each cohort, how many had converted after so many days? Dashed: some of the cohort "
        "have not had those days yet, so the line is an estimate (Kaplan and Meier).",
    )
    if not scope.has("metric_conversations") or not scope.has("outcome_clocks"):
        section.missing = "the tables metric_conversations and outcome_clocks are not published"
        return section
    for metric in scope.drawn:
        figure = _figure(scope, metric)
        if figure is not None:
            section.figures.append(figure)
    if not section.figures:
        section.missing = "no eligible conversation yet"
    return section


def curve_rows(scope: Scope, metric: Row) -> list[Row]:
    """The estimate of each of the newest cohorts at the end of each day on which something happened."""
    grain = grain_of(metric)
    sql = _SQL.format(
        outcome=literal(metric["outcome"]),
        grain="month" if grain == "all" else grain,
        zone=literal(scope.timezone),
        metric=literal(metric["metric"]),
        version=int(metric["metric_version"]),
        cohorts=COHORTS,
        days=float(metric["window_days"]),
    )
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
    bold = f"Boldest: {', then '.join(named)}. " if named else ""
    table = [v for v in values if v["day"]]
    return Figure(
        slug("curve", metric["metric"]),
        str(metric["metric"]),
        f"{bold}Grey: earlier. Dashed: pending.",
        scope.footing(key_of(metric), sum(members.values()), "eligible conversations"),
        _COLUMNS,
        table,
        charts.curves(values, float(metric["window_days"])),
        in_text=False,
    )
