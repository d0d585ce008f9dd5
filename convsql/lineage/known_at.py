"""When a value was known: columns carry `meta.known_at`, everything else derives it through lineage.

| known_at | a column of one conversation that is |
|---|---|
| `start` | known when the conversation begins |
| `anchor` | known at the anchor |
| `itself` | a time, known once it has come: that it lies at or before the anchor is known there |
| `later` | known only after the anchor |

A column without it is known when all that it rests on is known: what it is computed from and what decides which rows it
is read from. Facts of raw tables, and rows beside the conversation's own, are known at no certain time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from convsql.lineage.query import Query, Read, Source, subqueries_of

EARLY = ("start", "anchor")
KNOWN_AT = (*EARLY, "itself", "later")
_OTHER_ROWS = "which reads other rows: nothing says when they were known"


@dataclass(frozen=True, slots=True)
class Leak:
    """One fact that was not known: `path` leads to it from what reads it, `reason` says why it was not known."""

    path: tuple[str, ...]
    reason: str

    def __str__(self) -> str:
        return f"{' → '.join(self.path)}, {self.reason}"


def all_sources(query: Query) -> list[Source]:
    """Every source of a select; a caller that knows which can't matter gives a function of its own."""
    return query.sources


@dataclass(slots=True)
class KnownAt:
    """Follows expressions to what they rest on.

    `declared(query)` gives the declared `known_at` of a model's (or table's) columns by name; `own_rows` is the model
    whose rows are the conversations themselves; `anchors` names the columns of it that say when the window
    begins; `allowed` are columns of it that a metric may read although they are later.
    """

    declared: Callable[[Query], dict[str, str]]
    own_rows: Query
    anchors: frozenset[str]
    allowed: frozenset[str] = frozenset()
    sources: Callable[[Query], list[Source]] = all_sources
    seen: set[tuple[int, str]] = field(default_factory=set)

    def leaks(self, expression: Any, path: tuple[str, ...]) -> Iterator[Leak]:
        """What an expression rests on that was not known at the anchor."""
        for node, guarded in self._columns(expression):
            yield from self._read(node.meta["reads"], path, guarded)
        if any(True for _ in expression.find_all(exp.Window)):
            yield Leak((*path, "a window"), _OTHER_ROWS)
        for query in subqueries_of(expression):
            if self._is_constant(query):
                continue
            yield Leak((*path, "a subquery"), _OTHER_ROWS)

    def leaks_of_column(self, query: Query, column: str, path: tuple[str, ...]) -> Iterator[Leak]:
        """What one column of a query rests on that was not known, whatever it declares itself."""
        yield from self._derived(query, column, path, False)

    def leaks_of_rows(self, query: Query, path: tuple[str, ...]) -> Iterator[Leak]:
        """What decides which rows a query has, as far as it was not known at the anchor."""
        if (id(query), "") in self.seen:
            return
        self.seen.add((id(query), ""))
        if query.kind == "set":
            for branch in query.branches:
                yield from self.leaks_of_rows(branch, path)
        for source in self.sources(query):
            yield from self._source(source, path)
        for expression in query.expressions_of_rows():
            yield from self.leaks(expression, path)
        if query.kind == "opaque":
            yield Leak((*path, query.cte or query.text), "of which nothing is known")

    def _source(self, source: Source, path: tuple[str, ...]) -> Iterator[Leak]:
        for condition in source.on:
            yield from self.leaks(condition, path)
        if not self._is_boundary(source.query):
            yield from self.leaks_of_rows(source.query, path)

    def _is_boundary(self, query: Query) -> bool:
        """Whether a query's rows are taken as they are: the conversations, and models that declare what is known."""
        return query is self.own_rows or query.kind == "table" or bool(self.declared(query))

    def _read(self, read: Read, path: tuple[str, ...], guarded: bool) -> Iterator[Leak]:
        query, column = read.source.query, read.column
        if (id(query), f"{column} {guarded}") in self.seen:
            return
        self.seen.add((id(query), f"{column} {guarded}"))
        here = path
        if query.kind in ("table", "opaque") or not query.cte:  # CTEs on the way are left out: their file is named
            table = query.table.split(".", 2)[-1] if query.kind == "table" else query.model
            here = (*path, f"{table}.{column}")
        known_at = self.declared(query).get(column)
        if query is self.own_rows and column in self.anchors | self.allowed:
            return
        if known_at in EARLY or (known_at == "itself" and guarded):
            return
        if known_at is not None:
            reason = (
                "known only when it has come: compare it with the anchor (… <= anchor)"
                if known_at == "itself"
                else "known only later than the anchor"
            )
            yield Leak(here, reason)
        elif query.kind == "table":
            if not query.table.startswith("seed."):
                yield Leak(here, "a fact from outside: nothing says when it was known (meta.known_at)")
        elif query.kind == "opaque":
            yield Leak(here, "a fact from outside: nothing says when it was known (meta.known_at)")
        else:
            yield from self._derived(query, column, here, guarded)

    def _derived(self, query: Query, column: str, path: tuple[str, ...], guarded: bool) -> Iterator[Leak]:
        if query.kind == "set":
            index = query.columns.index(column)
            for branch in query.branches:
                yield from self._derived(branch, branch.columns[index], path, guarded)
        elif query.kind == "select":
            expression = query.outputs[column]
            if guarded and isinstance(expression, exp.Column) and "reads" in expression.meta:
                yield from self._read(expression.meta["reads"], path, True)
            else:
                yield from self.leaks(expression, path)
            if id(query) not in self._spine():
                yield from self.leaks_of_rows(query, path)

    def _spine(self) -> set[int]:
        """The queries whose rows are the conversations themselves: down the first source, as far as nothing is grouped."""
        found: set[int] = set()
        query: Query | None = self.own_rows
        while query is not None and query.kind == "select" and not query.is_aggregate:
            found.add(id(query))
            query = query.sources[0].query if query.sources else None
        return found

    def _is_constant(self, query: Query) -> bool:
        """A subquery over nothing but literals."""
        if query.kind == "set":
            return all(self._is_constant(b) for b in query.branches)
        return query.kind == "select" and all(self._is_constant(s.query) for s in query.sources)

    def _columns(self, expression: Any) -> Iterator[tuple[Any, bool]]:
        """The columns of an expression, each with whether it is only compared with the anchor."""
        for node in expression.walk():
            if isinstance(node, exp.Column) and "reads" in node.meta:
                yield node, self._is_guarded(node)

    def _is_guarded(self, node: Any) -> bool:
        """Whether a time stands in `time <= anchor` alone, and what is not yet known there can't be told from never."""
        comparison = node.parent
        if isinstance(comparison, exp.LT | exp.LTE):
            early, late = comparison.left, comparison.right
        elif isinstance(comparison, exp.GT | exp.GTE):
            early, late = comparison.right, comparison.left
        else:
            return False
        if early is not node or not self._is_anchor(late):
            return False
        above = comparison.parent
        while above is not None and not isinstance(above, exp.Coalesce | exp.If | exp.Case):
            if isinstance(above, exp.Not | exp.Is | exp.EQ | exp.NEQ):
                return False
            above = above.parent
        return True

    def _is_anchor(self, node: Any) -> bool:
        """Whether an expression is the anchor, or known from the start."""
        if not isinstance(node, exp.Column) or "reads" not in node.meta:
            return False
        read: Read = node.meta["reads"]
        query, column = read.source.query, read.column
        while query is not self.own_rows and query.kind == "select" and column in query.outputs:
            inner = query.outputs[column]
            if not (isinstance(inner, exp.Column) and "reads" in inner.meta):
                return False
            query, column = inner.meta["reads"].source.query, inner.meta["reads"].column
        return query is self.own_rows and (column in self.anchors or self.declared(query).get(column) in EARLY)
