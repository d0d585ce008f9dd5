"""Queries in dialects of engines on which nothing was compared yet: what sqlglot makes of them, and what is known to differ.

A draft is for people who take it from there: a model in it may fail, or give other rows. What `translate` gives was compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, SqlglotError

from convsql.base.quoting import RESERVED_WORDS
from convsql.dialects.problem import DialectError
from convsql.dialects.rewriting import call
from convsql.dialects.typed_tree import Typer
from convsql.engines.session import Columns

ENGINES_OF_SPARK = ("spark", "databricks")


@dataclass(frozen=True, slots=True)
class Draft:
    """A query, and in words what in it has to be looked at."""

    sql: str
    to_look_at: tuple[str, ...]


def drafted(sql: str, columns: Mapping[str, Columns], dialect: str) -> Draft:
    """A draft of one query of DuckDB's dialect, over the same placeholders, quoted as `dialect` quotes.

    Raises DialectError for what can't be read or written at all.
    """
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
        Typer(columns).query(tree, {}, None)
        found = _found(tree, dialect)
        tree = _rewritten(tree, dialect)
        generator = Dialect.get_or_raise(dialect).generator(pretty=True, unsupported_level=ErrorLevel.IGNORE)
        text: str = generator.generate(tree)
    except SqlglotError as error:
        raise DialectError(f"no translation into {dialect}: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise DialectError("SQL nested too deeply") from None
    warned = [f"sqlglot: {message}" for message in generator.unsupported_messages]
    return Draft(text, tuple(dict.fromkeys([*found, *warned])))


def drafted_type(duckdb_type: str, dialect: str) -> str:
    """What sqlglot calls one of DuckDB's types in another dialect. Raises DialectError for text that is no type."""
    try:
        name: str = exp.DataType.build(duckdb_type, dialect="duckdb").sql(dialect=dialect)
    except SqlglotError:
        raise DialectError(f"{dialect} has no type for DuckDB's {duckdb_type}") from None
    return name


def _rewritten(tree: Any, dialect: str) -> Any:
    """The tree without what is known to be silently wrong, and with plain names unquoted: engines fold their case in ways of their own."""
    for name in list(tree.find_all(exp.Identifier)):
        given = name.name
        is_plain = given.isascii() and given.isidentifier() and given == given.lower()
        if is_plain and given not in RESERVED_WORDS:
            name.set("quoted", False)
    if dialect in ENGINES_OF_SPARK:
        for node in list(tree.find_all(exp.WithinGroup)):
            if isinstance(node.this, exp.PercentileCont):
                order = node.expression.expressions[0].this
                node.replace(call("percentile", order, node.this.this))
    return tree


def _found(tree: Any, dialect: str) -> list[str]:
    """What differs between engines, of what stands in a query."""
    found = []
    for kinds, dialects, words in DIFFERENCES:
        if (not dialects or dialect in dialects) and next(tree.find_all(*kinds), None) is not None:
            found.append(words)
    called = sorted({f"{node.name.lower()}()" for node in tree.find_all(exp.Anonymous)})
    return found + [f"{name} is written as it is: look whether the engine has it, under that name" for name in called]


_Kinds = tuple[type, ...]
# Classes of expressions, the dialects in which they differ (none: in any), and what to look at.
DIFFERENCES: tuple[tuple[_Kinds, tuple[str, ...], str], ...] = (
    ((exp.Typeof,), (), "typeof(): names of types are the engine's own"),
    ((exp.Div,), (), "/ of whole numbers and of decimals: DuckDB's is a double"),
    ((exp.Round,), (), "round() of a double: halves may go to the even digit"),
    (
        (exp.WithinGroup, exp.PercentileCont, exp.Quantile),
        ("bigquery", "trino"),
        "percentiles: no exact, interpolating aggregate of that form",
    ),
    ((exp.AtTimeZone,), (), "at time zone: whether the answer has a zone, and in which direction it goes"),
    ((exp.DateTrunc, exp.TimestampTrunc), ENGINES_OF_SPARK, "date_trunc() answers a timestamp with a zone"),
    ((exp.RegexpLike, exp.RegexpReplace, exp.RegexpExtract), (), "regular expressions: DuckDB's are RE2's"),
    ((exp.Like,), ENGINES_OF_SPARK, "like with a pattern from a column: a backslash escapes"),
    (
        (exp.Ordered,),
        (),
        "order of texts: DuckDB's is that of the bytes, of nulls: last; the collation must be the same",
    ),
    ((exp.Sub, exp.DateDiff), (), "differences of dates and of times: an interval, days or something else"),
    ((exp.Exp, exp.Ln, exp.Pow, exp.Sqrt), (), "exp, ln, pow, sqrt: the last bits"),
    ((exp.Lateral,), (), "lateral joins"),
    ((exp.Sum, exp.Avg), (), "sums and means: the type of the answer"),
)


__all__ = ["DIFFERENCES", "Draft", "drafted", "drafted_type"]
