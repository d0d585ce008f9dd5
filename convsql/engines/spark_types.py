"""Spark's types under the names that convsql has for types: those of the database in which queries are bound."""

from __future__ import annotations

import re

_NAMES = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "date": "DATE",
    "timestamp_ntz": "TIMESTAMP",
    "timestamp_ltz": "TIMESTAMP WITH TIME ZONE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "binary": "BLOB",
    "void": "INTEGER",
}
_DECIMAL = re.compile(r"decimal\((\d+), ?(\d+)\)")


def type_of(kind: str) -> str:
    """The name of a type as Spark writes it; what is not known is a text."""
    if kind == "decimal(38,0)":  # as which whole numbers of 128 bits are kept
        return "HUGEINT"
    if decimal := _DECIMAL.fullmatch(kind):
        return f"DECIMAL({decimal[1]},{decimal[2]})"
    return _NAMES.get(kind, "VARCHAR")
