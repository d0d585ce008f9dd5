"""The keys of a model that changed rows touch, and the rows of its parents that are needed to make these keys anew.

What a key is of, `lineage.locality` has proven. Values are held in tables of one column `k` without null; whether null is one of them is told apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from convsql.base.quoting import quote
from convsql.building.changed_rows import ChangedRows
from convsql.compiling.localities import MARK, read_at
from convsql.engines.session import Session
from convsql.lineage.keys import HERE, NEW, OLD, base_of


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a key: the table of those that are not null, how many these are, and whether null is one."""

    table: str
    count: int
    has_null: bool

    @property
    def are_none(self) -> bool:
        return not self.count and not self.has_null

    def among(self, expression: str) -> str:
        """The condition that an expression is one of them."""
        inside = f"{expression} in (select k from {self.table})"
        return f"({inside} or {expression} is null)" if self.has_null else inside

    def none_of(self, expression: str) -> str:
        """The condition that it is none of them; `expression` is a column of a relation in `from`."""
        outside = f"not exists (select 1 from {self.table} as touched where touched.k = {expression})"
        return f"{outside} and {expression} is not null" if self.has_null else outside


_PLACES = re.compile(f"{MARK}[0-9]+")


class TooMany(Exception):
    """More values of a key are touched than were asked for."""


Filters = dict[str, "list[str] | None"]
"""By occurrence: conditions of which a row that is needed fulfils one; None where all rows are needed."""


class Touched:
    """What changed rows touch, in one session. `new` and `old` give the relation of a unique id in this and the last version."""

    def __init__(
        self, session: Session, changed: ChangedRows, new: Callable[[str], str], old: Callable[[str], str]
    ) -> None:
        self.session = session
        self.changed = changed
        self.new = new
        self.old = old
        self._values: dict[str, Values] = {}

    def values(self, key: Mapping[str, Any], most: int | None = None) -> Values:
        """The values of a key that are touched, worked out once for all queries that read the same rows alike.

        Raises EngineError, and TooMany where there are more than `most`.
        """
        places: dict[str, str] = {}
        name = _PLACES.sub(
            lambda place: places.setdefault(place[0], f"{MARK}{len(places)}"),
            json.dumps([key["leaves"], key["lookups"]], sort_keys=True),
        )
        if name not in self._values:
            self._values[name] = self._touched(key)
        found = self._values[name]
        if most is not None and found.count > most:
            raise TooMany
        return found

    def _touched(self, key: Mapping[str, Any]) -> Values:
        parts = []
        for occurrence, expressions in key["leaves"].items():
            rows = self._rows(occurrence)
            parts += [f"select {e} as k from {rows} as {quote(occurrence)}" for e in expressions if rows]
        for lookup in key["lookups"]:
            parts += self._through(lookup)
        return self._held(parts)

    def filters(self, key: Mapping[str, Any], values: Values) -> Filters:
        """Which rows of each occurrence are needed for these values of a key. Raises EngineError."""
        found: Filters = {}
        self._filter(key, values, found)
        return found

    def _filter(self, key: Mapping[str, Any], values: Values, found: Filters) -> None:
        for occurrence, expressions in key["leaves"].items():
            mine = found.setdefault(occurrence, [])
            if mine is not None:
                mine += [values.among(e) for e in expressions]
        for lookup in key["lookups"]:
            if lookup["key"] is None:
                continue
            parts = [
                f"select {side['by'][0]} as k from {self._new(side)} where {values.among(side['value'])}"
                for side in lookup["needed"]
            ]
            self._filter(lookup["key"], self._held(parts), found)
        found.update(dict.fromkeys(key["whole"]))

    def _through(self, lookup: Mapping[str, Any]) -> list[str]:
        """Queries of the values whose rows look up what changed."""
        if lookup["how"] == "equal":
            other = self.values(lookup["key"])
            if other.are_none:
                return []
            return [
                f"select {side['value']} as k from {self._new(side)} where {other.among(side['by'][0])}"
                for side in lookup["sides"]
            ]
        of = lookup["of"]
        rows = self._rows(of)
        if not rows:
            return []
        if lookup["how"] == "met":
            counting = self._counting(lookup, rows)
            return [
                f"select {side['value']} as k from {self._new(side)}"
                f" where exists (select 1 from {counting} as {quote(of)} where {side['by'][0]})"
                for side in lookup["sides"]
            ]
        found = []
        for side in lookup["sides"]:
            on_old, on_new, differs = side["by"]
            old, new = (f"(select *, true as {quote(HERE)} from {name(read_at(of))})" for name in (self.old, self.new))
            found.append(
                f"select {side['value']} as k from {self._new(side)}\n"
                f"left join {old} as {quote(OLD + of)} on {on_old}\n"
                f"left join {new} as {quote(NEW + of)} on {on_new}\nwhere {differs}"
            )
        return found

    def _counting(self, lookup: Mapping[str, Any], rows: str) -> str:
        """The changed rows that give anything of what is looked up."""
        conditions = [
            f"exists (select 1 from {self.new(read_at(of))} as {quote(of)} where {condition})"
            if of
            else f"({condition})"
            for of, condition in lookup["only"]
        ]
        row = quote(base_of(lookup["of"]))
        return f"(select * from {rows} as {row} where {' and '.join(conditions)})" if conditions else rows

    def _new(self, side: Mapping[str, Any]) -> str:
        occurrence = side["occurrence"]
        return f"{self.new(read_at(occurrence))} as {quote(occurrence)}"

    def _rows(self, occurrence: str) -> str:
        found = self.changed.of(read_at(occurrence))
        assert found is not None  # or nobody would ask for values
        return found.rows

    def _held(self, parts: list[str]) -> Values:
        if not parts:
            parts = ["select null as k where false"]
        union = "\nunion all\n".join(parts)
        table = self.changed.table(f"select distinct k from (\n{union}\n) as touched")
        ((count, nulls),) = self.session.fetch(f"select count(k), count(*) - count(k) from {table}")
        if nulls:
            self.session.execute(f"delete from {table} where k is null")
        return Values(table, int(count), bool(nulls))
