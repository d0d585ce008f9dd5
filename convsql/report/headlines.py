"""The cards on top: each metric's newest complete month, what it is compared with, and what is still open."""

from __future__ import annotations

from math import sqrt

from convsql.building.losses import why_no_conversations
from convsql.definitions.metric_key import MetricKey
from convsql.rates.words import is_seen_whole, period_name
from convsql.report import charts
from convsql.report.compared import comparisons
from convsql.report.drill import drill
from convsql.report.event_names import events_of_metric
from convsql.report.figure import Figure, Headline, Row, shown, slug
from convsql.report.labels import metric_label
from convsql.report.scope import Scope, of_metric

_COLUMNS = (
    ("period", "period", "text"),
    ("rate", "rate", "share"),
    ("low", "lower limit", "share"),
    ("high", "upper limit", "share"),
    ("converted", "converted", "count"),
    ("matured", "matured (n)", "count"),
    ("pending", "pending", "count"),
    ("projected", "projected", "share"),
    ("is_complete", "complete", "text"),
    ("event", "on record", "prose"),
)
_READ = (
    "conversion_rate", "rate_low", "rate_high", "projected_rate", "projected_low", "projected_high", "projected_follow_up_days",
    "matured", "matured_converted", "eligible", "pending", "is_complete", "amount", "converted",
)  # fmt: skip
MOST_PERIODS = 24
MOST_OPEN = 3
GRAINS = ("month", "week", "quarter", "day", "year")
NO_PERIOD = "no complete period yet"


def grain_of(metric: Row) -> str:
    """The grain of a metric's cards: month where it has one."""
    own = [g.strip() for g in str(metric["cohort_grains"]).split(",")]
    return next((g for g in GRAINS if g in own), "all")


def periods_of(scope: Scope, metric: Row) -> list[Row]:
    """The rates of a metric by the grain of its card, over all conversations, in the order of time."""
    return scope.rows(
        f"select cohort_period, {scope.pick('cohort_rates', *_READ)} from {{cohort_rates}} where {of_metric(metric)}"
        f" and cohort_grain = '{grain_of(metric)}' and cohort_by = 'all' order by cohort_period"
    )


def complete_of(rows: list[Row]) -> list[Row]:
    """Those periods that nothing can change any more, and that have a rate."""
    return [r for r in rows if r["is_complete"] and r["conversion_rate"] is not None]


def headlines(scope: Scope) -> list[Headline]:
    """One card per metric, those that rest on most first."""
    return [_headline(scope, metric, grain_of(metric), periods_of(scope, metric)) for metric in scope.metrics]


def _headline(scope: Scope, metric: Row, grain: str, every: list[Row]) -> Headline:
    rows = every[-MOST_PERIODS:]
    complete = complete_of(rows)
    last = complete[-1] if complete else None
    shown_row = last if last is not None else _over_all_time(scope, metric)
    key = MetricKey(str(metric["metric"]), int(metric["metric_version"]))
    change, has_moved = _change(complete, grain)
    still_open = [r for r in rows if not r["is_complete"] and r["eligible"]]
    return Headline(
        key=key,
        label=metric_label(metric),
        description=str(metric["description"] or ""),
        period=period_name(last["cohort_period"], grain) if last else NO_PERIOD,
        rate=shown_row["conversion_rate"] if shown_row else None,
        low=shown_row["rate_low"] if shown_row else None,
        high=shown_row["rate_high"] if shown_row else None,
        converted=int(shown_row["matured_converted"] or 0) if shown_row else 0,
        matured=int(shown_row["matured"] or 0) if shown_row else 0,
        change=change,
        has_moved=has_moved,
        open_note=_open(still_open, grain, metric["window_days"]) if rows else _nothing(scope),
        figure=_figure(scope, metric, key, grain, rows),
        is_complete=last is not None,
        compared=comparisons(scope, metric, complete_of(every), grain),
        drill=drill(scope, metric, grain if last else "all", last["cohort_period"] if last else None),
    )


