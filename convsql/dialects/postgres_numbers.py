"""Numbers on PostgreSQL as on DuckDB: division, rounding, casts, and functions that take doubles."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.dialects.alike import check_digits, check_no_time
from convsql.dialects.duckdb_types import INTEGERS, is_decimal, is_number
from convsql.dialects.problem import DialectError
from convsql.dialects.rewriting import bare, call, cast, held, number, text
from convsql.dialects.typed_tree import keep_kind, kind_of

_FAR = "[eE][+-]?0*[0-9]{3}|[0-9.]{200}"  # what may be beyond a double
_APART = "1152921504606846976"


def as_double(node: Any) -> Any:
    """A number as a double."""
    return node if kind_of(node) == "DOUBLE" else cast(_plain(node), "DOUBLE")


def _plain(node: Any) -> Any:
    """What can be cast to any number: a boolean as 0 or 1."""
    return cast(node, "INTEGER") if kind_of(node) == "BOOLEAN" else node


def literal(node: Any) -> Any:
    """`1e0` is a decimal on PostgreSQL."""
    return cast(node, "DOUBLE") if not node.is_string and "e" in node.name.lower() else node


def divide(node: Any) -> Any:
    """A quotient is a double, whatever it is of."""
    if kind_of(node.this) == "INTERVAL":
        return node
    left, right = as_double(node.this), as_double(node.expression)
    return exp.Div(this=left, expression=held(right), typed=True, safe=False)


def whole_divide(node: Any) -> Any:
    """`//` of whole numbers."""
    if kind_of(node.this) in INTEGERS and kind_of(node.expression) in INTEGERS:
        return exp.Div(this=node.this, expression=held(node.expression), typed=True, safe=False)
    raise DialectError("no translation for `//` of anything but whole numbers", hint="write floor(a / b)")


def of_double(node: Any) -> Any:
    """`sqrt`, `ln` and the like: of a decimal they would be decimals."""
    node.set("this", as_double(node.this))
    if isinstance(node, exp.Pow):
        node.set("expression", as_double(node.expression))
    return node


def exponential(node: Any) -> Any:
    """`exp` of a number so small that the answer is 0: an error on PostgreSQL."""
    node = of_double(node)
    if isinstance(bare(node.this), exp.Literal):
        return node
    least = exp.LT(this=held(node.this.copy()), expression=number("-745"))
    return exp.Case(ifs=[exp.If(this=least, true=cast(number("0"), "DOUBLE"))], default=node)


def _half_away(node: Any) -> Any:
    """The nearest whole number of a double; PostgreSQL's own goes to the even one from the middle."""
    whole = call("trunc", node)
    middle = exp.GTE(
        this=exp.Abs(this=exp.Sub(this=held(node.copy()), expression=call("trunc", node.copy()))),
        expression=number("0.5"),
    )
    sign = exp.Case(ifs=[exp.If(this=middle, true=call("sign", node.copy()))], default=number("0"))
    return keep_kind(exp.Paren(this=exp.Add(this=whole, expression=sign)), "DOUBLE")


def rounded(node: Any) -> Any:
    """`round` of a double: half goes away from zero, and digits may be given."""
    digits, kind = node.args.get("decimals"), kind_of(node.this)
    if kind in INTEGERS or is_decimal(kind):
        if kind in INTEGERS and digits is not None:
            raise DialectError("no translation for `round(n, digits)` of a whole number", hint="cast it to a decimal")
        return node
    if digits is None:
        return _half_away(as_double(node.this))
    check_digits(digits)
    scale = cast(number(f"1e{digits.sql()}"), "DOUBLE")
    scaled = exp.Mul(this=held(as_double(node.this)), expression=scale)
    return exp.Div(this=_half_away(scaled), expression=scale.copy(), typed=True, safe=False)


def average(node: Any) -> Any:
    """An average is a double."""
    if is_number(kind_of(node.this)) and kind_of(node.this) != "DOUBLE":
        node.set("this", as_double(node.this)) if kind_of(node.this) == "FLOAT" else None
        return cast(node, "DOUBLE")
    return node


