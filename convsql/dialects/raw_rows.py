"""Raw rows beside a row of nulls: `raw_rows` of the package reads columns that a table may lack.

The engine looks a name that the inner select does not find up outside, in the row of nulls. Once the columns are known that is
plain: a column that is there is read, any other is null.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp


def laid_out(select: Any, has: Callable[[Any, str], bool]) -> None:
    """Read a select's raw rows from the table alone, where they stand beside a row of nulls; `has(table, column)`, in lower case."""
    from_, joins = select.args.get("from_"), select.args.get("joins") or []
    if from_ is None or len(joins) != 1 or not isinstance(joins[0].this, exp.Lateral):
        return
    nulls, lateral = from_.this, joins[0].this
    inner = lateral.this.unnest() if isinstance(lateral.this, exp.Subquery) else None
    absent = _row_of_nulls(nulls)
    table = inner.args["from_"].this if isinstance(inner, exp.Select) and inner.args.get("from_") else None
    if absent is None or not isinstance(table, exp.Table) or inner is None or inner.args.get("joins"):
        return
    name = nulls.alias_or_name.lower()
    if any(c.table.lower() == name for c in select.find_all(exp.Column)):
        return
    for column in list(inner.find_all(exp.Column)):
        kind = absent.get(column.name.lower())
        if kind is None or column.table or has(table, column.name.lower()):
            continue
        null = exp.Cast(this=exp.Null(), to=kind.copy())
        column.replace(
            null if isinstance(column.parent, exp.Alias) else exp.alias_(null, column.name, quoted=column.this.quoted)
        )
    rows = exp.Subquery(this=inner, alias=lateral.args["alias"])
    from_.set("this", rows)
    select.set("joins", [])


def _row_of_nulls(tree: Any) -> dict[str, Any] | None:
    """Column in lower case → its type, of a subquery that is one row of typed nulls."""
    query = tree.this if isinstance(tree, exp.Subquery) else None
    if not isinstance(query, exp.Select) or any(
        v for k, v in query.args.items() if k not in ("expressions", "kind", "hint")
    ):
        return None
    found = {}
    for each in query.expressions:
        inner = each.this if isinstance(each, exp.Alias) else None
        if not isinstance(inner, exp.Cast) or not isinstance(inner.this, exp.Null):
            return None
        found[each.alias.lower()] = inner.to
    return found
