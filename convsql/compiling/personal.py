"""Columns marked `meta: {pii: true}`: who people are, how they are reached, and what they wrote.

Of a node they are what its .yml marks. Of a query (a data test, `show --inline`) they are found through what it reads, and where it can't
be followed every column is taken for one.
"""

from __future__ import annotations

from collections.abc import Sequence

from convsql.base.errors import ConvsqlError
from convsql.base.personal import without_addresses, without_values
from convsql.compiling.project import Compiled
from convsql.project.nodes import Node

KEY = "pii"


def marked_columns(node: Node) -> frozenset[str]:
    """The marked columns of a node, in lower case."""
    return frozenset(c.name.lower() for c in node.columns if c.meta.get(KEY) is True)


def marked_names(compiled: Compiled) -> frozenset[str]:
    """The names of all marked columns of a project, in lower case: what is known of a relation that no node is."""
    return frozenset(name for node in compiled.graph.nodes.values() for name in marked_columns(node))


def personal_in(compiled: Compiled, names: Sequence[str], node: Node | None = None) -> list[bool]:
    """Of each column of these names whether it is personal: by the marks of a node, else of all nodes."""
    marked = marked_columns(node) if node is not None else marked_names(compiled)
    return [name.lower() in marked for name in names]


def personal_outputs(compiled: Compiled, node: Node, names: Sequence[str]) -> list[bool]:
    """Of each column that a node's rendered query gives (`names`, in order) whether it is personal."""
    if not marked_names(compiled):
        return [False] * len(names)
    try:
        return _followed(compiled, node, names)
    except (ConvsqlError, KeyError, AttributeError, IndexError, RecursionError):
        return [True] * len(names)


def _followed(compiled: Compiled, node: Node, names: Sequence[str]) -> list[bool]:
    from convsql.lineage.personal import Carried
    from convsql.lineage.query import Query
    from convsql.lineage.resolve_names import resolve

    nodes = compiled.graph.nodes

    def table(unique_id: str) -> Query:
        read = nodes[unique_id]
        if read.materialized == "ephemeral":
            return resolve(read.sql, read.name, table)
        columns = [name.lower() for name, _ in compiled.columns.get(unique_id, [])]
        return Query("table", read.name, "", columns, table=unique_id)

    everywhere = marked_names(compiled)

    def is_marked(unique_id: str, column: str) -> bool:
        return column in (marked_columns(nodes[unique_id]) if unique_id else everywhere)

    query = resolve(node.sql, node.name, table)
    carried = Carried({}, is_marked)
    found = {column: carried.carries(query, column) for column in query.columns}
    # what a star took from a relation that no node is has the names that it has there
    return [found.get(name.lower(), name.lower() in everywhere) for name in names]


def shown_message(compiled: Compiled, node: Node, message: str) -> str:
    """An engine's message about a node: where the node reads or has personal columns, without the values that it quotes."""
    nodes = compiled.graph.nodes
    is_near = any(marked_columns(nodes[i]) for i in (node.unique_id, *node.parents) if i in nodes)
    return without_values(message) if is_near else without_addresses(message)
