"""One text for expressions that say the same: what an expression means, spelled in one way.

Left alone by it: case, white space and comments (the parser drops them), parentheses, the order of the
sides of `and`, `or`, `=`, `<>`, `+` and `*`, `a > b` for `b < a`, `between`, the order of a list after `in` and of a
window's partition, `case x when …`, `not (a < b)`. Nothing that may change a value is rewritten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from convsql.lineage.query import Query, Read

_SWAPPED = {exp.GT: exp.LT, exp.GTE: exp.LTE}
_NEGATED = {exp.EQ: "<>", exp.NEQ: "="}
_SYMBOLS: dict[type, str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.IntDiv: "//",
    exp.Mod: "%",
    exp.DPipe: "||",
    exp.Is: "is",
    exp.Like: "like",
    exp.NullSafeEQ: "is not distinct from",
    exp.NullSafeNEQ: "is distinct from",
}
COMMUTATIVE = (exp.EQ, exp.NEQ, exp.Add, exp.Mul, exp.NullSafeEQ, exp.NullSafeNEQ)
_BOOKKEEPING = ("big_int", "ignore_nulls")  # flags that say how a dialect counts, not what the text says
_COMPOUND = (exp.Binary, exp.Not, exp.Between, exp.In)


class Canonical:
    """Writes expressions. `column(read)` names a column, `query(query)` a subquery."""

    def __init__(self, column: Callable[[Read], str], query: Callable[[Query], str]) -> None:
        self._column = column
        self._query = query

    def text(self, node: Any) -> str:
        """The canonical text of an expression, in the manner of SQL."""
        if isinstance(node, exp.Paren | exp.Alias):
            return self.text(node.this)
        if node._meta:
            if "reads" in node.meta:
                return self._column(node.meta["reads"])
            if "query" in node.meta:
                return self._query(node.meta["query"])
        if isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier):
            return ".".join(part for part in (node.table, node.name) if part)
        if isinstance(node, exp.Literal):
            return "'" + node.this.replace("'", "''") + "'" if node.is_string else str(node.this).lower()
        if isinstance(node, exp.Boolean | exp.Null):
            return "null" if isinstance(node, exp.Null) else str(bool(node.this)).lower()
        if isinstance(node, exp.And | exp.Or):
            return self._connected(node)
        if isinstance(node, exp.Not):
            return self._negated(node)
        if isinstance(node, exp.Between):
            low, high = self._side(node.args["low"]), self._side(node.args["high"])
            value = self._side(node.this)
            return " and ".join(sorted((f"({low} <= {value})", f"({value} <= {high})")))
        if type(node) in _SWAPPED:
            return f"{self._side(node.right)} {_SYMBOLS[_SWAPPED[type(node)]]} {self._side(node.left)}"
        if type(node) in _SYMBOLS:
            sides = [self._side(node.left), self._side(node.right)]
            if isinstance(node, COMMUTATIVE):
                sides.sort()
            return f"{sides[0]} {_SYMBOLS[type(node)]} {sides[1]}"
        if isinstance(node, exp.In) and node.args.get("expressions"):
            values = sorted({self.text(e) for e in node.expressions})
            value = self._side(node.this)
            return " = ".join(sorted((value, values[0]))) if len(values) == 1 else f"{value} in ({', '.join(values)})"
        if isinstance(node, exp.Case | exp.If):
            return self._case(node)
        if isinstance(node, exp.Cast):
            word = type(node).__name__.lower().replace("trycast", "try_cast")
            return f"{word}({self.text(node.this)} as {node.to.sql(dialect='duckdb').lower()})"
        if isinstance(node, exp.Window):
            return self._window(node)
        if isinstance(node, exp.Order):
            return self._order(node)
        if isinstance(node, exp.Ordered):
            return self._ordered(node)
        if isinstance(node, exp.AtTimeZone):
            return f"({self._side(node.this)} at time zone {self._side(node.args['zone'])})"
        if isinstance(node, exp.Interval):
            return f"interval {self.text(node.this)} {self._value(node.args.get('unit') or '')}".rstrip()
        if isinstance(node, exp.Count) and isinstance(node.this, exp.Literal | exp.Star):
            return "count(*)"
        return self._any(node)

    def _side(self, node: Any) -> str:
        while isinstance(node, exp.Paren):
            node = node.this
        text = self.text(node)
        return f"({text})" if isinstance(node, _COMPOUND) else text

    def _connected(self, node: Any) -> str:
        kind = type(node)
        parts: set[str] = set()
        stack = [node]
        while stack:
            part = stack.pop()
            while isinstance(part, exp.Paren):
                part = part.this
            if isinstance(part, kind):
                stack += [part.left, part.right]
            elif kind is exp.And and isinstance(part, exp.Between):
                parts |= set(self.text(part).split(" and ", 1))
            else:
                parts.add(self._side(part))
        return (" and " if kind is exp.And else " or ").join(sorted(parts))

    def _negated(self, node: Any) -> str:
        inner = node.this
        while isinstance(inner, exp.Paren):
            inner = inner.this
        if isinstance(inner, exp.Not):
            return self.text(inner.this)
        if type(inner) in _NEGATED:
            sides = sorted((self._side(inner.left), self._side(inner.right)))
            return f"{sides[0]} {_NEGATED[type(inner)]} {sides[1]}"
        if isinstance(inner, exp.LT | exp.LTE | exp.GT | exp.GTE):
            left, right = self._side(inner.left), self._side(inner.right)
            if isinstance(inner, exp.GT | exp.GTE):
                left, right = right, left
            return f"{right} {'<=' if isinstance(inner, exp.LT | exp.GT) else '<'} {left}"
        return f"not {self._side(inner)}"

    def _case(self, node: Any) -> str:
        whens = node.args.get("ifs") or [node]
        subject = self._side(node.this) if isinstance(node, exp.Case) and node.this is not None else ""
        parts = []
        for when in whens:
            condition = self.text(when.this)
            if subject:
                condition = " = ".join(sorted((subject, self._side(when.this))))
            parts.append(f"when {condition} then {self.text(when.args['true'])}")
        default = node.args.get("default") or node.args.get("false")
        if default is not None and not isinstance(default, exp.Null):
            parts.append(f"else {self.text(default)}")
        return f"case {' '.join(parts)} end"

    def _window(self, node: Any) -> str:
        parts = []
        if partition := node.args.get("partition_by"):
            parts.append("partition by " + ", ".join(sorted(self.text(e) for e in partition)))
        if order := node.args.get("order"):
            parts.append(self._order(order))
        if spec := node.args.get("spec"):
            parts.append(spec.sql(dialect="duckdb").lower())
        rest = [
            f"{name} := {self._value(value)}"
            for name, value in node.args.items()
            if name not in ("this", "partition_by", "order", "spec", "over") and value
        ]
        return f"{self.text(node.this)} over ({' '.join([*parts, *rest])})"

    def _order(self, node: Any) -> str:
        return "order by " + ", ".join(self.text(e) for e in node.expressions)

    def _ordered(self, node: Any) -> str:
        nulls = " nulls first" if node.args.get("nulls_first") else ""
        return f"{self.text(node.this)}{' desc' if node.args.get('desc') else ''}{nulls}"

    def _any(self, node: Any) -> str:
        if isinstance(node, exp.Anonymous):
            return f"{node.name.lower()}({', '.join(self.text(e) for e in node.expressions)})"
        parts = []
        skipped = False  # arguments stand in their order up to the first that is left out, by name after it
        for name in dict.fromkeys([*node.arg_types, *node.args]):
            if name in _BOOKKEEPING:
                continue
            value = node.args.get(name)
            if value is None or value is False or value == []:
                skipped = skipped or value is None
                continue
            is_placed = not skipped and isinstance(value, exp.Expression | list)
            parts.append(self._value(value) if is_placed else f"{name} := {self._value(value)}")
        if isinstance(node, exp.Identifier | exp.Var):
            return str(node.this).lower()
        if not parts and not isinstance(node, exp.Func):
            return str(node.key)
        word = node.sql_name().lower() if isinstance(node, exp.Func) else node.key
        return f"{word}({', '.join(parts)})"

    def _value(self, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self._value(v) for v in value)
        return self.text(value) if isinstance(value, exp.Expression) else str(value).lower()
