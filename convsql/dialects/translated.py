"""One query of DuckDB's dialect as one of another."""

from __future__ import annotations

from collections.abc import Mapping

import sqlglot
from sqlglot.errors import SqlglotError

from convsql.dialects.problem import DialectError
from convsql.engines.session import Columns


def translated(sql: str, columns: Mapping[str, Columns], dialect: str) -> str:
    """See `convsql.dialects.translate`."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError as error:
        raise DialectError(f"not readable as SQL: {str(error).splitlines()[0]}") from None
    return str(tree.sql(dialect=dialect, pretty=True))
