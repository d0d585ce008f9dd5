"""DuckDB's rules of types: the type of an operation or a call, by the types of what it is of.

A type is DuckDB's own name for it, as `typeof` says it; "" is one that is not known, and "NULL" that of a bare null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

NULL, UNKNOWN = "NULL", ""
_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
INTEGERS = frozenset(
    (*_INTEGERS, "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "BIGNUM"),
)
FLOATS = frozenset(("FLOAT", "DOUBLE"))
TIMES = ("DATE", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE")
_DIGITS = {"TINYINT": 3, "SMALLINT": 5, "INTEGER": 10, "BIGINT": 19, "HUGEINT": 38, "UTINYINT": 3, "USMALLINT": 5}
_DIGITS |= {"UINTEGER": 10, "UBIGINT": 20, "UHUGEINT": 38}
_WIDEST, _WIDTH_OF_64_BITS = 38, 18


def is_decimal(kind: str) -> bool:
    """Whether a type is a decimal."""
    return kind.startswith("DECIMAL")


def is_number(kind: str) -> bool:
    """Whether a type is one of numbers."""
    return kind in INTEGERS or kind in FLOATS or is_decimal(kind)


def _parts(kind: str) -> tuple[int, int] | None:
    """Width and scale as a decimal."""
    if is_decimal(kind):
        width, _, scale = kind[len("DECIMAL(") : -1].partition(",")
        return int(width), int(scale)
    return (_DIGITS[kind], 0) if kind in _DIGITS else None


def decimal(width: int, scale: int) -> str:
    """A decimal of so many digits, no more than DuckDB has."""
    return f"DECIMAL({min(width, _WIDEST)},{scale})"


def number_literal(text: str) -> str:
    """The type of a number as it is written."""
    if "e" in text.lower():
        return "DOUBLE"
    if "." in text:
        whole, _, fraction = text.replace("_", "").partition(".")
        width = len(whole.lstrip("0")) + len(fraction) + (not whole.lstrip("0") and bool(whole))
        return decimal(width, len(fraction)) if width <= _WIDEST else "DOUBLE"
    value = int(text.replace("_", ""))
    return "INTEGER" if value < 2**31 else "BIGINT" if value < 2**63 else "HUGEINT"


def common(kinds: Iterable[str]) -> str:
    """The type of rows, branches or arguments of several types, as of a `case` or a union."""
    found = NULL
    for kind in kinds:
        found = kind if found == NULL else found if kind == NULL else _wider(found, kind)
    return found


def _wider(one: str, other: str) -> str:
    if one == other:
        return one
    if not one or not other:
        return UNKNOWN
    for pair in ((one, other), (other, one)):
        if pair[0] == "DOUBLE" and is_number(pair[1]):
            return "DOUBLE"
    if "FLOAT" in (one, other) and is_number(one) and is_number(other):
        return "FLOAT"
    if is_decimal(one) or is_decimal(other):
        a, b = _parts(one), _parts(other)
        if a is None or b is None:
            return "VARCHAR" if "VARCHAR" in (one, other) else UNKNOWN
        scale = max(a[1], b[1])
        return decimal(max(a[0] - a[1], b[0] - b[1]) + scale, scale)
    if one in _INTEGERS and other in _INTEGERS:
        return max(one, other, key=_INTEGERS.index)
    if one in TIMES and other in TIMES:
        return max(one, other, key=TIMES.index)
    return "VARCHAR" if "VARCHAR" in (one, other) else UNKNOWN


def sum_or_difference(left: str, right: str, is_difference: bool) -> str:
    """The type of `left + right` or `left - right`."""
    if left in TIMES or right in TIMES:
        if is_difference and right in TIMES:
            return "BIGINT" if left == right == "DATE" else "INTERVAL"
        time, other = (left, right) if left in TIMES else (right, left)
        if other == "INTERVAL":
            return "TIMESTAMP" if time == "DATE" else time
        return time if other in INTEGERS else UNKNOWN
    if "INTERVAL" in (left, right):
        return "INTERVAL"
    return _number_of(left, right, lambda a, b: (max(a[0] - a[1], b[0] - b[1]) + max(a[1], b[1]) + 1, max(a[1], b[1])))


def product(left: str, right: str) -> str:
    """The type of `left * right`."""
    if "INTERVAL" in (left, right):
        return "INTERVAL"
    return _number_of(left, right, _multiplied)


def _multiplied(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    """Two decimals of 64 bits stay one of 64 bits."""
    width = a[0] + b[0]
    return (_WIDTH_OF_64_BITS if max(a[0], b[0]) <= _WIDTH_OF_64_BITS < width else width), a[1] + b[1]


def _number_of(
    left: str,
    right: str,
    grown: Callable[[tuple[int, int], tuple[int, int]], tuple[int, int]],
) -> str:
    if NULL in (left, right):
        return common((left, right))
    if is_decimal(left) or is_decimal(right):
        a, b = _parts(left), _parts(right)
        if a is not None and b is not None:
            return decimal(*grown(a, b))
    return common((left, right))


def whole(kind: str) -> str:
    """The type of `floor`, `ceil`, and `round` to no digits."""
    parts = _parts(kind) if is_decimal(kind) else None
    return decimal(parts[0], 0) if parts else "DOUBLE"


def rounded(kind: str, digits: int | None) -> str:
    """The type of `round(x, digits)`."""
    parts = _parts(kind) if is_decimal(kind) else None
    if parts and digits is not None:
        return decimal(parts[0], max(min(digits, parts[1]), 0))
    return kind if kind in INTEGERS else "DOUBLE" if parts is None else UNKNOWN


def total(kind: str) -> str:
    """The type of `sum`."""
    parts = _parts(kind) if is_decimal(kind) else None
    if parts:
        return decimal(_WIDEST, parts[1])
    return "HUGEINT" if kind in INTEGERS or kind == "BOOLEAN" else kind if kind == "INTERVAL" else "DOUBLE"


def percentile(kind: str) -> str:
    """The type of `percentile_cont(p) within group (order by x)`."""
    return "DOUBLE" if kind in INTEGERS else "TIMESTAMP" if kind == "DATE" else kind


_OF_CALLS: dict[str, str] = {
    **dict.fromkeys(
        (
            "Lower Upper Trim Replace RegexpReplace RegexpExtract Substring SplitPart Reverse MD5 DPipe Concat GroupConcat"
            " Left Right Pad Repeat TimeToStr Typeof Chr"
        ).split(),
        "VARCHAR",
    ),
    **dict.fromkeys(
        "DateDiff Length StrPosition Count RowNumber Rank DenseRank Ntile Grouping Unicode Sign".split(), "BIGINT"
    ),
    **dict.fromkeys(
        "Div Sqrt Exp Ln Log Pow Avg PercentRank CumeDist Cbrt Stddev StddevSamp Variance".split(), "DOUBLE"
    ),
    **dict.fromkeys(
        (
            "And Or Not EQ NEQ LT LTE GT GTE Is In Between Like ILike RegexpLike Exists NullSafeEQ NullSafeNEQ Boolean"
            " LogicalOr LogicalAnd Escape IsNan IsInf StartsWith EndsWith Contains"
        ).split(),
        "BOOLEAN",
    ),
    "Null": NULL,
    "Interval": "INTERVAL",
    "CurrentTimestamp": "TIMESTAMP WITH TIME ZONE",
    "CurrentDate": "DATE",
}
_OF_NAMES = {"epoch_us": "BIGINT", "epoch_ms": "BIGINT", "strlen": "BIGINT", "regexp_split_to_array": "VARCHAR[]"}
_SAME = frozenset(
    "Neg Paren Min Max Lag Lead FirstValue LastValue NthValue IgnoreNulls RespectNulls Window Abs Alias Filter Distinct Ordered Collate".split()
)


def of_call(name: str, function: str, kinds: Sequence[str]) -> str:
    """The type of an expression: `name` is its class, `function` the name of a function that has no class, `kinds` those of its parts."""
    if name in _SAME:
        return kinds[0] if kinds else UNKNOWN
    return _OF_CALLS.get(name, "") or _OF_NAMES.get(function, "")


def parsed(text: str) -> str:
    """A type as SQL writes it, by the name that `typeof` gives it."""
    kind = text.upper().replace(", ", ",")
    if kind.startswith(("DECIMAL", "NUMERIC")):
        width, _, scale = kind.partition("(")[2].rstrip(")").partition(",")
        return decimal(int(width or 18), int(scale or (0 if width else 3)))
    return _ALIASES.get(kind, kind)


_ALIASES = {
    "TEXT": "VARCHAR",
    "INT": "INTEGER",
    "INT128": "HUGEINT",
    "REAL": "FLOAT",
    "TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE",
    "BOOL": "BOOLEAN",
    '"NULL"': NULL,
}
