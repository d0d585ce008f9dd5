"""Which columns of which queries decide some outputs, and which joined relations can't matter.

A column is used when an output that is asked for is computed from it, or when it decides which rows there
are (a filter, a join, a group, a window). A relation that is only left-joined, on a key that it holds
once, and of which nothing is read, changes no row: it is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlglot import exp

from convsql.lineage.query import Query, Read, Source, reads_of, subqueries_of

UniqueKeys = Mapping[int, set[frozenset[str]]]
Intervals = Mapping[int, tuple[frozenset[str], frozenset[str]]]


class Usage:
    """The columns asked for, followed down to tables.

    `unique` maps `id(query)` to the sets of columns that are declared unique in it, `intervals` to the columns that name
    an entity and the two bounds of its intervals, of which no two overlap.
    """

    def __init__(self, unique: UniqueKeys, intervals: Intervals) -> None:
        self._intervals = intervals
        self.columns: dict[int, dict[str, None]] = {}
        self.queries: dict[int, Query] = {}
        self.owner: dict[int, Query] = {}
        self._needed: dict[int, None] = {}
        self._unique = unique
        self._work: list[tuple[Query, str]] = []

    def ask(self, query: Query, columns: Iterable[str]) -> None:
        """Ask for rows and columns of a query."""
        self._want(query)
        for column in columns:
            self._want(query, column)
        while self._work:
            self._visit(*self._work.pop())

    def used(self, query: Query) -> list[str]:
        """The used columns of a query, in the order in which it gives them."""
        asked = self.columns.get(id(query), {})
        return [c for c in query.columns if c in asked] or [c for c in asked if query.kind == "opaque"]

    def sources(self, query: Query) -> list[Source]:
        """The sources of a select that matter, in order."""
        return [s for s in query.sources if id(s) in self._needed]

    def _want(self, query: Query, column: str = "") -> None:
        if id(query) not in self.columns:
            self.columns[id(query)] = {}
            self.queries[id(query)] = query
            self._work.append((query, ""))
        if column and column not in self.columns[id(query)]:
            self.columns[id(query)][column] = None
            self._work.append((query, column))

    def _visit(self, query: Query, column: str) -> None:
        if query.kind == "set":
            self._visit_set(query, column)
        elif (
            query.kind == "opaque"
        ):  # what it makes of a seed can't be seen: its rows count, and its columns by their names
            for source in query.sources:
                self._want(source.query, column if column in source.query.columns else "")
        elif query.kind == "select":
            if column:
                self._read(query.outputs[column])
                return
            for source in query.sources:
                self.owner[id(source)] = query
            for source in query.sources:
                if source.join != "left" or not self._keeps_rows(source):
                    self._need(source)
            for expression in query.expressions_of_rows():
                self._read(expression)

    def _visit_set(self, query: Query, column: str) -> None:
        index = query.columns.index(column) if column else -1
        for branch in query.branches:
            self._want(branch)
            if column:
                self._want(branch, branch.columns[index])
            elif query.operation != "union all":  # rows are compared whole
                for name in branch.columns:
                    self._want(branch, name)

    def _need(self, source: Source) -> None:
        if id(source) in self._needed:
            return
        self._needed[id(source)] = None
        self._want(source.query)
        for condition in source.on:
            self._read(condition)

    def _read(self, expression: Any) -> None:
        for read in reads_of(expression):
            self._need(read.source)
            self._want(read.source.query, read.column)
        for query in subqueries_of(expression):
            self._want(query)
            for column in query.columns:
                self._want(query, column)

    def _keeps_rows(self, source: Source) -> bool:
        """Whether a left join can't repeat rows: it joins on a key that the source holds once."""
        joined, bounds = set(), set()
        for condition in source.on:
            if isinstance(condition, exp.EQ):
                for side, other in ((condition.left, condition.right), (condition.right, condition.left)):
                    read = _bare_read(side)
                    if read and read.source is source and all(r.source is not source for r in reads_of(other)):
                        joined.add(read.column)
            for comparison in condition.find_all(exp.LT, exp.LTE, exp.GT, exp.GTE):
                bounds |= {r.column for r in reads_of(comparison) if r.source is source}
        return self._is_unique(source.query, joined) or self._is_within_one(source.query, joined, bounds)

    def _is_within_one(self, query: Query, joined: set[str], bounds: set[str]) -> bool:
        """Whether a join lies between both bounds of one entity's intervals."""
        if id(query) in self._intervals:
            entity, both = self._intervals[id(query)]
            return entity <= joined and both <= bounds
        if query.kind == "select" and any(e <= joined and both <= bounds for e, both in _led_intervals(query)):
            return True
        below, within = _passed_on(query, joined), _passed_on(query, bounds)
        return below is not None and within is not None and self._is_within_one(below[0], below[1], within[1])

    def _is_unique(self, query: Query, columns: set[str]) -> bool:
        if any(key <= columns for key in self._unique.get(id(query), ())):
            return True
        if query.kind != "select":
            return False
        if query.is_aggregate:
            if set(query.group) - {"expressions"}:
                return False
            outputs = {e.sql(): c for c, e in query.outputs.items()}
            return all(outputs.get(key.sql()) in columns for key in query.keys)
        if query.distinct:
            return set(query.columns) <= columns
        if _is_numbered_once(query, columns):
            return True
        below = _passed_on(query, columns)
        return below is not None and self._is_unique(*below)


