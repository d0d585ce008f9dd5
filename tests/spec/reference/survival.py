"""Kaplan-Meier (section 4).

> `projected_rate` = 1 − Kaplan–Meier survival at the window's end over all eligible anchored before `complete_at`
> (time = `converted_at − anchor_at`; whatever happens after `complete_at` is not seen: censored there; events
> before censorings at ties; …), `projected_follow_up_days` = the largest min(window, `complete_at − anchor_at`),
> `projected_low`, `projected_high` (log-log Greenwood; null where the estimate is 0 or 1)

An outcome at `complete_at` itself is seen. Without anyone anchored before it all four are null.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import exp, fsum, log, sqrt

from tests.spec.reference.intervals import z_value
from tests.spec.reference.metrics import Metric, Subject

NOTHING = (None, None, None, None)


@dataclass(frozen=True)
class Watched:
    """How long a conversation was watched, and whether it converted then."""

    time: timedelta
    converted: bool


def watched(metric: Metric, subject: Subject, complete_at: datetime | None) -> Watched | None:
    """What is seen of an eligible conversation at `complete_at`; none when it was anchored later."""
    anchor_at = subject.anchor_at
    if complete_at is None or anchor_at is None or anchor_at >= complete_at:
        return None
    converted_at = subject.converted_at
    if converted_at is not None and converted_at <= complete_at:
        return Watched(converted_at - anchor_at, True)
    return Watched(min(metric.window, complete_at - anchor_at), False)


def projection(
    metric: Metric, found: list[Subject], complete_at: datetime | None, confidence: float
) -> tuple[float | None, float | None, float | None, float | None]:
    """The projected rate, its limits, and how many days the follow-up reaches."""
    seen = [each for subject in found if (each := watched(metric, subject, complete_at)) is not None]
    if not seen or complete_at is None:
        return NOTHING
    reach = max(
        min(metric.window, complete_at - subject.anchor_at)
        for subject in found
        if subject.anchor_at is not None and subject.anchor_at < complete_at
    )
    survival, greenwood = kaplan_meier(seen)
    limits = log_log_limits(float(survival), greenwood, confidence)
    low, high = (None, None) if limits is None else (1 - limits[1], 1 - limits[0])
    return float(1 - survival), low, high, reach / timedelta(days=1)


def kaplan_meier(seen: list[Watched]) -> tuple[Fraction, float]:
    """Survival after the last event, and Greenwood's sum (without the step to 0)."""
    last = deque(steps_of(seen), maxlen=1)
    return last[0][2:] if last else (Fraction(1), 0.0)


def steps_of(seen: list[Watched]) -> Iterator[tuple[timedelta, int, Fraction, float]]:
    """Each time at which someone converted or was seen last: how many were at risk, survival after it, Greenwood's sum up to it.

    Who leaves later has not converted by then, and is at risk all the way.
    """
    survival = Fraction(1)
    greenwood: list[float] = []
    times = sorted(each.time for each in seen)
    converted = Counter(each.time for each in seen if each.converted)
    for at in sorted(set(times)):
        at_risk = len(times) - bisect_left(times, at)
        if events := converted[at]:
            survival *= Fraction(at_risk - events, at_risk)
            if events < at_risk:
                greenwood.append(events / (at_risk * (at_risk - events)))
        yield at, at_risk, survival, fsum(greenwood)


def log_log_limits(survival: float, greenwood: float, confidence: float) -> tuple[float, float] | None:
    """The limits of survival on the scale log(−log S); none at 0 and 1."""
    if survival in (0.0, 1.0):
        return None
    spread = z_value(confidence) * sqrt(greenwood) / log(survival)
    scale = log(-log(survival))
    return exp(-exp(scale - spread)), exp(-exp(scale + spread))
