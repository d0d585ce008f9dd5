"""What rows and columns mean, as tokens in which no name of a CTE, an alias or a model occurs.

The rows of a query are a base and a set of filters; a column is its expression over the columns below.
A query that only passes on, or only filters, adds nothing of its own: `select * from x`, a CTE more or
less, a filter in a join or after it mean the same. What no used column and no row rests on is not seen.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from convsql.lineage.canonical import Canonical
from convsql.lineage.query import Query, Read, Source
from convsql.lineage.usage import Usage


def token(*parts: object) -> str:
    """A short digest of parts, each with its length."""
    text = "".join(f"{len(str(p))}:{p}" for p in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows: `base` filtered by all of `filters`."""

    base: str
    filters: frozenset[str] = frozenset()

    @property
    def token(self) -> str:
        return token("rows", self.base, *sorted(self.filters)) if self.filters else self.base


class Tokens:
    """Tokens of queries and columns, seen through one usage."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._rows: dict[int, Rows] = {}
        self._before: dict[int, Rows] = {}
        self._columns: dict[tuple[int, str], str] = {}
        self._instances: dict[int, str] = {}
        self._canonical = Canonical(self._read, self._subquery)

    def rows(self, query: Query) -> Rows:
        """The rows of a query."""
        if id(query) not in self._rows:
            self._rows[id(query)] = self._rows_of(query)
        return self._rows[id(query)]

    def column(self, query: Query, name: str) -> str:
        """One column of a query."""
        key = (id(query), name)
        if key not in self._columns:
            self._columns[key] = self._column_of(query, name)
        return self._columns[key]

    def _rows_of(self, query: Query) -> Rows:
        if query.kind == "table":
            return Rows(f"table {query.table}")
        if query.kind == "recursion":
            return Rows("itself")
        if query.kind == "opaque":
            return Rows(token("opaque", query.text))
        if query.kind == "set":
            parts = [self._branch(query, b) for b in self._ordered_branches(query)]
            return Rows(token(query.operation, query.text, *parts))
        rows = self._joined(query)
        if query.is_aggregate:
            groups = [token(kind, *sorted(self._text(e) for e in parts)) for kind, parts in sorted(query.group.items())]
            rows = Rows(token("group", rows.token, *groups), frozenset(map(self._text, query.having)))
        self._before[id(query)] = rows
        rows = Rows(rows.base, rows.filters | set(map(self._text, query.qualify)))
        if query.distinct:
            keys = token("expressions", *sorted({self._text(e) for e in query.outputs.values()}))
            rows = Rows(token("group", rows.token, keys))
        if query.distinct_on:
            rows = Rows(token("on", rows.token, *map(self._text, [*query.distinct_on, *query.order])))
        if query.limit:
            rows = Rows(token("limit", rows.token, *map(self._text, [*query.order, *query.limit])))
        return Rows(token("cut", rows.token, query.text)) if query.text else rows

    def _branch(self, query: Query, branch: Query) -> str:
        if query.operation == "union all":
            return self.rows(branch).token
        return token(self.rows(branch).token, *(self.column(branch, c) for c in branch.columns))

    def _ordered_branches(self, query: Query) -> list[Query]:
        if query.operation not in ("union all", "union", "intersect", "intersect all"):
            return query.branches
        return sorted(query.branches, key=lambda b: self.rows(b).token)

    def _joined(self, query: Query) -> Rows:
        sources = self._usage.sources(query)
        where = frozenset(map(self._text, query.where))
        if not sources:
            return Rows("one row", where)
        if len(sources) == 1:
            below = self.rows(sources[0].query)
            return Rows(below.base, below.filters | where)
        joins = [(s.join, self._instance(s), token(*sorted(map(self._text, s.on)))) for s in sources[1:]]
        if all(kind in ("inner", "cross") for kind, _, _ in joins):
            conditions = {self._text(c) for s in sources[1:] for c in s.on}
            return Rows(token("join", *sorted(self._instance(s) for s in sources)), where | conditions)
        shown = [token(*join) for join in joins]
        if all(kind in ("inner", "cross", "left") for kind, _, _ in joins):
            shown.sort()
        return Rows(token("joins", self._instance(sources[0]), *shown), where)

    def _instance(self, source: Source) -> str:
        """A source's rows, told apart from other sources of the same rows beside it."""
        if id(source) not in self._instances:
            beside = self._usage.sources(self._usage.owner[id(source)])
            mine = self.rows(source.query).token
            twins = [s for s in beside if self.rows(s.query).token == mine]
            for number, twin in enumerate(twins):
                self._instances[id(twin)] = f"{mine}#{number}" if number else mine
        return self._instances[id(source)]

    def _read(self, read: Read) -> str:
        column = self.column(read.source.query, read.column)
        if len(self._usage.sources(self._usage.owner[id(read.source)])) == 1:
            return column
        return token("of", self._instance(read.source), column)

    def _subquery(self, query: Query) -> str:
        return token("subquery", self.rows(query).token, *(self.column(query, c) for c in query.columns))

    def _text(self, expression: Any) -> str:
        return self._canonical.text(expression)

    def _column_of(self, query: Query, name: str) -> str:
        if query.kind == "table":
            return f"{query.table}.{name}"
        if query.kind == "recursion":
            return f"itself.{query.columns.index(name)}"
        if query.kind == "opaque":
            return token("opaque", query.text, name)
        rows = self.rows(query)
        if query.kind == "set":
            index = query.columns.index(name)
            return token("set", rows.base, *(self.column(b, b.columns[index]) for b in self._ordered_branches(query)))
        expression = query.outputs[name]
        text = self._text(expression)
        if query.is_aggregate or query.distinct:
            return token("in", (rows if query.distinct else self._before[id(query)]).base, text)
        if expression.find(exp.Window):
            return token("window", self._before[id(query)].token, text)
        if isinstance(expression, exp.Column):
            return text
        return token("value", text)
