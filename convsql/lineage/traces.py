"""What an expression of a resolved query is in the columns of one row that the query reads: the row's trace.

An occurrence is a place where a relation is read. `Traces` tell of the rows of one origin (a select has one, a union one for each branch), by column, what
the column is in each occurrence whose row is part of it. Columns in these expressions name their occurrence as their table.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlglot import exp

from convsql.lineage.keys import MAYBE, base_of, may_be_none, other_rows
from convsql.lineage.query import Query, Source, reads_of, subqueries_of
from convsql.sqltext.aggregates import is_aggregate

Column = tuple[int, str]  # the identity of a source in a select, and a column of it
Traces = dict[Any, dict[str, Any]]
_NO_VALUE = (exp.Window, exp.Query, exp.Lambda, exp.Unnest, exp.Explode)
_A_COLUMN = re.compile(r'"[^"]+"\."[^"]+"')
_AROUND = (exp.Ordered, exp.Order, exp.WithinGroup, exp.Filter, exp.Where, exp.Distinct)


class Texts:
    """SQL of expressions, each written once; a column that is tied to a source stands as that source and its name."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Any, str]] = {}

    def __call__(self, expression: Any) -> str:
        known = self._known.get(id(expression))
        if known is None:
            known = self._known[id(expression)] = (expression, _written(expression))
        return known[1]


def _written(expression: Any) -> str:
    if isinstance(expression, exp.Column):
        return str(_named(expression).sql(dialect="duckdb"))
    return str(expression.copy().transform(_named, copy=False).sql(dialect="duckdb"))


def _named(node: Any) -> Any:
    read = node.meta.get("reads") if node._meta else None
    return node if read is None else exp.column(read.column, table=f"#{id(read.source)}", quoted=True)


def bare(expression: Any) -> Any:
    """What an expression reads (`Read`), where it is a column and nothing else."""
    while isinstance(expression, exp.Paren):
        expression = expression.this
    return expression.meta.get("reads") if isinstance(expression, exp.Column) and expression._meta else None


def column_read(expression: Any) -> Column | None:
    """The column that an expression is, where it is nothing else."""
    read = bare(expression)
    return None if read is None else (id(read.source), read.column)


def columns_read(expression: Any) -> list[Column]:
    """The columns that an expression reads."""
    return [(id(read.source), read.column) for read in reads_of(expression)]


def equal_columns(condition: Any) -> tuple[Column, Column] | None:
    """The two columns that a condition says are equal, or (`is not distinct from`) both null."""
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if not isinstance(condition, exp.EQ | exp.NullSafeEQ):
        return None
    left, right = column_read(condition.left), column_read(condition.right)
    return None if left is None or right is None else (left, right)


