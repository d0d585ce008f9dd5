"""Rows into Spark and out of it: by Arrow, as both kinds of session take them, with their types kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from convsql.base.quoting import quote
from convsql.engines.session import Columns
from convsql.engines.spark_catalogue import Catalogue, mark, named
from convsql.engines.spark_types import type_of

ATTEMPT = "__a"  # between the name of a table in the protocol and the attempt that made its rows


def read_csv(columns: Columns, file: str) -> Any:
    """The rows of a CSV file as `Session.load` describes it, as a table of Arrow's; `columns` with Spark's types."""
    from convsql.engines.duckdb import open_memory

    memory = open_memory(folders=[str(Path(file).parent)])
    try:
        kinds = [(name, type_of(kind.replace(", ", ","))) for name, kind in columns]
        read = [(name, "VARCHAR" if kind == "BLOB" else kind) for name, kind in kinds]
        memory.load("main", "rows", read, file)
        shown = ", ".join(
            f"unhex(substring({quote(name)}, 3)) as {quote(name)}" if kind == "BLOB" else quote(name)
            for name, kind in kinds
        )
        return memory.connection.sql(f"select {shown} from main.rows").to_arrow_table()
    finally:
        memory.close()


def make_table(
    catalogue: Catalogue, schema: str, name: str, columns: Columns, rows: Any, after: Sequence[str] = ()
) -> None:
    """Make a table of rows of Arrow's, behind those of the tables `after` (named in full). Raises EngineError."""
    with catalogue.asking():
        if rows.num_rows:
            frame = catalogue.spark.createDataFrame(rows)
        else:  # of no rows it asks for the types
            frame = catalogue.spark.createDataFrame([], ", ".join(f"{mark(c)} {kind}" for c, kind in columns))
        frame = frame.selectExpr(*(f"cast({mark(c)} as {kind}) as {mark(c)}" for c, kind in columns))
        for table in after:
            frame = catalogue.spark.table(table).unionByName(frame)
        frame.write.saveAsTable(named(schema, name))


def write_csv(catalogue: Catalogue, query: str, file: str) -> None:
    """Write the rows of a query as `Session.load` reads them. Raises EngineError."""
    from convsql.engines.duckdb import open_memory

    with catalogue.asking():
        rows = catalogue.spark.sql(query).toArrow()
    memory = open_memory(folders=[str(Path(file).parent)])
    try:
        memory.connection.register("rows", rows)
        memory.export("select * from rows", file)
    finally:
        memory.close()


def without_attempt(name: str) -> str:
    """The name in the protocol of a table of rows; itself where it is none."""
    stem, mark, attempt = name.rpartition(ATTEMPT)
    return stem if mark and len(attempt) == 8 and set(attempt) <= set("0123456789abcdef") else name
