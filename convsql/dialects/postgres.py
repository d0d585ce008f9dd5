"""PostgreSQL: which rule each class of expression has, and the last touches to a whole query."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from convsql.dialects import alike
from convsql.dialects import postgres_numbers as numbers
from convsql.dialects import postgres_text as texts
from convsql.dialects import postgres_times as times
from convsql.dialects.duckdb_types import INTEGERS, is_decimal
from convsql.dialects.problem import DialectError
from convsql.dialects.rewriting import Rule, cast, held, rewritten
from convsql.dialects.typed_outputs import typed_outputs
from convsql.dialects.typed_tree import kind_of
from convsql.engines.session import Columns

_AS_THEY_ARE = frozenset(
    (
        "Case If And Or Coalesce Nullif Exists Abs Floor Ceil Sign Trunc Replace Reverse MD5 Left Right Concat ConcatWs StartsWith"
        " Ascii Pad Repeat Count LogicalOr LogicalAnd GroupConcat PercentileCont RowNumber Rank DenseRank Ntile PercentRank CumeDist"
        " Lag Lead FirstValue LastValue NthValue CurrentTimestamp CurrentDate"
    ).split()
)
"""Functions, by sqlglot's classes, that mean the same on both engines and are written so."""

_HASHED = frozenset(("VARCHAR", "BOOLEAN", "INTEGER", "BIGINT", "DATE", "TIMESTAMP"))
_LONGEST_NAME = 63
_RESERVED = frozenset(
    (
        "all analyse analyze and any array as asc asymmetric authorization between binary both case cast check collate collation"
        " column concurrently constraint create cross current_catalog current_date current_role current_schema current_time"
        " current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from"
        " full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit localtime"
        " localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references returning"
        " right select session_user similar some symmetric table tablesample then to trailing true union unique user using"
        " variadic verbose when where window with values row exists"
    ).split()
)
_PLAIN = re.compile("[a-z_][a-z0-9_]*")


def _cast(node: Any) -> Any:
    given, kind = kind_of(node.this), kind_of(node)
    if kind == "VARCHAR":
        return node.this if given == "VARCHAR" and not isinstance(node.this, exp.Literal) else texts.as_text(node.this)
    if given == "BOOLEAN" and kind != "BOOLEAN" and kind != "INTEGER":
        return cast(cast(node.this, "INTEGER"), kind)
    if kind == "BOOLEAN" and given in INTEGERS | {"DOUBLE"}:
        return exp.Paren(this=exp.NEQ(this=held(node.this), expression=exp.Literal.number(0)))
    if is_decimal(kind) and given in ("DOUBLE", "FLOAT"):
        return numbers.to_decimal(node.this, kind)
    if given == "VARCHAR" and kind == "DOUBLE":
        return numbers.from_text(node.this)
    if given == "VARCHAR" and kind in ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"):
        return times.from_text(node.this, kind)
    return node


def _difference(node: Any) -> Any:
    if kind_of(node.this) == "DATE" and kind_of(node.expression) == "DATE":
        return cast(exp.Paren(this=node), "BIGINT")
    return times.added(node)


def _same(node: Any) -> Any:
    """`is not distinct from` that joins: PostgreSQL hashes equal lists of one value, in which a null is a value like any other."""
    join = node
    while isinstance(join.parent, exp.And | exp.Paren):
        join = join.parent
    kind = kind_of(node.this)
    if not isinstance(join.parent, exp.Join) or kind != kind_of(node.expression) or kind not in _HASHED:
        return node
    return exp.EQ(this=exp.Array(expressions=[node.this]), expression=exp.Array(expressions=[node.expression]))


def _imported(node: Any) -> Any:
    """A CTE that only names a relation: kept as one, its statistics and its filters would be lost where it is read more than once."""
    select = node.this
    plain = (
        isinstance(select, exp.Select) and len(select.expressions) == 1 and isinstance(select.expressions[0], exp.Star)
    )
    if plain and not any(value for key, value in select.args.items() if key not in ("expressions", "from_")):
        node.set("materialized", False)
    return node


def _fenced(node: Any) -> Any:
    """Values that patterns make: PostgreSQL would work them out again wherever they are read, were they not kept together."""
    select = node.this
    if not isinstance(node.parent, exp.From | exp.Join) or not isinstance(select, exp.Select):
        return node
    costs = any(each.find(exp.RegexpLike) for each in select.expressions)
    if costs and not any(select.args.get(key) for key in ("group", "distinct", "limit", "offset", "having")):
        select.set("offset", exp.Offset(expression=exp.Literal.number(0)))
    return node


RULES: dict[type, Rule] = {
    exp.Anonymous: alike.named_function(times.micros),
    exp.Literal: numbers.literal,
    exp.Cast: _cast,
    exp.Div: numbers.divide,
    exp.IntDiv: numbers.whole_divide,
    exp.Mod: alike.modulo,
    exp.Round: numbers.rounded,
    exp.Exp: numbers.exponential,
    **dict.fromkeys((exp.Sqrt, exp.Ln, exp.Pow), numbers.of_double),
    **dict.fromkeys((exp.Length, exp.StrPosition, exp.Grouping), alike.small_whole),
    exp.Avg: numbers.average,
    exp.Sum: numbers.total,
    exp.WithinGroup: numbers.percentile,
    exp.Add: times.added,
    exp.Sub: _difference,
    exp.TimeToStr: times.shown,
    exp.DateDiff: times.days_between,
    exp.Extract: times.part,
    exp.TimestampTrunc: times.truncated,
    exp.DateTrunc: times.truncated,
    **dict.fromkeys((exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between), texts.compared),
    exp.Ordered: texts.ordered,
    **dict.fromkeys((exp.Min, exp.Max, exp.Least, exp.Greatest), texts.extreme),
    exp.Contains: texts.containing,
    exp.NullSafeEQ: _same,
    exp.CTE: _imported,
    exp.Subquery: _fenced,
    exp.Lower: texts.lowered,
    exp.Upper: texts.raised,
    exp.Trim: alike.trimmed,
    exp.DPipe: texts.joined,
    exp.RegexpLike: texts.matches,
    exp.RegexpReplace: texts.replaced,
    exp.RegexpExtract: texts.extracted,
    exp.Like: texts.like,
    **dict.fromkeys((exp.Substring, exp.SplitPart), alike.part),
    **alike.UNTRANSLATED,
}


def in_postgres(tree: Any, columns: Columns) -> Any:
    """A typed query, whose columns are `columns`, in PostgreSQL's terms."""
    alike.check_functions(tree, RULES, _AS_THEY_ARE)
    found = rewritten(tree, RULES)
    for name in list(found.find_all(exp.Identifier)):
        _named(name)
    return typed_outputs(found, columns, "postgres", _named)


def _named(name: Any) -> None:
    given = name.name
    if isinstance(name.parent, exp.Collate):
        return
    if len(given.encode()) > _LONGEST_NAME and not given.startswith("⟦"):
        raise DialectError(
            f"PostgreSQL has no names of more than {_LONGEST_NAME} bytes, as '{given}' is",
            hint="give it a shorter name",
        )
    is_relation = isinstance(name.parent, exp.TableAlias | exp.Table) or name.arg_key == "table"
    shown = given.lower() if is_relation and not given.startswith("⟦") and name.arg_key != "columns" else given
    name.set("this", shown)
    name.set("quoted", not _PLAIN.fullmatch(shown) or shown in _RESERVED)
