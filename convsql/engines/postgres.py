"""PostgreSQL as an engine: one connection, UTC, names in full, one builder of an environment at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn

import psycopg
from psycopg.pq import TransactionStatus

from convsql.base.quoting import STATE_SCHEMA, qualified, quote
from convsql.engines.postgres_faults import InUse, RestedOn, statement_error
from convsql.engines.postgres_types import type_of
from convsql.engines.postgres_views import flip, view_texts
from convsql.engines.session import Capabilities, Columns, EngineError, RelationKind, Swap, ViewTexts

LOCKS = 0x636F6E76  # "conv": the class of convsql's advisory locks
TIDYING = 0  # the lock of what all environments share; a builder's own is made of its schema
_CHUNK = 1 << 20


class PostgresSession:
    """A connection to one database. Every call is one statement; `place` is what errors name."""

    dialect = "postgres"
    capabilities = Capabilities(
        reads_files=False,
        transactional_views=True,
        compare_and_swap=True,
        concurrent_readers=True,
        several_writers=True,
        tests_at_once=8,
    )

    def __init__(self, connection: psycopg.Connection[Any], place: str) -> None:
        self.connection = connection
        self.place = place

    def allow(self, places: Sequence[str]) -> None:
        return  # the server reads no file of the project

    def kinds(self, sql: str) -> list[str]:
        self._no_parser()

    def tree(self, query: str) -> Any:
        self._no_parser()

    def _no_parser(self) -> NoReturn:
        raise EngineError("queries are parsed in memory, not by the server")

    def _run(self, sql: str, parameters: Sequence[Any] | None = None) -> psycopg.Cursor[Any]:
        """Run one statement: with parameters, an empty list of them too, the protocol lets no second one in."""
        try:
            return self.connection.execute(sql, parameters or [])
        except psycopg.Error as error:
            raise statement_error(error, self.connection, self.place) from None

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> None:
        self._run(sql, parameters)

    def fetch(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        result = self._run(sql, parameters)
        try:
            return result.fetchall()
        except psycopg.Error as error:
            raise statement_error(error, self.connection, self.place) from None

    def query(self, sql: str, limit: int) -> tuple[Columns, list[tuple[Any, ...]]]:
        result = self._run(sql)
        try:
            return _described(result), result.fetchmany(limit)
        except psycopg.Error as error:
            raise statement_error(error, self.connection, self.place) from None

    def columns(self, relation: str) -> Columns:
        return _described(self._run(f"select * from {relation} as described limit 0"))

    def rows_digest(self, relation: str) -> str:
        return ""  # its hashes are those of a type each, and tables are large: loaded_at_field says when one changed

    def relations(self, schema: str) -> dict[str, RelationKind]:
        rows = self.fetch(
            "select c.relname, c.relkind::text from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
            " where n.nspname = $1 and c.relkind in ('r', 'p', 'f', 'm', 'v')",
            [schema],
        )
        return {str(name): "view" if kind == "v" else "table" for name, kind in rows}

    def columns_by_table(self, schema: str) -> dict[str, list[str]]:
        rows = self.fetch(
            "select c.relname, a.attname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace"
            " join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
            " where n.nspname = $1 and c.relkind = 'r' order by c.relname, a.attnum",
            [schema],
        )
        found: dict[str, list[str]] = {}
        for table, column in rows:
            found.setdefault(str(table), []).append(str(column))
        return found

    def view_texts(self, schemas: Sequence[str]) -> ViewTexts:
        return view_texts(self, schemas)

    def is_among(self, expression: str, parameter: int, kind: str = "varchar") -> str:
        return f"{expression} = any(${parameter}::{kind}[])"

    def create_schema(self, schema: str) -> None:
        if not self.fetch("select 1 from pg_namespace where nspname = $1", [schema]):
            self.execute(f"create schema if not exists {quote(schema)}")

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        holes = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
        try:
            with self.connection.cursor() as cursor:
                cursor.executemany(f"insert into {table} ({', '.join(columns)}) values ({holes})", list(rows))
        except psycopg.Error as error:
            raise statement_error(error, self.connection, self.place) from None

    def load(self, schema: str, name: str, columns: Columns, file: str) -> None:
        table = qualified(schema, name)
        body = ", ".join(f"{quote(column)} {kind}" for column, kind in columns)
        with self._whole():
            self.execute(f"create table {table} ({body})")
            try:
                with (
                    open(file, "rb") as content,
                    self.connection.cursor() as cursor,
                    cursor.copy(f"copy {table} from stdin (format csv)") as copy,
                ):
                    while chunk := content.read(_CHUNK):
                        copy.write(chunk)
            except psycopg.Error as error:
                raise statement_error(error, self.connection, self.place) from None
            self.execute(f"analyze {table}")

    def export(self, query: str, file: str) -> None:
        try:
            with (
                open(file, "wb") as content,
                self.connection.cursor() as cursor,
                cursor.copy(f"copy (\n{query}\n) to stdout (format csv, force_quote *)") as copy,
            ):
                for chunk in copy:
                    content.write(chunk)
        except psycopg.Error as error:
            raise statement_error(error, self.connection, self.place) from None

    def create_as(self, kind: RelationKind, schema: str, name: str, sql: str) -> int | None:
        with self._whole():
            made = self._run(f"create {kind} {qualified(schema, name)} as\n{sql}")
            if kind == "view":
                return None
            self.execute(f"analyze {qualified(schema, name)}")  # what is read next is planned by its size
            return made.rowcount

    def replace_table(self, schema: str, name: str, sql: str) -> None:
        with self._whole():
            self.drop("table", schema, name)
            self.create_as("table", schema, name, sql)

    @contextlib.contextmanager
    def _whole(self) -> Iterator[None]:
        """All statements within, or none: in the transaction that is open, or in one of their own."""
        if self.connection.info.transaction_status != TransactionStatus.IDLE:
            yield
            return
        self.execute("begin")
        try:
            yield
            self.execute("commit")
        except BaseException:
            with contextlib.suppress(Exception):
                self.execute("rollback")
            raise

    def drop(self, kind: RelationKind, schema: str, name: str) -> None:
        self.execute(f"drop {kind} if exists {qualified(schema, name)}")

    def drop_all(self, schema: str, relations: Sequence[tuple[str, RelationKind]]) -> list[str]:
        """What is being read, or is rested on by somebody's view, stays: the next run tries again."""
        dropped: list[str] = []
        waiting = list(relations)
        self.execute("set local lock_timeout = '100ms'")
        while waiting:
            left = [(name, kind) for name, kind in waiting if not self._dropped(kind, schema, name)]
            dropped += [name for name, _ in waiting if name not in {n for n, _ in left}]
            if len(left) == len(waiting):
                break
            waiting = left  # what only relations rested on that are gone now
        return dropped

    def _dropped(self, kind: RelationKind, schema: str, name: str) -> bool:
        self.execute("savepoint one")
        try:
            self.drop(kind, schema, name)
        except (InUse, RestedOn):
            self.execute("rollback to savepoint one")
            return False
        self.execute("release savepoint one")
        return True

    def swap_head(self, swap: Swap) -> None:
        flip(self, swap)

    def exclusively(self) -> None:
        self.execute(f"select pg_advisory_xact_lock({LOCKS}, {TIDYING})")

    def cancel(self) -> None:
        return  # one thread alone asks

    def reveal(self) -> None:
        return  # what is committed is seen

    def renew(self, last: Sequence[tuple[str, Sequence[Any]]]) -> None:
        """What was dropped is gone with its files; tables that go on are written anew. Logs, copies and replicas are the server's affair."""
        for table in self.columns_by_table(STATE_SCHEMA):
            self.execute(f"vacuum (full) {qualified(STATE_SCHEMA, table)}")
        for sql, parameters in last:
            self.execute(sql, parameters)

    def reclaim(self) -> None:
        return  # the server does

    def close(self) -> None:
        with contextlib.suppress(psycopg.Error):
            self.connection.close()


def _described(result: psycopg.Cursor[Any]) -> Columns:
    return [(c.name, type_of(c.type_code, c._fmod)) for c in result.description or []]
