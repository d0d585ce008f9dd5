"""DuckDB's types, and what other dialects call them."""

from __future__ import annotations

import re

from convsql.dialects.problem import DialectError

_DECIMAL = re.compile(r"(?:DECIMAL|NUMERIC)(?:\((\d+)(?:, *(\d+))?\))?", re.IGNORECASE)

_POSTGRES = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "HUGEINT": "numeric(39, 0)",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20, 0)",
    "UHUGEINT": "numeric(39, 0)",
    "BIGNUM": "numeric",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "VARCHAR": "text",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "TIMESTAMPTZ": "timestamp with time zone",
    "INTERVAL": "interval",
    "UUID": "uuid",
    "BLOB": "bytea",
    "JSON": "text",
    "NULL": "integer",
    '"NULL"': "integer",
}

_SPARK = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "HUGEINT": "decimal(38, 0)",
    "UTINYINT": "smallint",
    "USMALLINT": "int",
    "UINTEGER": "bigint",
    "UBIGINT": "decimal(20, 0)",
    "UHUGEINT": "decimal(38, 0)",
    "FLOAT": "float",
    "DOUBLE": "double",
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP": "timestamp_ntz",
    "TIMESTAMP_S": "timestamp_ntz",
    "TIMESTAMP_MS": "timestamp_ntz",
    "TIMESTAMP WITH TIME ZONE": "timestamp_ltz",
    "TIMESTAMPTZ": "timestamp_ltz",
    "UUID": "string",
    "BLOB": "binary",
    "JSON": "string",
    "NULL": "int",
    '"NULL"': "int",
}

_NAMES: dict[str, dict[str, str]] = {"postgres": _POSTGRES, "spark": _SPARK}
_DECIMALS = {"postgres": "numeric", "spark": "decimal"}


def type_in(duckdb_type: str, dialect: str) -> str:
    """What `dialect` calls a type of DuckDB's. Raises DialectError for one that it lacks."""
    names = _NAMES[dialect]
    kind = duckdb_type.strip()
    if decimal := _DECIMAL.fullmatch(kind):
        return f"{_DECIMALS[dialect]}({decimal[1] or 18}, {decimal[2] or (0 if decimal[1] else 3)})"
    if kind.upper() in names:
        return names[kind.upper()]
    if kind.upper().startswith("ENUM("):
        return names["VARCHAR"]
    raise DialectError(f"{dialect} has no type for DuckDB's {kind}", hint="cast the column to a type that both have")
