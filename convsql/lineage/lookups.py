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
    """How rows of `mine` may look up `other`, which changes, in a select: asked of one key of `mine` after the other.

    `pairs` are columns of both that have to be equal, those of `mine` first; `conditions` are all by which they are joined.
    What is written of an origin's rows is the same for every key of them, and is written once.
    """

    query: Query
    mine: Local
    other: Local
    pairs: Pairs
    conditions: list[Any]
    texts: Texts
    leaf: str = field(init=False)
    column: Column = field(init=False)
    key: Key = field(init=False)
    _right: dict[Any, Any] | None = None
    _uses: list[Any] | None = None
    _is_one: bool | None = None
    _met: dict[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)
    _differs: dict[tuple[int, str], tuple[tuple[str, ...], int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.leaf = only_occurrence(self.other.origins)

    def best(self, column: Column, key: Key, is_unique: IsUnique) -> Lookup | None:
        """The lookup that touches the fewest rows for one key of `mine`, a column; None where it can't be told which rows do."""
        self.column, self.key = column, key
        return self._differing(is_unique) or self._meeting() or self._equal()

    def _equal(self) -> Lookup | None:
        needed, key = self._needed()
        return Lookup("equal", needed, "", key, needed) if key is not None else None

    def _needed(self) -> tuple[tuple[Side, ...], Key | None]:
        """The values that rows look up, and the key of the other relation that these are; the one of the fewest lookups."""
        found: list[tuple[int, tuple[Side, ...], Key]] = []
        for a, b in self.pairs:
            if (key := self.other.keys.get(b)) is not None:
                # where there may be no row, its null is looked up as well, unless nothing equals it
                by = lambda number, o, a=a: _all([self._text(self.mine.origins[number], a, o)])  # noqa: E731
                sides = self._sides(by, certain=self._equals(a, b) != "=")
                if sides:
                    found.append((len(key.lookups), sides, key))
        if not found:
            return (), None
        _, sides, key = min(found, key=lambda one: one[0])
        return sides, key

    def _meeting(self) -> Lookup | None:
        """By the condition of the join over changed rows, where the other relation's rows are rows of one occurrence or groups of these.

        A part of the condition that reads anything else is left out: that finds more rows, never fewer.
        """
        if self._right is None:
            self._right = {c: by for c, by in self.other.origins[0].items() if self._is_of_leaf(c)}
        if not self.leaf or may_be_none(self.leaf) or not self._right:
            return None
        sides = self._sides(self._how_met)
        if not sides:
            return None
        needed, key = self._needed()
        return Lookup("met", sides, self.leaf, key, needed, only=self.other.only)

    def _how_met(self, number: int, occurrence: str) -> tuple[str, ...]:
        asked = number, occurrence
        if asked not in self._met:
            both = {**self.mine.origins[number], **(self._right or {})}
            used = [c for c in self.conditions if not may_be_none(occurrence) or rejects_null(c)]
            found = [t for c in used if (t := over(c, both, (occurrence, self.leaf), self.texts))]
            self._met[asked] = _all([" and ".join(f"({text})" for text in found if f'"{self.leaf}".' in text)])
        return self._met[asked]

    def _differing(self, is_unique: IsUnique) -> Lookup | None:
        """By what is made of the one row that is looked up, in the last version and in this one."""
        if not self.leaf or may_be_none(self.leaf) or not self.other.is_whole:
            return None
        if self._is_one is None:
            self._uses = self._uses_of_one(is_unique)
            self._is_one = self._uses is not None
        if not self._is_one:
            return None
        blunt = 0

        def by(number: int, occurrence: str) -> tuple[str, ...]:
            nonlocal blunt
            found, own = self._how_different(number, occurrence)
            blunt = max(blunt, own)
            return found

        sides = self._sides(by, certain=True)
        if not sides:
            return None
        needed, key = self._needed()
        return Lookup("differs", sides, self.leaf, key, needed, blunt)

    def _uses_of_one(self, is_unique: IsUnique) -> list[Any] | None:
        """All that is made of the other relation's row; None where there may be several, or it can't be told."""
        right = self.other.origins[0]
        trees = (right.get(b, {}).get(self.leaf) for _, b in self.pairs)
        if not is_unique(self.leaf, frozenset(tree.name for tree in trees if isinstance(tree, exp.Column))):
            return None
        joined = {frozenset(pair) for pair in self.pairs}
        mine = {column[0] for column in right}
        read = {(id(s), name) for s in self.query.sources if id(s) in mine for name in s.query.columns}
        if reads_beside(self.query, read):
            return None
        found = uses(self.query, read)
        return [use for use in found if (pair := equal_columns(use)) is None or frozenset(pair) not in joined]

    def _how_different(self, number: int, occurrence: str) -> tuple[tuple[str, ...], int]:
        """The three conditions of `differs`, none where they can't be written, and how many uses are made of the looked up row alone."""
        asked = number, occurrence
        if asked not in self._differs:
            self._differs[asked] = self._written_different(self.mine.origins[number], occurrence)
        return self._differs[asked]

    def _written_different(self, origin: Traces, occurrence: str) -> tuple[tuple[str, ...], int]:
        leaf, right = self.leaf, self.other.origins[0]
        both = {**origin, **right}
        found: list[str] = []
        for use in self._uses or []:
            found.append(over(use, both, (occurrence, leaf), self.texts))
            if not found[-1]:
                return (), 0
        blunt = sum(f'"{occurrence}".' not in text for text in found)
        pairs = [(self._text(origin, a, occurrence), self._text(right, b, leaf)) for a, b in self.pairs]
        if not all(x and y for x, y in pairs):
            return (), blunt
        found_by = []
        for word in (OLD, NEW):
            same = [
                f"{x} {self._equals(a, b)} {_of(word, leaf, y)}"
                for (a, b), (x, y) in zip(self.pairs, pairs, strict=True)
            ]
            found_by.append(" and ".join(same) or "true")
        here = f'"{leaf}"."{HERE}"'
        different = [f"({_of(OLD, leaf, t)}) is distinct from ({_of(NEW, leaf, t)})" for t in [here, *found]]
        return (*found_by, " or ".join(different)), blunt

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

    def _sides(self, by: Callable[[int, str], tuple[str, ...]], certain: bool = False) -> tuple[Side, ...]:
        """For each origin of the rows (`by` gets its number), an occurrence in which both the key's value and what `by` makes stand; empty where one has none.

        `certain`: what `by` makes may hold of a null too, so that every row has to be a row of the occurrence.
        """
        sides: list[Side] = []
        for number, origin in enumerate(self.mine.origins):
            found = None
            for occurrence, tree in origin.get(self.column, {}).items():
                base = base_of(occurrence)
                if certain and may_be_none(occurrence):
                    continue
                value = self.texts(tree)
                if value.replace(f'"{occurrence}".', f'"{base}".') not in self.key.leaves.get(base, []):
                    continue
                if text := by(number, occurrence):
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
