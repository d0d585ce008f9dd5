"""What `target/manifest.json` says: the whole project in the twelfth version of dbt's shape."""

from __future__ import annotations

import re
import time
from typing import Any

from convsql.artifacts.as_read import AsRead
from convsql.artifacts.beside import OVERVIEW, exposure_of, group_of, macros_of, overview
from convsql.artifacts.operations import operations
from convsql.artifacts.parts import DOCS, columns_of, config_of, plain
from convsql.artifacts.run_results import relation_name
from convsql.artifacts.tests import keys_of, of_generic, short_name
from convsql.artifacts.unit_tests import unit_test
from convsql.base.quoting import quote
from convsql.compiling.compiled_sql import compiled_sql
from convsql.compiling.project import Compiled
from convsql.dbt_habits.earlier import checksum, macro_texts
from convsql.project.files import read_project_files
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import published_schema
from convsql.rendering.generic_tests import call_of

_CALL = re.compile(r"(?<!\w)(?:(\w++)\.)?(\w++)\s*+\(")  # possessive: a word may be a megabyte long


def manifest(compiled: Compiled) -> dict[str, Any]:
    """The document of a compiled project, without its metadata. Raises ConvsqlError where its files can't be read any more."""
    writer = _Writer(compiled)
    graph = compiled.graph
    nodes = {n.unique_id: writer.node(n) for n in graph.of("model", "seed", "test")}
    exposures = {
        f"exposure.{e['package']}.{name}": exposure_of(name, e, graph.nodes, writer.written)
        for name, e in graph.exposures.items()
    }
    parents = {n.unique_id: writer.as_read.parents(n) for n in graph.nodes.values()}
    parents |= {n.unique_id: [n.unit.attached] for n in graph.of("unit_test") if n.unit}
    parents |= {unique_id: list(e["depends_on"]["nodes"]) for unique_id, e in exposures.items()}
    nodes |= operations(compiled, writer.written)
    parents |= {unique_id: [] for unique_id in nodes if unique_id.startswith("operation.")}
    children: dict[str, list[str]] = {unique_id: [] for unique_id in parents}
    for unique_id, above in parents.items():
        for parent in above:
            children.setdefault(parent, []).append(unique_id)
    groups = {f"group.{g['package']}.{name}": group_of(name, g) for name, g in graph.groups.items()}
    members: dict[str, list[str]] = {name: [] for name in graph.groups}
    for unique_id, content in nodes.items():
        if content["group"]:
            members.setdefault(str(content["group"]), []).append(unique_id)
    return {
        "nodes": nodes,
        "sources": {n.unique_id: writer.source(n) for n in graph.of("source")},
        "macros": macros_of(writer.macros, writer.written),
        "docs": {OVERVIEW: overview(compiled.project.name)},
        "exposures": exposures,
        "metrics": {},
        "groups": groups,
        "selectors": {},
        "disabled": {},
        "parent_map": parents,
        "child_map": children,
        "group_map": members,
        "saved_queries": {},
        "semantic_models": {},
        "unit_tests": {n.unique_id: unit_test(n, compiled.target.schema) for n in graph.of("unit_test")},
        "functions": {},
    }


