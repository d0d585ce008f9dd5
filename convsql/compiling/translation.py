"""Nodes' queries in the dialect of the target's engine, each translated once for its content.

DuckDB's are the text itself. What was translated is kept in `target/convsql_translations.json`: typing and rewriting a project costs
far longer than reading it again. The file can be deleted at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convsql.base.errors import ConvsqlError, Problems
from convsql.base.sealed_json import read_sealed, write_sealed
from convsql.compiling.cache import digest
from convsql.compiling.code_version import code_version
from convsql.dialects import layer_version, quoted, translate, type_name
from convsql.project.nodes import Node
from convsql.sqltext.references import placeholder
from convsql.sqltext.sent_sql import bound_sql

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled

FILE_NAME = "convsql_translations.json"
MOST = 20_000_000  # characters that are kept


def counted(node: Node, query: str) -> str:
    """The query of how many failures a data test's query finds."""
    calculation = str(node.config.get("fail_calc") or "count(*)")
    return f"select coalesce(cast({calculation} as double), 0) as failure_count from (\n{limited(node, query)}\n) as failures"


def limited(node: Node, query: str) -> str:
    """A data test's query, at most as many rows as its `limit` says."""
    limit = node.config.get("limit")
    return f"select * from (\n{query}\n) as all_failures limit {int(limit)}" if limit else query


class Translations:
    """The queries of one compiled project in its target's dialect, or in another one; `save` keeps what was translated."""

    def __init__(self, compiled: Compiled, use_cache: bool = True, dialect: str = "") -> None:
        self.compiled = compiled
        self.dialect = dialect or compiled.target.type
        self._file = compiled.project.target_dir / FILE_NAME
        self._known: dict[str, str] | None = None if use_cache else {}
        self._used: dict[str, str] = {}

    def model(self, node: Node) -> str:
        """A model's query over placeholders, its columns named and typed as they were compiled. Raises DialectError."""
        query = self.query(node)
        columns = self.compiled.columns[node.unique_id]
        kinds = [(quoted(name, self.dialect), type_name(kind, self.dialect)) for name, kind in columns]
        names = ", ".join(name for name, _ in kinds)
        typed = ",\n    ".join(f"cast({name} as {kind}) as {name}" for name, kind in kinds)
        return f"select\n    {typed}\nfrom (\n{query}\n) as made ({names})"

    def query(self, node: Node, around: Callable[[str], str] = str) -> str:
        """A node's query over placeholders, with `around` about it. Raises DialectError."""
        graph = self.compiled.graph
        sql = around(bound_sql(graph, node, placeholder))
        columns = {p: self.compiled.columns[p] for p in graph.built_parents(node) if p in self.compiled.columns}
        key = digest(sql, columns, self.dialect, layer_version())
        if key not in self._used:
            found = self._kept().get(key)
            self._used[key] = translate(sql, columns, self.dialect) if found is None else found
        return self._used[key]

    def check(self, problems: Problems) -> None:
        """Translate every model and data test; what has no translation is noted in `problems`, each at its file."""
        for node in self.compiled.graph.of("model", "test"):
            try:
                if node.kind == "test":
                    self.query(node, lambda sql, test=node: counted(test, sql))  # type: ignore[misc]
                elif node.is_built and node.unique_id in self.compiled.columns:
                    self.model(node)
            except ConvsqlError as error:
                problems.add(f"{node.kind} '{node.name}' for {self.dialect}: {error.reason}", node.where, error.hint)

    def _kept(self) -> dict[str, str]:
        if self._known is None:
            content = read_sealed(self._file, code_version()) or {}
            self._known = {k: v for k, v in content.items() if isinstance(v, str) and k != "seal"}
        return self._known

    def save(self) -> None:
        """Keep what was translated, the oldest left out where it is too much; a folder that can't be written is no error."""
        known = self._kept()
        if all(key in known for key in self._used):
            return
        room = MOST - sum(map(len, self._used.values()))
        kept = dict(self._used)
        for key, sql in known.items():
            if key not in kept and (room := room - len(sql)) > 0:
                kept[key] = sql
        write_sealed(self._file, code_version(), kept)