def total(node: Any) -> Any:
    """A sum of booleans counts the true ones; one of doubles stays one."""
    if kind_of(node.this) == "BOOLEAN":
        node.set("this", cast(node.this, "INTEGER"))
    elif kind_of(node.this) == "FLOAT":
        node.set("this", cast(node.this, "DOUBLE"))
    return node


def percentile(node: Any) -> Any:
    """`percentile_cont` answers a double; of a decimal DuckDB answers that decimal."""
    ordered = node.expression.expressions[0]
    kind = kind_of(ordered.this)
    check_no_time(kind)
    ordered.set("this", as_double(ordered.this))
    return to_decimal(keep_kind(node, "DOUBLE"), kind) if is_decimal(kind) else node


def to_decimal(node: Any, kind: str) -> Any:
    """A double as a decimal: the whole number nearest to it at the decimal's scale, to the last of DuckDB's digits.

    Below 2^52 its shortest text says it; above a double is whole, and is taken apart at 2^60: PostgreSQL's own cast keeps 15 digits.
    """
    scale = kind[len("DECIMAL(") : -1].partition(",")[2]
    scaled = held(exp.Mul(this=held(as_double(node)), expression=double("1e" + scale)))
    small = call("round", _numeric(_written(scaled)))
    upper = call("trunc", exp.Div(this=scaled.copy(), expression=double(_APART), typed=True, safe=False))
    lower = exp.Sub(this=scaled.copy(), expression=exp.Mul(this=upper.copy(), expression=double(_APART)))
    large = exp.Add(
        this=exp.Mul(this=_numeric(cast(upper, "BIGINT")), expression=number(_APART)),
        expression=_numeric(cast(lower, "BIGINT")),
    )
    is_small = exp.LT(this=exp.Abs(this=scaled.copy()), expression=number("4503599627370496"))
    digits = exp.Case(ifs=[exp.If(this=is_small, true=small)], default=large)
    return cast(exp.Mul(this=digits, expression=_numeric(text("1e-" + scale))) if scale != "0" else digits, kind)


def _numeric(node: Any) -> Any:
    return exp.Cast(this=node, to=exp.DataType.build("numeric", dialect="postgres"))


def _written(node: Any) -> Any:
    return exp.Cast(this=node, to=exp.DataType.build("text", dialect="postgres"))


def double(value: str) -> Any:
    """A double written out."""
    return cast(number(value), "DOUBLE")


def from_text(node: Any) -> Any:
    """A text as a double: what is beyond a double is infinite, and what is too small for one is 0."""
    if isinstance(bare(node), exp.Literal):
        return cast(node, "DOUBLE")
    value = _numeric(node.copy())
    size = exp.Abs(this=value)
    infinite = exp.Mul(this=call("sign", value.copy()), expression=cast(text("Infinity"), "DOUBLE"))
    is_beyond = exp.GTE(this=size, expression=number("1.7976931348623158e308"))
    is_nothing = exp.LT(this=size.copy(), expression=number("2.4703282292062327e-324"))
    nothing = exp.If(this=is_nothing, true=double("0"))
    far = exp.Case(ifs=[exp.If(this=is_beyond, true=infinite), nothing], default=cast(value.copy(), "DOUBLE"))
    is_far = exp.RegexpLike(this=held(node.copy()), expression=text(_FAR))
    return exp.Case(ifs=[exp.If(this=is_far, true=far)], default=cast(node, "DOUBLE"))


def double_text(node: Any) -> Any:
    """A double as DuckDB writes it: `90.0`, `nan`, `inf`, and digits up to 1e16."""
    written = _written(node)
    absolute = exp.Abs(this=node.copy())
    long = exp.And(
        this=exp.GTE(this=absolute, expression=number("1e15")),
        expression=exp.LT(this=absolute.copy(), expression=number("1e16")),
    )
    plain = _written(_numeric(written.copy()))
    shown = exp.Case(ifs=[exp.If(this=long, true=plain)], default=written)
    shown = call("regexp_replace", shown, text(r"^(-?[0-9]+)$"), text(r"\1.0"))
    return call("replace", call("replace", shown, text("Infinity"), text("inf")), text("NaN"), text("nan"))