def rejects_null(condition: Any) -> bool:
    """Whether a condition can't hold where one of its columns is null: a comparison of two columns."""
    while isinstance(condition, exp.Paren):
        condition = condition.this
    if not isinstance(condition, exp.EQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
        return False
    return bare(condition.left) is not None and bare(condition.right) is not None


def is_no_value(expression: Any) -> bool:
    """Whether an expression is not one value, made of one row's columns alone."""
    return any(isinstance(node, _NO_VALUE) or is_aggregate(node) for node in expression.walk())


def traced(expression: Any, origin: Traces) -> dict[str, Any]:
    """What an expression is in each occurrence that has all that it reads."""
    if is_no_value(expression):
        return {}
    reads = columns_read(expression)
    if not reads:
        if any(isinstance(node, exp.Column) for node in expression.walk()):
            return {}
        return {o: expression for found in origin.values() for o in found if not may_be_none(o)}
    found = [origin.get(read) for read in reads]
    if any(not one for one in found):
        return {}
    shared = set.intersection(*(set(one or {}) for one in found))
    return {o: put(expression, origin, (o,)) for o in sorted(shared)}


def put(expression: Any, origin: Traces, occurrences: tuple[str, ...]) -> Any:
    """An expression over the columns of these occurrences, in place of what it reads."""
    if (read := column_read(expression)) is not None:
        return _value(origin, read, occurrences)

    def one(node: Any) -> Any:
        found = node.meta.get("reads") if node._meta else None
        if found is None:
            return node
        value = _value(origin, (id(found.source), found.column), occurrences)
        return value if isinstance(value, exp.Column) else exp.Paren(this=value.copy())

    return expression.copy().transform(one, copy=False)


def put_texts(expression: Any, texts: Mapping[Column, str]) -> Any:
    """An expression over these texts in place of the columns that it reads."""

    def one(node: Any) -> Any:
        found = node.meta.get("reads") if node._meta else None
        if found is None:
            return node
        text = texts[id(found.source), found.column]
        value = exp.Var(this=text)
        return value if _A_COLUMN.fullmatch(text) else exp.Paren(this=value)

    return expression.copy().transform(one, copy=False)


def _value(origin: Traces, read: Column, occurrences: tuple[str, ...]) -> Any:
    found = origin[read]
    return next(found[o] for o in occurrences if o in found)


def over(expression: Any, origin: Traces, occurrences: tuple[str, ...], texts: Texts) -> str:
    """SQL of an expression over these occurrences; "" where it reads anything else."""
    if is_no_value(expression):
        return ""
    for read in columns_read(expression):
        found = origin.get(read, {})
        if not any(o in found for o in occurrences):
            return ""
    return texts(put(expression, origin, occurrences))


def maybe(origin: Traces) -> Traces:
    """The same rows, where there may be none."""
    found: Traces = {}
    for column, by in origin.items():
        named = {o: o if may_be_none(o) else other_rows(o, MAYBE) for o in by}
        found[column] = {named[o]: moved_to(tree, o, named[o]) for o, tree in by.items()}
    return found


def beside(origins: list[Traces], taken: Collection[str], number: int) -> list[Traces]:
    """The same origins, their rows under names of their own where rows of the same occurrences are there: a relation that is read once may stand in one row several times."""
    bases = {base_of(rows) for rows in taken}
    found: list[Traces] = []
    for origin in origins:
        moved: Traces = {}
        for column, by in origin.items():
            named = {o: other_rows(o, f"{number}") if base_of(o) in bases else o for o in by}
            moved[column] = {named[o]: moved_to(tree, o, named[o]) for o, tree in by.items()}
        found.append(moved)
    return found


def rows_of(origins: list[Traces]) -> set[str]:
    """The names of all rows that origins trace to."""
    return {o for origin in origins for by in origin.values() for o in by}


def traces_of(source: Source, origin: Traces) -> set[str]:
    """The names of the rows that the columns of one source of a select trace to."""
    return {o for column, by in origin.items() if column[0] == id(source) for o in by}


def of_other_row(expression: Any, origin: Traces, texts: Texts) -> dict[str, Any]:
    """What `lead` or `lag` of a column is: the column of another row of the same partition, of which there may be none."""
    if not isinstance(expression, exp.Window) or not isinstance(expression.this, exp.Lead | exp.Lag):
        return {}
    value = expression.this.this
    if not isinstance(value, exp.Column) or expression.this.args.get("default") is not None:
        return {}
    which = expression.copy()
    which.this.set("this", exp.Null())
    name = hashlib.sha256(texts(which).encode()).hexdigest()[:8]
    found = {o: tree for o, tree in traced(value, origin).items() if not may_be_none(o)}
    named = {o: other_rows(o, f"{MAYBE}{name}") for o in found}
    return {named[o]: moved_to(tree, o, named[o]) for o, tree in found.items()}


def moved_to(tree: Any, occurrence: str, to: str) -> Any:
    """The same expression over other rows of the occurrence."""

    def one(node: Any) -> Any:
        is_it = isinstance(node, exp.Column) and node.table == occurrence
        return exp.column(node.name, table=to, quoted=True) if is_it else node

    return tree if occurrence == to else tree.copy().transform(one, copy=False)


def expressions_of(query: Query) -> Iterator[Any]:
    """Every expression of a select."""
    yield from query.outputs.values()
    yield from query.expressions_of_rows()
    yield from query.order
    for source in query.sources:
        yield from source.on


def uses(query: Query, columns: Collection[Any]) -> Iterator[Any]:
    """The largest expressions of a select around these columns that are values of one row: below its aggregates and windows."""
    seen: set[int] = set()
    for expression in expressions_of(query):
        for node in expression.walk():
            if not isinstance(node, exp.Column) or column_read(node) not in columns:
                continue
            top: Any = node
            while top is not expression and top.parent is not None:
                above = top.parent
                if is_aggregate(above) or isinstance(above, (exp.Window, *_AROUND)):
                    break
                top = above
            if is_no_value(top):
                top = node
            if id(top) not in seen:
                seen.add(id(top))
                yield top


def reads_beside(query: Query, columns: Collection[Column]) -> bool:
    """Whether a source of a select may read these columns of its other sources, as lateral subqueries do."""
    seen: set[int] = set()
    stack = [source.query for source in query.sources]
    while stack:
        one = stack.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        expressions = list(expressions_of(one))
        if one.reads_columns or any(read in columns for e in expressions for read in columns_read(e)):
            return True
        stack += [*(s.query for s in one.sources), *one.branches, *(q for e in expressions for q in subqueries_of(e))]
    return False


def only_occurrence(origins: list[Traces]) -> str:
    """The one occurrence that all rows are traced to, "" where there are others."""
    found = rows_of(origins)
    return found.pop() if len(found) == 1 and len(origins) == 1 else ""


def same_text(mapping: Mapping[str, Any], expression: Any, texts: Texts) -> list[str]:
    """The names whose expressions are written like this one."""
    return [name for name, other in mapping.items() if texts(other) == texts(expression)]
