"""With which signs a column's numbers are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SIGNS = re.compile(r"[\s\u00a0\u202f$€£¥₹'’()+-]|\b(?:[A-Z]{3})\b|kr\.?|zł|R\$", re.IGNORECASE)
_PLAIN = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)
_DURATION = re.compile(r"\d{1,3}:\d{2}(:\d{2})?")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """The decimal sign and the thousands' sign; both empty where every number is plain. `is_open`: two readings are left."""

    decimal: str
    thousands: str
    share: float
    is_open: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether staging reads it by itself."""
        return not self.decimal


def is_duration(values: Sequence[str]) -> bool:
    """Whether most values are written as 2:05 or 1:02:03."""
    return bool(values) and sum(1 for v in values if _DURATION.fullmatch(v)) * 4 >= len(values) * 3


def number_format(values: Sequence[str]) -> NumberFormat | None:
    """How numbers are written, where three in four values are numbers."""
    if not values:
        return None
    if sum(1 for v in values if _PLAIN.fullmatch(v)) == len(values):
        is_open = all(re.fullmatch(r"[-+]?\d{1,3}\.\d{3}", v) for v in values)
        return NumberFormat(".", "", 1.0, True) if is_open else NumberFormat("", "", 1.0)
    bare = [_SIGNS.sub("", v) for v in values]
    digits = [b for b in bare if re.fullmatch(r"\d+([.,]\d+)*", b)]
    if len(digits) * 4 < len(values) * 3:
        return None
    share = len(digits) / len(values)
    commas = [b for b in digits if "," in b]
    points = [b for b in digits if "." in b]
    if any(b.rfind(",") > b.rfind(".") >= 0 for b in commas) or any(
        re.search(r",\d{1,2}$|,\d{4,}$", b) for b in commas
    ):
        return NumberFormat(",", ".", share)
    if any(b.rfind(".") > b.rfind(",") >= 0 for b in points) or any(
        re.search(r"\.\d{1,2}$|\.\d{4,}$", b) for b in points
    ):
        return NumberFormat(".", ",", share)
    if any(b.count(",") > 1 for b in commas):
        return NumberFormat(".", ",", share)
    if any(b.count(".") > 1 for b in points):
        return NumberFormat(",", ".", share)
    if _are_thousands(digits):
        return NumberFormat(".", ",", share) if commas else NumberFormat(",", ".", share)
    if commas or points:  # 14,500: thousands with a dollar before it, and 14.5 elsewhere
        is_american = any("$" in v for v in values)
        return NumberFormat(".", ",", share, not is_american) if commas else NumberFormat(",", ".", share, True)
    return NumberFormat(".", ",", share)


def _are_thousands(numbers: Sequence[str]) -> bool:
    """Whether a sign before three digits can only part thousands.

    Every number from 1,000 on has it and some below have none, so that it does not open a fixed number of decimals; and it stands
    before three digits fifty times, which decimals of any length do once in 190 columns (0.9 to the power of 50).
    """
    parted = [n for n in numbers if "," in n or "." in n]
    plain = [n for n in numbers if n not in parted]
    is_one_sign = len({sign for n in parted for sign in n if not sign.isdigit()}) == 1
    return (
        is_one_sign
        and len(parted) >= 50
        and bool(plain)
        and all(len(n) <= 3 for n in plain)
        and not any(n.startswith("0") for n in parted)
    )


def example_of(values: Sequence[str]) -> str:
    """A value that can be read in two ways, where there is one."""
    return next((v for v in values if re.search(r"\d[.,]\d{3}(?!\d)", v)), values[0])
