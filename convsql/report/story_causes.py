"""Why a rate moved, as far as the tables tell: rates against mix, what was changed then, where it shows, and when it was seen first."""

from __future__ import annotations

from datetime import date, timedelta

from convsql.definitions.vocabulary import FEW
from convsql.report.event_names import outside_events
from convsql.report.figure import Row, shown, slug
from convsql.report.labels import dimension_label, in_words, period_label, period_short, value_label
from convsql.report.scope import Scope, of_metric
from convsql.report.shift import Shift

Said = tuple[str, tuple[str, str] | None]
_MOST = 0.8  # of a change: then it is said to be all of it
AROUND = timedelta(days=31)


def causes(scope: Scope, metric: Row, grain: str, moved: Shift) -> list[Said]:
    """Rates against mix in the first period of the new level, and what is on record of that time."""
    found = []
    split = _rates_against_mix(scope, metric, grain, moved)
    if split is not None:
        found.append(split)
    found.append(_on_record(scope, metric, moved))
    return found


def _rates_against_mix(scope: Scope, metric: Row, grain: str, moved: Shift) -> Said | None:
    if not scope.has("rate_changes"):
        return None
    rows = scope.rows(
        "select previous_period, rate_before, rate_after, rate_effect, mix_effect from {rate_changes}"
        f" where {of_metric(metric)} and cohort_grain = '{grain}' and cohort_period = date '{moved.starts.isoformat()}'"
    )
    if not rows:
        return None
    row = rows[0]
    whole = row["rate_after"] - row["rate_before"]
    if whole == 0:
        return None
    parts = (
        f"of the change of {shown(whole, 'points')} from {period_short(row['previous_period'], grain)} to {period_short(moved.starts, grain)},"
        f" the rates account for {shown(row['rate_effect'], 'points')} and the mix for {shown(row['mix_effect'], 'points')}."
    )
    if row["rate_effect"] / whole > _MOST:
        text = f"Conversations of the same kind convert {'less' if whole < 0 else 'more'} often; the mix hardly changed: {parts}"
    elif row["mix_effect"] / whole > _MOST:
        text = f"The mix changed; conversations of the same kind convert as before: {parts}"
    else:
        text = f"Both the rates and the mix changed: {parts}"
    return text, ("rates or mix", "rates-or-mix")


def _on_record(scope: Scope, metric: Row, moved: Shift) -> Said:
    first, last = moved.starts - AROUND, moved.starts + AROUND
    if not scope.has("stg_operational_changes", "effective_at", "description", "scope"):
        return "", None
    rows = scope.rows(
        "select cast(effective_at as date) as day, kind, scope, description from {stg_operational_changes}"
        f" where effective_at >= timestamp '{first.isoformat()}' and effective_at < timestamp '{last.isoformat()}' order by effective_at"
    )
    named = [f"{r['day'].isoformat()}: {_change(scope, r)}" for r in rows[:3]]
    named += outside_events(scope, metric, first, last)[:3]
    if not named:
        return (
            f"The data show no cause on record: no operational change and no event within a month of the {'fall' if moved.change < 0 else 'rise'}.",
            None,
        )
    return f"On record around then: {'; '.join(named)}.", None


def _change(scope: Scope, row: Row) -> str:
    """What was changed: as it was described where people's words are asked for, else its kind and what it concerned."""
    if scope.pii and row["description"]:
        return str(row["description"]).rstrip(".")
    return f"{row['kind']} ({row['scope']})" if row["scope"] else str(row["kind"])