def _bare_read(expression: Any) -> Read | None:
    """What an expression that is nothing but a column reads."""
    found = expression.meta.get("reads") if isinstance(expression, exp.Column) else None
    return found if isinstance(found, Read) else None


def _passed_on(query: Query, columns: set[str]) -> tuple[Query, set[str]] | None:
    """The one query that a select is made of, and the columns that stand in it under other names."""
    if query.kind != "select" or len(query.sources) != 1 or query.is_aggregate or query.distinct:
        return None
    reads = [_bare_read(query.outputs[c]) for c in columns & query.outputs.keys()]
    inner = query.sources[0]
    return inner.query, {r.column for r in reads if r and r.source is inner}


def _led_intervals(query: Query) -> Iterator[tuple[set[str], set[str]]]:
    """Intervals that a select makes, each up to the next one's beginning: `lead(t) over (partition by … order by t)`.

    Gives the columns that name the entity, and the two bounds.
    """
    reads = {c: _bare_read(e) for c, e in query.outputs.items()}
    for until, expression in query.outputs.items():
        if not isinstance(expression, exp.Window) or not isinstance(expression.this, exp.Lead):
            continue
        order = expression.args.get("order")
        led = _bare_read(expression.this.this)
        ordered = [e for e in (order.expressions if order else []) if not e.args.get("desc")]
        if led is None or expression.this.args.get("offset") or [_bare_read(e.this) for e in ordered] != [led]:
            continue
        keys = [_bare_read(e) for e in expression.args.get("partition_by") or []]
        entity = {c for c, read in reads.items() if read in keys and read is not None}
        begins = {c for c, read in reads.items() if read == led}
        if begins and len({reads[c] for c in entity}) == len(keys):
            yield entity, {min(begins), until}


def _is_numbered_once(query: Query, columns: set[str]) -> bool:
    """Whether a filter keeps the first row only of each group that `columns` tell apart."""
    for condition in [*query.where, *query.qualify]:
        if not (isinstance(condition, exp.EQ) and condition.right.sql() == "1"):
            continue
        read = _bare_read(condition.left)
        owner = read.source.query if read else query
        window = owner.outputs.get(read.column) if read else condition.left
        if not isinstance(window, exp.Window) or not isinstance(window.this, exp.RowNumber):
            continue
        outputs = {e.sql(): c for c, e in owner.outputs.items()}
        groups = {outputs.get(e.sql(), "") for e in window.args.get("partition_by") or []}
        if read is None:
            return groups <= columns
        below = [_bare_read(query.outputs[c]) for c in columns & query.outputs.keys()]
        return groups <= {r.column for r in below if r and r.source is read.source}
    return False
