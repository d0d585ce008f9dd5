"""How rows of a key look up another relation, and so which of them what changed there touches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from convsql.lineage.keys import HERE, NEW, OLD, Key, Lookup, Side, base_of, may_be_none
from convsql.lineage.query import Query
from convsql.lineage.traces import (
    Column,
    Texts,
    Traces,
    equal_columns,
    only_occurrence,
    over,
    reads_beside,
    rejects_null,
    uses,
)

if TYPE_CHECKING:
    from convsql.lineage.locality import Local

Pairs = list[tuple[Column, Column]]
IsUnique = Callable[[str, frozenset[str]], bool]


@dataclass(slots=True)
class Lookups:
    """How rows of `mine` with the key `column` may look up `other`, which changes, in a select.

    `pairs` are columns of both that have to be equal, those of `mine` first; `conditions` are all by which they are joined.
    """

    query: Query
    column: Column
    key: Key
    mine: Local
    other: Local
    pairs: Pairs
    conditions: list[Any]
    texts: Texts
    leaf: str = field(init=False)

    def __post_init__(self) -> None:
        self.leaf = only_occurrence(self.other.origins)

    def best(self, is_unique: IsUnique) -> Lookup | None:
        """The lookup that touches the fewest rows; None where it can't be told which rows do."""
        return self.differing(is_unique) or self.meeting() or self.equal()

    def equal(self) -> Lookup | None:
        needed, key = self._needed()
        return Lookup("equal", needed, "", key, needed) if key is not None else None

    def _needed(self) -> tuple[tuple[Side, ...], Key | None]:
        """The values that rows look up, and the key of the other relation that these are; the one of the fewest lookups."""
        found: list[tuple[int, tuple[Side, ...], Key]] = []
        for a, b in self.pairs:
            if (key := self.other.keys.get(b)) is not None:
                # where there may be no row, its null is looked up as well, unless nothing equals it
                by = lambda origin, o, a=a: _all([self._text(origin, a, o)])  # noqa: E731
                sides = self._sides(by, certain=self._equals(a, b) != "=")
                if sides:
                    found.append((len(key.lookups), sides, key))
        if not found:
            return (), None
        _, sides, key = min(found, key=lambda one: one[0])
        return sides, key

    def meeting(self) -> Lookup | None:
        """By the condition of the join over changed rows, where the other relation's rows are rows of one occurrence or groups of these.

        A part of the condition that reads anything else is left out: that finds more rows, never fewer.
        """
        leaf = self.leaf
        right = {c: by for c, by in self.other.origins[0].items() if self._is_of_leaf(c)}
        if not leaf or may_be_none(leaf) or not right:
            return None

        def met(origin: Traces, occurrence: str) -> tuple[str, ...]:
            both = {**origin, **right}
            used = [c for c in self.conditions if not may_be_none(occurrence) or rejects_null(c)]
            found = [t for c in used if (t := over(c, both, (occurrence, leaf), self.texts))]
            return _all([" and ".join(f"({text})" for text in found if f'"{leaf}".' in text)])

        sides = self._sides(met)
        if not sides:
            return None
        needed, key = self._needed()
        return Lookup("met", sides, leaf, key, needed, only=self.other.only)

    def differing(self, is_unique: IsUnique) -> Lookup | None:
        """By what is made of the one row that is looked up, in the last version and in this one."""
        leaf = self.leaf
        if not leaf or may_be_none(leaf) or not self.other.is_whole:
            return None
        right = self.other.origins[0]
        equal = {tree.name for _, b in self.pairs if isinstance(tree := right.get(b, {}).get(leaf), exp.Column)}
        if not is_unique(leaf, frozenset(equal)):
            return None
        joined = {frozenset(pair) for pair in self.pairs}
        mine = {column[0] for column in right}
        read = {(id(s), name) for s in self.query.sources if id(s) in mine for name in s.query.columns}
        if reads_beside(self.query, read):
            return None
        used = [
            use
            for use in uses(self.query, read)
            if (pair := equal_columns(use)) is None or frozenset(pair) not in joined
        ]

        blunt = 0

        def by(origin: Traces, occurrence: str) -> tuple[str, ...]:
            nonlocal blunt
            both = {**origin, **right}
            found = [over(use, both, (occurrence, leaf), self.texts) for use in used]
            if "" in found:
                return ()
            blunt = max(blunt, sum(f'"{occurrence}".' not in text for text in found))
            found_by = []
            for word in (OLD, NEW):
                pairs = [(self._text(origin, a, occurrence), self._text(right, b, leaf)) for a, b in self.pairs]
                if not all(x and y for x, y in pairs):
                    return ()
                same = [
                    f"{x} {self._equals(a, b)} {_of(word, leaf, y)}"
                    for (a, b), (x, y) in zip(self.pairs, pairs, strict=True)
                ]
                found_by.append(" and ".join(same) or "true")
            here = f'"{leaf}"."{HERE}"'
            different = [f"({_of(OLD, leaf, t)}) is distinct from ({_of(NEW, leaf, t)})" for t in [here, *found]]
            return (*found_by, " or ".join(different))

        sides = self._sides(by, certain=True)
        if not sides:
            return None
        needed, key = self._needed()
        return Lookup("differs", sides, leaf, key, needed, blunt)

    def _equals(self, a: Column, b: Column) -> str:
        """How two columns of a pair are compared."""
        strict = (frozenset(pair) for c in self.conditions if c.find(exp.EQ) and (pair := equal_columns(c)))
        return "=" if frozenset((a, b)) in strict else "is not distinct from"

    def _is_of_leaf(self, column: Column) -> bool:
        """Whether a column of the other relation is a key by what it is in its one occurrence alone: no row with this value changes unless one there does."""
        key = self.other.keys.get(column)
        base = base_of(self.leaf)
        own = self._text(self.other.origins[0], column, self.leaf).replace(f'"{self.leaf}".', f'"{base}".')
        return key is not None and key.leaves == {base: [own]} and not key.lookups

    def _text(self, origin: Traces, column: Column, occurrence: str) -> str:
        tree = origin.get(column, {}).get(occurrence)
        return "" if tree is None else self.texts(tree)

    def _sides(self, by: Callable[[Traces, str], tuple[str, ...]], certain: bool = False) -> tuple[Side, ...]:
        """For each origin of the rows, an occurrence in which both the key's value and what `by` makes stand; empty where one has none.

        `certain`: what `by` makes may hold of a null too, so that every row has to be a row of the occurrence.
        """
        sides: list[Side] = []
        for origin in self.mine.origins:
            found = None
            for occurrence, tree in origin.get(self.column, {}).items():
                base = base_of(occurrence)
                if certain and may_be_none(occurrence):
                    continue
                value = self.texts(tree)
                if value.replace(f'"{occurrence}".', f'"{base}".') not in self.key.leaves.get(base, []):
                    continue
                if text := by(origin, occurrence):
                    found = Side(occurrence, value, text)
                    break
            if found is None:
                return ()
            sides.append(found)
        return tuple(dict.fromkeys(sides))


def _all(texts: list[str]) -> tuple[str, ...]:
    return tuple(texts) if all(texts) else ()


def _of(word: str, leaf: str, text: str) -> str:
    return text.replace(f'"{leaf}".', f'"{word}{leaf}".')
