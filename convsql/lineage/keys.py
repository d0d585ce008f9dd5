"""A key of a query (`lineage.locality`): what it is in the rows that the query reads, and what these rows look up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

OLD, NEW = "old ", "new "
"""Before the name of an occurrence: its rows in the last version, and in this one."""
MAYBE = "?"
"""In the name of rows: there may be none, then each of their columns is null. What follows says which rows."""
_ROWS = "|"  # no unique id has it
HERE = "#here"
"""A column that is true in these rows, to tell where there is none."""


def base_of(rows: str) -> str:
    """The occurrence that rows are of. Rows of one occurrence that stand beside each other in one row have names of their own."""
    return rows.partition(_ROWS)[0]


def may_be_none(rows: str) -> bool:
    """Whether there may be no such row."""
    return MAYBE in rows.partition(_ROWS)[2]


def other_rows(rows: str, which: str) -> str:
    """The name of other rows of the same occurrence, or of the same ones where there may be none (`which` begins with `MAYBE`)."""
    base, _, own = rows.partition(_ROWS)
    return f"{base}{_ROWS}{own}{which}"


@dataclass(frozen=True, slots=True)
class Side:
    """Rows of one occurrence that look something up: the key's value in them, and the value or conditions by which they do, as SQL."""

    occurrence: str
    value: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """What is read of another relation for the rows of a key.

    Which rows look up what changed is told by `sides`, and `how`: `equal`, where a touched value of `key` is the value of `by`; `met`, where `by` holds
    for a changed row of the occurrence `of`; `differs`, where the one row of `of` is looked up, and what is made of it, by three conditions:
    how the last version's row is found, how this one's, and that they do not give the same.
    Of the changed rows of `of` those alone count that fulfil `only`: conditions, each with the occurrence of which one row has to fulfil it, or "" for none.
    Of what is made of it, `blunt` many are made of nothing else: where one differs, every row that finds it is touched.
    Which rows of the other relation are needed is told by `key` and `needed`, those whose value of `key` is the value of `by`; without, all are.
    """

    how: str
    sides: tuple[Side, ...]
    of: str = ""
    key: Key | None = None
    needed: tuple[Side, ...] = ()
    blunt: int = 0
    only: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Key:
    """What a key is in the rows of each occurrence, as SQL over its columns, and what these rows look up.

    `whole` are occurrences of which every row is needed: they are read by no key, whatever else reads them.
    """

    leaves: dict[str, list[str]] = field(default_factory=dict)
    lookups: list[Lookup] = field(default_factory=list)
    whole: frozenset[str] = frozenset()

    def with_(self, other: Key) -> Key:
        """The key of rows that are made of rows of both."""
        found = Key(
            {o: list(values) for o, values in self.leaves.items()}, list(self.lookups), self.whole | other.whole
        )
        for occurrence, values in other.leaves.items():
            mine = found.leaves.setdefault(occurrence, [])
            mine += [value for value in values if value not in mine]
        found.lookups += [lookup for lookup in other.lookups if lookup not in found.lookups]
        return found


def together(keys: Iterable[Key | None], whole: frozenset[str]) -> Key:
    """The key of rows that are each of one of several branches; of others, which read `whole`, every row is needed."""
    found = Key(whole=whole)
    for key in keys:
        found = found.with_(key or Key())
    return found
