"""What a query gives and how it is ordered, said so that other engines take it: every output has a name, every order a key of its own.

Text is ordered with a collation elsewhere, which makes an expression of its key; and an expression may name no output.
"""

from __future__ import annotations

from typing import Any

from sqlglot import exp

_LONGEST_NAME = 63  # bytes, in PostgreSQL


def named_outputs(tree: Any) -> None:
    """Give what is selected without a name the one that DuckDB gives it: elsewhere it would have none, or another."""
    for select in tree.find_all(exp.Select):
        for output in list(select.expressions):
            if isinstance(output, exp.Alias | exp.Aliases | exp.Column | exp.Star):
                continue
            is_count = isinstance(output, exp.Count) and isinstance(output.this, exp.Star)
            name = "count_star()" if is_count else output.sql(dialect="duckdb").lower()
            short = name.encode()[:_LONGEST_NAME].decode(errors="ignore")
            output.replace(exp.alias_(output.copy(), short, quoted=True))


def named_subqueries(tree: Any) -> None:
    """Give each subquery that is read a name, where it has none."""
    for number, subquery in enumerate(list(tree.find_all(exp.Subquery))):
        if isinstance(subquery.parent, exp.From | exp.Join) and not subquery.alias:
            subquery.set("alias", exp.TableAlias(this=exp.to_identifier(f"unnamed_{number}")))


def own_keys(tree: Any) -> Any:
    """The query with what it is ordered by said anew: of a set and of distinct rows around them, else in place of an output's name."""
    for query in list(tree.find_all(exp.Query)):
        order = query.args.get("order")
        if order is None or isinstance(query, exp.Subquery):
            continue
        if isinstance(query, exp.SetOperation) or query.args.get("distinct"):
            around = _ordered_around(query)
            if query is tree:
                tree = around
            else:
                query.replace(around)
        else:
            _without_names(query, order)
    return tree


def _ordered_around(query: Any) -> Any:
    inner = query.copy()
    outer = exp.select("*")
    names = [output.alias_or_name for output in inner.selects]
    for part in ("order", "limit", "offset"):
        if (found := inner.args.get(part)) is not None:
            found.pop()
            outer.set(part, found)
    for key in outer.args["order"].expressions:
        position = key.this
        if isinstance(position, exp.Literal) and position.is_int and int(position.name) <= len(names):
            position.replace(exp.column(exp.to_identifier(names[int(position.name) - 1])))
    return outer.from_(exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("ordered"))))


def _without_names(query: Any, order: Any) -> None:
    outputs = query.expressions
    made = {o.alias.lower(): o.this for o in outputs if isinstance(o, exp.Alias)}
    has_star = any(o.is_star and not isinstance(o.unalias(), exp.Count) for o in outputs)
    for key in list(order.expressions):
        name, expression = key.this, None
        if isinstance(name, exp.Column) and not name.table:
            expression = made.get(name.name.lower())
        elif isinstance(name, exp.Literal) and name.is_int and not has_star and 0 < int(name.name) <= len(outputs):
            expression = outputs[int(name.name) - 1].unalias()
        if expression is None:
            continue
        if expression.find(exp.Column, exp.Func, exp.Query) is None:
            key.pop()  # all rows are alike in a constant, which may be no key elsewhere
        else:
            name.replace(exp.Paren(this=expression.copy()))
    if not order.expressions:
        query.set("order", None)
