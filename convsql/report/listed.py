"""Lists of conversations behind figures that are no rates: the steps of a funnel, the hours in which contacts wait.

The conversations behind a rate are filtered from one list (`conversation_list`); these have a list each, of the newest, with how many there
are in all, which is the number that the figure shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from convsql.base.printable import one_line
from convsql.report.figure import Row

MOST_LISTED = 200  # of one list: as many as the page shows
_EPOCH = date(2000, 1, 1)

Asked = dict[str, str]
Newest = Mapping[tuple[Any, ...], list[Row]]


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: what it is called, what it counts, how many of these there are, and the newest (conversation_id, listed_at).

    `is_offered`: whether it can be chosen by its name; else only its figure leads to it.
    """

    label: str
    unit: str
    count: int
    rows: list[Row]
    is_offered: bool = True


class Lists:
    """The lists that sections have asked for, in the order in which they did."""

    def __init__(self) -> None:
        self._lists: dict[str, Listed] = {}

    def add(self, key: str, listed: Listed) -> Asked | None:
        """How a row leads to a list; None where nobody is in it."""
        if not listed.rows:
            return None
        self._lists[key] = listed
        return {"list": key}

    def document(self, ids: dict[str, int]) -> list[dict[str, Any]]:
        """What the page's script shows: key, label, unit, count, offered, and `rows` of an id's place and day. `ids` gets those that it lacks."""
        return [
            {
                "key": key,
                "label": one_line(listed.label),
                "unit": listed.unit,
                "count": listed.count,
                "offered": listed.is_offered,
                "rows": [
                    [ids.setdefault(str(r["conversation_id"]), len(ids)), _day(r["listed_at"])] for r in listed.rows
                ],
            }
            for key, listed in self._lists.items()
        ]


def newest(
    ask: Callable[[str], Iterable[Row]], source: str, keys: Sequence[str], at: str, most: int = MOST_LISTED
) -> Newest:
    """The newest conversations by the values of `keys`, at most so many of each: rows of conversation_id and listed_at.

    `ask` answers a query; `source` is what stands after its `from`, with the columns `keys`, conversation_id and `at`.
    """
    names = ", ".join(keys)
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in ask(
        f"select {names}, conversation_id, listed_at from (select {names}, conversation_id, {at} as listed_at,"
        f" row_number() over (partition by {names} order by {at} desc, conversation_id) as place from {source}"
        f") as newest where place <= {most} order by {names}, place"
    ):
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


def _day(at: datetime) -> int:
    return (at.date() - _EPOCH).days
