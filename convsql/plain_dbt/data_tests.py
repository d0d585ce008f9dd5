"""Data tests: those that dbt has are declared by name, all others are files of SQL."""

from __future__ import annotations

import re
from typing import Any

from convsql.compiling.compiled_sql import file_name
from convsql.compiling.project import Compiled
from convsql.plain_dbt.queries import Queries
from convsql.plain_dbt.templated import plain_values, reference, templated
from convsql.project.data_test_entries import DeclaredTest
from convsql.project.files import read_project_files
from convsql.project.nodes import Node
from convsql.rendering.generic_tests import test_name

_PLAIN = re.compile("[a-z_][a-z0-9_]*")
_OF_DBT = {
    "not_null": set[str](),
    "unique": set[str](),
    "accepted_values": {"values", "quote"},
    "relationships": {"to", "field"},
}
_OWN_TEST = re.compile(rb"\b(?:test\s+|macro\s+test_|macro\s+default__test_)(\w+)")
_CONFIG = ("severity", "warn_if", "error_if", "limit", "tags", "meta")


class DataTests:
    """Which data tests are declared at their columns, and which are files. `dialect`: of what is written."""

    def __init__(self, compiled: Compiled, dialect: str) -> None:
        self.graph = compiled.graph
        self.dialect = dialect
        self._known = set(_OF_DBT) - _replaced(compiled)
        declared = [node for node in self.graph.of("test") if self._is_declared(node, compiled)]
        self._declared = {node.unique_id for node in declared}
        self._by_column: dict[tuple[str, str], list[Node]] = {}
        for node in declared:
            self._by_column.setdefault((node.attached, node.generic_test.column_name.lower()), []).append(node)

    def _is_declared(self, node: Node, compiled: Compiled) -> bool:
        """Whether dbt's own test of that name, at its column, is the same test."""
        test = node.generic
        if test is None or node.config.get("where") or node.config.get("fail_calc"):
            return False
        name, about = test.test_name.removeprefix("test_"), self.graph.nodes[test.attached]
        if name not in self._known or not test.arguments.keys() <= _OF_DBT[name]:
            return False
        if not (about.is_built or about.unique_id in compiled.sources) or not _PLAIN.fullmatch(test.column_name):
            return False
        if name == "accepted_values":
            return test.arguments.get("quote", True) is True
        if name == "relationships":
            return bool(_PLAIN.fullmatch(str(test.arguments.get("field")))) and len(set(node.parents)) <= 2
        return True

    def of_column(self, unique_id: str, column: str) -> list[Any]:
        """The entries below `data_tests:` of one column."""
        return [self._entry(node) for node in self._by_column.get((unique_id, column.lower()), [])]

    def columns(self, unique_id: str) -> list[str]:
        """The columns of a node at which tests are declared."""
        return [column for about, column in self._by_column if about == unique_id]

    def _entry(self, node: Node) -> Any:
        test = node.generic_test
        name = test.test_name.removeprefix("test_")
        body: dict[str, Any] = {}
        if node.name != _automatic_name(node, self.graph.nodes[test.attached]):
            body["name"] = node.name
        arguments = plain_values(test.arguments)
        if name == "relationships":
            others = [parent for parent in node.parents if parent != test.attached]
            arguments["to"] = reference(self.graph, others[0] if others else test.attached)[3:-3]
        if arguments:
            body["arguments"] = arguments
        if config := _config(node):
            body["config"] = plain_values(config)
        return {name: body} if body else name

    def files(self, queries: Queries) -> dict[str, str]:
        """Path → text of every test that is a file."""
        found: dict[str, str] = {}
        for node in self.graph.of("test"):
            if node.unique_id in self._declared:
                continue
            config = _config(node)
            if node.config.get("fail_calc"):
                config["fail_calc"] = "coalesce(max(failures), 0)"
            header = f"{{{{ config({', '.join(f'{k}={v!r}' for k, v in config.items())}) }}}}\n" if config else ""
            name = file_name(node.name)
            if f"tests/{name}.sql" in found:
                name = file_name(f"{name}_{node.unique_id}")
            found[f"tests/{name}.sql"] = header + templated(queries.failures(node), self.graph) + "\n"
        return found


def _config(node: Node) -> dict[str, Any]:
    return {key: node.config[key] for key in _CONFIG if node.config.get(key)}


def _automatic_name(node: Node, attached: Node) -> str:
    test = node.generic_test
    said = DeclaredTest(test.test_name.removeprefix("test_"), test.arguments, {}, node.where, column=test.column_name)
    return test_name(said, attached)


def _replaced(compiled: Compiled) -> set[str]:
    """The tests of dbt's that the project has its own of."""
    found: set[str] = set()
    for file in read_project_files(compiled.project):
        if file.role == "macro":
            found |= {name.decode() for name in _OWN_TEST.findall(file.content)}
    return found