def where_it_is(scope: Scope, metric: Row, grain: str, moved: Shift) -> list[Said]:
    """Whether it shows everywhere or in few segments, by the set of one dimension that tells most."""
    best: tuple[str, list[Row]] | None = None
    for dimension in [s.strip() for s in str(metric.get("cohort_sets") or "").split(",")]:
        if dimension in ("", "all") or "+" in dimension:
            continue
        rows = _segments(scope, metric, grain, moved, dimension)
        if best is None or len(rows) > len(best[1]):
            best = dimension, rows
    if best is None or len(best[1]) < 2:
        return []
    dimension, rows = best
    same = [r for r in rows if (r["after"] - r["before"]) * moved.change > 0]
    word = "fall" if moved.change < 0 else "rise"
    name = dimension_label(dimension)
    link = ("segments", slug("segments", metric["metric"], dimension))
    if len(same) == len(rows):
        return [(f"The {word} shows in all {len(rows)} groups by {name} (of at least {FEW} conversations).", link)]
    most = max(rows, key=lambda r: (r["after"] - r["before"]) * moved.change * r["weight"])
    said = f"The {word} shows in {len(same)} of {len(rows)} groups by {name}, most in {value_label(dimension, most['value'])} ({shown(most['before'], 'share')} to {shown(most['after'], 'share')})."  # fmt: skip
    return [(said, link)]


def _segments(scope: Scope, metric: Row, grain: str, moved: Shift, dimension: str) -> list[Row]:
    if not scope.has("cohort_rates", dimension):
        return []

    def total(column: str, periods: tuple[date, ...]) -> str:
        days = ", ".join(f"date '{p.isoformat()}'" for p in periods)
        return f"sum(case when cohort_period in ({days}) then {column} else 0 end)"

    rows = scope.rows(
        f'select "{dimension}" as value, {total("matured", moved.before.periods)} as n1, {total("matured_converted", moved.before.periods)} as k1,'
        f" {total('matured', moved.since.periods)} as n2, {total('matured_converted', moved.since.periods)} as k2 from {{cohort_rates}}"
        f" where {of_metric(metric)} and cohort_grain = '{grain}' and cohort_by = '{dimension}' group by 1 order by 1"
    )
    return [
        {"value": r["value"], "before": r["k1"] / r["n1"], "after": r["k2"] / r["n2"], "weight": int(r["n2"])}
        for r in rows
        if r["n1"] >= FEW and r["n2"] >= FEW
    ]


def first_seen(scope: Scope, metric: Row, moved: Shift) -> tuple[str, tuple[str, str]] | None:
    """The first signal of that direction at the beginning of the new level, and where it is shown."""
    if not scope.has("rate_alerts"):
        return None
    last = moved.starts + AROUND
    way = "below" if moved.change < 0 else "above"
    rows = scope.rows(
        "select cohort_period, cohort_grain, conversion_rate, lower_limit, upper_limit, matured from {rate_alerts}"
        f" where {of_metric(metric)} and cohort_by = 'all' and signal in ('{way}_limit', 'run_{way}')"
        f" and cohort_period >= date '{moved.starts.isoformat()}' and cohort_period < date '{last.isoformat()}'"
        " order by cohort_period, cohort_grain limit 1"
    )
    if not rows:
        return None
    row = rows[0]
    limit = row["lower_limit"] if way == "below" else row["upper_limit"]
    end = "lower" if way == "below" else "upper"
    beyond = f", {way} {shown(limit, 'share')}, the {end} limit of its usual range" if limit is not None else ""
    said = f"The first signal came in {period_label(row['cohort_period'], row['cohort_grain'])}: {shown(row['conversion_rate'], 'share')}{beyond}."
    return said, ("signals", "alerts")


def fallen_step(scope: Scope, moved: Shift, grain: str) -> tuple[str, tuple[str, str]] | None:
    """The step of a funnel that fell furthest in the first period of a lower level, and the funnel that shows it."""
    if moved.change > 0 or not scope.has("funnel_rates", "is_history_bottleneck", "history_rate"):
        return None
    rows = scope.rows(
        "select funnel, step, step_rate, history_rate from {funnel_rates} where cohort_by = 'all' and is_history_bottleneck and is_complete"
        f" and not is_small and history_rate > 0 and cohort_grain = '{grain}' and cohort_period = date '{moved.starts.isoformat()}'"
        " order by step_rate / history_rate, funnel, step_number limit 1"
    )
    if not rows:
        return None
    (row,) = rows
    said = (
        f"The funnel lost most at {in_words(str(row['step'])).lower()}: {shown(row['step_rate'], 'share')} of those at the previous step"
        f" got there, compared with {shown(row['history_rate'], 'share')} in earlier periods."
    )
    return said, ("funnel", slug("funnel", row["funnel"]))
