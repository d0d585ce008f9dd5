"""In which format a column's times are written, and whether days or months come first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

ISO = "ISO"
EPOCH = "epoch"
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?")
_ZONED = re.compile(r"(Z|UTC|GMT|[+-]\d{2}:?\d{2})$")
_EPOCH = re.compile(r"1\d{9}(\d{3}|\d{6})?(\.0+)?|1\.\d+E\+?\d+", re.IGNORECASE)
_DATES = (
    "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y", "%a %m/%d/%Y", "%a %d/%m/%Y", "%a, %m/%d/%Y",
)  # fmt: skip
_TIMES = (
    "",
    " %H:%M",
    " %H:%M:%S",
    " %I:%M %p",
    " %I:%M:%S %p",
    ", %H:%M",
    ", %H:%M:%S",
    ", %I:%M %p",
    ", %I:%M:%S %p",
    " %I:%M%p",
)
_ENDS = ("", " UTC", " GMT")
_OTHER = {"%m/%d": "%d/%m", "%d/%m": "%m/%d", "%m-%d": "%d-%m", "%d-%m": "%m-%d"}
MONTH_FIRST, DAY_FIRST = "month_first", "day_first"


@dataclass(frozen=True, slots=True)
class TimeFormat:
    """How times are written: ISO, epoch, or a format with the directives of strptime; `share` of the values that are.

    `other`: the same with day and month the other way round, where every value can be read so, too.
    """

    text: str
    share: float
    is_zoned: bool = False
    other: str = ""

    @property
    def has_clock(self) -> bool:
        """Whether it says more than the day."""
        return "%M" in self.text or self.text in (ISO, EPOCH)


def time_format(values: Sequence[str], is_named_so: bool) -> TimeFormat | None:
    """The format that fits most of the values, where that is three in four; `is_named_so`: the header speaks of a time."""
    if not values:
        return None
    iso = [v for v in values if _ISO.fullmatch(v)]
    if len(iso) * 4 >= len(values) * 3:
        return TimeFormat(ISO, len(iso) / len(values), all(_is_day(v) or _ZONED.search(v) for v in iso))
    if is_named_so and sum(1 for v in values if _EPOCH.fullmatch(v)) * 4 >= len(values) * 3:
        return TimeFormat(EPOCH, 1.0, True)
    if not all(re.search(r"\d", v) and re.search(r"[-/. ,]", v) and len(v) < 45 for v in values[:5]):
        return None
    found: dict[str, float] = {}
    for text in _formats():
        if any(fits(v, text) for v in values[:4]):
            found[text] = sum(1 for v in values if fits(v, text)) / len(values)
    if not found or max(found.values()) < 0.75:
        return None
    best = max(found, key=lambda f: found[f])
    other = swapped(best)
    is_open = found.get(other, 0.0) == found[best]
    return TimeFormat(best, found[best], best.endswith((" UTC", " GMT")), other if is_open else "")


def fits(value: str, text: str) -> bool:
    """Whether a value is written in a format."""
    try:
        datetime.strptime(value, text)
    except ValueError:
        return False
    return True


def swapped(text: str) -> str:
    """A format with day and month the other way round; empty where it names the month or the dots say the order."""
    for here, there in _OTHER.items():
        if here in text:
            return text.replace(here, there)
    return ""


def order_of(text: str) -> str:
    """Which of day and month comes first."""
    return MONTH_FIRST if "%m/%d" in text or "%m-%d" in text else DAY_FIRST


def _is_day(value: str) -> bool:
    return len(value) <= 10


def _formats() -> Iterator[str]:
    for date in _DATES:
        for time in _TIMES:
            for end in _ENDS if time else ("",):
                yield date + time + end
