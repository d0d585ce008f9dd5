"""Drop-off reasons by fractions: the rate of those that pass a cause and all asked before it, with the mix of those that show it.

> one primary reason for each matured, unconverted, eligible conversation, by declared rules in a declared order, plus the rate such conversations
> reach when the cause is absent, like for like (standardised over strata), and the deals that would be worth
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from tests.spec.reference.intervals import wilson

Counts = dict[tuple[str, str], tuple[int, int]]
"""(stratum, reason) → matured, converted of them."""


@dataclass(frozen=True)
class Compared:
    """One reason beside the conversations without it."""

    affected: tuple[int, int]
    rate: Fraction | None
    limits: tuple[float, float] | None
    coverage: Fraction | None
    conversions: tuple[float, float, float] | None


def compare(cells: Counts, reasons: Sequence[str], reason: str, confidence: float) -> Compared:
    shown = {stratum: count for (stratum, name), count in cells.items() if name == reason}
    later = set(reasons[reasons.index(reason) + 1 :])
    absent: dict[str, tuple[int, int]] = {}
    for (stratum, name), (n, k) in cells.items():
        if name in later and stratum in shown:
            known = absent.get(stratum, (0, 0))
            absent[stratum] = known[0] + n, known[1] + k
    affected = sum(n for n, _ in shown.values()), sum(k for _, k in shown.values())
    covered = sum(shown[s][0] for s in absent)
    if not covered:
        return Compared(affected, None, None, Fraction(0) if affected[0] else None, None)
    rate = sum((Fraction(shown[s][0] * k, covered * n) for s, (n, k) in absent.items()), Fraction(0))
    distances = []
    for side in (0, 1):
        parts = (
            (shown[s][0] / covered * (k / n - (wilson(k, n, confidence) or (0, 0))[side])) ** 2
            for s, (n, k) in absent.items()
        )
        distances.append(sqrt(sum(parts)))
    own = Fraction(sum(shown[s][1] for s in absent), covered)
    low, high = wilson(sum(shown[s][1] for s in absent), covered, confidence) or (0.0, 1.0)
    gap = float(rate - own)
    return Compared(
        affected,
        rate,
        (max(0.0, float(rate) - distances[0]), min(1.0, float(rate) + distances[1])),
        Fraction(covered, affected[0]),
        (
            covered * gap,
            covered * (gap - sqrt(distances[0] ** 2 + (high - float(own)) ** 2)),
            covered * (gap + sqrt(distances[1] ** 2 + (float(own) - low) ** 2)),
        ),
    )  # fmt: skip
