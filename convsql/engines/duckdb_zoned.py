"""Rows that hold times with a zone, without pytz: DuckDB's Python client wants it for nothing but these.

Such a column is asked for as text and read here. What text can't be read as a `datetime` (`infinity`, years past 9999), and values
within lists and structs, stay text.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_ZONED = re.compile(r"WITH TIME ZONE|TIMESTAMP_?TZ", re.IGNORECASE)
_NESTED = re.compile(r"[\[(]")


@dataclass(frozen=True, slots=True)
class Zoned:
    """Which columns of a query hold times with a zone: those to be read from text, and those that stay text."""

    width: int
    read: frozenset[int]
    shown: frozenset[int]

    def over(self, sql: str) -> str:
        """The query with these columns as text."""
        names = [f"c{i}" for i in range(self.width)]
        asked = [f"cast({n} as varchar)" if i in self.read | self.shown else n for i, n in enumerate(names)]
        return f"select {', '.join(asked)} from (\n{sql}\n) as zoned({', '.join(names)})"

    def row(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row of that query with its times read."""
        return tuple(_time(value) if i in self.read else value for i, value in enumerate(row))


def with_zones(description: Sequence[Sequence[Any]] | None) -> Zoned | None:
    """What of a result (as the DB-API describes it) holds times with a zone; None when nothing does."""
    kinds = [str(column[1]) for column in description or []]
    zoned = {i for i, kind in enumerate(kinds) if _ZONED.search(kind)}
    if not zoned:
        return None
    nested = {i for i in zoned if _NESTED.search(kinds[i])}
    return Zoned(len(kinds), frozenset(zoned - nested), frozenset(nested))


def _time(text: str | None) -> datetime.datetime | datetime.time | str | None:
    if text is None:
        return None
    for read in (datetime.datetime.fromisoformat, datetime.time.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return text
