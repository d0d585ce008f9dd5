"""What a manifest has besides nodes: macros, exposures, groups, and the page that the documentation opens with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.artifacts.parts import DOCS, plain
from convsql.project.nodes import Node

OVERVIEW = "doc.dbt.__overview__"


def macros_of(found: Mapping[tuple[str, str], tuple[str, str]], written: float) -> dict[str, Any]:
    """(package, name) → path and text of each macro, as a manifest has them."""
    return {
        f"macro.{package}.{name}": {
            "name": name,
            "resource_type": "macro",
            "package_name": package,
            "path": path,
            "original_file_path": path,
            "unique_id": f"macro.{package}.{name}",
            "macro_sql": text,
            "depends_on": {"macros": []},
            "description": "",
            "meta": {},
            "docs": DOCS,
            "config": {"meta": {}, "docs": DOCS},
            "patch_path": None,
            "arguments": [],
            "created_at": written,
            "supported_languages": None,
        }
        for (package, name), (path, text) in found.items()
    }


def exposure_of(name: str, said: Mapping[str, Any], nodes: Mapping[str, Node], written: float) -> dict[str, Any]:
    """An exposure as a manifest has it."""
    entry = said["entry"]
    parents = [nodes[p] for p in said["parents"] if p in nodes]
    return {
        "name": name,
        "resource_type": "exposure",
        "package_name": said["package"],
        "path": said["path"].partition("/")[2],
        "original_file_path": said["path"],
        "unique_id": f"exposure.{said['package']}.{name}",
        "fqn": [said["package"], *said["path"].split("/")[1:-1], name],
        "type": entry.get("type") or "dashboard",
        "owner": {k: (entry.get("owner") or {}).get(k) for k in ("email", "name")},
        "description": str(entry.get("description") or ""),
        "label": entry.get("label"),
        "maturity": entry.get("maturity"),
        "meta": plain(entry.get("meta") or {}),
        "tags": [entry["tags"]] if isinstance(entry.get("tags"), str) else list(entry.get("tags") or []),
        "config": {"enabled": True, "tags": [], "meta": {}},
        "unrendered_config": {},
        "url": entry.get("url"),
        "depends_on": {"macros": [], "nodes": list(said["parents"])},
        "refs": [{"name": p.name, "package": None, "version": None} for p in parents if not p.source],
        "sources": [[p.source.source_name, p.name] for p in parents if p.source],
        "metrics": [],
        "created_at": written,
    }


def group_of(name: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """A group as a manifest has it."""
    owner = said["entry"].get("owner") or {}
    return {
        "name": name,
        "resource_type": "group",
        "package_name": said["package"],
        "path": said["path"].partition("/")[2],
        "original_file_path": said["path"],
        "unique_id": f"group.{said['package']}.{name}",
        "owner": {k: owner.get(k) for k in ("email", "name")},
        "description": said["entry"].get("description"),
        "config": {"meta": {}},
    }


def overview(project: str) -> dict[str, Any]:
    """The page that dbt's documentation opens with."""
    names = {"name": "__overview__", "resource_type": "doc", "package_name": "dbt", "path": "overview.md"}
    return {**names, "original_file_path": "docs/overview.md", "unique_id": OVERVIEW, "block_contents": f"# {project}"}
