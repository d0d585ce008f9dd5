"""Rows of DuckDB's on Spark and back, by Parquet files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb

from convsql.dialects import quoted, type_name
from convsql.engines.session import Columns
from tests.dialects.parity import difference
from tests.dialects.parity import quoted as marked

_MARK = re.compile('"⟦([^⟧]+)⟧"')


class SparkRows:
    """Relations by unique id: on Spark temporary views over Parquet files in `folder`."""

    def __init__(self, session: Any, folder: Path) -> None:
        self.session = session
        self.folder = folder
        self._names: dict[str, str] = {}

    def name(self, unique_id: str) -> str:
        """What a relation is called on Spark."""
        return self._names.setdefault(unique_id, f"r{len(self._names)}_{re.sub('[^a-z0-9_]', '_', unique_id.lower())}")

    def named(self, text: str) -> str:
        """A translated query with the names of relations in it."""
        return _MARK.sub(lambda match: quoted(self.name(match[1]), "spark"), text)

    def give(self, duck: duckdb.DuckDBPyConnection, unique_id: str, columns: Columns) -> None:
        """DuckDB's rows of a relation."""
        file = self.folder / f"{self.name(unique_id)}.parquet"
        outputs = ", ".join(_exported(name, kind) for name, kind in columns)
        duck.execute(f"copy (select {outputs} from {marked(unique_id)}) to '{file}' (format parquet)")
        self._show(unique_id, file)

    def build(self, unique_id: str, text: str) -> Path:
        """Make a relation of a translated query: its files."""
        folder = self.folder / f"{self.name(unique_id)}_built"
        self.session.sql(self.named(text)).write.mode("overwrite").parquet(str(folder))
        return folder

    def take(self, unique_id: str, folder: Path) -> None:
        """Let what was built be what others read."""
        self._show(unique_id, folder)

    def _show(self, unique_id: str, path: Path) -> None:
        self.session.read.parquet(str(path)).createOrReplaceTempView(self.name(unique_id))

    def types(self, folder: Path, columns: Columns) -> str:
        """What is wrong with the names and types of what was built."""
        found = self.session.read.parquet(str(folder)).dtypes
        wanted = [(name, type_name(kind, "spark").replace(", ", ",").replace("_ltz", "")) for name, kind in columns]
        return "; ".join(f"{one} is to be {other}" for one, other in zip(found, wanted, strict=True) if one != other)


def _exported(name: str, kind: str) -> str:
    known = marked_name(name)
    if kind in ("HUGEINT", "UHUGEINT"):
        return f"cast({known} as decimal(38, 0)) as {known}"
    if kind in ("NULL", '"NULL"'):
        return f"cast({known} as integer) as {known}"
    return known


def marked_name(name: str) -> str:
    """A column's name in DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def difference_of(duck: duckdb.DuckDBPyConnection, one: str, other: str, columns: Columns) -> str:
    """What two relations' rows differ in; rows that are the same to the last bit are not fetched.

    Decimals of twelve places or more, which are made of doubles, are compared as doubles are.
    """
    both = []
    shown = ", ".join(_compared(name, kind) for name, kind in columns)
    for here, there in ((one, other), (other, one)):
        both.append(duck.execute(f"select {shown} from (from {here} except all from {there})").fetchall())
    return difference(*both) if any(both) else ""


def _compared(name: str, kind: str) -> str:
    is_of_doubles = kind.startswith("DECIMAL") and int(kind.rstrip(")").rpartition(",")[2]) >= 12
    return f"cast({marked_name(name)} as double) as {marked_name(name)}" if is_of_doubles else marked_name(name)
