"""One query of DuckDB's dialect as one of another: read, typed, rewritten, written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import sqlglot
from sqlglot.errors import ErrorLevel, SqlglotError

from convsql.dialects.outputs import named_outputs, named_subqueries, own_keys
from convsql.dialects.postgres import in_postgres
from convsql.dialects.problem import DialectError
from convsql.dialects.spark import in_spark
from convsql.dialects.typed_tree import Typer
from convsql.engines.session import Columns

_REWRITES: dict[str, Callable[[Any, Columns], Any]] = {"postgres": in_postgres, "spark": in_spark}
_IN_BACKTICKS = re.compile("`(⟦[^⟧`]+⟧)`")


def translated(sql: str, columns: Mapping[str, Columns], dialect: str) -> str:
    """See `convsql.dialects.translate`."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
        named_outputs(tree)
        tree = own_keys(tree)
        named_subqueries(tree)
        found = Typer(columns).query(tree, {}, None)
        text: str = _REWRITES[dialect](tree, found).sql(
            dialect=dialect, pretty=True, unsupported_level=ErrorLevel.RAISE
        )
    except SqlglotError as error:
        raise DialectError(f"no translation into {dialect}: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise DialectError("SQL nested too deeply") from None
    return _IN_BACKTICKS.sub(r'"\1"', text)
