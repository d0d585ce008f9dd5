"""The queries of a project in the dialect that is written, over placeholders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from convsql.base.errors import ConvsqlError, Problems
from convsql.compiling.project import Compiled
from convsql.compiling.translation import Translations, limited
from convsql.dialects import DIALECTS, PROVEN, type_name
from convsql.engines.session import Columns
from convsql.project.nodes import Node
from convsql.sqltext.references import placeholder
from convsql.sqltext.sent_sql import bound_sql

DRAFTS = ("databricks", "snowflake", "bigquery", "trino", "redshift")
"""Dialects that sqlglot writes, and in which nothing was compared."""
WRITTEN = tuple(dict.fromkeys([*DIALECTS, *DRAFTS]))
"""The dialects that a project can be written in."""


@dataclass(slots=True)
class Queries:
    """Queries of one project in `dialect`. `to_look_at`: what was found in drafts → the paths of the files in which it stands."""

    compiled: Compiled
    dialect: str
    use_cache: bool = True
    problems: Problems = field(default_factory=Problems)
    to_look_at: dict[str, list[str]] = field(default_factory=dict)
    _translations: Translations | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        if self.dialect in DIALECTS and self.dialect != "duckdb":
            self._translations = Translations(self.compiled, self.use_cache, self.dialect)

    @property
    def is_proven(self) -> bool:
        """Whether what is written in this dialect was built and compared."""
        return self.dialect in PROVEN

    def type_name(self, node: Node, kind: str) -> str:
        """What the dialect calls one of DuckDB's types, of a column of `node`; one that it lacks is noted in `problems`."""
        return self._noting(node, lambda: self._type_name(kind))

    def _type_name(self, kind: str) -> str:
        if self.dialect in DIALECTS:
            return type_name(kind, self.dialect)
        from convsql.dialects.drafts import drafted_type

        return drafted_type(kind, self.dialect)

    def model(self, node: Node) -> str:
        """A model's query; one that has no translation is noted in `problems`, and its text is empty."""
        if self._translations is None or node.unique_id not in self.compiled.columns:
            return self._written(node, lambda sql: sql)
        return self._noting(node, lambda: self._model(node))

    def _model(self, node: Node) -> str:
        assert self._translations is not None
        return self._translations.model(node)

    def failures(self, node: Node) -> str:
        """The query of a data test's failing rows; where the test has a `fail_calc`, of the one row that says how many there are."""
        calculation = node.config.get("fail_calc")
        if calculation:
            return self._written(
                node, lambda sql: f"select {calculation} as failures from (\n{limited(node, sql)}\n) as all_failures"
            )
        return self._written(node, lambda sql: sql)

    def _written(self, node: Node, around: Callable[[str], str]) -> str:
        return self._noting(node, lambda: self._query(node, around))

    def _query(self, node: Node, around: Callable[[str], str]) -> str:
        if self._translations is not None:
            return self._translations.query(node, around)
        graph = self.compiled.graph
        sql = around(bound_sql(graph, node, placeholder))
        if self.dialect == "duckdb":
            return sql
        from convsql.dialects.drafts import drafted

        columns: dict[str, Columns] = {
            parent: self.compiled.columns[parent]
            for parent in graph.built_parents(node)
            if parent in self.compiled.columns
        }
        draft = drafted(sql, columns, self.dialect)
        for words in draft.to_look_at:
            self.to_look_at.setdefault(words, []).append(node.name)
        return draft.sql

    def _noting(self, node: Node, write: Callable[[], str]) -> str:
        try:
            return write()
        except ConvsqlError as error:
            self.problems.add(f"{node.kind} '{node.name}' for {self.dialect}: {error.reason}", node.where, error.hint)
            return ""

    def save(self) -> None:
        """Keep what was translated for the next time."""
        if self._translations is not None:
            self._translations.save()
