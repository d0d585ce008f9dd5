"""The columns of a query, of the types that DuckDB gives them, whatever the engine made of them on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from convsql.dialects.duckdb_types import NULL
from convsql.dialects.types import type_in
from convsql.engines.session import Columns


def typed_outputs(tree: Any, columns: Columns, dialect: str, named: Callable[[Any], None]) -> Any:
    """The query with each column of the type that it has on DuckDB: sums and counts are wider or narrower elsewhere.

    `named` writes an identifier as the dialect wants it.
    """
    if all(kind in ("VARCHAR", "BOOLEAN", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE", "") for _, kind in columns):
        return tree
    if len({name for name, _ in columns}) < len(columns):
        return tree
    outputs: list[Any] = []
    for name, kind in columns:
        column = exp.column(exp.to_identifier(name))
        named(column.this)
        if kind in ("VARCHAR", "BOOLEAN", ""):
            outputs.append(column)
            continue
        known = exp.DataType.build(type_in("INTEGER" if kind == NULL else kind, dialect), dialect=dialect)
        outputs.append(exp.alias_(exp.Cast(this=column, to=known), column.this.copy()))
    is_plain = (
        isinstance(tree, exp.Select)
        and len(tree.expressions) == 1
        and isinstance(tree.expressions[0], exp.Star)
        and not tree.args.get("joins")
    )
    if is_plain and not any(tree.args.get(k) for k in ("distinct", "order", "group", "where")):
        tree.set("expressions", outputs)
        return tree
    return exp.select(*outputs).from_(exp.Subquery(this=tree, alias=exp.TableAlias(this=exp.to_identifier("typed"))))
