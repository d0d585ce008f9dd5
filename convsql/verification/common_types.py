"""As what two engines' columns are compared: engines name and widen types differently, and a number is the same one in each.

Types are named as `Session.columns` names them on every engine. A decimal of twelve places or more is one that was made of doubles, to add them
up in any order: it is compared as they are, since the last bits of `power`, `exp` and `ln` are the engine's own. (Nothing that people count has
twelve: in an amount of thousands, the twelfth place is already finer than a double.)
"""

from __future__ import annotations

import re

_WHOLE = frozenset(
    "TINYINT SMALLINT INTEGER BIGINT HUGEINT UTINYINT USMALLINT UINTEGER UBIGINT UHUGEINT BIGNUM".split()
)
_DOUBLE = frozenset(("FLOAT", "DOUBLE"))
_DAYS = frozenset(("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"))
_TEXT = ("VARCHAR", "JSON", "ENUM")
_PLAIN = frozenset(("BOOLEAN", "TIME", "TIMESTAMP WITH TIME ZONE", "INTERVAL", "UUID"))
_DECIMAL = re.compile(r"DECIMAL\((\d+), ?(\d+)\)")
_MOST_DIGITS, _PLACES_OF_A_DOUBLE = 38, 12


def read_as(kind: str) -> str:
    """The type as which a column's text is read again: its own, and text for what has no literal that engines share (lists, bytes)."""
    if kind in _WHOLE or kind in _DOUBLE or kind in _DAYS or kind in _PLAIN or _DECIMAL.fullmatch(kind):
        return kind
    return "VARCHAR"


def compared_as(here: str, there: str) -> str:
    """The type as which two columns are compared; empty when they are of kinds that can't be equal."""
    if here == there:
        return "DOUBLE" if here in _DOUBLE or (_scale(here) or 0) >= _PLACES_OF_A_DOUBLE else read_as(here)
    if here.startswith(_TEXT) and there.startswith(_TEXT):
        return "VARCHAR"
    if {here, there} <= _DAYS:
        return "TIMESTAMP_NS" if "TIMESTAMP_NS" in (here, there) else "TIMESTAMP"
    scales = [_scale(kind) for kind in (here, there)]
    if None in scales:
        return ""
    scale = max(scale or 0 for scale in scales)
    if here in _DOUBLE or there in _DOUBLE or scale >= _PLACES_OF_A_DOUBLE:
        return "DOUBLE"
    return f"DECIMAL({_MOST_DIGITS}, {scale})" if scale else "HUGEINT"


def _scale(kind: str) -> int | None:
    """The places behind the point of a number; None for what is no number."""
    if decimal := _DECIMAL.fullmatch(kind):
        return int(decimal[2])
    return 0 if kind in _WHOLE or kind in _DOUBLE else None
