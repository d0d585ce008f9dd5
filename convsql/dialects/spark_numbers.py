"""Numbers on Spark as on DuckDB: division, rounding, casts, sums."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.dialects.alike import check_digits, check_no_time
from convsql.dialects.duckdb_types import FLOATS, INTEGERS, is_decimal
from convsql.dialects.problem import DialectError
from convsql.dialects.rewriting import bare, call, cast, held, number, text
from convsql.dialects.typed_tree import keep_kind, kind_of

_APART = "1152921504606846976"  # 2^60
_WHOLE = "9007199254740992"  # from 2^53 on a double is a whole number
_SMALL = ("INTEGER", "SMALLINT", "TINYINT", "BOOLEAN")


def as_double(node: Any) -> Any:
    """A number as a double."""
    return node if kind_of(node) == "DOUBLE" else cast(node, "DOUBLE")


def divide(node: Any) -> Any:
    """A quotient is a double, whatever it is of."""
    if kind_of(node.this) == "INTERVAL":
        return node
    left, right = as_double(node.this), as_double(node.expression)
    return exp.Div(this=left, expression=held(right), typed=True, safe=False)


def whole_divide(node: Any) -> Any:
    """`//` of whole numbers."""
    if kind_of(node.this) in INTEGERS and kind_of(node.expression) in INTEGERS:
        return node
    raise DialectError("no translation for `//` of anything but whole numbers", hint="write floor(a / b)")


def product(node: Any) -> Any:
    """A product that is too large for 64 bits on DuckDB's side too is one of decimals."""
    if kind_of(node) == "HUGEINT":
        for side in ("this", "expression"):
            if kind_of(node.args[side]) != "HUGEINT":
                node.set(side, cast(node.args[side], "HUGEINT"))
    return node


def of_double(node: Any) -> Any:
    """`sqrt` and `ln` of a double."""
    node.set("this", as_double(node.this))
    return node


def power(node: Any) -> Any:
    """`power`: a square is a product, which is exact to the last bit on both engines."""
    base, exponent = as_double(node.this), node.expression
    if isinstance(bare(exponent), exp.Literal) and float(bare(exponent).name) == 2:
        return keep_kind(exp.Paren(this=exp.Mul(this=held(base), expression=held(base.copy()))), "DOUBLE")
    node.set("this", base)
    node.set("expression", as_double(exponent))
    return node


def whole(node: Any) -> Any:
    """`floor` and `ceil` of a double: Spark answers with 64 bits, and what is larger is cut off in silence."""
    kind = kind_of(node.this)
    if kind in INTEGERS or is_decimal(kind):
        return node
    into = node.parent
    if isinstance(into, exp.Cast) and kind_of(into) in INTEGERS:
        return keep_kind(node, "BIGINT")
    is_small = exp.LT(this=exp.Abs(this=node.this.copy()), expression=number(_WHOLE))
    found = exp.Case(ifs=[exp.If(this=is_small, true=cast(node.copy(), "DOUBLE"))], default=as_double(node.this))
    return keep_kind(found, "DOUBLE")


def rounded(node: Any) -> Any:
    """`round` of a double to digits: DuckDB multiplies, rounds and divides."""
    digits, kind = node.args.get("decimals"), kind_of(node.this)
    if kind in INTEGERS or is_decimal(kind):
        if kind in INTEGERS and digits is not None:
            raise DialectError("no translation for `round(n, digits)` of a whole number", hint="cast it to a decimal")
        return node
    if digits is None:
        return exp.Round(this=as_double(node.this))
    check_digits(digits)
    scale = number(f"1e{digits.sql()}")
    scaled = exp.Mul(this=held(as_double(node.this)), expression=scale)
    return exp.Div(this=exp.Round(this=scaled), expression=scale.copy(), typed=True, safe=False)


def to_whole(node: Any) -> Any:
    """The cast of a number to a whole one: DuckDB rounds, Spark cuts off."""
    kind = kind_of(node.this)
    if kind in FLOATS and not isinstance(bare(node.this), exp.Floor | exp.Ceil | exp.Round):
        node.set("this", call("rint", node.this))
    elif is_decimal(kind) and not kind.endswith(",0)"):
        node.set("this", exp.Round(this=node.this, decimals=number("0")))
    return node


