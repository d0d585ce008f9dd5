"""Files as tables of an engine that does not read them: seeds, and sources that are files.

They are read in memory as they are on every target, so that encodings and types are the same, written as CSV below `target/` and copied into
the database. A source's table is named by the version of its files: what is unchanged is loaded once, and stays as long as the project reads it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from convsql.base.quoting import DATA_SCHEMA, physical_name, quote
from convsql.building.keeping import LOADED, note_need
from convsql.building.plan import Plan
from convsql.compiling.sources import is_warehouse
from convsql.dialects import type_name
from convsql.engines.session import Columns, Session
from convsql.project.nodes import Node


def loaded_name(node: Node, fingerprints: Mapping[str, str]) -> str:
    """The table that holds this version of a source's files."""
    return physical_name(node.name, fingerprints[node.unique_id])


def loaded_sources(plan: Plan) -> dict[str, str]:
    """Unique id → table of every source of the project that is files."""
    nodes = plan.compiled.graph.nodes
    return {i: loaded_name(nodes[i], plan.fingerprints) for i in plan.compiled.sources if not is_warehouse(nodes[i])}


def note_loaded(session: Session, plan: Plan) -> None:
    """Say which tables of files the project needs, before they are made; nothing where the engine reads files itself."""
    if not session.capabilities.reads_files:
        note_need(session, plan.environment, LOADED, loaded_sources(plan).values(), [])


class Loader:
    """Loads files for one run; `close` deletes what was written on the way."""

    def __init__(self, plan: Plan, session: Session, memory: Callable[[], Session]) -> None:
        self.plan = plan
        self.session = session
        self._memory = memory
        self._reading: Session | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def reads(self, node: Node) -> bool:
        """Whether a node reads sources from tables that are loaded."""
        if self.session.capabilities.reads_files:
            return False
        tables = loaded_sources(self.plan)
        return any(i in tables for i in self.plan.compiled.graph.built_parents(node))

    def missing(self, node: Node) -> list[Node]:
        """The sources that a node reads from tables which are not loaded yet."""
        if self.session.capabilities.reads_files:
            return []
        graph, tables = self.plan.compiled.graph, loaded_sources(self.plan)
        wanted = [i for i in graph.built_parents(node) if i in tables]
        held = self.session.relations(DATA_SCHEMA) if wanted else {}
        return [graph.nodes[i] for i in wanted if tables[i] not in held]

    def source(self, node: Node) -> None:
        """Load a source's files. Raises EngineError, and DialectError for a type that the engine lacks."""
        compiled = self.plan.compiled
        query = f"select * from {compiled.sources[node.unique_id].relation}"
        self.table(loaded_name(node, self.plan.fingerprints), compiled.columns[node.unique_id], query)

    def table(self, name: str, columns: Columns, query: str) -> None:
        """Load the rows of a query over files. Raises as `source` does."""
        kinds = [(column, type_name(kind, self.session.dialect)) for column, kind in columns]
        reading = self._reader()
        assert self._folder is not None
        shown = ", ".join(_written(column, kind) for column, kind in columns)
        file = Path(self._folder.name) / "rows.csv"
        try:
            reading.export(f"select {shown} from (\n{query}\n) as loaded", str(file))
            self.session.load(DATA_SCHEMA, name, kinds, str(file))
        finally:
            file.unlink(missing_ok=True)

    def _reader(self) -> Session:
        if self._reading is None:
            target = self.plan.compiled.project.target_dir
            target.mkdir(parents=True, exist_ok=True)
            self._folder = tempfile.TemporaryDirectory(prefix="loading_", dir=target)
            self._reading = self._memory()
            self._reading.allow([self._folder.name])
        return self._reading

    def close(self) -> None:
        if self._reading is not None:
            self._reading.close()
        if self._folder is not None:
            self._folder.cleanup()


def _written(column: str, kind: str) -> str:
    """A column as its text in the file is read by every engine: bytes as \\x and hexadecimal digits."""
    return f"'\\x' || hex({quote(column)})" if kind == "BLOB" else quote(column)
