"""PostgreSQL's types under the names that convsql has for types: those of the database in which queries are bound."""

from __future__ import annotations

_BY_OID = {
    16: "BOOLEAN",
    17: "BLOB",
    18: "VARCHAR",
    19: "VARCHAR",
    20: "BIGINT",
    21: "SMALLINT",
    23: "INTEGER",
    25: "VARCHAR",
    114: "VARCHAR",
    700: "FLOAT",
    701: "DOUBLE",
    1042: "VARCHAR",
    1043: "VARCHAR",
    1082: "DATE",
    1083: "TIME",
    1114: "TIMESTAMP",
    1184: "TIMESTAMP WITH TIME ZONE",
    1186: "INTERVAL",
    2950: "UUID",
    3802: "VARCHAR",
}
_NUMERIC = 1700
_MOST_DIGITS = 38


def type_of(oid: int, modifier: int) -> str:
    """The name of a column's type; a numeric without a precision has nine places, and what is not known is a text."""
    if oid != _NUMERIC:
        return _BY_OID.get(oid, "VARCHAR")
    if modifier < 4:
        return f"DECIMAL({_MOST_DIGITS},9)"
    precision, scale = (modifier - 4) >> 16 & 0xFFFF, (modifier - 4) & 0x7FF
    if precision > _MOST_DIGITS:
        return "HUGEINT" if scale == 0 else f"DECIMAL({_MOST_DIGITS},{min(scale, _MOST_DIGITS)})"
    return f"DECIMAL({precision},{scale})"
