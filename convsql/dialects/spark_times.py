"""Times on Spark as on DuckDB. A TIMESTAMP is a `timestamp_ntz`, one with a zone a `timestamp`; sessions are in UTC."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.dialects.alike import check_days, shown_alike
from convsql.dialects.duckdb_types import INTEGERS
from convsql.dialects.problem import DialectError
from convsql.dialects.rewriting import bare, call, cast, held, number, text
from convsql.dialects.typed_tree import keep_kind, kind_of

_ZONED = "TIMESTAMP WITH TIME ZONE"
_FAR_ZONE = "[0-9]:[0-9.]+ *[+-](1[89]|2[0-3])(:?[0-5][0-9])?$"
_ZONE_AFTER_MINUTES = "^([^:]+:[0-9]{2}) *(Z|[+-][0-9:]+)$"
_PARTS = frozenset("YEAR QUARTER MONTH WEEK DAY HOUR MINUTE SECOND DOY EPOCH ISODOW DOW".split())


def micros(node: Any) -> Any:
    """`epoch_us`."""
    return _micros(node.expressions[0])


def _micros(node: Any) -> Any:
    return call("unix_micros", node if kind_of(node) == _ZONED else cast(node, _ZONED))


def part(node: Any) -> Any:
    """`extract`: numbers of 64 bits, seconds since 1970 a double, and Sunday the day 0."""
    name = node.name.upper()
    if name not in _PARTS or kind_of(node.expression) == "INTERVAL":
        raise DialectError(
            f"no translation for extract({name.lower()} …)", hint="take the difference of epoch_us(…) for times"
        )
    if name == "EPOCH":
        return exp.Div(this=cast(_micros(node.expression), "DOUBLE"), expression=number("1e6"), typed=True, safe=False)
    if name == "SECOND":
        return cast(call("second", node.expression), "BIGINT")
    if name == "ISODOW":
        return cast(exp.Extract(this=exp.var("DAYOFWEEK_ISO"), expression=node.expression), "BIGINT")
    if name == "DOW":
        days = exp.Extract(this=exp.var("DAYOFWEEK"), expression=node.expression)
        return cast(exp.Sub(this=days, expression=number("1")), "BIGINT")
    return cast(node, "BIGINT")


def truncated(node: Any) -> Any:
    """`date_trunc`: Spark's answer has a zone."""
    unit = node.text("unit").upper()
    found = call("date_trunc", text(unit), node.this)
    return found if kind_of(node) == _ZONED else cast(found, "TIMESTAMP")


def added(node: Any) -> Any:
    """A date and a number of days, which are to be of 32 bits; a date and an interval is a time."""
    for side, other in (("this", "expression"), ("expression", "this")):
        kind = kind_of(node.args[side])
        if kind_of(node.args[other]) != "DATE":
            continue
        if kind in INTEGERS - {"INTEGER", "SMALLINT", "TINYINT"}:
            node.set(side, cast(node.args[side], "INTEGER"))
        elif kind == "INTERVAL":
            node.set(other, cast(node.args[other], "TIMESTAMP"))
    return node


def difference(node: Any) -> Any:
    """`date - date` is a number of days."""
    if kind_of(node.this) == "DATE" and kind_of(node.expression) == "DATE":
        return cast(call("datediff", node.this, node.expression), "BIGINT")
    return added(node)


def zoned(node: Any) -> Any:
    """`at time zone`: of a time with a zone the local time, of a local time the time with a zone."""
    zone = node.args["zone"]
    local = node.this if kind_of(node.this) != _ZONED else cast(node.this, "TIMESTAMP")
    if isinstance(zone, exp.Literal) and zone.name.upper() == "UTC":
        return cast(local, kind_of(node))
    if kind_of(node) != _ZONED:
        return keep_kind(call("convert_timezone", text("UTC"), zone, local), "TIMESTAMP")
    raise DialectError(
        "no translation for a local time `at time zone` of anything but UTC", hint="join the offsets of the zone"
    )


def from_text(node: Any, kind: str) -> Any:
    """A text as a time: zones reach as far as a day, and may follow the minutes."""
    if isinstance(bare(node), exp.Literal):
        return cast(node, kind)
    if kind == "TIMESTAMP":
        return cast(node, kind)
    is_far = exp.Paren(this=exp.RegexpLike(this=held(node.copy()), expression=text(_FAR_ZONE)))
    without = call("regexp_replace", node.copy(), text(" *[+-][0-9:]+$"), text(""))
    sign_and_hours = call("regexp_extract", node.copy(), text("([+-][0-9]{2}):?([0-9]{2})?$"), number("1"))
    minutes = call("regexp_extract", node.copy(), text("([+-])[0-9]{2}:?([0-9]{2})$"), number("2"))
    signed = call("concat", call("left", sign_and_hours.copy(), number("1")), text("0"), minutes)
    seconds = exp.Add(
        this=exp.Mul(this=cast(sign_and_hours, "BIGINT"), expression=number("3600")),
        expression=exp.Mul(this=cast(signed, "BIGINT"), expression=number("60")),
    )
    interval = exp.Mul(this=exp.Paren(this=seconds), expression=exp.Interval(this=text("1"), unit=exp.var("SECOND")))
    far = exp.If(this=is_far, true=exp.Sub(this=cast(cast(without, "TIMESTAMP"), kind), expression=interval))
    whole = call("regexp_replace", node, text(_ZONE_AFTER_MINUTES), text("$1:00$2"))
    return exp.Case(ifs=[far], default=cast(whole, kind))


shown = shown_alike("[A-Za-z'\"\\\\\\[\\]{}#]")
"""`strftime` of the parts that both engines write alike."""


def days_between(node: Any) -> Any:
    """`date_diff` of days."""
    check_days(node)
    return cast(call("datediff", cast(node.this, "DATE"), cast(node.expression, "DATE")), "BIGINT")
