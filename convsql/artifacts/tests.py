"""What a manifest says of data tests alone, and what it concludes from them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from convsql.artifacts.parts import plain
from convsql.project.nodes import Node
from convsql.rendering.generic_tests import metadata_of

_LONGEST = 63  # dbt gives a longer name a hash of it as alias


def short_name(node: Node, nodes: Mapping[str, Node]) -> str:
    """The alias of a data test and the name of its file, as dbt cuts them."""
    said = str(node.config.get("alias") or "")
    if said or len(node.name) <= _LONGEST or not node.generic:
        return said or node.name
    subject = f"{_called(node).replace('.', '_')}_{nodes[node.attached].dotted_name.replace('.', '_')}"
    subject = f"source_{subject}" if nodes[node.attached].source else subject
    return f"{subject[:30]}_{hashlib.md5(node.name.encode()).hexdigest()}"


def _called(node: Node) -> str:
    package, _, macro = node.generic_test.test_name.rpartition(".")
    return ".".join([*([package] if package else []), macro.removeprefix("test_")])


def of_generic(node: Node, nodes: Mapping[str, Node]) -> dict[str, Any]:
    """What only a test declared in YAML has."""
    test = node.generic_test
    attached = nodes[test.attached]
    metadata = metadata_of(_called(node), test.column_name, plain(test.arguments), attached)
    section = f"sources.{attached.source.source_name}" if attached.source else f"{attached.kind}s.{attached.name}"
    return {
        "column_name": test.column_name or None,
        "file_key_name": section,
        "attached_node": None if attached.source else test.attached,
        "test_metadata": metadata,
        "group": attached.config.get("group"),
    }


def keys_of(tests: Iterable[Node]) -> dict[str, list[str]]:
    """Model → the columns that its tests show to be its key: unique and never null, else unique."""
    unique: dict[str, dict[str, None]] = {}
    filled: dict[str, set[str]] = {}
    for node in tests:
        if node.generic is None:
            continue
        name = node.generic.test_name.rpartition(".")[2].removeprefix("test_")
        columns = [node.generic.column_name] if node.generic.column_name else []
        if name == "unique_combination_of_columns":
            columns = list(map(str, node.generic.arguments.get("combination_of_columns") or []))
        if name in ("unique", "unique_combination_of_columns"):
            unique.setdefault(node.attached, {}).update(dict.fromkeys(columns))
        elif name == "not_null":
            filled.setdefault(node.attached, set()).update(columns)
    found = {}
    for model, candidates in unique.items():
        both = [c for c in candidates if c in filled.get(model, ())]
        found[model] = both or list(candidates)
    return found
