"""DuckDB as an engine: one file, one writer process at a time."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from convsql.engine import Columns, EngineError
from convsql.errors import ConvsqlError, LockHeld, Where
from convsql.installed import require
from convsql.names import qualified

require("duckdb", duckdb.__version__, "2.0")

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
_CANDIDATES = re.compile(r"\n\tCandidate functions:\n(?:\t.*\n?)*")
# DuckDB's storage version that every release from 1.2 on can read: a file stays readable by older tools.
STORAGE_VERSION = "v1.2.0"


# What duckdb raises for a failed statement, and (a bare RuntimeError) for one that Ctrl-C stopped.
_ERRORS = (duckdb.Error, RuntimeError)


def _engine_error(error: Exception) -> EngineError:
    """A failed statement as EngineError. Raises KeyboardInterrupt for one that the user stopped."""
    if isinstance(error, duckdb.InterruptException) or str(error) == "Query interrupted":
        raise KeyboardInterrupt from None
    text = str(error).strip()
    line = _LINE.search(text)
    text = _CANDIDATES.sub("\n", text)
    text = re.split(r"\n\s*LINE \d+:", text)[0].strip()
    return EngineError(text, int(line[1]) if line else 0)


# What a target's `settings` may override. Trying the three slow string compressions costs more than all other
# work of writing a table (40 % of a wide one's time) and halves a file: builds are kept short, files are not.
DEFAULT_SETTINGS = {
    "TimeZone": "UTC",
    "preserve_insertion_order": False,
    "disabled_compression_methods": "fsst,dict_fsst,zstd",
}


class DuckDBSession:
    """A connection to one DuckDB file (or to memory), in UTC, with nothing autoloaded."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: Mapping[str, Any], threads: int) -> None:
        self.connection = connection
        for name, value in {**DEFAULT_SETTINGS, **settings}.items():
            if not re.fullmatch(r"\w+", name):
                raise ConvsqlError(f"'{name}' is no DuckDB setting")
            self.execute(f"set {name} = {_setting(value)}")
        if threads:
            self.execute(f"set threads = {int(threads)}")

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> None:
        try:
            self.connection.execute(sql, parameters)
        except _ERRORS as error:
            raise _engine_error(error) from None

    def fetch(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        try:
            return self.connection.execute(sql, parameters).fetchall()
        except _ERRORS as error:
            raise _engine_error(error) from None

    def query(self, sql: str, limit: int) -> tuple[Columns, list[tuple[Any, ...]]]:
        try:
            result = self.connection.execute(sql)
            columns = [(str(d[0]), str(d[1])) for d in result.description or []]
            return columns, result.fetchmany(limit)
        except _ERRORS as error:
            raise _engine_error(error) from None

    def columns(self, relation: str) -> Columns:
        return [(str(r[0]), str(r[1])) for r in self.fetch(f"describe select * from {relation}")]

    def relations(self, schema: str) -> dict[str, str]:
        rows = self.fetch(
            "select table_name, 'table' from duckdb_tables() where schema_name = $1 and database_name = current_database()"
            " union all select view_name, 'view' from duckdb_views() where schema_name = $1"
            " and database_name = current_database() and not internal",
            [schema],
        )
        return {str(name): str(kind) for name, kind in rows}

    def create_as(self, kind: str, schema: str, name: str, sql: str) -> None:
        self.execute(f"create {kind} {qualified(schema, name)} as\n{sql}")

    def drop(self, kind: str, schema: str, name: str) -> None:
        self.execute(f"drop {kind} if exists {qualified(schema, name)} cascade")

    def close(self) -> None:
        self.connection.close()


def _setting(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


def open_memory(settings: Mapping[str, Any] | None = None) -> DuckDBSession:
    """An empty database in memory, for binding and for unit tests, under the target's settings."""
    try:
        return DuckDBSession(duckdb.connect(), settings or {}, 0)
    except EngineError as error:
        raise _refused(error) from None


def _refused(error: EngineError) -> ConvsqlError:
    return ConvsqlError(f"a setting of the target was refused: {error.message}", Where("profiles.yml"))


def open_file(path: str, settings: Mapping[str, Any], threads: int, read_only: bool) -> DuckDBSession | None:
    """Open the database file; None when it is to be read and is not there.

    Raises LockHeld naming the process that holds it, ConvsqlError for anything else.
    """
    try:
        if path == ":memory:":
            return DuckDBSession(duckdb.connect(), settings, threads)
        if read_only and not Path(path).exists():
            return None
        if not read_only:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        if not Path(path).exists():
            _create(path)
        return DuckDBSession(duckdb.connect(path, read_only=read_only), settings, threads)
    except EngineError as error:
        raise _refused(error) from None
    except (duckdb.Error, OSError) as error:
        raise opening_error(path, error) from None


def opening_error(path: str, error: Exception) -> ConvsqlError:
    """Why a file could not be opened: LockHeld naming the process that holds it, or ConvsqlError."""
    text = str(error)
    if "lock" in text.lower():
        holder = re.search(r"held in (.+?)(?:\.\s|\.$|\. See|$)", text, re.MULTILINE)
        return LockHeld(
            f"the database is in use: {path}" + (f" (held by {holder[1]})" if holder else ""),
            hint="wait until the other process has closed it, then run again",
        )
    return ConvsqlError(f"can't open {path}: {text.splitlines()[0]}")


def _create(path: str) -> None:
    """A new file in a storage format that older DuckDB releases read too, whole or not there.

    DuckDB writes a new file in several steps and can't open one that a killed process left half done.
    """
    if Path(f"{path}.wal").exists():  # of a deleted file; DuckDB itself knows what to do with it
        duckdb.connect(path, config={"storage_compatibility_version": STORAGE_VERSION}).close()
        return
    draft = Path(f"{path}.{os.getpid()}.new")
    try:
        duckdb.connect(str(draft), config={"storage_compatibility_version": STORAGE_VERSION}).close()
        with contextlib.suppress(FileExistsError):  # another process was faster
            _place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _place(draft: Path, path: str) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if not Path(path).exists():
            draft.rename(path)
