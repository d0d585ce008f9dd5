"""convsql from Python: a project, its builds, and what is published, as tables.

>>> project = convsql.Project("path/to/project", target="dev")
>>> project.build().published.sequence
>>> project.rates("conversation_to_opportunity", by="channel").polars()
>>> project.show("waits", limit=5).rows()

The working directory of the process stays what it was, and nothing is printed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from convsql.base.errors import EXIT_FAILED, ConvsqlError, Where, did_you_mean
from convsql.base.printable import first_of
from convsql.base.quoting import qualified, quote
from convsql.building.build import Options
from convsql.building.results import Listener, Outcome, Silent
from convsql.building.state import head
from convsql.compiling.project import Compiled
from convsql.context import Context
from convsql.dbt_habits.asking import build_answered
from convsql.dialects import translate
from convsql.engines.access import access_to
from convsql.engines.duckdb import open_memory
from convsql.engines.duckdb_reader import Reader, Table, open_reader
from convsql.engines.remote_reader import RemoteReader
from convsql.engines.session import EngineError
from convsql.rates.question import Question, checked, rates_sql
from convsql.runs.recording import Recording
from convsql.sqltext.sent_sql import column_hint, readable

_NAME = re.compile(r"\w+")


class BuildFailed(ConvsqlError):
    """A model or a test failed and nothing was published; `outcome` has every result."""

    exit_code = EXIT_FAILED

    def __init__(self, outcome: Outcome) -> None:
        failed = outcome.failed
        names = first_of([r.node.name for r in failed], 3)
        super().__init__(f"{len(failed)} failed, nothing was published: {names}", failed[0].node.where)
        self.outcome = outcome


class Published:
    """What readers see, open: queries, and the names of relations. Every query sees the same build."""

    def __init__(self, compiled: Compiled, reader: Reader | RemoteReader) -> None:
        self.compiled = compiled
        self._reader = reader
        self._there = reader.relations(compiled.target.schema)

    def need(self, *relations: str) -> None:
        """Raises ConvsqlError where a table of convsql's own package is not there that an answer rests on, and says why it is not."""
        nodes = {n.name for n in self.compiled.graph.of("model", "seed")}
        for relation in relations:
            if relation not in nodes:
                raise ConvsqlError(
                    f"the project has no model '{relation}', which this is read from",
                    hint="metrics are measured by convsql's own package: `convsql init` begins a project that has it",
                )
            if not self.has(relation):
                hint = "run `convsql build`; if it failed, do first what is said there (`convsql runs` lists the last runs)"
                raise ConvsqlError(f"the table {relation} is not published", hint=hint)

    def name(self, relation: str) -> str:
        """The full name of a published model or seed, or of a view of the runner. Raises ConvsqlError when there is none."""
        from convsql.compiling.compiled_sql import published_name

        nodes = {n.name: n for n in self.compiled.graph.of("model", "seed")}
        if relation not in nodes and relation in self._there:
            target = self.compiled.target
            return f"{quote(target.database)}.{qualified(target.schema, relation)}"
        if relation not in nodes:
            raise ConvsqlError(
                f"no model or seed '{relation}'", hint=did_you_mean(relation, nodes) or "`convsql ls` lists them"
            )
        return published_name(self.compiled, nodes[relation].unique_id)

    def has(self, relation: str) -> bool:
        """Whether a model or seed of the project is published."""
        return relation in self._there

    def columns(self, relation: str) -> list[str]:
        """The columns of a published relation, in order."""
        return self._reader.columns(self.name(relation))

    def table(self, sql: str) -> Table:
        """The rows of a query. Raises ConvsqlError when it can't be answered."""
        try:
            return self._reader.table(sql)
        except EngineError as error:
            is_missing = error.message.startswith("Catalog Error")
            is_ours = is_missing and any(
                f"name {n.name} " in error.message for n in self.compiled.graph.of("model", "seed")
            )
            hints = ["" if is_ours else column_hint(error.message)]
            if is_missing:
                hints.append("`convsql build` publishes what is missing")
            raise ConvsqlError(readable(error.message), hint=" ".join(hint for hint in hints if hint)) from None

    def show_name(self, name: str, limit: int | None = None) -> Table:
        """Rows of a published model or seed; an ephemeral model is queried."""
        from convsql.compiling.compiled_sql import compiled_sql

        full = self.name(name)
        # what the runner keeps itself, as restatements, is no node
        node = next((n for n in self.compiled.graph.of("model", "seed") if n.name == name), None)
        query = f"select * from {full}" if node is None or node.is_built else compiled_sql(self.compiled, node)
        return self.table(_limited(query, limit))

    def show_query(self, sql: str, limit: int | None = None) -> Table:
        """Rows of one query over refs, rendered as a model is."""
        from convsql.compiling.inline import inline_sql

        query = _limited(inline_sql(self.compiled, sql), limit)
        try:
            return self.table(query)
        except ConvsqlError as error:
            hint = "write one query: 'select …'" if error.reason.startswith("syntax error") else ""
            raise ConvsqlError(error.reason, Where("--inline"), error.hint or hint) from None

    def ask(self, sql: str) -> list[Mapping[str, Any]]:
        """The rows of a query as mappings."""
        return list(self.table(sql).rows())