class _Writer:
    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.nodes = compiled.graph.nodes
        self.root = compiled.project.root
        self.as_read = AsRead(compiled)
        self.keys = keys_of(compiled.graph.of("test"))
        self.written = time.time()
        files = [f for f in read_project_files(compiled.project) if f.role == "macro"]
        self.macros = {
            (f.package, name): (f.shown, text) for f in files for name, text in macro_texts({"": f.text()}).items()
        }

    def _file(self, node: Node) -> dict[str, Any]:
        path = node.path
        return {
            "resource_type": node.kind,
            "package_name": node.package,
            "path": _within(node) if not node.generic else f"{short_name(node, self.nodes)}.sql",
            "original_file_path": path,
            "unique_id": node.unique_id,
            "fqn": [node.package, *(node.path.split("/")[1:-1] if node.generic else node.folders), node.name],
        }

    def node(self, node: Node) -> dict[str, Any]:
        """A model, seed or data test."""
        test = node.generic
        schema = (
            f"{self.compiled.target.schema}_dbt_test__audit"
            if node.kind == "test"
            else published_schema(self.compiled.target, node)
        )
        name, digest = checksum(node, self.root)
        found = {
            **self._file(node),
            "database": self.compiled.target.database,
            "schema": schema,
            "name": node.name,
            "alias": short_name(node, self.nodes) if node.kind == "test" else published_alias(node),
            "checksum": {"name": name, "checksum": digest},
            "config": config_of(node),
            "tags": node.tags,
            "description": node.description,
            "columns": columns_of(node.columns),
            "meta": plain(node.config.get("meta") or {}),
            "group": node.config.get("group"),
            "docs": DOCS,
            "patch_path": f"{node.package}://{node.patch_path}" if node.patch_path else None,
            "build_path": None,
            "unrendered_config": plain(dict(node.config)),
            "created_at": self.written,
            "relation_name": relation_name(self.compiled, node),
            "raw_code": "" if node.kind == "seed" else call_of(node) if test else node.raw.strip(),
            "doc_blocks": [],
        }
        if node.kind == "seed":
            return {**found, "root_path": str(self.root), "depends_on": {"macros": []}}
        contract = {"enforced": node.contract_enforced, "alias_types": True, "checksum": None}
        parents = self.as_read.parents(node)
        read = [self.nodes[p] for p in parents if p in self.nodes]
        found |= {
            "language": "sql",
            "refs": [{"name": p.name, "package": None, "version": None} for p in read if not p.source],
            "sources": [[p.source.source_name, p.name] for p in read if p.source],
            "metrics": [],
            "functions": [],
            "depends_on": {"macros": self._called(node), "nodes": parents},
            "compiled_path": None,
            "compiled": True,
            "compiled_code": compiled_sql(self.compiled, node),
            "extra_ctes_injected": True,
            "extra_ctes": [],
            "contract": contract,
        }
        if node.kind == "model":
            own: dict[str, Any] = {
                "access": node.config.get("access") or "protected",
                "constraints": [],
                "version": None,
            }
            return {
                **found,
                **own,
                "latest_version": None,
                "deprecation_date": None,
                "primary_key": self.keys.get(node.unique_id, []),
                "time_spine": None,
            }
        return {**found, **of_generic(node, self.nodes)} if test else found

    def _called(self, node: Node) -> list[str]:
        """The macros that a node's own text calls."""
        called: dict[str, None] = {}
        for match in _CALL.finditer(node.generic.test_name + "(" if node.generic else node.raw):
            owners = (match[1],) if match[1] else (node.package, self.compiled.project.name)
            for owner in owners:
                if (owner, match[2]) in self.macros:
                    called[f"macro.{owner}.{match[2]}"] = None
                    break
        return list(called)

    def source(self, node: Node) -> dict[str, Any]:
        table = node.source_table
        state = self.compiled.sources.get(node.unique_id)
        names = (self.compiled.target.database, table.schema, table.identifier)
        freshness = (
            {k: table.freshness.get(k) for k in ("warn_after", "error_after", "filter")} if table.freshness else None
        )
        return {
            **self._file(node),
            "path": node.path,
            "fqn": [node.package, *node.folders, table.source_name, node.name],
            "database": self.compiled.target.database,
            "schema": table.schema,
            "name": node.name,
            "source_name": table.source_name,
            "source_description": "",
            "loader": "",
            "identifier": table.identifier,
            "quoting": {"database": None, "schema": None, "identifier": None, "column": None},
            "loaded_at_field": table.loaded_at_field or None,
            "loaded_at_query": None,
            "freshness": freshness,
            "external": None,
            "description": node.description,
            "columns": columns_of(node.columns),
            "meta": plain(node.config.get("meta") or {}),
            "source_meta": {},
            "tags": node.tags,
            "config": {
                "enabled": True,
                "event_time": None,
                "freshness": freshness,
                "loaded_at_query": None,
                "loaded_at_field": table.loaded_at_field or None,
                "tags": node.tags,
                "meta": plain(node.config.get("meta") or {}),
            },
            "patch_path": None,
            "unrendered_config": {},
            "relation_name": state.relation if state and table.external else ".".join(map(quote, names)),
            "created_at": self.written,
            "doc_blocks": [],
        }


def _within(node: Node) -> str:
    """The path below the folder of its kind."""
    return "/".join([*node.folders, node.path.rsplit("/", 1)[-1]])
