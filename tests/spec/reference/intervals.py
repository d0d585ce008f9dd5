"""Wilson's interval (section 4).

> `rate_low`, `rate_high` (Wilson, variable `confidence` 0.95)
"""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from statistics import NormalDist


def z_value(confidence: float) -> float:
    """The two-sided standard normal quantile."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


Count = int | Fraction  # or a count divided by a design effect


def wilson(successes: Count, trials: Count, confidence: float) -> tuple[float, float] | None:
    """The limits of a proportion; none without a trial."""
    if trials == 0:
        return None
    z = z_value(confidence)
    rate = float(successes / trials)
    n = float(trials)
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = 0.0 if successes == 0 else centre - half
    high = 1.0 if successes == trials else centre + half
    return low, high


def newcombe(one: tuple[Count, Count], other: tuple[Count, Count], confidence: float) -> tuple[float, float]:
    """The limits of the difference of two proportions, each of (successes, trials) with a trial, from Wilson's (his method 10)."""
    (l1, u1), (l2, u2) = (wilson(*each, confidence) or (0.0, 1.0) for each in (one, other))
    p1, p2 = float(one[0] / one[1]), float(other[0] / other[1])
    return p1 - p2 - sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2), p1 - p2 + sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2)