class Project:
    """A convsql project on disk, read through one target.

    `path` is the folder of `dbt_project.yml`, `target` a name in `profiles.yml`, `vars` win over `vars.yml`.
    Nothing is read before the first call. All methods raise ConvsqlError (with `.where` and `.hint`) for what a user can mend.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] = ".",
        *,
        target: str | None = None,
        vars: Mapping[str, Any] | None = None,
        profiles_dir: str | os.PathLike[str] | None = None,
    ) -> None:
        profiles = Path(profiles_dir).absolute() if profiles_dir is not None else None
        text = json.dumps(vars, default=str) if vars else None
        self._context = Context(Path(path).absolute(), profiles, target, text)
        self.warnings: list[str] = []

    @classmethod
    def of(cls, context: Context) -> Project:
        """The project that a command's options name."""
        project = cls()
        project._context = replace(
            context, project_dir=context.project_dir.resolve(), profiles_dir=context.profiles_folder
        )
        return project

    def build(
        self,
        select: str | Sequence[str] = (),
        *,
        exclude: str | Sequence[str] = (),
        full_refresh: bool = False,
        listener: Listener | None = None,
    ) -> Outcome:
        """Build and test what changed, and publish it; `select` and `exclude` as in `convsql build`.

        Raises BuildFailed when a model or test failed (nothing was published), LockHeld, StaleHead, ConvsqlError.
        """
        options = Options(_words(select), _words(exclude), full_refresh)
        asked = {"select": options.select, "exclude": options.exclude, "full_refresh": full_refresh}
        with (
            Recording("build", *self._context.load(), asked).recorded() as run,
            self._compiled(leaves_out=True) as first,
        ):
            heard = run.heard_by(listener or Silent())
            outcome = build_answered(first, options, heard, lambda: self._context.compiled(leaves_out=True))[1]
            run.outcome = outcome
        if outcome.failed:
            raise BuildFailed(outcome)
        return outcome

    def rates(
        self,
        metric: str,
        *,
        by: str | Sequence[str] | None = None,
        grain: str = "month",
        version: int | None = None,
    ) -> Table:
        """The published rates of a metric, one row per period and values of `by`, each with its counts, interval and as_of.

        `metric` is `name` (the version that is the metric on the day of as_of) or `name@version`; `by` a dimension or
        several, as the metric's `cohorts.by` has them; `grain` a length of periods, or `all`. Rates are shares of 1.
        """
        with self.published() as published:
            return published.table(rates_sql(self.question(published, metric, by, grain, version), published.name))

    @staticmethod
    def question(
        published: Published,
        metric: str,
        by: str | Sequence[str] | None = None,
        grain: str = "month",
        version: int | None = None,
    ) -> Question:
        """The checked question behind `rates`."""
        published.need("metric_definitions", "cohort_rates")
        return checked(published.ask, published.name, metric, version, by, grain, is_table=published.has)

    def show(self, query: str, *, limit: int | None = None) -> Table:
        """Rows of a published model or seed by its name, or of a query over refs: `select * from {{ ref('waits') }}`."""
        return self.show_name(query, limit) if _NAME.fullmatch(query) else self.show_query(query, limit)

    def show_name(self, name: str, limit: int | None = None) -> Table:
        """Rows of a published model or seed; an ephemeral model is queried."""
        with self.published() as published:
            return published.show_name(name, limit)

    def show_query(self, sql: str, limit: int | None = None) -> Table:
        """Rows of one query over refs, rendered as a model is."""
        with self.published() as published:
            return published.show_query(sql, limit)

    @contextlib.contextmanager
    def published(self) -> Iterator[Published]:
        """What readers see, while the block lasts. Raises ConvsqlError when nothing was built yet."""
        with self._compiled() as compiled:
            reader = _reader_of(compiled)
            if reader is None:
                raise ConvsqlError("nothing was built yet", hint="run `convsql build`")
            try:
                yield Published(compiled, reader)
            finally:
                reader.close()

    @contextlib.contextmanager
    def _compiled(self, leaves_out: bool = False) -> Iterator[Compiled]:
        """The compiled project; the process stands in its folder while the block lasts.

        DuckDB reads relative paths from there, and `file_search_path` does not help: what SQL may read is asked first.
        """
        root = self._context.project_dir
        with contextlib.chdir(root) if root.is_dir() else contextlib.nullcontext():
            compiled = self._context.compiled(leaves_out=leaves_out)
            self.warnings = list(compiled.warnings)
            yield compiled


def _reader_of(compiled: Compiled) -> Reader | RemoteReader | None:
    """What reads the build that readers see; None when nothing was built yet."""
    target = compiled.target
    if target.type == "duckdb":
        return open_reader(target.path, target.database, target.settings, target.threads, target.folders)
    session = access_to(target).read()
    if session is None:
        return None
    current = head(session, target.schema)
    if current is None:
        session.close()
        return None
    shown = {(view.schema, view.name): view.relation for view in current.views}
    return RemoteReader(session, open_memory(folders=target.folders), target.database, shown, translate)


def _limited(sql: str, limit: int | None) -> str:
    return sql if limit is None else f"select * from (\n{sql}\n) as shown limit {int(limit)}"


def _words(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