def average(node: Any) -> Any:
    """An average is a double."""
    if is_decimal(kind_of(node.this)) or kind_of(node.this) == "HUGEINT":
        node.set("this", as_double(node.this))
    return node


def total(node: Any) -> Any:
    """A sum of booleans counts the true ones; one of numbers of 64 bits has more than 64, as on DuckDB."""
    kind = kind_of(node.this)
    if kind == "BOOLEAN":
        node.set("this", cast(node.this, "INTEGER"))
    elif kind in INTEGERS and kind not in _SMALL:
        node.set("this", cast(node.this, "HUGEINT"))
    elif kind == "FLOAT":
        node.set("this", cast(node.this, "DOUBLE"))
    return node


def percentile(node: Any) -> Any:
    """Spark's own exact percentile, a double; of a decimal DuckDB answers that decimal. sqlglot would write an approximation."""
    if not isinstance(node.this, exp.PercentileCont):
        raise DialectError(
            f"no translation for {node.sql(dialect='duckdb')[:60]!r}", hint="use percentile_cont(…) within group"
        )
    ordered = node.expression.expressions[0]
    kind = kind_of(ordered.this)
    check_no_time(kind)
    share = node.this.this
    if ordered.args.get("desc"):
        share = exp.Sub(this=number("1"), expression=held(share))
    found = keep_kind(call("percentile", ordered.this, share), "DOUBLE")
    return to_decimal(found, kind) if is_decimal(kind) else found


def to_decimal(node: Any, kind: str) -> Any:
    """A double as a decimal: the whole number nearest to it at the decimal's scale, to the last of DuckDB's digits.

    A double below 2^63 is a whole number of 64 bits; above it is taken apart at 2^60. Spark's own cast keeps 17 digits.
    """
    scale = kind[len("DECIMAL(") : -1].partition(",")[2]
    scaled = exp.Mul(this=held(as_double(node)), expression=number("1e" + scale))
    small = cast(cast(exp.Round(this=scaled.copy()), "BIGINT"), "HUGEINT")
    upper = cast(_over(scaled, _APART), "BIGINT")
    lower = exp.Sub(
        this=held(scaled.copy()), expression=exp.Mul(this=cast(upper.copy(), "DOUBLE"), expression=_double(_APART))
    )
    large = exp.Add(
        this=exp.Mul(this=cast(upper, "HUGEINT"), expression=cast(number(_APART), "HUGEINT")),
        expression=cast(cast(lower, "BIGINT"), "HUGEINT"),
    )
    is_small = exp.LT(this=exp.Abs(this=scaled.copy()), expression=_double("9000000000000000000"))
    digits = exp.Case(ifs=[exp.If(this=is_small, true=small)], default=large)
    if scale == "0":
        return cast(digits, kind)
    return cast(exp.Mul(this=digits, expression=cast(text("1e-" + scale), f"DECIMAL(38,{scale})")), kind)


def _over(node: Any, divisor: str) -> Any:
    return exp.Div(this=held(node.copy()), expression=_double(divisor), typed=True, safe=False)


def _double(value: str) -> Any:
    return number(f"{value}e0")


def double_text(node: Any) -> Any:
    """A double as DuckDB writes it: `90.0`, `nan`, `inf`, digits from 1e-4 up to 1e16, and `1e-05` beyond."""
    written = cast(node, "VARCHAR")
    plain = exp.RegexpLike(this=written, expression=text("^-?[0-9.]+$"))
    size = exp.Abs(this=node.copy())
    has_digits = exp.And(
        this=exp.GTE(this=size, expression=number("1e-4")),
        expression=exp.LT(this=size.copy(), expression=number("1e16")),
    )
    digits = cast(exp.Cast(this=node.copy(), to=exp.DataType.build("DECIMAL(38,21)")), "VARCHAR")
    digits = call("regexp_replace", digits, text(r"([.][0-9]+?)0+$"), text("$1"))
    short = call("regexp_replace", written.copy(), text("[.]0E"), text("E"))
    short = call("regexp_replace", short, text("E(-?)([0-9])$"), text("E$10$2"))
    short = call("replace", call("replace", short, text("E"), text("e+")), text("e+-"), text("e-"))
    short = call("replace", call("replace", short, text("Infinity"), text("inf")), text("NaN"), text("nan"))
    return exp.Case(ifs=[exp.If(this=plain, true=written.copy()), exp.If(this=has_digits, true=digits)], default=short)
