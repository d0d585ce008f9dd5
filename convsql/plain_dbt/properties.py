"""The YAML beside models, seeds and sources: configuration, columns with their types, and the tests that dbt has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from convsql.base.quoting import literal
from convsql.compiling.project import Compiled
from convsql.compiling.source_files import paths_in, paths_of
from convsql.compiling.sources import is_warehouse
from convsql.plain_dbt.data_tests import DataTests
from convsql.plain_dbt.queries import Queries
from convsql.plain_dbt.templated import escaped, plain_values
from convsql.project.nodes import Column, Node, published_alias

RAW_FOLDER = "source_root"
"""The variable of the written project that says where the folder of the project it was made from lies."""
_ROOT = f'{{{{ var("{RAW_FOLDER}") }}}}'
_BRACES = re.compile(r"[{}]")


def as_yaml(value: Any) -> str:
    """YAML text of plain values."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1000)
    return text


class Properties:
    """What stands in the YAML of each kind of node."""

    def __init__(self, compiled: Compiled, queries: Queries, tests: DataTests) -> None:
        self.compiled = compiled
        self.queries = queries
        self.tests = tests

    def models(self, nodes: Iterable[Node]) -> str:
        """The file for the models of one folder."""
        return as_yaml({"version": 2, "models": [self._built(node, self._model_config(node)) for node in nodes]})

    def seeds(self, nodes: Iterable[Node]) -> str:
        """The file for all seeds."""
        return as_yaml({"version": 2, "seeds": [self._built(node, self._seed_config(node)) for node in nodes]})

    def _built(self, node: Node, config: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {"name": node.name}
        if node.description:
            found["description"] = escaped(node.description)
        found["config"] = config
        if columns := self._columns(node):
            found["columns"] = columns
        return found

    def _model_config(self, node: Node) -> dict[str, Any]:
        config: dict[str, Any] = {"materialized": node.materialized}
        config |= self._shared_config(node)
        if node.contract_enforced:
            config["contract"] = {"enforced": True}
        return self._analysed(config) if node.materialized == "table" else config

    def _seed_config(self, node: Node) -> dict[str, Any]:
        config = self._shared_config(node)
        if node.config.get("delimiter"):
            config["delimiter"] = str(node.config["delimiter"])
        types = {
            name: self.queries.type_name(node, kind) for name, kind in self.compiled.columns.get(node.unique_id, [])
        }
        return self._analysed({**config, "column_types": types} if types else config)

    def _analysed(self, config: dict[str, Any]) -> dict[str, Any]:
        """PostgreSQL plans what is read next by the sizes that `analyze` has seen; without, a query may take minutes for seconds."""
        return {**config, "post_hook": "analyze {{ this }}"} if self.queries.dialect == "postgres" else config

    def _shared_config(self, node: Node) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if published_alias(node) != node.name:
            found["alias"] = published_alias(node)
        if node.given_schema:
            found |= {} if node.given_schema == self.compiled.target.schema else {"schema": node.given_schema}
        elif node.config.get("schema"):
            found["schema"] = str(node.config["schema"]).strip()
        for key in ("tags", "meta"):
            if node.config.get(key):
                found[key] = plain_values(node.config[key])
        return found

    def _columns(self, node: Node) -> list[dict[str, Any]]:
        """Every column in order, with its type in the dialect, its description and its tests."""
        declared = {column.name.lower(): column for column in node.columns}
        kinds = self.compiled.columns.get(node.unique_id, [])
        known = {name.lower() for name, _ in kinds}
        listed = [(name, kind) for name, kind in kinds]
        listed += [(c.name, "") for c in node.columns if c.name.lower() not in known]
        listed += [(c, "") for c in self.tests.columns(node.unique_id) if c not in {n.lower() for n, _ in listed}]
        return [self._column(node, name, kind, declared.get(name.lower())) for name, kind in listed]

    def _column(self, node: Node, name: str, kind: str, declared: Column | None) -> dict[str, Any]:
        found: dict[str, Any] = {"name": name}
        if kind:
            found["data_type"] = self.queries.type_name(node, kind)
        if declared and declared.description:
            found["description"] = escaped(declared.description)
        if declared and declared.meta:
            found["config"] = {"meta": plain_values(declared.meta)}
        if tests := self.tests.of_column(node.unique_id, name):
            found["data_tests"] = tests
        return found

    def sources(self) -> str:
        """The file for all sources that something reads; empty where there is none."""
        by_source: dict[tuple[str, str], list[Node]] = {}
        for node in self.compiled.graph.of("source"):
            if node.unique_id in self.compiled.columns:
                by_source.setdefault((node.source_table.source_name, node.source_table.schema), []).append(node)
        if not by_source:
            return ""
        listed = [
            {"name": name, "schema": schema, "tables": [self._table(node) for node in nodes]}
            for (name, schema), nodes in by_source.items()
        ]
        return as_yaml({"version": 2, "sources": listed})

    def _table(self, node: Node) -> dict[str, Any]:
        found: dict[str, Any] = {"name": node.name}
        if node.source_table.identifier != node.name:
            found["identifier"] = node.source_table.identifier
        if node.description:
            found["description"] = escaped(node.description)
        if self.queries.dialect == "duckdb" and not is_warehouse(node):
            found["config"] = {"meta": self._location(node)}
        if columns := self._columns(node):
            found["columns"] = columns
        return found

    def _location(self, node: Node) -> dict[str, str]:
        """Where dbt-duckdb finds the files of a source, told from the folder of the project it was made from."""
        state = self.compiled.sources.get(node.unique_id)
        relation = self._from_root(state.relation if state else node.source_table.external)
        if not _BRACES.search(relation.replace(_ROOT, "")):
            return {"external_location": relation}
        return {"external_location": relation.replace("%", "%%"), "formatter": "oldstyle"}

    def _from_root(self, relation: str) -> str:
        """A relation over files, its paths told from where the project lies."""
        paths = set(paths_in(relation)) & set(paths_of(relation))
        relation = escaped(relation)
        for path in sorted(paths, key=len, reverse=True):
            file, root = Path(path).absolute(), self.compiled.project.root
            if file.is_relative_to(root):
                rest = file.relative_to(root).as_posix()
                relation = relation.replace(literal(path), f"'{_ROOT}/{literal(rest)[1:]}")
        return relation
