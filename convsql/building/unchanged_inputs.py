"""What is built is what was compiled: the files that a step reads are held against those that its fingerprint is of.

A step reads a source's files itself, or through views; a seed's are read by the step that loads it, and by unit tests. Files are
compared before and after, and with what compiling saw, so that one that changed and was put back is noticed too. A warehouse
table can change between compiling and opening the database for writing, and not after.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convsql.base.errors import ConvsqlError
from convsql.base.file_facts import Facts, Surroundings, facts
from convsql.compiling.project import Compiled
from convsql.compiling.seeds import seed_facts
from convsql.compiling.sources import (
    cause_in_files,
    facts_now,
    has_changed,
    is_warehouse,
    raw_files_of,
    warehouse_state,
)
from convsql.compiling.table_versions import TableVersions
from convsql.engines.session import EngineError, Session
from convsql.project.nodes import Node


class Inputs:
    """The files below one compiled project, while its relations are built."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.graph = compiled.graph
        self.root = compiled.project.root
        self._below_views: dict[str, frozenset[str]] = {}
        self._seeds: dict[str, Facts] = {}  # of those that were found to hold what was compiled

    def read_by(self, node: Node) -> frozenset[str]:
        """Unique ids of the sources and seeds whose files a step about this node reads."""
        if node.kind == "seed":
            return frozenset([node.unique_id])
        if node.kind == "source":
            return frozenset([node.unique_id] if self._state_files(node.unique_id) else [])
        if node.unit:
            return frozenset(p for p in node.unit.inputs if self.graph.nodes[p].kind == "seed")
        return self._through_views(node)

    def _through_views(self, node: Node) -> frozenset[str]:
        found: set[str] = set()
        for unique_id in self.graph.built_parents(node):
            parent = self.graph.nodes[unique_id]
            if parent.kind == "source":
                found |= {unique_id} if self._state_files(unique_id) else set()
            elif parent.materialized == "view":
                if unique_id not in self._below_views:
                    self._below_views[unique_id] = self._through_views(parent)
                found |= self._below_views[unique_id]
        return frozenset(found)

    def _state_files(self, unique_id: str) -> tuple[str, ...]:
        state = self.compiled.sources.get(unique_id)
        return state.files if state else ()

    def cause(self, node: Node, message: str) -> str:
        """What is wrong with the files that a step about this node reads, after the engine stumbled on them; empty where nothing is found."""
        for unique_id in sorted(self.read_by(node)):
            state = self.compiled.sources.get(unique_id)
            if state and (why := cause_in_files(state, message, raw_files_of(self.compiled.project))):
                return f"source '{self.graph.nodes[unique_id].dotted_name}' can't be read: {why}"
        return ""

    @contextmanager
    def unchanged(self, node: Node) -> Iterator[None]:
        """A step about this node. Raises ConvsqlError at its end when it may have read anything but what was compiled."""
        read = sorted(self.read_by(node))
        surroundings = {i: self._surroundings(i) for i in read}
        before = {i: self._facts(i) for i in read}
        try:
            yield
        except EngineError:
            self._compare(before, surroundings)  # a file that is gone or half written is a better reason
            raise
        self._compare(before, surroundings)

    def _compare(self, before: dict[str, Facts], surroundings: dict[str, Surroundings]) -> None:
        for unique_id, noted in before.items():
            if not noted or self._facts(unique_id) != noted or not surroundings[unique_id].are_the_same():
                raise self._changed(unique_id)

    def _facts(self, unique_id: str) -> Facts:
        """How an input stands; empty where it is not what was compiled."""
        node = self.graph.nodes[unique_id]
        if node.kind == "source":
            state = self.compiled.sources[unique_id]
            return () if has_changed(state) else (facts_now(state),)
        if unique_id in self._seeds:
            try:
                return facts(node.file_in(self.root))
            except OSError:
                return ()
        found = seed_facts(node, self.root)
        if found:
            self._seeds[unique_id] = found
        return found

    def _surroundings(self, unique_id: str) -> Surroundings:
        node = self.graph.nodes[unique_id]
        if node.kind == "seed":
            return Surroundings([str(node.file_in(self.root))])
        state = self.compiled.sources[unique_id]
        project, target = self.compiled.project, self.compiled.target
        busy = (str(project.root), str(project.target_dir), str(Path(target.path).parent))
        return Surroundings(state.files, state.patterns, busy)

    def check_sources(self) -> None:
        """Raises ConvsqlError when a source's files are not those that were compiled: models may have read two states of them."""
        for unique_id, state in self.compiled.sources.items():
            if has_changed(state):
                raise self._changed(unique_id)

    def check_warehouse(self, session: Session) -> None:
        """Raises ConvsqlError when a table of the warehouse was loaded since compiling; from now on `session` keeps others out."""
        versions = TableVersions(self.compiled.project.target_dir, self.compiled.target.path)
        for unique_id, state in self.compiled.sources.items():
            node = self.graph.nodes[unique_id]
            if state.version and is_warehouse(node):
                try:
                    now = warehouse_state(node, session, versions)
                except EngineError:
                    raise self._changed(unique_id) from None
                if now.version != state.version:
                    raise self._changed(unique_id)

    def _changed(self, unique_id: str) -> ConvsqlError:
        node = self.graph.nodes[unique_id]
        name = f"{node.kind} '{node.dotted_name}'"
        return ConvsqlError(
            f"{name} changed while the build ran; nothing was published",
            node.where,
            "run the build again when its files are whole",
        )
