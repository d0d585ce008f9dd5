"""Unit tests as a manifest has them."""

from __future__ import annotations

import json
from typing import Any

from convsql.project.nodes import Node


def unit_test(node: Node, schema: str) -> dict[str, Any]:
    """One unit test; `schema` is the target's."""
    entry = json.loads(json.dumps(node.unit_test.entry, default=str))
    overrides = entry.get("overrides") or {}
    return {
        "model": entry.get("model"),
        "given": [{"input": str(g.get("input")), **_rows(g)} for g in entry.get("given") or []],
        "expect": _rows(entry.get("expect") or {}),
        "name": node.name,
        "resource_type": "unit_test",
        "package_name": node.package,
        "path": node.path.partition("/")[2],
        "original_file_path": node.path,
        "unique_id": node.unique_id,
        "fqn": [node.package, *node.path.split("/")[1:-1], str(entry.get("model")), node.name],
        "description": node.description,
        "overrides": {k: overrides.get(k) or {} for k in ("macros", "vars", "env_vars")} if overrides else None,
        "depends_on": {"macros": [], "nodes": [node.unit_test.attached]},
        "config": {"tags": node.tags, "meta": {}, "enabled": True},
        "checksum": None,
        "schema": schema,
        "created_at": 0.0,
        "versions": None,
        "version": None,
    }


def _rows(block: dict[str, Any]) -> dict[str, Any]:
    return {"rows": block.get("rows"), "format": block.get("format") or "dict", "fixture": block.get("fixture")}
