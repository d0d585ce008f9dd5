"""The columns that a source is declared to have, by which a project is checked where its data are not."""

from __future__ import annotations

from convsql.engines.session import Columns
from convsql.project.config import Project
from convsql.project.nodes import Node

VARIABLE = "raw_columns"  # of the package's own sources, which a user's project can't describe


def declared_columns(node: Node, project: Project) -> Columns:
    """Those of its .yml, where each has a type; else those of the variable `raw_columns`, as text; empty where there are none."""
    given = project.vars_for(node.package).get(VARIABLE) or {}
    source = node.source_table.source_name
    listed = given.get(node.name if source == "raw" else f"{source}.{node.name}") if isinstance(given, dict) else None
    if listed:
        return [(str(name), "VARCHAR") for name in listed]
    if node.columns and all(c.data_type for c in node.columns):
        return [(c.name, c.data_type) for c in node.columns]
    return []
