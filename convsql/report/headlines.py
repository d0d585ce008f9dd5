"""The cards on top: each metric's newest complete month, its interval, its change, and what is still open."""

from __future__ import annotations

from math import sqrt

from convsql.building.losses import why_no_conversations
from convsql.definitions.metric_key import MetricKey
from convsql.rates.words import is_seen_whole, period_name
from convsql.report import charts
from convsql.report.figure import Figure, Headline, Row, shown, slug
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
)
MOST_PERIODS = 24
GRAINS = ("month", "week", "quarter", "day", "year")


def grain_of(metric: Row) -> str:
    """The grain of a metric's cards: month where it has one."""
    own = [g.strip() for g in str(metric["cohort_grains"]).split(",")]
    return next((g for g in GRAINS if g in own), "all")


def headlines(scope: Scope) -> list[Headline]:
    """One card per metric, those that rest on most first."""
    found = []
    for metric in scope.metrics:
        grain = grain_of(metric)
        rows = scope.rows(
            "select cohort_period, conversion_rate, rate_low, rate_high, projected_rate, projected_follow_up_days, matured, matured_converted, eligible,"
            f" pending, is_complete from {{cohort_rates}} where {of_metric(metric)} and cohort_grain = '{grain}'"
            " and cohort_by = 'all' order by cohort_period"
        )
        found.append(_headline(scope, metric, grain, rows[-MOST_PERIODS:]))
    return found


def _headline(scope: Scope, metric: Row, grain: str, rows: list[Row]) -> Headline:
    complete = [r for r in rows if r["is_complete"] and r["conversion_rate"] is not None]
    last = complete[-1] if complete else None
    values = [
        {
            "period": period_name(r["cohort_period"], grain),
            "rate": r["conversion_rate"] if r["is_complete"] else None,
            "low": r["rate_low"] if r["is_complete"] else None,
            "high": r["rate_high"] if r["is_complete"] else None,
            "projected": r["projected_rate"] if is_seen_whole(r, metric["window_days"]) else None,
            "is_open": not r["is_complete"],
            "converted": r["matured_converted"],
            "matured": r["matured"],
            "pending": r["pending"],
            "is_complete": r["is_complete"],
        }
        for r in rows
    ]
    key = MetricKey(str(metric["metric"]), int(metric["metric_version"]))
    n = sum(int(r["matured"]) for r in rows)
    still_open = [r for r in rows if not r["is_complete"] and r["eligible"]]
    figure = Figure(
        slug("rate", metric["metric"]),
        f"{metric['metric']} by {grain}",
        f"Line and band: complete periods with their {scope.confidence:.0%} interval. Circles: periods still open, as projected, once some of them have had their whole time.",
        scope.footing(str(key), n),
        _COLUMNS,
        values,
        charts.rate_over_time(values) if values else None,
    )
    change, has_moved = _change(complete, grain)
    return Headline(
        key=key,
        description=str(metric["description"] or ""),
        period=period_name(last["cohort_period"], grain) if last else "no complete period yet",
        rate=last["conversion_rate"] if last else None,
        low=last["rate_low"] if last else None,
        high=last["rate_high"] if last else None,
        converted=int(last["matured_converted"]) if last else 0,
        matured=int(last["matured"]) if last else 0,
        change=change,
        has_moved=has_moved,
        open_note=_open(still_open, grain, metric["window_days"]) if rows else _nothing(scope),
        figure=figure,
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
    if not rows:
        return ""
    pending = sum(int(r["pending"]) for r in rows)
    names = ", ".join(period_name(r["cohort_period"], grain) for r in rows[-3:])
    last = rows[-1]
    projected = ""
    if last["projected_rate"] is not None:
        reach = (
            ""
            if is_seen_whole(last, window_days)
            else f"by day {last['projected_follow_up_days']:.0f} of {window_days:g} "
        )
        projected = f", projected {reach}{shown(last['projected_rate'], 'share')}"
    return f"still open: {names} ({pending:,} pending{projected})"
