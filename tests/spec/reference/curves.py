"""Kaplan–Meier step by step (section 4): the rows of `cohort_curves`, of the cohorts of everything.

The last row of a cohort is its projection; each row counts who was at risk, who converted, and of whom nothing is known
after that time: events come before censorings at ties.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from tests.spec.reference.cohorts import grains_of, period_of, sets_of
from tests.spec.reference.columns import Rows
from tests.spec.reference.metrics import Subject
from tests.spec.reference.rates import Measured
from tests.spec.reference.survival import log_log_limits, steps_of, watched
from tests.spec.reference.values import MICROSECOND
from tests.spec.reference.world import World

DAY = timedelta(days=1)


def cohort_curves(world: World, measured: Measured) -> Rows:
    """The rows of one metric; none where it has no set of everything, or its outcome is not known to any day."""
    metric, complete_at = measured.metric, measured.complete_at
    if () not in sets_of(metric) or complete_at is None:
        return []
    rows: Rows = []
    for grain in grains_of(metric):
        cohorts: dict[date | None, list[Subject]] = defaultdict(list)
        for each in measured.subjects:
            if each.is_eligible and each.anchor_at is not None and each.anchor_at < complete_at:
                cohorts[period_of(each.anchor_at, grain, world.timezone)].append(each)
        for period, found in cohorts.items():
            rows += [
                {
                    "metric": metric.name,
                    "metric_version": metric.version,
                    "cohort_grain": grain,
                    "cohort_period": period,
                    **step,
                }
                for step in _steps(world, measured, found)
            ]
    return rows


def _steps(world: World, measured: Measured, found: list[Subject]) -> Rows:
    seen = [each for one in found if (each := watched(measured.metric, one, measured.complete_at)) is not None]
    converted = Counter(each.time for each in seen if each.converted)
    last_seen = Counter(each.time for each in seen if not each.converted)
    assert measured.complete_at is not None
    least = min(
        min(measured.metric.window, measured.complete_at - one.anchor_at) for one in found if one.anchor_at is not None
    )
    steps: Rows = []
    for at, at_risk, survival, greenwood in steps_of(seen):
        limits = log_log_limits(float(survival), greenwood, world.confidence)
        steps.append(
            {
                "elapsed_us": at // MICROSECOND,
                "day": -(-at // DAY),
                "followed": len(seen),
                "at_risk": at_risk,
                "converted": converted[at],
                "followed_no_further": last_seen[at],
                "converted_share": float(1 - survival),
                "share_low": None if limits is None else 1 - limits[1],
                "share_high": None if limits is None else 1 - limits[0],
                "least_follow_up_days": least / DAY,
            }
        )
    return steps
