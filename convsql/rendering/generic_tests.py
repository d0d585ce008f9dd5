"""The nodes that `data_tests:` entries become."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from convsql.base.errors import Problems, did_you_mean
from convsql.project.data_test_entries import DeclaredTest
from convsql.project.nodes import GenericTest, Node
from convsql.rendering.macros import Macros


def test_name(test: DeclaredTest, attached: Node) -> str:
    """The name dbt would give: test, model, column and arguments."""
    if test.name:
        return test.name
    arguments = {**test.arguments, **({"column_name": test.column} if test.column else {})}
    parts: list[str] = []
    for key in sorted(arguments):
        value = arguments[key]
        flat = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        parts += [re.sub(r"[^0-9a-zA-Z_]+", "_", str(v)) for v in flat]
    subject = (
        f"source_{test.test}_{attached.source.source_name}_{attached.name}"
        if attached.source
        else (f"{test.test.replace('.', '_')}_{attached.name}")
    )
    return f"{subject}_{'__'.join(parts)}"


def declare_test(
    test: DeclaredTest, attached: Node, macros: Macros, taken: dict[str, Node], problems: Problems
) -> Node | None:
    """The node of one `data_tests:` entry, or None (with a problem) when there is no such test."""
    package, _, plain = test.test.rpartition(".")
    macro = f"test_{plain}"
    if macro not in (macros.of(package) if package else macros.scope(test.package)):
        known = [m.removeprefix("test_") for m in macros.scope(test.package) if m.startswith("test_")]
        problems.add(
            f"no test '{test.test}'",
            test.where,
            did_you_mean(test.test, known) or f"known tests: {', '.join(sorted(known))}",
        )
        return None
    name = test_name(test, attached)
    metadata = metadata_of(test.test, test.column, test.arguments, attached)
    unique_id = f"test.{test.package}.{name}.{_digest(name + repr(_as_text(metadata)))}"
    config = {**attached_test_config(test)}
    # dbt has no two of these; here they may differ by their configuration
    if unique_id in taken and taken[unique_id].config != config:
        unique_id = f"test.{test.package}.{name}.{_digest(unique_id + repr(sorted(test.config.items(), key=str)))}"
    if unique_id in taken:
        problems.add(
            f"test '{name}' stands twice (first in {taken[unique_id].where})", test.where, "remove one of the two"
        )
        return None
    return Node(
        unique_id,
        "test",
        name,
        test.package,
        test.where.path,
        test.where.line,
        config=config,
        description=test.description,
        generic=GenericTest(
            attached.unique_id, f"{package}.{macro}" if package else macro, test.column, dict(test.arguments)
        ),
    )


def metadata_of(test: str, column: str, arguments: Mapping[str, Any], attached: Node) -> dict[str, Any]:
    """What dbt's manifest has as `test_metadata`, of which it makes the id, too."""
    package, _, name = test.rpartition(".")
    named = f"'{attached.name}'"
    model = f"source('{attached.source.source_name}', {named})" if attached.source else f"ref({named})"
    given = {**arguments, **({"column_name": column} if column else {})}
    return {
        "namespace": package or None,
        "name": name,
        "kwargs": {**given, "model": f"{{{{ get_where_subquery({model}) }}}}"},
    }


def _as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_text(value[key]) for key in sorted(value)}
    return [_as_text(v) for v in value] if isinstance(value, list) else str(value)


def _digest(said: str) -> str:
    return hashlib.md5(said.encode()).hexdigest()[-10:]


def attached_test_config(test: DeclaredTest) -> dict[str, Any]:
    """A declared test's own config, tags as a list."""
    config = dict(test.config)
    if isinstance(config.get("tags"), str):
        config["tags"] = [config["tags"]]
    return config


def call_of(node: Node) -> str:
    """The template text that a generic test is rendered from."""
    return f"{{{{ {node.generic_test.test_name}(**_test_arguments) }}}}"