def _over_all_time(scope: Scope, metric: Row) -> Row | None:
    found = scope.rows(
        "select conversion_rate, rate_low, rate_high, matured, matured_converted from {cohort_rates}"
        f" where {of_metric(metric)} and cohort_grain = 'all' and cohort_by = 'all'"
    )
    return found[0] if found else None


def _figure(scope: Scope, metric: Row, key: MetricKey, grain: str, rows: list[Row]) -> Figure:
    events = events_of_metric(scope, metric, grain)
    values = [
        {
            "period": period_name(r["cohort_period"], grain),
            "event": events.get(r["cohort_period"], ""),
            "rate": r["conversion_rate"] if r["is_complete"] else None,
            "low": r["rate_low"] if r["is_complete"] else None,
            "high": r["rate_high"] if r["is_complete"] else None,
            "projected": r["projected_rate"] if is_seen_whole(r, metric["window_days"]) else None,
            "is_open": not r["is_complete"],
            "converted": r["matured_converted"],
            "matured": r["matured"],
            "pending": r["pending"],
            "is_complete": r["is_complete"],
            "drill": drill(scope, metric, grain, r["cohort_period"]),
        }
        for r in rows
    ]
    return Figure(
        slug("rate", metric["metric"]),
        f"{metric_label(metric)} by {grain}",
        "",
        scope.footing(str(key), sum(int(r["matured"]) for r in rows)),
        _COLUMNS,
        values,
        charts.rate_over_time(values) if values else None,
    )


def _change(complete: list[Row], grain: str) -> tuple[str, bool]:
    """The newest complete rate beside the one before, with Newcombe's interval from the limits of both."""
    if len(complete) < 2:
        return "nothing to compare with yet", False
    before, after = complete[-2], complete[-1]
    difference = after["conversion_rate"] - before["conversion_rate"]
    low = difference - sqrt(
        (after["conversion_rate"] - after["rate_low"]) ** 2 + (before["rate_high"] - before["conversion_rate"]) ** 2
    )
    high = difference + sqrt(
        (after["rate_high"] - after["conversion_rate"]) ** 2 + (before["conversion_rate"] - before["rate_low"]) ** 2
    )
    has_moved = low > 0 or high < 0
    word = ("up" if difference > 0 else "down") if has_moved else "no clear change"
    name = period_name(before["cohort_period"], grain)
    return f"{word}: {shown(difference, 'points')} on {name} ({low * 100:+.1f} to {high * 100:+.1f})", has_moved


def _nothing(scope: Scope) -> str:
    reason = why_no_conversations(scope.published.ask, scope.published.has, scope.published.name)
    return f"no conversations: {reason}" if reason else ""


def _open(rows: list[Row], grain: str, window_days: float) -> str:
    """The newest periods that are still open, each with what it waits for and where it is headed."""
    if not rows:
        return ""
    parts = [_one_open(row, grain, window_days) for row in rows[-MOST_OPEN:]]
    earlier = rows[:-MOST_OPEN]
    if earlier:
        pending = sum(int(r["pending"]) for r in earlier)
        parts.append(f"and {len(earlier)} earlier ({pending:,} pending)")
    return "still open: " + "; ".join(parts)


def _one_open(row: Row, grain: str, window_days: float) -> str:
    said = [f"{int(row['pending']):,} pending"]
    if row["projected_rate"] is not None:
        seen = is_seen_whole(row, window_days)
        reach = "" if seen else f" by day {row['projected_follow_up_days']:.0f} of {window_days:g}"
        limits = ""
        if row["projected_low"] is not None and row["projected_high"] is not None:
            limits = f", {shown(row['projected_low'], 'share')} to {shown(row['projected_high'], 'share')}"
        said.append(f"projected {shown(row['projected_rate'], 'share')}{reach}{limits}")
    return f"{period_name(row['cohort_period'], grain)} ({', '.join(said)})"
