"""Two groups with the mix of the first: shares within strata, and the interval of their difference by variance recovery."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

from tests.spec.reference.intervals import wilson

Cells = Mapping[str, tuple[int, int]]
"""Stratum → converted, all."""


class Beside(NamedTuple):
    """The first group's rate, and the second's with its mix, over the strata of both."""

    own: float
    other: float
    low: float
    high: float
    coverage: float


def like_for_like(own: Cells, other: Cells, confidence: float = 0.95) -> Beside | None:
    """None where no stratum is in both."""
    shared = [name for name in own if other.get(name, (0, 0))[1]]
    covered = sum(own[name][1] for name in shared)
    if not covered:
        return None
    first = second = low = high = 0.0
    for name in shared:
        (k, n), (j, m) = own[name], other[name]
        weight = n / covered
        first += weight * k / n
        second += weight * j / m
        (a, b), (c, d) = wilson(k, n, confidence), wilson(j, m, confidence)
        low += weight**2 * ((k / n - a) ** 2 + (d - j / m) ** 2)
        high += weight**2 * ((b - k / n) ** 2 + (j / m - c) ** 2)
    return Beside(first, second, first - second - sqrt(low), first - second + sqrt(high), covered / sum(n for _, n in own.values()))  # fmt: skip
