"""Spark: which rule each class of expression has, and the last touches to a whole query.

`NEEDS` is what the translations take as given of a session.
"""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from convsql.base.quoting import RESERVED_WORDS
from convsql.dialects import alike
from convsql.dialects import spark_numbers as numbers
from convsql.dialects import spark_text as texts
from convsql.dialects import spark_times as times
from convsql.dialects.cte_names import apart
from convsql.dialects.duckdb_types import INTEGERS, is_decimal
from convsql.dialects.rewriting import Rule, rewritten
from convsql.dialects.typed_outputs import typed_outputs
from convsql.dialects.typed_tree import kind_of
from convsql.dialects.types import type_in
from convsql.engines.session import Columns

_AS_THEY_ARE = frozenset(
    (
        "Case If And Or Coalesce Nullif Exists Abs Sign Replace Reverse MD5 StartsWith EndsWith Contains"
        " Ascii Pad Repeat Count LogicalOr LogicalAnd PercentileCont RowNumber Rank DenseRank Ntile PercentRank CumeDist"
        " Lag Lead FirstValue LastValue NthValue CurrentTimestamp CurrentDate Min Max Least Greatest Exp"
    ).split()
)
"""Functions, by sqlglot's classes, that mean the same on both engines and are written so."""

_PLAIN = re.compile("[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = RESERVED_WORDS | frozenset(
    "current_date current_time current_timestamp current_user interval minus session_user user values".split()
)
_TYPES = {
    exp.DType.INT128: "decimal(38, 0)",
    exp.DType.UINT128: "decimal(38, 0)",
    exp.DType.UBIGINT: "decimal(20, 0)",
    exp.DType.TIMESTAMPTZ: "timestamp_ltz",  # what `timestamp` alone means is a setting
}
NEEDS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",  # else sums and products of decimals lose places in silence
    "spark.sql.constraintPropagation.enabled": "false",  # else the plan of rate_baselines takes minutes
    "spark.sql.cteRecursionLevelLimit": "-1",  # a recursion goes as far as it must
    "spark.sql.cteRecursionRowLimit": "-1",
}
"""The settings of a session in which the translations say what DuckDB says."""


def _cast(node: Any) -> Any:
    given, kind = kind_of(node.this), kind_of(node)
    if kind == "VARCHAR":
        return node.this if given == "VARCHAR" and not isinstance(node.this, exp.Literal) else texts.as_text(node.this)
    node.set("to", exp.DataType.build(type_in(kind, "spark"), dialect="spark"))
    if is_decimal(kind) and given in ("DOUBLE", "FLOAT"):
        return numbers.to_decimal(node.this, kind)
    if kind in INTEGERS:
        return numbers.to_whole(node)
    if given == "VARCHAR" and kind in ("TIMESTAMP", "TIMESTAMP WITH TIME ZONE"):
        return times.from_text(node.this, kind)
    return node


def _imported(node: Any) -> Any:
    """Spark decides for itself what it keeps of a CTE."""
    node.set("materialized", None)
    return node


RULES: dict[type, Rule] = {
    exp.Anonymous: alike.named_function(times.micros),
    exp.Cast: _cast,
    exp.Div: numbers.divide,
    exp.IntDiv: numbers.whole_divide,
    exp.Mod: alike.modulo,
    exp.Mul: numbers.product,
    exp.Round: numbers.rounded,
    **dict.fromkeys((exp.Floor, exp.Ceil), numbers.whole),
    **dict.fromkeys((exp.Sqrt, exp.Ln), numbers.of_double),
    exp.Pow: numbers.power,
    **dict.fromkeys((exp.Length, exp.StrPosition, exp.Grouping), alike.small_whole),
    exp.Avg: numbers.average,
    exp.Sum: numbers.total,
    exp.WithinGroup: numbers.percentile,
    exp.Add: times.added,
    exp.Sub: times.difference,
    exp.TimeToStr: times.shown,
    exp.DateDiff: times.days_between,
    exp.Extract: times.part,
    exp.TimestampTrunc: times.truncated,
    exp.DateTrunc: times.truncated,
    exp.AtTimeZone: times.zoned,
    exp.CTE: _imported,
    exp.Lower: texts.lowered,
    exp.Upper: texts.raised,
    exp.Trim: alike.trimmed,
    exp.DPipe: texts.joined,
    **dict.fromkeys((exp.Concat, exp.ConcatWs), texts.put_together),
    **dict.fromkeys((exp.Left, exp.Right), texts.side),
    exp.RegexpLike: texts.matches,
    exp.RegexpReplace: texts.replaced,
    exp.RegexpExtract: texts.extracted,
    **dict.fromkeys((exp.Like, exp.ILike), texts.like),
    **dict.fromkeys((exp.Substring, exp.SplitPart), texts.part),
    exp.GroupConcat: texts.listed,
    **alike.UNTRANSLATED,
}


def in_spark(tree: Any, columns: Columns) -> Any:
    """A typed query, whose columns are `columns`, in Spark's terms."""
    alike.check_functions(tree, RULES, _AS_THEY_ARE)
    apart(tree)
    found = rewritten(tree, RULES)
    for name in list(found.find_all(exp.Identifier)):
        _named(name)
    found = typed_outputs(found, columns, "spark", _named)
    for kind in list(found.find_all(exp.DataType)):
        if kind.this in _TYPES:
            kind.replace(exp.DataType.build(_TYPES[kind.this], dialect="spark"))
    return found


def _named(name: Any) -> None:
    given = name.name
    name.set("quoted", not _PLAIN.fullmatch(given) or given.lower() in _RESERVED)
