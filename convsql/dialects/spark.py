"""Spark: which rule each class of expression has, and the last touches to a whole query."""

from __future__ import annotations

import re
from typing import Any

from sqlglot import exp

from convsql.base.quoting import RESERVED_WORDS
from convsql.dialects.problem import DialectError
from convsql.dialects.rewriting import Rule, call, rewritten
from convsql.dialects.typed_outputs import typed_outputs
from convsql.dialects.typed_tree import kind_of
from convsql.dialects.types import type_in
from convsql.engines.session import Columns

_PLAIN = re.compile("[A-Za-z_][A-Za-z0-9_]*")


def _cast(node: Any) -> Any:
    node.set("to", exp.DataType.build(type_in(kind_of(node), "spark"), dialect="spark"))
    return node


def _percentile(node: Any) -> Any:
    """Spark's own exact one: sqlglot would write an approximation."""
    ordered = node.expression.expressions[0]
    return call("percentile", ordered.this, node.this.this)


def _none(node: Any) -> Any:
    raise DialectError(
        f"no translation for {node.sql(dialect='duckdb')[:60]!r}", hint="write it with what both engines have"
    )


RULES: dict[type, Rule] = {
    exp.Cast: _cast,
    exp.WithinGroup: _percentile,
}


def in_spark(tree: Any, columns: Columns) -> Any:
    """A typed query, whose columns are `columns`, in Spark's terms."""
    found = rewritten(tree, RULES)
    for name in list(found.find_all(exp.Identifier)):
        _named(name)
    return typed_outputs(found, columns, "spark", _named)


def _named(name: Any) -> None:
    given = name.name
    name.set("quoted", not _PLAIN.fullmatch(given) or given.lower() in RESERVED_WORDS)
