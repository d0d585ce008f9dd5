"""Lengths of time as people read them."""

from __future__ import annotations

_SIZES = (86_400, 3_600, 60, 1)
_SHORT = ("d", "h", "min", "s")
_LONG = ("days", "hours", "minutes", "seconds")


def duration(seconds: float, in_full: bool = False) -> str:
    """Seconds in the unit that reads best: 45 s, 12 min, 3.5 h, 2.1 d; `in_full`: 45 seconds, 12 minutes, 3.5 hours, 2.1 days."""
    for size, unit in zip(_SIZES, _LONG if in_full else _SHORT, strict=True):
        if seconds >= size or size == 1:
            places = 1 if size > 1 and seconds < 10 * size else 0
            said = f"{seconds / size:.{places}f}"
            return f"{said} {unit.removesuffix('s') if in_full and said == '1' else unit}"
    raise AssertionError("the last unit is of one second")
