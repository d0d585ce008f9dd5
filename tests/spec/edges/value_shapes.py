"""Sixty values as exports write them, and what each is as a time, an amount, a length and an id, worked out by hand."""

from __future__ import annotations

from datetime import datetime as at
from typing import Any, Final


class Lost:
    """Given, and not readable: counted, with samples."""


class Missing:
    """Nothing is given."""


L: Final = Lost
M: Final = Missing
DAY = at(2026, 1, 5)
NINE = at(2026, 1, 5, 9, 5)

# The value, and what it is in a column of times, of amounts, of lengths in seconds, and of ids. `...`: the value itself, trimmed.
SHAPES: list[tuple[str, Any, Any, Any, Any]] = [
    # nothing, in words
    ("", M, M, M, M),
    (" \t\u00a0", M, M, M, M),
    ("NULL", M, M, M, M),
    ("\\N", M, M, M, M),
    (" None ", M, M, M, M),
    ("nan", M, M, M, M),
    ("NaT", M, M, M, M),
    ("#N/A", M, M, M, M),
    ("<NA>", M, M, M, M),
    ('""', M, M, M, M),
    ("''", M, M, M, M),
    ("-", M, M, M, M),
    # times: ISO, and what is near to it
    ("2026-01-05", DAY, L, L, ...),
    ("2026-01-05T09:05:00Z", NINE, L, L, ...),
    ("2026-01-05 11:05:00.0000009+02:00", NINE, L, L, ...),
    ("2026-1-5 9:05", NINE, L, L, ...),
    ("2026/01/05 09:05:00", NINE, L, L, ...),
    ("2026-01-05 9:05 AM", NINE, L, L, ...),
    ("2026-01-05 12:05:00 am", at(2026, 1, 5, 0, 5), L, L, ...),
    ("20260105T090500Z", NINE, L, L, ...),
    ("5 Jan 2026 09:05", NINE, L, L, ...),
    ("Jan 5, 2026, 9:05 PM", at(2026, 1, 5, 21, 5), L, L, ...),
    ("Mon, 05 Jan 2026 09:05:00 +0000", NINE, L, L, ...),
    # times that are none, or have two readings
    ("03/04/2026", L, L, L, ...),
    ("3/25/2026 10:00", L, L, L, ...),
    ("05.01.2026", L, L, L, ...),
    ("2026-02-30", L, L, L, ...),
    ("2026-01-05 24:00", L, L, L, ...),
    ("2026-01-05 09:05 CST", L, L, L, ...),
    ("0001-01-01", L, L, L, ...),
    # numbers, some of which are times: 1767603900 s is 2026-01-05 09:05 UTC (20,458 days and 32,700 s)
    ("1767603900", NINE, 1767603900.0, 1767603900.0, ...),
    ("1767603900000", NINE, 1767603900000.0, 1767603900000.0, ...),
    ("1767603900000000", NINE, L, L, ...),
    ("1767603900.0", NINE, 1767603900.0, 1767603900.0, "1767603900"),
    ("20260105", DAY, 20260105.0, 20260105.0, ...),
    ("11.0", L, 11.0, 11.0, "11"),
    ("007", L, 7.0, 7.0, ...),
    ("1e5", L, 100000.0, 100000.0, ...),
    ("1.234", L, 1.234, 1.234, ...),
    (" 42\u00a0", L, 42.0, 42.0, "42"),
    ("1.5551234567E+10", L, 15551234567.0, 15551234567.0, "15551234567"),
    ("1.55512E+10", L, 15551200000.0, 15551200000.0, L),
    ("90071992547409931.0", L, L, L, L),
    ("inf", L, L, L, ...),
    # amounts
    ("$14,500", L, 14500.0, L, ...),
    ("($500.25)", L, -500.25, L, ...),
    ("€ 1.234,56", L, 1234.56, L, ...),
    ("1\u202f234,56", L, 1234.56, L, ...),
    ("CHF 1’234.50", L, 1234.5, L, ...),
    ("500 EUR", L, 500.0, L, ...),
    ("1,234,567", L, 1234567.0, L, ...),
    ("12,5", L, 12.5, L, ...),
    ("1,234", L, L, L, ...),
    ("€1.234", L, L, L, ...),
    ("12 apples", L, L, L, ...),
    # lengths
    ("2:00", L, L, 120.0, ...),
    ("1:02:03", L, L, 3723.0, ...),
    ("2m 5s", L, L, 125.0, ...),
    ("PT1H30M", L, L, 5400.0, ...),
    ("2:60", L, L, L, ...),
]
