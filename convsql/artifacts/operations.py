"""Hooks of a run as a manifest has them: operations, which nothing depends on."""

from __future__ import annotations

import hashlib
from typing import Any

from convsql.artifacts.parts import DOCS, config_of
from convsql.compiling.project import Compiled
from convsql.project.hooks import RUN_HOOKS
from convsql.project.nodes import Node


def operations(compiled: Compiled, written: float) -> dict[str, Any]:
    """Unique id → the operation of each hook of on-run-start and on-run-end."""
    found: dict[str, Any] = {}
    for key in RUN_HOOKS:
        for package in compiled.project.packages:
            for number, hook in enumerate(package.hooks.get(key, [])):
                name = f"{package.name}-{key}-{number}"
                node = Node(
                    f"operation.{package.name}.{name}", "model", name, package.name, hook["path"], raw=hook["sql"]
                )
                made = [sql for sql, _, unique_id in compiled.graph.hooks.get(key, []) if unique_id == node.unique_id]
                found[node.unique_id] = {**_operation(compiled, node, written), "index": number + 1, "tags": [key]}
                found[node.unique_id]["compiled_code"] = "; ".join(made)
    return found


def _operation(compiled: Compiled, node: Node, written: float) -> dict[str, Any]:
    config = {k: v for k, v in config_of(node).items() if k not in ("access", "freshness")}
    return {
        "resource_type": "operation",
        "package_name": node.package,
        "path": f"hooks/{node.name}.sql",
        "original_file_path": f"./{node.path}",
        "unique_id": node.unique_id,
        "fqn": [node.package, "hooks", node.name],
        "database": compiled.target.database,
        "schema": compiled.target.schema,
        "name": node.name,
        "alias": node.name,
        "checksum": {"name": "sha256", "checksum": hashlib.sha256(node.raw.encode()).hexdigest()},
        "config": config,
        "description": "",
        "columns": {},
        "meta": {},
        "group": None,
        "docs": DOCS,
        "patch_path": None,
        "build_path": None,
        "unrendered_config": {},
        "created_at": written,
        "relation_name": None,
        "raw_code": node.raw,
        "doc_blocks": [],
        "language": "sql",
        "refs": [],
        "sources": [],
        "metrics": [],
        "functions": [],
        "depends_on": {"macros": [], "nodes": []},
        "compiled_path": None,
        "compiled": True,
        "extra_ctes_injected": True,
        "extra_ctes": [],
        "contract": {"enforced": False, "alias_types": True, "checksum": None},
    }
