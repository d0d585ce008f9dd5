"""What a metric's number is made of, for people: per model and CTE the clauses that count, in canonical SQL.

Only used columns are shown, and nothing of a CTE that only passes on what it reads. Clauses are sets of lines, so that
two versions are compared clause by clause and line by line, never as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlglot import exp

from convsql.lineage.canonical import Canonical
from convsql.lineage.query import Query, Read, Source
from convsql.lineage.usage import Usage

Part = dict[str, list[str]]


class Parts:
    """The parts of everything in one usage, by `model.cte`."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._passing: dict[int, bool] = {}
        self._canonical = Canonical(self._column, lambda query: f"(subquery of {self.label(query)})")

    def of_model(self, query: Query) -> Iterator[tuple[str, Part, Query]]:
        """The parts of one model, from the query of the model: label, clauses and query of each, inner ones first."""
        seen: dict[int, None] = {}
        ordered: list[Query] = []
        self._walk(query, query.model, seen, ordered)
        taken: dict[str, int] = {}
        for inner in ordered:
            if self._passes_on(inner):
                continue
            label = f"{inner.model}.{inner.cte or 'select'}"
            taken[label] = taken.get(label, 0) + 1
            yield (label if taken[label] == 1 else f"{label}#{taken[label]}"), self._part(inner), inner

    def _walk(self, query: Query, model: str, seen: dict[int, None], ordered: list[Query]) -> None:
        if id(query) in seen or query.model != model or query.kind == "table" or id(query) not in self._usage.queries:
            return
        seen[id(query)] = None
        below = [s.query for s in self._usage.sources(query)] + query.branches
        for expression in [*query.outputs.values(), *query.expressions_of_rows()]:
            below += [n.meta["query"] for n in expression.walk() if n._meta and "query" in n.meta]
        for inner in below:
            self._walk(inner, model, seen, ordered)
        ordered.append(query)

    def label(self, query: Query) -> str:
        """What people call a query: the table, model or CTE that it passes on."""
        while self._passes_on(query):
            query = self._usage.sources(query)[0].query
        if query.kind == "table":
            return query.table.split(".")[-1]
        return query.cte if query.cte not in ("", "final") else query.model

    def _passes_on(self, query: Query) -> bool:
        """Whether a query gives what one other gives, under the same names."""
        if id(query) not in self._passing:
            self._passing[id(query)] = self._adds_nothing(query)
        return self._passing[id(query)]

    def _adds_nothing(self, query: Query) -> bool:
        sources = self._usage.sources(query)
        if (
            query.kind != "select"
            or len(sources) != 1
            or query.expressions_of_rows()
            or query.is_aggregate
            or query.text
        ):
            return False
        used = self._usage.used(query)
        return all(
            isinstance(e := query.outputs[c], exp.Column) and (read := e.meta.get("reads")) and read.column == c
            for c in used
        )

    def _part(self, query: Query) -> Part:
        if query.kind != "select":
            lines = [self.label(b) if b.kind == "table" or b.cte != query.cte else "select" for b in query.branches]
            return {query.operation or query.kind: sorted(lines) or [query.text]}
        sources = self._usage.sources(query)
        part: Part = {"from": [self.label(sources[0].query)] if sources else []}
        for source in sources[1:]:
            on = sorted(self._canonical.text(c) for c in source.on)
            part.setdefault(f"{source.join} join {self._name(source)}", []).extend(on)
        clauses = {"where": query.where, "having": query.having, "qualify": query.qualify}
        for clause, conditions in clauses.items():
            if conditions:
                part[clause] = sorted(self._canonical.text(c) for c in conditions)
        if query.is_aggregate:
            for kind, keys in query.group.items() or [("expressions", [])]:
                part["group by" if kind == "expressions" else kind.replace("_", " ")] = sorted(
                    self._canonical.text(k) for k in keys
                )
        if query.distinct or query.distinct_on:
            part["distinct"] = [self._canonical.text(k) for k in query.distinct_on]
        if query.limit:
            part["limit"] = [self._canonical.text(e) for e in [*query.order, *query.limit]]
        if query.text:
            part["cut by"] = [query.text]
        columns = []
        for name in self._usage.used(query):
            expression = query.outputs[name]
            read = expression.meta.get("reads") if isinstance(expression, exp.Column) else None
            if read and read.column == name and len(sources) == 1:
                continue
            columns.append(f"{name} = {self._canonical.text(expression)}")
        part["columns"] = sorted(columns)
        return {clause: lines for clause, lines in part.items() if lines or clause not in ("from", "columns")}

    def _name(self, source: Source) -> str:
        """A source's label, told apart from others of the same label beside it."""
        label = self.label(source.query)
        owner = self._usage.owner.get(id(source))
        beside = [s for s in (owner.sources if owner else []) if self.label(s.query) == label]
        number = next((i for i, s in enumerate(beside) if s is source), 0)
        return f"{label}#{number + 1}" if number else label

    def _column(self, read: Read) -> Any:
        return f"{self._name(read.source)}.{read.column}"
