"""The confidence of published intervals: that of the build they are from, which the project's setting may have left."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from statistics import NormalDist
from typing import Any

DEFAULT = 0.95
_PLACES = 6
_SAME = 1e-4  # of a width: rows hold more places than that


def confidence_of(rows: Iterable[Mapping[str, Any]], setting: object) -> float:
    """What the limits of rates (`rates_sql`) were made with, from 0 to 1; the variable `confidence` where no rate has any.

    `setting`: the variable as the project has it now, None for its default. Limits that fit it are its own; of others the confidence is
    found from the widest sample's, as a Wilson interval has one for each width.
    """
    wanted = DEFAULT if setting is None else float(str(setting))
    widest = max((row for row in rows if row["matured"]), key=lambda row: row["matured"], default=None)
    if widest is None or widest["rate_high"] is None:
        return wanted
    n, low, high = int(widest["matured"]), float(widest["rate_low"]), float(widest["rate_high"])
    share = int(widest["matured_converted"]) / n
    z = NormalDist().inv_cdf((1 + wanted) / 2)
    expected = _half_width(share, n, z)
    if abs((high - low) / 2 - expected) < _SAME * expected:
        return wanted
    return round(2 * NormalDist().cdf(_z_of(share, n, (high - low) / 2)) - 1, _PLACES)


def _half_width(share: float, n: int, z: float) -> float:
    return z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)


def _z_of(share: float, n: int, half_width: float) -> float:
    """The z of a Wilson interval's half width: with u = z²/n it solves (h² - ¼)u² + (2h² - p(1 - p))u + h² = 0."""
    a, b, c = half_width**2 - 0.25, 2 * half_width**2 - share * (1 - share), half_width**2
    u = (-b - math.sqrt(max(b * b - 4 * a * c, 0.0))) / (2 * a)
    return math.sqrt(max(u, 0.0) * n)
