"""DuckDB as an engine: one file. What is written to it goes through `duckdb_aside`."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from convsql.base.errors import ConvsqlError
from convsql.base.installed import require
from convsql.base.quoting import literal, qualified, quote
from convsql.engines.duckdb_faults import opening_error, refuse_other_formats, statement_error
from convsql.engines.duckdb_new_file import create_file
from convsql.engines.duckdb_settings import CLOSING, DEFAULT_SETTINGS, refused, setting_value
from convsql.engines.duckdb_zoned import with_zones
from convsql.engines.plain_text import is_plainly_one_statement
from convsql.engines.reach import real_places
from convsql.engines.session import (
    Capabilities,
    Columns,
    EngineError,
    HeadMoved,
    RelationKind,
    Swap,
    ViewTexts,
)

require("duckdb", duckdb.__version__, "2.0")

# What duckdb raises for a failed statement, (a bare RuntimeError) for one that Ctrl-C stopped, and for text that is no Unicode.
_ERRORS = (duckdb.Error, RuntimeError, UnicodeEncodeError)


# As `export` writes a CSV file: what is empty is null, what is quoted is a text.
_CSV = "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false"


class DuckDBSession:
    """A connection to one DuckDB file (or to memory), in UTC, with nothing autoloaded.

    SQL reads the `folders` (and files) that it is given, and what `allow` adds before the first statement; every call
    is one statement. `file` is what errors name; empty in memory.
    """

    dialect = "duckdb"
    capabilities = Capabilities(
        reads_files=True,
        transactional_views=True,
        compare_and_swap=True,
        concurrent_readers=True,
        several_writers=False,
        tests_at_once=8,
    )

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        settings: Mapping[str, Any],
        threads: int,
        folders: Sequence[str] = (),
        file: str = "",
    ) -> None:
        self.connection = connection
        self.file = file
        self._allowed = list(folders)
        locked = connection.execute("select current_setting('lock_configuration')").fetchone()
        self._is_closed = bool(locked and locked[0])  # by another session of this process on the same file
        if self._is_closed:
            return
        for name, value in {**DEFAULT_SETTINGS, **settings}.items():
            if not re.fullmatch(r"\w+", name):
                raise ConvsqlError(f"'{name}' is not a DuckDB setting")
            self.prepare(f"set {name} = {setting_value(value)}")
        if threads:
            self.prepare(f"set threads = {int(threads)}")

    def prepare(self, sql: str) -> None:
        """Run a statement of convsql's own before the session is closed to SQL. Raises EngineError."""
        try:
            self.connection.execute(sql)
        except _ERRORS as error:
            raise statement_error(error, self.file) from None

    def allow(self, places: Sequence[str]) -> None:
        self._allowed += places

    def _close_to_sql(self) -> None:
        folders, files = real_places(self._allowed)
        self._is_closed = True
        for name, places in (("allowed_directories", folders), ("allowed_paths", files)):
            if places:
                self.prepare(f"set {name} = [{', '.join(map(literal, places))}]")
        for setting in CLOSING:
            self.prepare(f"set {setting}")

    def _run(self, sql: str, parameters: Sequence[Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run one statement. Raises EngineError for none and for several."""
        if not self._is_closed:
            self._close_to_sql()
        try:
            # only a semicolon parts statements: text without one is not parsed twice
            if not is_plainly_one_statement(sql) or not sql.strip():
                statements = self.connection.extract_statements(sql)
                if len(statements) != 1:
                    raise EngineError(f"{len(statements) or 'no'} statements where there must be one")
            return self.connection.execute(sql, parameters)  # as text: what watches a connection reads it
        except _ERRORS as error:
            raise statement_error(error, self.file) from None

    def kinds(self, sql: str) -> list[str]:
        try:
            return [statement.type.name for statement in self.connection.extract_statements(sql)]
        except _ERRORS as error:
            raise statement_error(error, self.file) from None

    def tree(self, query: str) -> Any:
        found = json.loads(self.fetch("select json_serialize_sql($1::varchar)", [query])[0][0])
        if found["error"] or len(found["statements"]) != 1:
            raise EngineError(str(found.get("error_message", "not one query")))
        return found["statements"][0]

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> None:
        self._run(sql, parameters)

    def fetch(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        try:
            result = self._run(sql, parameters)
            zoned = with_zones(result.description)
            if zoned is None:
                return result.fetchall()
            return [zoned.row(row) for row in self._run(zoned.over(sql), parameters).fetchall()]
        except _ERRORS as error:
            raise statement_error(error, self.file) from None

    def query(self, sql: str, limit: int) -> tuple[Columns, list[tuple[Any, ...]]]:
        try:
            result = self._run(sql)
            columns = [(str(d[0]), str(d[1])) for d in result.description or []]
            zoned = with_zones(result.description)
            if zoned is None:
                return columns, result.fetchmany(limit)
            return columns, [zoned.row(row) for row in self._run(zoned.over(sql)).fetchmany(limit)]
        except _ERRORS as error:
            raise statement_error(error, self.file) from None

    def columns(self, relation: str) -> Columns:
        return [(str(r[0]), str(r[1])) for r in self.fetch(f"describe select * from {relation}")]

    def rows_digest(self, relation: str) -> str:
        row = self.fetch(f"select count(*), sum(hash(of_row)), bit_xor(hash(of_row)) from {relation} as of_row")[0]
        return "/".join(map(str, row))

    def relations(self, schema: str) -> dict[str, RelationKind]:
        rows = self.fetch(
            "select table_name, 'table' from duckdb_tables() where schema_name = $1 and database_name = current_database()"
            " union all select view_name, 'view' from duckdb_views() where schema_name = $1"
            " and database_name = current_database() and not internal",
            [schema],
        )
        return {str(name): "table" if kind == "table" else "view" for name, kind in rows}

    def columns_by_table(self, schema: str) -> dict[str, list[str]]:
        tables = self.fetch(
            "select table_name from duckdb_tables() where schema_name = $1 and database_name = current_database()",
            [schema],
        )
        found: dict[str, list[str]] = {}
        for (table,) in tables:  # table by table: the list of all columns binds every view of the database
            rows = self.fetch("select name from pragma_table_info($1) order by cid", [qualified(schema, str(table))])
            found[str(table)] = [str(name) for (name,) in rows]
        return found

    def view_texts(self, schemas: Sequence[str]) -> ViewTexts:
        rows = self.fetch(
            "select schema_name, view_name, sql from duckdb_views() where database_name = current_database()"
            " and not internal and list_contains($1, schema_name)",
            [list(schemas)],
        )
        return {(str(schema), str(name)): str(sql) for schema, name, sql in rows}

    def is_among(self, expression: str, parameter: int, kind: str = "varchar") -> str:
        return f"{expression} in (select unnest(${parameter}::{kind}[]))"

    def create_schema(self, schema: str) -> None:
        self.execute(f"create schema if not exists {quote(schema)}")

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        values = [list(column) for column in zip(*rows, strict=True)]
        if values:
            unnested = ", ".join(f"unnest(${number})" for number in range(1, len(columns) + 1))
            self.execute(f"insert into {table} ({', '.join(columns)}) select {unnested}", values)

    def load(self, schema: str, name: str, columns: Columns, file: str) -> None:
        typed = ", ".join(f"{literal(column)}: {literal(kind)}" for column, kind in columns)
        self.create_as("table", schema, name, f"select * from read_csv({literal(file)}, {_CSV}, columns = {{{typed}}})")

    def export(self, query: str, file: str) -> None:
        self.execute(f"copy (\n{query}\n) to {literal(file)} (format csv, header false, force_quote *)")

    def replace_table(self, schema: str, name: str, sql: str) -> None:
        self.execute(f"create or replace table {qualified(schema, name)} as {sql}")

    def swap_head(self, swap: Swap) -> None:
        self.execute("begin")
        rows = self.fetch(f"select sequence from {swap.heads} where environment = $1", [swap.environment])
        if (current := int(rows[0][0]) if rows else 0) != swap.base:
            raise HeadMoved(current)
        swap.record()
        for schema in sorted({schema for schema, _, _ in swap.views}):
            self.create_schema(schema)
        for schema, name in swap.drops:
            self.execute(f"drop view if exists {qualified(schema, name)}")
        for schema, name, query in swap.views:
            self.execute(f"create or replace view {qualified(schema, name)} as {query}")

    def exclusively(self) -> None:
        return  # one process at a time writes

    def cancel(self) -> None:
        return

    def reveal(self) -> None:
        return

    def renew(self, last: Sequence[tuple[str, Sequence[Any]]]) -> None:
        if self.file:
            raise ConvsqlError(
                f"{self.file} can't be written anew: it is a mount of its own, which no other file can replace",
                hint="mount its folder instead",
            )
        for sql, parameters in last:
            self.execute(sql, parameters)

    def reclaim(self) -> None:
        self.execute("checkpoint")

    def create_as(self, kind: RelationKind, schema: str, name: str, sql: str) -> int | None:
        self.execute(f"create {kind} {qualified(schema, name)} as\n{sql}")
        made = self.connection.fetchone() if kind == "table" else None
        return int(made[0]) if made else None

    def drop(self, kind: RelationKind, schema: str, name: str) -> None:
        self.execute(f"drop {kind} if exists {qualified(schema, name)} cascade")

    def drop_all(self, schema: str, relations: Sequence[tuple[str, RelationKind]]) -> list[str]:
        for name, kind in relations:
            self.drop(kind, schema, name)
        return [name for name, _ in relations]

    def interrupt(self) -> None:
        self.connection.interrupt()

    def close(self) -> None:
        with contextlib.suppress(*_ERRORS):  # a checkpoint that fails on closing: what was committed is in the .wal
            self.connection.close()


def open_memory(settings: Mapping[str, Any] | None = None, folders: Sequence[str] = ()) -> DuckDBSession:
    """An empty database in memory, for binding and for unit tests, under the target's settings."""
    try:
        return DuckDBSession(duckdb.connect(), settings or {}, 0, folders)
    except EngineError as error:
        raise refused(error) from None


def open_file(
    path: str, settings: Mapping[str, Any], threads: int, read_only: bool, folders: Sequence[str] = ()
) -> DuckDBSession | None:
    """Open the database file; None when it is to be read and is not there. SQL may read `folders` besides.

    Raises LockHeld naming the process that holds it, ConvsqlError for anything else.
    """
    try:
        if path == ":memory:":
            return DuckDBSession(duckdb.connect(), settings, threads, folders)
        if read_only and not Path(path).exists():
            return None
        if not read_only:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        if not Path(path).exists():
            create_file(path)
        refuse_other_formats(path)
        return DuckDBSession(duckdb.connect(path, read_only=read_only), settings, threads, folders, path)
    except EngineError as error:
        raise refused(error) from None
    except (duckdb.Error, OSError) as error:
        raise opening_error(path, error) from None
