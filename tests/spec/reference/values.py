"""Typing of single raw values (section 1).

> type (timestamps to UTC; blank strings, and values that cannot be typed, are null; codes, channels,
> directions, sender types, statuses, stages, kinds, roles and industries trimmed and lower-cased …).
> Times in CSV are ISO 8601, with `T` or a space; without a zone, UTC.

Blank: nothing but spaces, tabs and line ends. Digits past the microsecond are cut off.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.spec.reference.columns import CODE, ID, LENGTH, NUMBER, TEXT, TIME
from tests.spec.reference.shapes import NULL_WORDS, amount, id_text, length, loose_time

WHITE_SPACE = "".join(chr(point) for point in range(0x3001) if chr(point).isspace())  # all that Unicode calls so
MICROSECOND = timedelta(microseconds=1)

_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?)?"
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def text(value: Any) -> str | None:
    """A string, null where blank; never trimmed."""
    if value is None:
        return None
    as_text = str(value)
    return as_text if as_text.strip(WHITE_SPACE) else None


def code(value: Any) -> str | None:
    """A string trimmed and lower-cased, null where blank."""
    as_text = text(value)
    return None if as_text is None else as_text.strip(WHITE_SPACE).lower()


def time(value: Any) -> datetime | None:
    """An instant in UTC without a zone, null where it is no instant."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    match = _TIME.fullmatch(str(value).strip(WHITE_SPACE))
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    microsecond = int(((fraction or "") + "000000")[:6])
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), microsecond
        )
        return local - _offset(zone)
    except (ValueError, OverflowError):
        return None


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in "Zz":
        return timedelta()
    digits = zone[1:].replace(":", "")
    length = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return length if zone[0] == "+" else -length


def number(value: Any) -> float | None:
    """A finite number, null where it is none, and beyond a thousand million million."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        found = float(value)
    else:
        as_text = str(value).strip(WHITE_SPACE)
        if _NUMBER.fullmatch(as_text) is None:
            return None
        found = float(as_text)
    return found if math.isfinite(found) and abs(found) <= 1e15 else None


def flag(value: Any) -> bool | None:
    """A boolean of a seed, null where blank."""
    if value is None or isinstance(value, bool):
        return value
    as_text = code(value)
    return None if as_text is None else as_text in ("true", "t", "1", "yes")


def given(value: Any, kind: str) -> str | None:
    """What stands in a column of an input: null when blank, and of a word that says so, but for free text."""
    found = text(value)
    is_null = found is not None and kind != TEXT and found.strip(WHITE_SPACE).lower() in NULL_WORDS
    return None if is_null else found


def typed(value: Any, kind: str) -> Any:
    """The value as its column's type."""
    found = given(value, kind)
    if found is None or kind == TEXT:
        return found
    trimmed = found.strip(WHITE_SPACE)
    is_text = isinstance(value, str)
    if kind == TIME:
        return time(value) or (loose_time(trimmed) if is_text else None)
    if kind in (NUMBER, LENGTH):
        plain = number(value)
        if plain is not None or not is_text:
            return plain
        return amount(trimmed) if kind == NUMBER else length(trimmed)
    if kind == CODE:
        return code(value)
    return id_text(trimmed) if kind == ID else found


def hours(value: float | str | Fraction) -> timedelta:
    """A length of hours, to the microsecond."""
    return timedelta(microseconds=round(Fraction(str(value)) * 3_600_000_000))


def days(value: float | str | Fraction) -> timedelta:
    """A length of elapsed days of 86,400 seconds."""
    return hours(Fraction(str(value)) * 24)


def seconds(length: timedelta) -> float:
    """A length in seconds: whole microseconds divided once."""
    return (length // MICROSECOND) / 1e6
