"""Wilson's interval (section 4).

> `rate_low`, `rate_high` (Wilson, variable `confidence` 0.95)
"""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist


def z_value(confidence: float) -> float:
    """The two-sided standard normal quantile."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(successes: int, trials: int, confidence: float) -> tuple[float, float] | None:
    """The limits of a proportion; none without a trial."""
    if trials == 0:
        return None
    z = z_value(confidence)
    rate = successes / trials
    centre = (rate + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return low, high


def newcombe(one: tuple[int, int], other: tuple[int, int], confidence: float) -> tuple[float, float]:
    """The limits of the difference of two proportions, each of (successes, trials) with a trial, from Wilson's (his method 10)."""
    (l1, u1), (l2, u2) = (wilson(*each, confidence) or (0.0, 1.0) for each in (one, other))
    p1, p2 = one[0] / one[1], other[0] / other[1]
    return p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2), p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
