"""Spark as an engine: a catalogue without transactions, in which nothing that somebody reads is ever changed.

A table of the protocol is two relations: the rows, in a table whose name ends in the attempt that made it, and a view by the protocol's name, which is
created when the rows are whole. What convsql remembers is `spark_state`; what readers see, `spark_editions`.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from convsql.base.errors import ConvsqlError
from convsql.base.quoting import DATA_SCHEMA, STATE_SCHEMA, qualified, quote
from convsql.engines import spark_editions as editions
from convsql.engines import spark_restated as restated
from convsql.engines.session import Capabilities, Columns, EngineError, HeadMoved, RelationKind, Swap, ViewTexts
from convsql.engines.spark_catalogue import Catalogue, in_quotes, named
from convsql.engines.spark_faults import Missing
from convsql.engines.spark_lock import Lock
from convsql.engines.spark_rows import ATTEMPT, make_table, read_csv, without_attempt, write_csv
from convsql.engines.spark_stages import worked_out
from convsql.engines.spark_state import State
from convsql.engines.spark_types import type_of

_STATE = f"{quote(STATE_SCHEMA)}."
_PENDING = "pending"


class SparkSession:
    """One session of Spark; with a `lock` it writes, and what it finds in the catalogue is changed by nobody else."""

    dialect = "spark"
    capabilities = Capabilities(
        reads_files=False,
        transactional_views=False,
        compare_and_swap=True,
        concurrent_readers=True,
        several_writers=False,
        tests_at_once=20,
        statements_are_jobs=True,
        jobs_at_once=4,  # most of a small one is planned by a single thread
    )

    def __init__(self, catalogue: Catalogue, lock: Lock | None = None) -> None:
        self.catalogue = catalogue
        self._lock = lock
        self.state = State(catalogue)
        self._attempt = secrets.token_hex(4)
        self._made: list[tuple[RelationKind, str, str]] = []  # in the open transaction
        self._dropped: list[str] | None = None  # in the open transaction, to go after it
        self._is_open = False
        # what the schema of data holds, while this session alone writes
        self._held: dict[str, RelationKind] | None = None
        if lock is not None:
            self._finish()

    def allow(self, places: Sequence[str]) -> None:
        return  # it reads no file of the project

    def kinds(self, sql: str) -> NoReturn:
        raise EngineError("queries are parsed in memory, not by Spark")

    tree = kinds

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> None:
        word = sql.split(maxsplit=1)[0].lower()
        if word in ("begin", "commit", "rollback"):
            {"begin": self._begin, "commit": self._commit, "rollback": self._roll_back}[word]()
        elif _STATE in sql:
            self.state.memory.execute(sql, parameters)
        else:
            self.catalogue.run(sql)

    def fetch(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        if _STATE in sql:
            return list(self.state.memory.fetch(sql, parameters))
        return self.catalogue.rows(sql)

    def query(self, sql: str, limit: int) -> tuple[Columns, list[tuple[Any, ...]]]:
        with self.catalogue.asking():
            frame = self.catalogue.spark.sql(sql)
            columns = [(f.name, type_of(f.dataType.simpleString())) for f in frame.schema.fields]
            return columns, [tuple(row) for row in frame.head(limit)]

    def columns(self, relation: str) -> Columns:
        return [(n, type_of(kind)) for n, kind in self.catalogue.describe(f"select * from {relation}")]

    def rows_digest(self, relation: str) -> str:
        return ""  # tables are large: loaded_at_field says when one changed

    def relations(self, schema: str) -> dict[str, RelationKind]:
        if schema == DATA_SCHEMA and self._lock is not None:
            if self._held is None:
                self._held = self._relations(schema)
            return dict(self._held)
        return self._relations(schema)

    def _relations(self, schema: str) -> dict[str, RelationKind]:
        views = set(self.catalogue.views(schema))
        names = set(self.catalogue.names(schema)) | views
        rows = {without_attempt(name) for name in names - views}
        found: dict[str, RelationKind] = {}
        for name in names:
            if name in views:
                found[name] = "table" if name in rows else "view"
            elif without_attempt(name) == name:
                found[name] = "table"
        return found

    def columns_by_table(self, schema: str) -> dict[str, list[str]]:
        if schema == STATE_SCHEMA:
            of_state: dict[str, list[str]] = self.state.memory.columns_by_table(schema)
            return of_state
        tables = [name for name, kind in self.relations(schema).items() if kind == "table"]
        return {name: [column for column, _ in self.columns(qualified(schema, name))] for name in tables}

    def view_texts(self, schemas: Sequence[str]) -> ViewTexts:
        found: ViewTexts = {}
        for schema in schemas:
            held = self.catalogue.held(schema)
            rows = {without_attempt(name) for name, relation in held.items() if not relation.is_view}
            for name, relation in held.items():
                if relation.is_view and name not in rows:
                    found[schema, name] = f"create view {qualified(schema, name)} as {in_quotes(relation.text)}"
        return found

    def is_among(self, expression: str, parameter: int, kind: str = "varchar") -> str:
        condition: str = self.state.memory.is_among(expression, parameter, kind)  # only the state is asked by lists
        return condition

    def create_schema(self, schema: str) -> None:
        self.catalogue.create_schema(schema)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self.state.memory.insert(table, columns, rows)

    def load(self, schema: str, name: str, columns: Columns, file: str) -> None:
        self.catalogue.loads(Path(file).stat().st_size)
        self._make(
            schema, name, lambda rows: make_table(self.catalogue, schema, rows, columns, read_csv(columns, file))
        )

    def export(self, query: str, file: str) -> None:
        write_csv(self.catalogue, query, file)

    def replace_table(self, schema: str, name: str, sql: str) -> None:
        self.drop("table", schema, name)
        self.create_as("table", schema, name, sql)

    def create_as(self, kind: RelationKind, schema: str, name: str, sql: str) -> None:
        if kind == "table":  # how many rows, it does not tell
            with worked_out(self.catalogue, sql) as query:
                made = f"as\n{query}"
                self._make(schema, name, lambda rows: self.catalogue.run(f"create table {named(schema, rows)} {made}"))
        else:
            self.catalogue.create_view(schema, name, f"\n{sql}")
            self._note(kind, schema, name)

    def _make(self, schema: str, name: str, make: Any) -> None:
        """Make the rows of a table, and then the view by its name."""
        rows = f"{name}{ATTEMPT}{self._attempt}"
        try:
            make(rows)
            self.catalogue.create_view(schema, name, f"select * from {named(schema, rows)}")
        except BaseException:
            with contextlib.suppress(Exception):
                self.catalogue.run(f"drop table if exists {named(schema, rows)}")
            raise
        self._note("table", schema, name)

    def _note(self, kind: RelationKind, schema: str, name: str) -> None:
        if self._is_open:
            self._made.append((kind, schema, name))
        if schema == DATA_SCHEMA and self._held is not None:
            self._held[name] = kind

    def drop(self, kind: RelationKind, schema: str, name: str) -> None:
        if schema == STATE_SCHEMA:
            self.state.memory.drop(kind, schema, name)
            return
        self.catalogue.drop_view(schema, name)
        if kind == "table":
            for rows in self.catalogue.names(schema, f"{name}{ATTEMPT}*"):
                self.catalogue.run(f"drop table if exists {named(schema, rows)}")
        if schema == DATA_SCHEMA and self._held is not None:
            self._held.pop(name, None)

    def drop_all(self, schema: str, relations: Sequence[tuple[str, RelationKind]]) -> list[str]:
        """They go when the transaction is committed: until then a build that can be shown may need them."""
        self._dropped = [name for name, _ in relations]
        kept = {int(n) for (n,) in self._of_state("select sequence from {}.builds where views is not null")}
        restated.sweep(self.catalogue, self.state, kept)
        return list(self._dropped)

    def exclusively(self) -> None:
        if self._lock is not None:
            self._lock.check()

    def renew(self, last: Sequence[tuple[str, Sequence[Any]]]) -> None:
        raise ConvsqlError("a Spark catalogue can't be told to write its files anew")

    def reclaim(self) -> None:
        return  # its storage is no file of convsql's; and for reveal: what is committed is seen

    reveal = reclaim

    def cancel(self) -> None:
        self.catalogue.cancel()

    def swap_head(self, swap: Swap) -> None:
        self._begin()
        self.exclusively()
        if (current := self._head(swap.environment)) != swap.base:
            raise HeadMoved(current)
        swap.record()
        sequence = self._head(swap.environment)
        everything = restated.keep(self.catalogue, self.state, sequence)
        fixed = [(s, n, q.replace(restated.TABLE, everything) if everything else q) for s, n, q in swap.views]
        editions.make_edition(self.catalogue, replace(swap, views=fixed), sequence)
        self.state.facts[_PENDING] = {"views": [list(v) for v in swap.views], "drops": [list(d) for d in swap.drops]}

    def _head(self, environment: str) -> int:
        rows = self._of_state("select sequence from {}.heads where environment = $1", [environment])
        return int(rows[0][0]) if rows else 0

    def _of_state(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        return list(self.state.memory.fetch(sql.format(quote(STATE_SCHEMA)), parameters))

    def _begin(self) -> None:
        self.state.begin()
        self._is_open, self._made, self._dropped = True, [], None

    def _commit(self) -> None:
        self.exclusively()
        self.state.commit()
        self._is_open, self._made = False, []
        if _PENDING in self.state.facts:
            self._finish()
        if self._dropped is not None:
            dropped, self._dropped = self._dropped, None
            self._sweep(dropped)

    def _roll_back(self) -> None:
        self.state.roll_back()
        self._is_open, self._dropped = False, None
        made, self._made = self._made, []
        for kind, schema, name in reversed(made):
            self.drop(kind, schema, name)

    def _finish(self) -> None:
        """Show readers what is published: now, or after a builder that ended before it had done so."""
        if "builds" not in self.columns_by_table(STATE_SCHEMA):
            return
        restated.show(self.catalogue, self.state.facts)
        self._show_heads()
        # this one may have been taken for dead, and what it has just shown is then older than what is published
        if self.state.is_overtaken():
            self.state.load()
            restated.show(self.catalogue, self.state.facts)
            self._show_heads()
        if pending := self.state.facts.get(_PENDING):
            editions.show(self.catalogue, pending["views"], pending["drops"])
            del self.state.facts[_PENDING]  # written with the next version; until then it does no harm to be done again

    def _show_heads(self) -> None:
        heads = self._of_state("select environment, sequence from {}.heads order by 1")
        builds = self._of_state(
            "select sequence, environment, kind, strftime(published_at, '%Y-%m-%d %H:%M:%S'), version, git_commit, parent"
            " from {}.builds order by 1"
        )
        editions.show_heads(self.catalogue, [(str(e), int(n)) for e, n in heads], builds)

    def _sweep(self, dropped: Sequence[str]) -> None:
        """Drop what the state that was just written does not name: relations, attempts, builds' schemas, versions."""
        held = self.relations(DATA_SCHEMA)
        self.catalogue.each([partial(self._drop_named, name, held.get(name, "view")) for name in dropped])
        names = self.catalogue.names(DATA_SCHEMA)
        standing = {name for name in names if without_attempt(name) == name}
        left = [n for n in names if n not in standing and without_attempt(n) not in standing]
        self.catalogue.each(
            [partial(self.catalogue.run, f"drop table if exists {named(DATA_SCHEMA, n)}") for n in left]
        )
        rows = self._of_state("select environment, sequence, views is not null from {}.builds")
        shown = [(str(e), int(n)) for e, n, is_kept in rows if is_kept]
        editions.drop_editions(self.catalogue, shown, sorted({str(e) for e, *_ in rows}))
        self.state.sweep()

    def _drop_named(self, name: str, kind: RelationKind) -> None:
        with contextlib.suppress(Missing):
            self.drop(kind, DATA_SCHEMA, name)

    def close(self) -> None:
        if self._lock is not None:
            self._lock.release()
        self.state.close()
