"""Which columns of its parents each column of a model is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from convsql.base.errors import ConvsqlError
from convsql.compiling.project import Compiled
from convsql.compiling.queries import Models
from convsql.lineage.query import Query, reads_of, subqueries_of

Origin = tuple[str, str]


def column_lineage(compiled: Compiled) -> tuple[dict[str, dict[str, list[Origin]]], list[str]]:
    """Unique id → column → the (unique id, column) pairs it is computed from; and the models that can't be followed.

    Columns that only decide which rows there are (filters, join conditions) are not among them.
    """
    under = Models(compiled, {}).of({})
    unread = []
    for node in compiled.graph.of("model"):
        try:
            under.query(node.unique_id)
        except (ConvsqlError, KeyError):
            unread.append(node.name)
    tops = {id(query): node.unique_id for node, query in under.queries()}
    found = {}
    for node, query in under.queries():
        if node.kind == "model":
            found[node.unique_id] = {
                column: sorted(set(_origins(query, column, tops, set(), is_start=True))) for column in query.columns
            }
    return found, unread


def _origins(
    query: Query, column: str, tops: Mapping[int, str], seen: set[tuple[int, str]], is_start: bool = False
) -> Iterator[Origin]:
    if not is_start and id(query) in tops:
        yield tops[id(query)], column
        return
    if (id(query), column) in seen or column not in query.columns:
        return
    seen.add((id(query), column))
    if query.kind == "set":
        index = query.columns.index(column)
        for branch in query.branches:
            if index < len(branch.columns):
                yield from _origins(branch, branch.columns[index], tops, seen)
    elif query.kind == "select":
        expression = query.outputs[column]
        for read in reads_of(expression):
            yield from _origins(read.source.query, read.column, tops, seen)
        for inner in subqueries_of(expression):
            for name in inner.columns:
                yield from _origins(inner, name, tops, seen)
