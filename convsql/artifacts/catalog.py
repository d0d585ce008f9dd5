"""`target/catalog.json`: the columns of every relation, as binding found them; nothing is asked of the database."""

from __future__ import annotations

from typing import Any

from convsql.artifacts.as_read import AsRead
from convsql.artifacts.metadata import metadata
from convsql.compiling.project import Compiled
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import published_schema


def catalog(compiled: Compiled) -> dict[str, Any]:
    """The document of a compiled project."""
    nodes = {n.unique_id: _table(compiled, n) for n in compiled.graph.of("model", "seed") if n.is_built}
    seed_of = AsRead(compiled).seed_of
    sources = {
        n.unique_id: _table(compiled, n, seed_of.get(n.unique_id, n.unique_id))
        for n in compiled.graph.of("source")
        if seed_of.get(n.unique_id, n.unique_id) in compiled.columns
    }
    return {"metadata": metadata("catalog"), "nodes": nodes, "sources": sources, "errors": None}


def _table(compiled: Compiled, node: Node, bound: str = "") -> dict[str, Any]:
    said = {c.name.lower(): c.description for c in node.columns}
    columns = compiled.columns.get(bound or node.unique_id, [])
    return {
        "metadata": {
            "type": "VIEW" if node.materialized == "view" else "BASE TABLE",
            "schema": published_schema(compiled.target, node),
            "name": published_alias(node),
            "database": compiled.target.database,
            "comment": node.description or None,
            "owner": None,
        },
        "columns": {
            name: {"type": kind, "index": index, "name": name, "comment": said.get(name.lower()) or None}
            for index, (name, kind) in enumerate(columns, 1)
        },
        "stats": {
            "has_stats": {
                "id": "has_stats",
                "label": "Has Stats?",
                "value": False,
                "include": False,
                "description": "Indicates whether there are statistics for this table",
            }
        },
        "unique_id": node.unique_id,
    }
