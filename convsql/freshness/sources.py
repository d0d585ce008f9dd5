"""How old the sources are: the greatest `loaded_at_field`, or when their files were last written, against dbt's `freshness`.

Nothing is built and no model is looked at, so that a project whose models are broken, or whose data have stopped, can still be asked.
A row dated more than a day after this moment proves nothing: it is counted and left out, else one in 2099 would keep a dead source fresh.
"""

from __future__ import annotations

import datetime
import os
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from convsql.base.errors import ConvsqlError, Problems
from convsql.base.quoting import quote
from convsql.compiling.source_files import is_absent, places_of
from convsql.compiling.sources import SourceState, external_state, is_warehouse, raw_files_of, warehouse_state
from convsql.compiling.sql_fragments import Fragments
from convsql.engines.access import access_to
from convsql.engines.session import EngineError, Session
from convsql.freshness.ages import now
from convsql.freshness.latest import latest_time
from convsql.project.config import Project
from convsql.project.declare import parse
from convsql.project.files import read_project_files
from convsql.project.freshness import seconds_of
from convsql.project.nodes import Graph, Node
from convsql.project.profiles import Target
from convsql.project.selection import select
from convsql.sqltext.sent_sql import readable

Status = Literal["pass", "warn", "error", "runtime error"]
NEVER = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)  # dbt's word for a source without a row


@dataclass(slots=True)
class Measured:
    """One source: its latest time and what follows; `message` where it could not be measured (`is_absent`: its files are not there), `ahead`: rows of the future."""

    node: Node
    status: Status
    latest: datetime.datetime = NEVER
    taken_at: datetime.datetime = NEVER
    ahead: int = 0
    message: str = ""
    is_absent: bool = False
    seconds: float = 0.0
    started_at: datetime.datetime = field(default_factory=now)

    @property
    def age(self) -> float:
        """Seconds since the latest time."""
        return (self.taken_at - self.latest).total_seconds()


def sources_with_freshness(project: Project, target: Target, chosen: Sequence[str], left: Sequence[str]) -> list[Node]:
    """The sources that promise freshness, of those chosen by `--select` and `--exclude`. Raises ConvsqlError."""
    problems = Problems()
    declared = parse(project, target, read_project_files(project), problems)
    problems.raise_if_any()
    nodes = select(Graph(declared.nodes), list(chosen), list(left))
    return [n for i, n in declared.nodes.items() if i in nodes and n.source is not None and n.source.freshness]


class Measuring:
    """Measures sources one by one; `close` gives the databases free."""

    def __init__(self, project: Project, target: Target) -> None:
        self.project = project
        self.target = target
        self._warehouse: Session | None = None
        self._is_open = False

    def __enter__(self) -> Measuring:
        return self

    def __exit__(self, *_: object) -> None:
        if self._warehouse is not None:
            self._warehouse.close()

    def measure(self, node: Node) -> Measured:
        """How old one source is. Raises LockHeld; what is wrong with the source itself is a status."""
        started, began = now(), time.perf_counter()
        try:
            measured = self._of_warehouse(node) if is_warehouse(node) else self._of_files(node)
        except EngineError as error:
            measured = Measured(node, "runtime error", message=readable(error.message).splitlines()[0])
        except ConvsqlError as error:
            if error.is_transient:
                raise
            absent = not is_warehouse(node) and is_absent(node)
            measured = Measured(node, "runtime error", message=str(error.problems[0].reason), is_absent=absent)
        return replace(measured, seconds=time.perf_counter() - began, started_at=started)

    def _of_warehouse(self, node: Node) -> Measured:
        if not self._is_open:
            self._is_open = True
            self._warehouse = access_to(self.target).read()
        if self._warehouse is None:
            return Measured(node, "runtime error", message="the database file is not there yet")
        if not node.source_table.loaded_at_field:
            raise ConvsqlError("it has no loaded_at_field", node.where, "name the column that says when a row came")
        return self._of_rows(node, warehouse_state(replace(node, source=_unversioned(node)), None), self._warehouse)

    def _of_files(self, node: Node) -> Measured:
        problems = Problems()
        state = external_state(node, problems, raw_files_of(self.project))
        problems.raise_if_any()
        assert state is not None
        if not state.version:
            raise ConvsqlError("its files are not there", node.where)
        if not node.source_table.loaded_at_field:
            written = max(os.stat(file).st_mtime for file in state.files)
            return _judged(node, datetime.datetime.fromtimestamp(written, datetime.UTC), 0)
        session = access_to(self.target.reaching(places_of(state.relation))).memory()
        try:
            return self._of_rows(node, state, session)
        finally:
            session.close()

    def _of_rows(self, node: Node, state: SourceState, session: Session) -> Measured:
        table = node.source_table
        columns = {name for name, _ in session.columns(state.relation)}
        at = quote(table.loaded_at_field) if table.loaded_at_field in columns else table.loaded_at_field
        if table.loaded_at_field not in columns:
            self._check(table.loaded_at_field, "loaded_at_field", node)
            if re.fullmatch(r"\w+", table.loaded_at_field):
                raise ConvsqlError(f"it has no column '{table.loaded_at_field}'", node.where)
        where = ""
        if wanted := table.freshness.get("filter"):
            self._check(str(wanted), "filter", node)
            where = f" where (\n{wanted}\n)"
        latest, ahead = latest_time(session, at, f"{state.relation} as dated{where}")
        return _judged(node, latest or NEVER, ahead)

    def _check(self, text: str, key: str, node: Node) -> None:
        """Raises ConvsqlError for a text that is anything but one expression."""
        session = access_to(self.target).memory()
        try:
            wrong = Fragments(lambda: session, {}).expression(text)
        finally:
            session.close()
        if wrong:
            raise ConvsqlError(f"{key} {wrong}: {text}", node.where, "write one expression")


def _unversioned(node: Node) -> Any:
    """The source without what its version is read from: only where it stands is asked for."""
    return replace(node.source_table, loaded_at_field="")


def _judged(node: Node, latest: datetime.datetime, ahead: int) -> Measured:
    measured = Measured(node, "pass", latest, now(), ahead)
    promised = node.source_table.freshness
    for status, key in (("error", "error_after"), ("warn", "warn_after")):
        threshold = promised.get(key)
        if threshold and measured.age > seconds_of(threshold):
            measured.status = status  # type: ignore[assignment]
            break
    return measured
