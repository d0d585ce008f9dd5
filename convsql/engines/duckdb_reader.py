"""Rows that were read once and are kept in memory: the file they came from is free again."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from convsql.base.errors import ConvsqlError
from convsql.base.printable import html_text as escape
from convsql.base.quoting import literal, quote
from convsql.engines.duckdb import DuckDBSession, open_memory
from convsql.engines.duckdb_faults import opening_error, refuse_other_formats
from convsql.engines.session import EngineError

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

SHOWN_ROWS = 20


class Table:
    """The rows of a query, whole and fixed: later builds do not change them.

    `columns` and `types` (DuckDB's names of types) are in the order of the query. `rows()` needs nothing but convsql;
    `arrow()`, `pandas()` and `polars()` need those libraries and keep the types. Times are UTC, without a zone.
    """

    def __init__(self, session: DuckDBSession, name: str) -> None:
        self._session = session
        self._relation = f"select * from {name}"
        described = session.columns(name)
        self.columns: tuple[str, ...] = tuple(column for column, _ in described)
        self.types: tuple[str, ...] = tuple(kind for _, kind in described)
        self._length = int(session.fetch(f"select count(*) from {name}")[0][0])

    def rows(self) -> list[dict[str, Any]]:
        """One mapping per row, column → value as Python has it."""
        return [dict(zip(self.columns, values, strict=True)) for values in self.tuples()]

    def tuples(self) -> list[tuple[Any, ...]]:
        """One tuple per row, in the order of `columns`."""
        return self._session.fetch(self._relation)

    def arrow(self) -> pyarrow.Table:
        """A `pyarrow.Table`. Raises ConvsqlError when pyarrow is not installed."""
        _needs("pyarrow")
        return self._session.connection.sql(self._relation).to_arrow_table()

    def pandas(self) -> pandas.DataFrame:
        """A `pandas.DataFrame`. Raises ConvsqlError when pandas is not installed."""
        _needs("pandas")
        return self._session.connection.sql(self._relation).df()

    def polars(self) -> polars.DataFrame:
        """A `polars.DataFrame`. Raises ConvsqlError when polars or pyarrow is not installed."""
        _needs("polars", "pyarrow")
        frame: polars.DataFrame = self._session.connection.sql(self._relation).pl()
        return frame

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows())

    def __repr__(self) -> str:
        return f"<convsql.Table of {len(self)} rows: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the first rows."""
        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        shown = self._session.query(self._relation, SHOWN_ROWS)[1]
        cells = ["".join(f"<td>{'' if v is None else escape(str(v))}</td>" for v in row) for row in shown]
        more = f"<p>{len(self) - len(shown)} more rows</p>" if len(self) > len(shown) else ""
        return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>{more}"


def _needs(*libraries: str) -> None:
    for library in libraries:
        if importlib.util.find_spec(library) is None:
            raise ConvsqlError(
                f"{library} is not installed", hint=f"pip install {library}; or use .rows(), which needs nothing more"
            )


class Reader:
    """Reads a database file into memory, query by query; `close` sets the file free.

    Every query of one reader sees the same build: a build that is published meanwhile waits for the file.
    """

    def __init__(
        self, path: str, database: str, settings: Mapping[str, Any], threads: int, folders: Sequence[str] = ()
    ) -> None:
        refuse_other_formats(path)
        self._database = database
        self._session = open_memory(settings, folders)
        self._session.file = path
        self._count = 0
        try:
            self._session.prepare("set preserve_insertion_order = true")  # rows come in the order of the query
            if threads:
                self._session.prepare(f"set threads = {int(threads)}")
            self._session.connection.execute(f"attach {literal(path)} as {quote(database)} (read_only)")
            self._session.prepare(f"use {quote(database)}.main")  # names not in full are the file's
        except EngineError as error:
            self._session.close()
            raise ConvsqlError(error.message) from None
        except (duckdb.Error, OSError) as error:
            self._session.close()
            raise opening_error(path, error) from None

    def table(self, sql: str) -> Table:
        """The rows of a query over the database's relations, named in full. Raises EngineError."""
        if self._session.kinds(sql) not in (["SELECT"], ["MULTI"]):
            raise EngineError("not one query: write one 'select …'")
        self._count += 1
        name = f"memory.main.table_{self._count}"
        self._session.execute(f"create table {name} as\n{sql}")
        return Table(self._session, name)

    def relations(self, schema: str) -> set[str]:
        """Names of the relations in one schema of the file."""
        rows = self._session.fetch(
            "select table_name from duckdb_tables() where database_name = $1 and schema_name = $2"
            " union all select view_name from duckdb_views() where database_name = $1 and schema_name = $2",
            [self._database, schema],
        )
        return {str(row[0]) for row in rows}

    def columns(self, relation: str) -> list[str]:
        """Names of the columns of a relation, named in full. Raises EngineError."""
        return [name for name, _ in self._session.columns(relation)]

    def close(self) -> None:
        """Set the file free; tables that were read stay."""
        self._session.execute("use memory.main")
        self._session.execute(f"detach {quote(self._database)}")


def open_reader(
    path: str, database: str, settings: Mapping[str, Any], threads: int, folders: Sequence[str] = ()
) -> Reader | None:
    """A reader of a file; None when the file is not there. Raises LockHeld, ConvsqlError."""
    if path == ":memory:" or not Path(path).exists():
        return None
    return Reader(path, database, settings, threads, folders)
