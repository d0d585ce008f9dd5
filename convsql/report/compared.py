"""What a metric's newest complete period is held against besides the one before: its own level, its target, the same period a year ago."""

from __future__ import annotations

from datetime import date
from math import sqrt

from convsql.report.figure import Row, shown
from convsql.report.labels import period_label
from convsql.report.scope import Scope, said
from convsql.report.shift import shift, trailing

_Z = 1.96


def comparisons(scope: Scope, metric: Row, complete: list[Row], grain: str) -> tuple[tuple[str, bool], ...]:
    """Each comparison in words, with whether chance does not explain it."""
    if not complete:
        return ()
    found = (_own_level(complete, grain), _target(scope, metric, complete[-1], grain), _year_ago(complete, grain))
    return tuple(each for each in found if each is not None)


def target_of(scope: Scope, metric: Row, period: date) -> float | None:
    """The newest target of a metric that had begun by a period. Shares as shares, counts as counts."""
    if not scope.has("targets", "metric", "period_start", "target"):
        return None
    rows = scope.rows(
        f"select target from {{targets}} where metric = {said(metric['metric'])} and target is not null"
        f" and period_start <= date '{period.isoformat()}' order by period_start desc limit 1"
    )
    return float(rows[0]["target"]) if rows else None


def _own_level(complete: list[Row], grain: str) -> tuple[str, bool] | None:
    moved = shift(complete)
    if moved is not None:
        word = "down" if moved.change < 0 else "up"
        before = f"{shown(moved.before.rate, 'share')} in the {_periods(len(moved.before.periods), grain)} before"
        return (
            f"{word} since {period_label(moved.starts, grain)}: {shown(moved.since.rate, 'share')} against {before}",
            True,
        )
    level = trailing(complete)
    if level is None:
        return None
    return f"{_by(complete[-1]['conversion_rate'], level.rate)} against the {_periods(len(level.periods), grain)} before ({shown(level.rate, 'share')})", False  # fmt: skip


def _target(scope: Scope, metric: Row, last: Row, grain: str) -> tuple[str, bool] | None:
    target = target_of(scope, metric, last["cohort_period"])
    if target is None:
        return None
    if target > 1:
        reached = int(last["converted"] or last["matured_converted"])
        return f"target {target:,.0f} conversions: {reached:,} ({reached / target:.0%})", reached < target
    short = last["rate_high"] < target
    word = "below" if short else "above" if last["rate_low"] > target else "not clearly off"
    return f"{word} the target of {shown(target, 'share')}", short


def _year_ago(complete: list[Row], grain: str) -> tuple[str, bool] | None:
    last = complete[-1]
    period = last["cohort_period"]
    if grain == "week" or (period.month, period.day) == (2, 29):
        return None
    then = next((r for r in complete if r["cohort_period"] == period.replace(year=period.year - 1)), None)
    if then is None:
        return None
    pooled = (last["matured_converted"] + then["matured_converted"]) / (last["matured"] + then["matured"])
    error = sqrt(pooled * (1 - pooled) * (1 / last["matured"] + 1 / then["matured"]))
    difference = last["conversion_rate"] - then["conversion_rate"]
    moved = error > 0 and abs(difference) > _Z * error
    return f"{_by(last['conversion_rate'], then['conversion_rate'])} against a year before ({shown(then['conversion_rate'], 'share')})", moved  # fmt: skip


def _by(rate: float, other: float) -> str:
    return shown(rate - other, "points")


def _periods(count: int, grain: str) -> str:
    return f"{count} {grain}{'' if count == 1 else 's'}"
