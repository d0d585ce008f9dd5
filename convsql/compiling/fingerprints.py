"""Fingerprints: what a relation or a test's verdict is made of, as one hash.

A model's is its canonical SQL, the way it is materialised, and its parents' fingerprints; a seed's
its content and types; a source's the version of its data. A source without a version gets a value
of its own in every run, so that nothing above it is ever reused. A node that was built anew on
request carries that refresh in its fingerprint from then on: the old relation is never overwritten.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from convsql.compiling.cache import digest
from convsql.dialects import layer_version
from convsql.project.nodes import Node

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled

_RESOURCES = {"memory_limit", "max_memory", "threads", "worker_threads", "temp_directory", "max_temp_directory_size"}
FORMAT = 2  # raised when the meaning of a fingerprint changes


def fingerprints(
    compiled: Compiled, refreshed: Mapping[str, str] | None = None, run: str | None = None, of_code: bool = False
) -> dict[str, str]:
    """Unique id → fingerprint (64 hex digits) of every node, parents before children.

    `refreshed`: unique id → the token of its last full refresh, of those nodes that had one. `run`: what sources
    without a version get for one; two projects given the same one share what they read from them. `of_code`: whatever the sources hold.
    """
    run = run or uuid.uuid4().hex
    found: dict[str, str] = {}
    for node in compiled.graph.nodes.values():
        refresh = (refreshed or {}).get(node.unique_id) or ""
        parts = ("source", node.unique_id) if of_code and node.source else _parts(compiled, node, found, run)
        found[node.unique_id] = _digest(compiled, parts, refresh)
    return found


def fingerprint_over(compiled: Compiled, node: Node, parents: Mapping[str, str], refresh: str) -> str:
    """The fingerprint that a model has over parents of these fingerprints, after the full refresh `refresh` ("": none)."""
    return _digest(compiled, _parts(compiled, node, parents, ""), refresh)


def _digest(compiled: Compiled, parts: tuple[object, ...], refresh: str) -> str:
    dialect = compiled.target.type
    engine = [] if dialect == "duckdb" else [(dialect, layer_version())]
    return digest(FORMAT, *parts, *([refresh] if refresh else []), *engine)


def fingerprints_of_code(compiled: Compiled) -> dict[str, str]:
    """Unique id → what a model that is made of its last version comes from, whatever the sources hold; empty where there is none."""
    asking = [n.unique_id for n in compiled.graph.of("model") if n.increment]
    found = fingerprints(compiled, of_code=True) if asking else {}
    return {unique_id: found[unique_id] for unique_id in asking}


def _parts(compiled: Compiled, node: Node, found: Mapping[str, str], run: str) -> tuple[object, ...]:
    if node.kind == "source":
        state = compiled.sources.get(node.unique_id)
        return ("source", state.known_as or state.relation, state.version or run) if state else ("source", run)
    hooks = (
        [[sql for sql, _ in done] for done in (node.after, node.with_publish)]
        if node.after or node.with_publish
        else None
    )
    if node.kind == "seed":
        columns = compiled.columns.get(node.unique_id)
        return ("seed", node.name, node.raw, columns, node.config.get("delimiter"), *([hooks] if hooks else []))
    if node.unit:
        graph = compiled.graph.nodes
        inputs = [
            (p, compiled.columns.get(p), graph[p].raw if graph[p].kind == "seed" else "")
            for p in node.unit.inputs
            if p in graph
        ]
        return (
            "unit_test",
            node.canonical,
            node.unit.entry,
            inputs,
            compiled.columns.get(node.unit.attached),
            _meaningful(compiled),
        )
    parents = [(p, found[p]) for p in node.parents if p in found]
    if node.kind == "test":
        judged = [
            (k, str(v))
            for k, v in sorted(node.config.items())
            if k in ("severity", "warn_if", "error_if", "limit", "fail_calc")
        ]
        return ("test", node.canonical, parents, judged, _meaningful(compiled))
    contract = sorted((c.name, c.data_type) for c in node.columns) if node.contract_enforced else None
    made = ("model", node.name, node.canonical, node.materialized, parents, contract, _meaningful(compiled))
    return (*made, *([hooks] if hooks else []), *([node.increment] if node.increment else []))


def _meaningful(compiled: Compiled) -> list[tuple[str, str]]:
    """The target's settings that may change what a query gives."""
    return sorted((k, str(v)) for k, v in compiled.target.settings.items() if k.lower() not in _RESOURCES)
