"""The package's SQL, written in DuckDB's dialect, in the dialects of other engines.

DuckDB's text is what people write, what is bound and what the fingerprints are made of; another engine is sent a
translation of it, in which every relation is still a placeholder. `translate` depends on nothing but its arguments, so
what it returns can be kept by its content and `layer_version()`. docs/dialects.md has each difference and its rewrite.
"""

from __future__ import annotations

from collections.abc import Mapping

from convsql.dialects.problem import DialectError
from convsql.dialects.version import layer_version
from convsql.engines.session import Columns

DIALECTS: tuple[str, ...] = ("duckdb", "postgres", "spark")
"""The dialects that `translate` knows."""

PROVEN: tuple[str, ...] = ("duckdb", "postgres", "spark")
"""Those in which every relation of the package was built and compared, row by row, with DuckDB's."""


def translate(sql: str, columns: Mapping[str, Columns], dialect: str) -> str:
    """One query of DuckDB's dialect as one query of another.

    Each relation is the placeholder `"⟦unique_id⟧"`, in double quotes, before and after; `columns` gives the
    columns of each, by unique id, with DuckDB's types, in order. "duckdb" gives the text unchanged. Pure and deterministic.
    Raises DialectError for what has no translation, and for a dialect that is not known.
    """
    if dialect == "duckdb":
        return sql
    if dialect not in DIALECTS:
        raise DialectError(f"unknown dialect '{dialect}'", hint="known: " + ", ".join(DIALECTS))
    from convsql.dialects.translated import translated

    return translated(sql, columns, dialect)


def type_name(duckdb_type: str, dialect: str) -> str:
    """What another dialect calls a type: `type_name("DOUBLE", "postgres")` is `double precision`.

    Raises DialectError for a type that the dialect lacks, and for a dialect that is not known.
    """
    if dialect == "duckdb":
        return duckdb_type
    if dialect not in DIALECTS:
        raise DialectError(f"unknown dialect '{dialect}'", hint="known: " + ", ".join(DIALECTS))
    from convsql.dialects.types import type_in

    return type_in(duckdb_type, dialect)


def session_settings(dialect: str) -> Mapping[str, str]:
    """The settings of a session in which translations say what DuckDB says, where a dialect needs any beside UTC."""
    if dialect != "spark":
        return {}
    from convsql.dialects.spark import NEEDS

    return NEEDS


def quoted(name: str, dialect: str) -> str:
    """A name as the dialect quotes it: `"x"`, on Spark in backticks."""
    mark = "`" if dialect == "spark" else '"'
    return mark + name.replace(mark, mark * 2) + mark


__all__ = [
    "DIALECTS",
    "PROVEN",
    "DialectError",
    "layer_version",
    "quoted",
    "session_settings",
    "translate",
    "type_name",
]
