"""What macros may know of a node: `model` in a template, and `node` in the macros that name relations."""

from __future__ import annotations

from typing import Any

from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import Target, published_schema
from convsql.rendering.call_arguments import thawed


def node_facts(node: Node, target: Target) -> dict[str, Any]:
    """The facts of a node under dbt's names, as values that their reader may change."""
    folder = len(node.path) - len("/".join([*node.folders, node.path.rsplit("/", 1)[-1]]))
    said = thawed(dict(node.config))
    config = {"enabled": True, "alias": None, "schema": None, "database": None, "meta": {}, **said}
    config |= {
        "tags": node.tags,
        "materialized": "seed" if node.kind == "seed" else said.get("materialized") or node.materialized,
    }
    return {
        "name": node.name,
        "unique_id": node.unique_id,
        "package_name": node.package,
        "path": node.path[folder:],
        "original_file_path": node.path,
        "resource_type": node.kind,
        "config": config,
        "unrendered_config": said,
        "tags": node.tags,
        "meta": config["meta"],
        "alias": published_alias(node),
        "schema": published_schema(target, node),
        "database": target.database,
        "description": node.description,
        "fqn": [node.package, *node.folders, node.name],
        "version": None,
        "columns": {
            c.name: {"name": c.name, "data_type": c.data_type, "description": c.description} for c in node.columns
        },
        "raw_code": node.raw,
        "depends_on": {"nodes": list(node.parents), "macros": []},
    }
