"""Text on Spark as on DuckDB: patterns are Java's, letters are Unicode's, one by one; texts are ordered by their bytes on both."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from convsql.dialects.alike import flags, written_group, written_pattern, written_replacement
from convsql.dialects.alike import part as shared_part
from convsql.dialects.duckdb_types import INTEGERS, NULL, is_decimal
from convsql.dialects.java_patterns import java_pattern, java_replacing
from convsql.dialects.letters import GROWING, GROWN, STAND_INS
from convsql.dialects.problem import DialectError
from convsql.dialects.rewriting import call, cast, held, number, text
from convsql.dialects.typed_tree import keep_kind, kind_of


def lowered(node: Any) -> Any:
    """`lower`: letter by letter; two letters are lowered by what is around them elsewhere."""
    return exp.Lower(this=call("translate", node.this, text("İΣ"), text("iσ")))


def raised(node: Any) -> Any:
    """`upper`: letter by letter; those that Unicode makes several of (ß) go round it. ASCII, which most text is, costs little."""
    text_ = node.this
    if _is_of_a_value(text_):
        return node
    is_ascii = exp.EQ(this=call("octet_length", text_.copy()), expression=exp.Length(this=text_.copy()))
    around = exp.Upper(this=call("translate", text_, text(GROWING), text(STAND_INS)))
    upper = call("translate", around, text(STAND_INS), text(GROWN))
    return exp.Case(ifs=[exp.If(this=is_ascii, true=exp.Upper(this=text_.copy()))], default=upper)


_VALUES = INTEGERS | {"DOUBLE", "BOOLEAN", "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE"}
_ASCII = "of_a_value"  # in a tree's meta: the text of a number, a time or a truth value, which is ASCII


def _is_of_a_value(node: Any) -> bool:
    """Whether a text is that of a value, trimmed perhaps: to raise it takes one copy of what may be a long expression, not four."""
    while isinstance(node, exp.Paren | exp.Trim):
        node = node.this
    return bool(node.meta.get(_ASCII))


def joined(node: Any) -> Any:
    """`||` of what is no text."""
    for side in ("this", "expression"):
        part = node.args[side]
        if kind_of(part) not in ("VARCHAR", NULL):
            node.set(side, as_text(part))
    node.set("safe", False)
    return node


def as_text(node: Any) -> Any:
    """A value as the text that DuckDB writes."""
    from convsql.dialects.spark_numbers import double_text

    if kind_of(node) == "FLOAT":
        raise DialectError(
            "no translation for the text of a number of 32 bits", hint="cast it to a double or a decimal"
        )
    found = keep_kind(double_text(node), "VARCHAR") if kind_of(node) == "DOUBLE" else cast(node, "VARCHAR")
    found.meta[_ASCII] = kind_of(node) in _VALUES or is_decimal(kind_of(node))
    return found


def matches(node: Any) -> Any:
    """`regexp_matches`."""
    pattern = java_pattern(written_pattern(node.expression), flags(node, "flag"))
    return exp.Paren(this=exp.RegexpLike(this=held(node.this), expression=text(pattern)))


def replaced(node: Any) -> Any:
    """`regexp_replace`, which replaces the first match unless it is told to replace all."""
    by = written_replacement(node)
    pattern, replacement = java_replacing(written_pattern(node.expression), flags(node, "modifiers"), by)
    return call("regexp_replace", node.this, text(pattern), text(replacement))


def extracted(node: Any) -> Any:
    """`regexp_extract`: the whole match, unless it is told which group."""
    group = written_group(node)
    pattern = java_pattern(written_pattern(node.expression), flags(node, "parameters"))
    return call("regexp_extract", node.this, text(pattern), number(group))


def like(node: Any) -> Any:
    """`like` knows no escape unless it is told one; on Spark that is a backslash."""
    if isinstance(node.parent, exp.Escape):
        return node
    pattern = node.expression
    if isinstance(pattern, exp.Literal):
        node.set("expression", text(pattern.name.replace("\\", "\\\\")))
    else:
        node.set("expression", call("replace", pattern, text("\\"), text("\\\\")))
    return node


def part(node: Any) -> Any:
    """`substring` and `split_part`: no place before the first; where it is worked out, place 0 is one before the first."""
    node = shared_part(node)
    start, length = node.args.get("start"), node.args.get("length")
    if start is not None and length is not None and not isinstance(start, exp.Literal):
        is_before = exp.If(this=exp.EQ(this=start.copy(), expression=number("0")), true=number("1"))
        fewer = exp.Case(ifs=[is_before], default=number("0"))
        node.set("length", exp.Sub(this=held(length), expression=fewer))
    return node


def side(node: Any) -> Any:
    """`left` and `right` of as many letters as are written."""
    count = node.expression
    if isinstance(count, exp.Neg):
        raise DialectError("no translation for left() and right() of all but some letters", hint="use substring")
    return node if isinstance(count, exp.Literal) else node.set("expression", cast(count, "INTEGER")) or node


def put_together(node: Any) -> Any:
    """`concat` and `concat_ws` of what is no text; `concat` passes over nulls."""
    given = list(node.expressions)
    parts = [each if kind_of(each) in ("VARCHAR", NULL) else as_text(each) for each in given]
    if type(node) is exp.Concat:
        parts = [call("coalesce", each, text("")) for each in parts]
        return call("concat", *parts)
    return call("concat_ws", *parts)


def listed(node: Any) -> Any:
    """`string_agg`, whose order is in its text already; nulls are last."""
    order = node.this if isinstance(node.this, exp.Order) else None
    value = order.this if order is not None else node.this
    separator = node.args.get("separator") or text(",")
    found = call("listagg", value, separator)
    if order is None:
        return found
    return exp.WithinGroup(this=found, expression=exp.Order(expressions=order.expressions))
