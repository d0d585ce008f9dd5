"""The first rows that differ, side by side: by the relation's key where it has one, else in sorted order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convsql.base.json_values import plain
from convsql.base.personal import masked_row
from convsql.base.quoting import quote
from convsql.engines.session import Session
from convsql.verification.rows import LEFT

_BALANCE = quote("⟦balance⟧")


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of one side beside that of the other; None where one side has none.

    `differing`: the columns that are not equal. `times`: how often the row is there and the other side lacks it.
    """

    here: Mapping[str, Any] | None
    there: Mapping[str, Any] | None
    differing: tuple[str, ...]
    times: int

    def masked(self, personal: Collection[str]) -> Pair:
        """The pair as it may be shown; `personal`: the names of its personal columns."""
        here, there = (row and masked_row(row, personal) for row in (self.here, self.there))
        return Pair(here, there, self.differing, self.times)

    def to_json(self) -> dict[str, Any]:
        return {
            "here": self.here and {name: plain(value) for name, value in self.here.items()},
            "there": self.there and {name: plain(value) for name, value in self.there.items()},
            "differing": list(self.differing),
            "times": self.times,
        }


def first_pairs(scratch: Session, columns: Sequence[str], key: Sequence[str], limit: int) -> list[Pair]:
    """The first `limit` of the rows that `rows.compare` has left over. Raises EngineError."""
    first = [name for name in key if name in columns]
    order = ", ".join(quote(name) for name in [*first, *(c for c in columns if c not in first)])
    same = (
        " and ".join(f"here.{quote(name)} is not distinct from there.{quote(name)}" for name in first)
        or "here.place = there.place"
    )
    sides = ", ".join(
        f"{side} as (select *, row_number() over (order by {order}) as place from {LEFT} where {_BALANCE} {sign} 0)"
        for side, sign in (("here", ">"), ("there", "<"))
    )
    shown = ", ".join(f"{side}.{quote(name)}" for side in ("here", "there") for name in columns)
    by_key = [f"coalesce(here.{quote(name)}, there.{quote(name)})" for name in first]
    _, rows = scratch.query(
        f"with {sides} select here.place is not null, there.place is not null,"
        f" greatest(coalesce(here.{_BALANCE}, 0), coalesce(-there.{_BALANCE}, 0)), {shown} from here full join there on {same}"
        f" order by {', '.join([*by_key, 'coalesce(here.place, there.place)', 'here.place', 'there.place'])}",
        limit,
    )
    return [_pair(row, columns) for row in rows]


def _pair(row: Sequence[Any], columns: Sequence[str]) -> Pair:
    times, values = int(row[2]), row[3:]
    here = dict(zip(columns, values[: len(columns)], strict=True)) if row[0] else None
    there = dict(zip(columns, values[len(columns) :], strict=True)) if row[1] else None
    if here is None or there is None:
        return Pair(here, there, (), times)
    return Pair(here, there, tuple(name for name in columns if not _equal(here[name], there[name])), times)


def _equal(here: Any, there: Any) -> bool:
    return bool(here == there or (here != here and there != there))
