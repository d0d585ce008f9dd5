"""Statements over files, each in a database of its own.

DuckDB's shared default connection keeps the unfinished result of whichever test in the process used it last, and then refuses the
next one: ruff's list of banned names (pyproject.toml) keeps tests away from it.
"""

from typing import Any

import duckdb


def scratch_rows(sql: str) -> list[tuple[Any, ...]]:
    """All rows of one statement, run in a new database in memory; paths are relative to the working directory."""
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchall()


def write_parquet(file: object, select: str) -> None:
    """The rows of a select as a Parquet file."""
    scratch_rows(f"copy ({select}) to '{file}' (format parquet)")
