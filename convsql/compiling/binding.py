"""Check every query against typed, empty parents in memory, before anything runs.

DuckDB's own binder finds unknown columns, wrong types and bad SQL. Each built node becomes an empty
*table* (views over views would make the binder's work double with each layer). A node that does not
bind is replaced by its declared columns where it declares types, so that its children are checked
too; without them its children are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.base.quoting import RESERVED_WORDS, qualified, quote
from convsql.compiling.cache import digest
from convsql.compiling.extending import check_increment
from convsql.compiling.seeds import seed_columns
from convsql.compiling.source_files import places_of
from convsql.compiling.sources import SourceState, cause_in_files, has_changed, missing_source, raw_files_of
from convsql.compiling.sql_fragments import Fragments
from convsql.compiling.yaml_sql import YamlSql
from convsql.engines.plain_text import is_plainly_a_query
from convsql.engines.session import Columns, EngineError, Session
from convsql.project.config import Project
from convsql.project.nodes import Graph, Node
from convsql.sqltext.sent_sql import SCHEMA, bound_sql, column_hint, named_line, readable, source_line


@dataclass(frozen=True, slots=True)
class Ground:
    """What queries are bound on: the project, and empty databases in `memory`, which have the target's `settings`.

    `cached` maps a key (query and the columns it reads) to its columns and is added to; what is found there is not bound again.
    `finish` is told of each node before it is bound, with the columns of all before it; what it says False of is left out.
    """

    project: Project
    memory: Callable[[], Session]
    settings: Mapping[str, Any]
    cached: dict[str, Columns]
    finish: Callable[[Node, Mapping[str, Columns]], bool] | None = None


def bind(
    graph: Graph,
    sources: Mapping[str, SourceState],
    source_columns: Mapping[str, Columns],
    ground: Ground,
    problems: Problems,
) -> dict[str, Columns]:
    """Columns of every model, seed and source, by unique id. Errors go to `problems`."""
    binder = _Binder(graph, sources, ground, problems)
    for node in graph.nodes.values():
        if ground.finish is not None and not ground.finish(node, binder.columns):
            binder.unusable.add(node.unique_id)
            continue
        if node.kind == "source":
            binder.source(node, source_columns.get(node.unique_id))
        elif node.kind == "seed":
            binder.seed(node)
        elif node.kind == "model":
            binder.model(node)
        elif node.kind == "test":
            binder.test(node)
        elif node.kind == "unit_test":
            binder.yaml.unit(node)
    return binder.columns


class _Binder:
    def __init__(self, graph: Graph, sources: Mapping[str, SourceState], ground: Ground, problems: Problems) -> None:
        self.settings = sorted((k, str(v)) for k, v in ground.settings.items())
        self.graph = graph
        self.project = ground.project
        self.root = ground.project.root
        self.sources = sources
        self.memory = ground.memory
        self.cached = ground.cached
        self.problems = problems
        self.columns: dict[str, Columns] = {}
        self.made: set[str] = set()
        self.unusable: set[str] = set()
        self._session: Session | None = None
        self.fragments = Fragments(lambda: self.session, ground.cached)
        self.yaml = YamlSql(self.root, self.fragments, problems)

    @property
    def session(self) -> Session:
        if self._session is None:
            self._session = self.memory()
            self._session.allow([str(self.root), *(str(n.file_in(self.root)) for n in self.graph.of("seed"))])
            self._session.allow([place for state in self.sources.values() for place in places_of(state.relation)])
            self._session.execute(f"create schema {SCHEMA}")
        return self._session

    def source(self, node: Node, columns: Columns | None) -> None:
        state = self.sources.get(node.unique_id)
        if state is not None and not self.yaml.source(node, state.relation):
            return
        if columns is not None:
            self.columns[node.unique_id] = columns
        if columns is not None or state is None:
            return
        key = self._key_of("source", state.relation, state.version)
        if not state.version or key not in self.cached:
            try:
                self.cached[key] = self.session.columns(state.relation)
            except EngineError as error:
                why = cause_in_files(state, error.message, raw_files_of(self.project))
                self.problems.take(missing_source(node, error, why))
                return
            if has_changed(state):
                del self.cached[key]
                self.problems.add(
                    "changed while its columns were read", node.where, "run again when its files are whole"
                )
                return
        self.columns[node.unique_id] = self.cached[key]

    def seed(self, node: Node) -> None:
        key = self._key_of("seed", node.raw, node.config.get("column_types"), node.config.get("delimiter"))
        if key not in self.cached:
            if not self.yaml.seed(node):
                return
            try:
                self.cached[key] = seed_columns(node, self.root, self.session)
            except ConvsqlError as error:
                self.problems.take(error)
                return
        self.columns[node.unique_id] = self.cached[key]

    def _key_of(self, *parts: object) -> str:
        return digest(self.settings, *parts)

    def _key(self, node: Node) -> str | None:
        """The cache key of a node, None when it stands on one that does not bind."""
        if any(p in self.unusable for p in node.parents):
            return None
        parents = []
        for parent in self.graph.built_parents(node):
            if parent not in self.columns:
                return None
            parents.append((parent, self.columns[parent]))
        ephemeral = [self.graph.nodes[p].canonical for p in self.graph.ephemeral_parents(node)]
        return self._key_of(node.kind, node.canonical, parents, ephemeral, node.config.get("fail_calc"))

    def _empty_table(self, unique_id: str) -> None:
        if unique_id in self.made:
            return
        body = ", ".join(f"{quote(name)} {kind}" for name, kind in self.columns[unique_id])
        self.session.execute(f"create table {qualified(SCHEMA, unique_id)} ({body})")
        self.made.add(unique_id)

    def _sql(self, node: Node) -> str:
        for parent in self.graph.built_parents(node):
            self._empty_table(parent)
        return bound_sql(self.graph, node)

    def model(self, node: Node) -> None:
        key = self._key(node)
        if key is None:
            self._declared_instead(node)
            return
        if key not in self.cached:
            name = qualified(SCHEMA, node.unique_id)
            query = self._sql(node)
            plain = is_plainly_a_query(query)
            if not plain and not self._is_query(node, query):
                self._declared_instead(node)
                return
            try:
                self.session.execute(f"create table {name} as (\n{query}\n) with no data")
                self.made.add(node.unique_id)
                self.cached[key] = self.session.columns(name)
            except EngineError as error:
                if not plain or self._is_query(node, query):
                    self._failed(node, error, 1)
                self._declared_instead(node)
                return
        self.columns[node.unique_id] = self.cached[key]
        if node.is_built and isinstance(node.config.get("meta"), Mapping) and "closed" in node.config["meta"]:
            self._empty_table(node.unique_id)
            self.yaml.closed(node, self.cached[key], qualified(SCHEMA, node.unique_id), self.session)
        if node.increment:
            more = self._sql(replace(node, sql=node.increment, parents=[*node.parents, node.unique_id]))
            check_increment(node, self.columns[node.unique_id], more, self.session, self.cached, self.problems)
        if node.contract_enforced:
            self._contract(node)

    def _is_query(self, node: Node, query: str) -> bool:
        """Whether the engine reads the text, alone, as one query; where it does not, that is noted."""
        try:
            wrong = self.fragments.query(query)
        except EngineError as error:
            self._failed(node, error, 0)
            return False
        if wrong:
            self.problems.add(f"{node.kind} '{node.name}' {wrong}", node.where, f"a {node.kind} is one query: select …")
        return not wrong

    def test(self, node: Node) -> None:
        if not self.yaml.test(node) or self._binds_by_name(node):
            return
        key = self._key(node)
        if key is None or key in self.cached:
            return
        query = self._sql(node)
        plain = is_plainly_a_query(query)
        if not plain and not self._is_query(node, query):
            return
        try:
            calculation = node.config.get("fail_calc") or "*"
            self.cached[key] = self.session.columns(f"(select {calculation} from (\n{query}\n))")
        except EngineError as error:
            if not plain or self._is_query(node, query):
                self._failed(node, error, 1)

    def _binds_by_name(self, node: Node) -> bool:
        """Whether a `not_null` or `unique` on a plain column is sure to bind: two in three tests need no binder."""
        test = node.generic
        if test is None:
            return False
        column, relation = test.column_name, f'"⟦{test.attached}⟧"'
        not_null = f"select * from {relation} where {column} is null"
        unique = (
            f"select {column} as unique_field , count ( * ) as n_records from {relation} "
            f"where {column} is not null group by {column} having count ( * ) > 1"
        )
        if column.lower() in RESERVED_WORDS or node.canonical not in (not_null, unique):
            return False
        return any(name.lower() == column.lower() for name, _ in self.columns.get(test.attached, []))

    def _declared_instead(self, node: Node) -> None:
        if not node.is_built:
            self.unusable.add(node.unique_id)  # its own SQL would stand in its children
        if node.columns and all(c.data_type for c in node.columns) and self.yaml.declared_types(node):
            columns = [(c.name, c.data_type) for c in node.columns]
            try:
                self.session.fetch("select " + ", ".join(f"cast(null as {kind})" for _, kind in columns))
            except EngineError:
                return
            self.columns[node.unique_id] = columns

    def _failed(self, node: Node, error: EngineError, offset: int) -> None:
        message, where = readable(error.message), node.where
        line = error.line - offset if error.line else named_line(error.message, bound_sql(self.graph, node))
        if line > 0 and not node.generic:
            where = Where(node.path, source_line(self.graph, node, line))
        self.problems.add(message, where, self._reference_hint(message) or column_hint(error.message))

    def _reference_hint(self, message: str) -> str:
        """What to write in the place of a table's name that is one of the project's: it would be read outside the graph."""
        found = re.search(r"Table with name (\w+) does not exist", message)
        known = [n.name for n in self.graph.of("model", "seed") if found and n.name.lower() == found[1].lower()]
        return f"write {{{{ ref('{known[0]}') }}}}, so that it is built before it is read" if known else ""

    def _contract(self, node: Node) -> None:
        if not self.yaml.declared_types(node):
            return
        actual = {name.lower(): (name, kind) for name, kind in self.columns[node.unique_id]}
        declared = {c.name.lower(): c for c in node.columns}
        for name, column in declared.items():
            place = Where(node.patch_path, column.line)
            if name not in actual:
                self.problems.add(
                    f"contract of '{node.name}': column '{column.name}' is declared and not in the query",
                    place,
                    did_you_mean(name, actual),
                )
            elif not column.data_type:
                self.problems.add(
                    f"contract of '{node.name}': column '{column.name}' has no data_type",
                    place,
                    f"the query gives {actual[name][1]}",
                )
            elif self._type(column.data_type, place) not in (actual[name][1], None):
                self.problems.add(
                    f"contract of '{node.name}': column '{column.name}' is declared {column.data_type}, "
                    f"and the query gives {actual[name][1]}",
                    place,
                    "cast the column, or change the contract",
                )
        for name, (shown, kind) in actual.items():
            if name not in declared:
                said = f"contract of '{node.name}': column '{shown}' ({kind}) is in the query and not declared"
                hint = did_you_mean(name, declared) or "declare it, or drop it from the query"
                self.problems.add(said, node.patch_where, hint)

    def _type(self, declared: str, place: Where) -> str | None:
        key = self._key_of("type", declared)
        if key not in self.cached:
            try:
                self.cached[key] = self.session.columns(f"(select cast(null as {declared}) as t)")
            except EngineError as error:
                self.problems.add(f"unknown type '{declared}'", place, column_hint(error.message))
                return None
        return self.cached[key][0][1]
