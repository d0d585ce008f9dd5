"""Which columns of a query hold what people wrote, or how they are called and reached, when some columns below it do.

A column carries a marked one when its value could be read back from it. It can't after a count, a length, a hash or a condition (`like`,
`=`, `is null`, `in`, what a `case` asks), nor where it only groups, orders or joins; after anything else (a part of it, two put together,
the least of several) it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlglot import exp

from convsql.lineage.query import Query, Read

Marked = Callable[[str, str], bool]
"""Whether a column, in lower case, of a node (by its unique id) is marked; for what can't be looked into, of any node that it may read."""

_CLOSED = (
    exp.Count,
    exp.CountIf,
    exp.ApproxDistinct,
    exp.Length,
    exp.StrPosition,
    exp.MD5,
    exp.MD5Digest,
    exp.SHA,
    exp.SHA2,
    exp.Predicate,
    exp.Connector,
    exp.Not,
    exp.RegexpLike,
    exp.StartsWith,
)
_CLOSED_NAMES = ("hash", "regexp_matches", "starts_with", "contains", "sha256", "md5_number")


class Carried:
    """Columns that carry marked ones. `tops`: id of a query → the unique id of the node that it is, whose own marks count."""

    def __init__(self, tops: Mapping[int, str], marked: Marked) -> None:
        self._tops = tops
        self._marked = marked
        self._known: dict[tuple[int, str], bool] = {}

    def carries(self, query: Query, column: str, is_start: bool = True) -> bool:
        """Whether a column of a query carries a marked one of the nodes below it."""
        if query.kind == "table":
            return self._marked(query.table, column)
        if not is_start and id(query) in self._tops:
            return self._marked(self._tops[id(query)], column)
        key = (id(query), column)
        if key not in self._known:
            self._known[key] = False  # of a circle (a recursion): what its beginning carries
            self._known[key] = self._asked(query, column)
        return self._known[key]

    def _asked(self, query: Query, column: str) -> bool:
        if query.kind == "opaque" or (query.kind == "recursion" and not query.branches):
            return query.kind == "opaque" and self._marked("", column)
        if query.kind in ("set", "recursion"):
            index = query.columns.index(column) if column in query.columns else -1
            return any(0 <= index < len(b.columns) and self.carries(b, b.columns[index], False) for b in query.branches)
        expression = query.outputs.get(column)
        return expression is not None and self._of(expression)

    def _of(self, expression: Any) -> bool:
        for found in open_parts(expression):
            if found is None:
                return True
            if isinstance(found, Read):
                if self.carries(found.source.query, found.column, False):
                    return True
            elif any(self.carries(found, name, False) for name in found.columns):
                return True
        return False


def open_parts(expression: Any) -> Iterator[Read | Query | None]:
    """The reads and subqueries of an expression from which its value could be read back; None: all columns there are."""
    if isinstance(expression, _CLOSED):
        return
    if isinstance(expression, exp.Star):
        yield None
        return
    if isinstance(expression, exp.Anonymous) and str(expression.this).lower() in _CLOSED_NAMES:
        return
    if expression._meta:
        if (read := expression.meta.get("reads")) is not None:
            yield read
            return
        if (query := expression.meta.get("query")) is not None:
            yield query
            return
    for part in _values_of(expression):
        yield from open_parts(part)


def _values_of(expression: Any) -> Iterator[Any]:
    if isinstance(expression, exp.Window | exp.Filter | exp.Ordered | exp.WithinGroup):
        yield expression.this
        return
    if isinstance(expression, exp.Case):
        for branch in expression.args.get("ifs") or []:
            yield branch.args["true"]
        if expression.args.get("default") is not None:
            yield expression.args["default"]
        return
    if isinstance(expression, exp.If):
        yield expression.args["true"]
        if expression.args.get("false") is not None:
            yield expression.args["false"]
        return
    yield from expression.iter_expressions()
