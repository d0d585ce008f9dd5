"""Values as people and tools write them, beyond what section 1 names: each read where it has one reading.

Times by strptime, one format after the other; amounts by taking the signs apart. A date of two numbers and a year is never read.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product

NULL_WORDS = (
    "null", "\\n", "none", "nan", "nat", "n/a", "#n/a", "<na>", "(null)", "[null]", '""', "''", "-", "--",
)  # fmt: skip
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y")
_HOURS = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", " %I:%M %p", ", %I:%M %p", " %I:%M:%S %p")
_UNITS = {9: 1, 10: 1, 12: 10**3, 13: 10**3, 15: 10**6, 16: 10**6, 18: 10**9, 19: 10**9}
_CURRENCIES = ("US$", "$", "€", "£", "USD", "EUR", "GBP", "CHF", "JPY", "KR")
EXACT = 2**53
"""From here on several whole numbers are one floating point number."""


def loose_time(text: str) -> datetime | None:
    """A time of one reading; a count since 1970 in the unit that its digits tell."""
    whole, _, fraction = text.partition(".")
    if re.fullmatch(r"[0-9]+", whole) and re.fullmatch(r"[0-9]*", fraction):
        if len(whole) in (8, 14):
            return _first(whole, ("%Y%m%d", "%Y%m%d%H%M%S")) if not fraction.strip("0") else None
        unit = _UNITS.get(len(whole))
        if unit is None or (len(whole) == 12 and whole[:2] in ("19", "20")):
            return None
        micros = Decimal(text) / unit * 1_000_000
        return datetime(1970, 1, 1) + timedelta(microseconds=int(micros))
    return _first(text, tuple(day + hour for day, hour in product(_DAYS, _HOURS)))


def _first(text: str, formats: tuple[str, ...]) -> datetime | None:
    for each in formats:
        try:
            return datetime.strptime(text, each)
        except ValueError:
            continue
    return None


def amount(text: str) -> float | None:
    """An amount of one reading: with a currency, in parentheses below 0, with signs between thousands."""
    if re.fullmatch(r"\(.*\)", text):
        text = f"-{text[1:-1]}"
    has_currency = False
    for sign in _CURRENCIES:
        if sign in text.upper():
            text, has_currency = re.sub(rf"\s*{re.escape(sign)}\s*", "", text, flags=re.IGNORECASE), True
    if not re.fullmatch(r"[-+]?[0-9][0-9., ']*", text):
        return None
    signs = [each for each in text if each in "., '"]
    if not signs:
        return float(text)
    parts = re.split(r"[., ']", text.lstrip("+-"))
    is_grouped = len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:-1])
    last = signs[-1]
    if len(set(signs)) == 2 and signs.count(last) == 1 and last in ".," and is_grouped and parts[-1]:
        return float(re.sub(r"[., ']", "", text[: text.rindex(last)]) + "." + parts[-1])
    if len(set(signs)) > 1:
        return None
    if len(signs) > 1 or last in " '":
        return float(re.sub(r"[., ']", "", text)) if is_grouped and len(parts[-1]) == 3 else None
    could_be_group = len(parts[-1]) == 3 and len(parts[0]) <= 3 and not parts[0].startswith("0")
    if not could_be_group:
        return float(text.replace(",", "."))
    return float(text.replace(",", "")) if has_currency and last == "," else None


def length(text: str) -> float | None:
    """Minutes and seconds, with hours or without; or numbers with their units."""
    colons = re.fullmatch(r"(?:(\d{1,4}):(?=\d\d:))?(\d{1,4}):([0-5]\d(?:\.\d+)?)", text)
    if colons and (colons[1] is None or int(colons[2]) < 60):
        return int(colons[1] or 0) * 3600 + int(colons[2]) * 60 + float(colons[3])
    units = re.fullmatch(r"(?:PT)?(?:(\d+) ?H)? ?(?:(\d+) ?M)? ?(?:(\d+(?:\.\d+)?) ?S)?", text.upper())
    if units is None or not any(units.groups()):
        return None
    return int(units[1] or 0) * 3600 + int(units[2] or 0) * 60 + float(units[3] or 0)


def id_text(text: str) -> str | None:
    """An id; what a tool made a number of is what it was, and null where digits are gone."""
    if re.fullmatch(r"-?\d+\.0+", text):
        whole = text.split(".")[0]
        return whole if abs(int(whole)) < EXACT else None
    if re.fullmatch(r"[1-9]([.,]\d+)?[eE]\+\d{2,3}", text):
        mantissa, exponent = re.split(r"[eE]\+", text)
        digits = re.sub(r"[.,]", "", mantissa)
        return digits if len(digits) - 1 == int(exponent) < 15 else None
    return text
