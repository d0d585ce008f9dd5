"""A database written anew, so that no page of its file holds what was dropped or deleted.

DuckDB leaves a dropped table's pages in the file as they are until something else needs them. A new file is made of what is there now.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from convsql.base.errors import ConvsqlError
from convsql.base.quoting import literal, quote
from convsql.engines.duckdb_faults import opening_error, statement_error
from convsql.engines.duckdb_new_file import STORAGE_VERSION
from convsql.engines.session import EngineError

_BEFORE = "convsql_before"
_TABLES = "select schema_name, table_name from duckdb_tables() where database_name = $1 order by all"
_VIEWS = "select schema_name, view_name from duckdb_views() where database_name = $1 and not internal order by all"


def fresh_file(file: Path) -> Path:
    """Where the new file is made, beside the one whose place it takes."""
    return file.with_name(f"{file.name}.anew")


def write_anew(file: Path, last: Sequence[tuple[str, Sequence[Any]]]) -> None:
    """Put a new file in the place of a database file that nobody has open: all that is in it, and then what `last` does.

    Raises EngineError, ConvsqlError, and the file is then as it was.
    """
    fresh = fresh_file(file)
    for leftover in (fresh, Path(f"{fresh}.wal")):
        leftover.unlink(missing_ok=True)
    try:
        connection = duckdb.connect(str(fresh), config={"storage_compatibility_version": STORAGE_VERSION})
    except (duckdb.Error, OSError) as error:
        raise opening_error(str(fresh), error) from None
    try:
        _fill(connection, file, last)
    except (duckdb.Error, RuntimeError) as error:
        raise statement_error(error, str(file)) from None
    finally:
        connection.close()
    if Path(f"{fresh}.wal").exists():
        raise EngineError("no checkpoint could be made of the new file")
    os.replace(fresh, file)


def _fill(connection: duckdb.DuckDBPyConnection, file: Path, last: Sequence[tuple[str, Sequence[Any]]]) -> None:
    (new,) = connection.execute("select current_database()").fetchone() or ("",)
    connection.execute(f"attach {literal(str(file))} as {_BEFORE} (read_only)")
    connection.execute(f"copy from database {_BEFORE} to {quote(new)}")
    _check_whole(connection, new)
    connection.execute(f"detach {_BEFORE}")
    for sql, parameters in last:
        connection.execute(sql, list(parameters))
    connection.execute("checkpoint")


def _check_whole(connection: duckdb.DuckDBPyConnection, new: str) -> None:
    """Raises ConvsqlError where the new file holds other relations, or tables of other sizes."""
    for listed in (_TABLES, _VIEWS):
        if connection.execute(listed, [_BEFORE]).fetchall() != connection.execute(listed, [new]).fetchall():
            raise ConvsqlError("the database can't be written anew: its relations would not all be there")
    for schema, table in connection.execute(_TABLES, [new]).fetchall():
        sizes = {
            connection.execute(f"select count(*) from {quote(database)}.{quote(schema)}.{quote(table)}").fetchall()[0]
            for database in (_BEFORE, new)
        }
        if len(sizes) > 1:
            raise ConvsqlError(f"the database can't be written anew: {schema}.{table} would not have all its rows")
