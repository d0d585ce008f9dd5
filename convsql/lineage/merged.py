"""A select over one select, as one: then an expression is seen with all that it is made of one row of."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.lineage.query import Query, Source
from convsql.lineage.traces import expressions_of

MOST_EXPRESSIONS = 20_000
"""Nodes of all expressions: what is longer stays apart."""


def merged(query: Query) -> Query:
    """The same select over the sources of the select that it reads, as long as that only chooses rows and makes columns of each."""
    while _may_merge(query):
        query = _of_both(query, query.sources[0])
    return query


def _may_merge(query: Query) -> bool:
    if query.kind != "select" or len(query.sources) != 1 or query.sources[0].query.kind != "select":
        return False
    inner = query.sources[0].query
    if (
        query.text
        or inner.text
        or inner.is_aggregate
        or inner.distinct
        or inner.distinct_on
        or inner.qualify
        or inner.limit
        or not inner.sources
    ):
        return False
    if any(e.find(exp.Window, exp.Query) for e in inner.outputs.values()):
        return False
    if any(e.find(exp.Query) for e in [*expressions_of(query), *expressions_of(inner)]):
        return False
    used = sum(1 for e in expressions_of(query) for _ in e.walk())
    made = max((sum(1 for _ in e.walk()) for e in inner.outputs.values()), default=0)
    return used * made < MOST_EXPRESSIONS * 10 and used < MOST_EXPRESSIONS


def _of_both(query: Query, source: Source) -> Query:
    inner = source.query

    def put(expression: Any) -> Any:
        def one(node: Any) -> Any:
            read = node.meta.get("reads") if node._meta else None
            if read is None or read.source is not source:
                return node
            made = inner.outputs[read.column].copy()
            return made if isinstance(made, exp.Column) else exp.Paren(this=made)

        return expression.copy().transform(one, copy=False)

    return Query(
        "select",
        query.model,
        query.cte or inner.cte,
        list(query.columns),
        sources=inner.sources,
        outputs={name: put(e) for name, e in query.outputs.items()},
        where=[*inner.where, *(put(e) for e in query.where)],
        group=None if query.group is None else {k: [put(e) for e in parts] for k, parts in query.group.items()},
        keys=[put(e) for e in query.keys],
        having=[put(e) for e in query.having],
        qualify=[put(e) for e in query.qualify],
        distinct=query.distinct,
        distinct_on=[put(e) for e in query.distinct_on],
        order=[put(e) for e in query.order],
        limit=list(query.limit),
    )
