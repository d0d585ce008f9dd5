"""Times on PostgreSQL as on DuckDB."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.dialects.alike import check_days, shown_alike
from convsql.dialects.duckdb_types import INTEGERS
from convsql.dialects.rewriting import bare, call, cast, held, number, text
from convsql.dialects.typed_tree import kind_of

_FAR_ZONE = "[0-9]:[0-9.]+ *[+-](1[6-9]|2[0-3])(:?[0-5][0-9])?$"


def micros(node: Any) -> Any:
    """`epoch_us`."""
    return cast(exp.Mul(this=_seconds(node.expressions[0]), expression=number("1000000")), "BIGINT")


def _seconds(node: Any) -> Any:
    return exp.Extract(this=exp.var("EPOCH"), expression=node)


def part(node: Any) -> Any:
    """`extract` answers a decimal, with a fraction of a second."""
    name = node.name.upper()
    if name == "EPOCH":
        return cast(node, "DOUBLE")
    return cast(exp.Floor(this=node), "BIGINT") if name == "SECOND" else cast(node, "BIGINT")


def truncated(node: Any) -> Any:
    """`date_trunc` of a date: PostgreSQL would take it for a time with a zone."""
    if kind_of(node.this) == "DATE":
        node.set("this", cast(node.this, "TIMESTAMP"))
    return node


def added(node: Any) -> Any:
    """A date and a number of days, which are to be of 32 bits."""
    for side, other in (("this", "expression"), ("expression", "this")):
        if kind_of(node.args[other]) == "DATE" and kind_of(node.args[side]) in INTEGERS - {
            "INTEGER",
            "SMALLINT",
            "TINYINT",
        }:
            node.set(side, cast(node.args[side], "INTEGER"))
    return node


def from_text(node: Any, kind: str) -> Any:
    """A text as a time: what is finer than a microsecond is cut off; zones reach as far as a day."""
    if isinstance(bare(node), exp.Literal):
        return cast(node, kind)
    cut = call("regexp_replace", node, text(r"([.][0-9]{6})[0-9]+"), text(r"\1"))
    if kind == "TIMESTAMP":
        return cast(cut, kind)
    is_far = exp.Paren(this=exp.RegexpLike(this=held(node.copy()), expression=text(_FAR_ZONE)))
    without = call("regexp_replace", cut.copy(), text(" *[+-][0-9:]+$"), text(""))
    utc = exp.AtTimeZone(this=cast(without, "TIMESTAMP"), zone=text("UTC"))
    zone = call(
        "regexp_replace", node.copy(), text("^.*([+-])([0-9]{2}):?([0-9]{2})?$"), text(r"\1\2 hours \1\3 minutes")
    )
    zone = call("replace", call("replace", zone, text("+ minutes"), text("")), text("- minutes"), text(""))
    offset = exp.Cast(this=zone, to=exp.DataType.build("interval", dialect="postgres"))
    far = exp.If(this=is_far, true=exp.Sub(this=exp.Paren(this=utc), expression=offset))
    return exp.Case(ifs=[far], default=cast(cut, kind))


shown = shown_alike('[A-Za-z"\\\\]')
"""`strftime` of the parts that both engines write alike."""


def days_between(node: Any) -> Any:
    """`date_diff` of days."""
    check_days(node)
    days = exp.Sub(this=cast(node.this, "DATE"), expression=cast(node.expression, "DATE"))
    return cast(exp.Paren(this=days), "BIGINT")
