"""The type of every expression in a query, and what follows from types alone before any engine sees it.

Each expression carries its type, as DuckDB names it, in `meta["duckdb"]` (`kind_of`). On the way the conditions that types
decide are decided (`typeof`), and raw rows beside a row of nulls become plain rows (`raw_rows`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from convsql.dialects import duckdb_types as types
from convsql.dialects.operation_types import operation
from convsql.dialects.problem import DialectError
from convsql.dialects.raw_rows import laid_out
from convsql.dialects.typeof import decided
from convsql.engines.session import Columns
from convsql.sqltext.references import PLACEHOLDER

_META = "duckdb"


def kind_of(node: Any) -> str:
    """The type of an expression of a typed tree, "" for one that is not known."""
    return str(node.meta.get(_META, "")) if node is not None and node._meta else ""


def keep_kind(node: Any, kind: str) -> Any:
    """The expression, noted to be of a type."""
    node.meta[_META] = kind
    return node


@dataclass(slots=True)
class Source:
    """A relation of a `from`: by which name it is called, and its columns."""

    name: str
    columns: dict[str, tuple[str, str]]
    """Name in lower case → name as it is, and type."""


@dataclass(slots=True)
class Scope:
    """What the names in the expressions of a select stand for."""

    outer: Scope | None
    sources: list[Source] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)

    def find(self, table: str, column: str) -> tuple[str, str] | None:
        """The column's own name and its type."""
        for source in self.sources:
            if (not table or source.name == table) and column in source.columns:
                return source.columns[column]
        if not table and column in self.outputs:
            return column, self.outputs[column]
        return self.outer.find(table, column) if self.outer else None


def _by_name(columns: Columns) -> dict[str, tuple[str, str]]:
    return {name.lower(): (name, types.parsed(kind)) for name, kind in columns}


class Typer:
    """Types one query; `columns`: of each relation that a placeholder stands for."""

    def __init__(self, columns: Mapping[str, Columns]) -> None:
        self.tables = columns

    def query(self, tree: Any, ctes: Mapping[str, Columns], outer: Scope | None) -> Columns:
        """Type a query in place; its columns."""
        known = dict(ctes)
        with_ = tree.args.get("with_")
        for cte in with_.expressions if with_ is not None else ():
            label = cte.alias_or_name.lower()
            names = [c.name for c in cte.args["alias"].args.get("columns") or []]
            if with_.args.get("recursive") and isinstance(cte.this, exp.SetOperation):
                base = self.query(cte.this.this, known, outer)
                known[label] = _renamed(base, names)
                self.query(cte.this.expression, known, outer)
            else:
                known[label] = _renamed(self.query(cte.this, known, outer), names)
        if isinstance(tree, exp.Subquery | exp.Paren):
            return self.query(tree.this, known, outer)
        if isinstance(tree, exp.SetOperation):
            return self._set(tree, known, outer)
        if isinstance(tree, exp.Select):
            return self._select(tree, known, outer)
        if isinstance(tree, exp.Values):
            return self._values(tree, known, outer)
        if isinstance(tree, exp.Table):
            return self._source(tree, known, Scope(outer))
        raise DialectError(f"no translation for {tree.sql(dialect='duckdb')[:60]!r} where a query stands")

    def _set(self, tree: Any, ctes: Mapping[str, Columns], outer: Scope | None) -> Columns:
        branches, part = [], tree
        while isinstance(part, exp.SetOperation) and (part is tree or not part.args.get("with_")):
            branches.append(part.expression)  # a union of hundreds is a chain as deep
            part = part.this
        branches.append(part)
        found = [self.query(branch, ctes, outer) for branch in reversed(branches)]
        columns = [(same[0][0], types.common(kind for _, kind in same)) for same in zip(*found, strict=False)]
        scope = Scope(outer, outputs={name.lower(): kind for name, kind in columns})
        self._ends(tree, ctes, scope)
        return columns

    def _values(self, tree: Any, ctes: Mapping[str, Columns], outer: Scope | None) -> Columns:
        rows = [[self.expression(e, Scope(outer), ctes) for e in row.expressions] for row in tree.expressions]
        return [(f"col{i}", types.common(kinds)) for i, kinds in enumerate(zip(*rows, strict=False))]

    def _select(self, tree: Any, ctes: Mapping[str, Columns], outer: Scope | None) -> Columns:
        laid_out(tree, lambda table, name: self._has(table, name, ctes))
        scope = Scope(outer)
        from_ = tree.args.get("from_")
        if from_ is not None:
            self._add_source(from_.this, ctes, scope)
        for join in tree.args.get("joins") or []:
            self._add_source(join.this, ctes, scope)
            if join.args.get("on") is not None:
                self.expression(join.args["on"], scope, ctes)
        columns: Columns = []
        for projection in list(tree.expressions):
            columns += self._outputs(projection, scope, ctes)
        for name, kind in columns:
            scope.outputs.setdefault(name.lower(), kind)
        for clause in ("where", "group", "having", "qualify", "distinct"):
            if part := tree.args.get(clause):
                self.expression(part, scope, ctes)
        for window in tree.args.get("windows") or []:
            self.expression(window, scope, ctes)
        self._ends(tree, ctes, scope)
        return columns

    def _ends(self, tree: Any, ctes: Mapping[str, Columns], scope: Scope) -> None:
        for clause in ("order", "limit", "offset"):
            if part := tree.args.get(clause):
                self.expression(part, scope, ctes)

    def _has(self, table: Any, column: str, ctes: Mapping[str, Columns]) -> bool:
        """Whether a table of a `from` has a column."""
        return column in _by_name(self._of_table(table, ctes))

    def _outputs(self, projection: Any, scope: Scope, ctes: Mapping[str, Columns]) -> Columns:
        inner = projection.unalias()
        star = inner.this if isinstance(inner, exp.Column) else inner
        if isinstance(star, exp.Star):
            if star.args.get("except_") or star.args.get("replace") or star.args.get("rename"):
                raise DialectError(
                    "no translation for `* exclude`, `* replace` or `* rename`", hint="spell the columns out"
                )
            table = inner.table.lower() if isinstance(inner, exp.Column) else ""
            return [pair for s in scope.sources if not table or s.name == table for pair in s.columns.values()]
        kind = self.expression(projection, scope, ctes)
        return [(projection.alias_or_name or inner.sql(dialect="duckdb").lower(), kind)]

    def _add_source(self, tree: Any, ctes: Mapping[str, Columns], scope: Scope) -> None:
        columns = self._source(tree, ctes, scope)
        scope.sources.append(Source((tree.alias_or_name or "").lower(), _by_name(columns)))

    def _source(self, tree: Any, ctes: Mapping[str, Columns], scope: Scope) -> Columns:
        alias = tree.args.get("alias")
        names = [c.name for c in alias.args.get("columns") or []] if alias is not None else []
        if isinstance(tree, exp.Table) and isinstance(tree.this, exp.Identifier):
            return _renamed(self._of_table(tree, ctes), names)
        if isinstance(tree, exp.Lateral):
            return _renamed(self.query(tree.this, ctes, scope), names)
        if isinstance(tree, exp.Subquery | exp.Paren | exp.Query):
            return _renamed(self.query(tree.unnest(), ctes, scope.outer), names)
        if isinstance(tree, exp.Values):
            return _renamed(self._values(tree, ctes, scope.outer), names)
        raise DialectError(
            f"no translation for {tree.sql(dialect='duckdb')[:80]!r} in a from", hint="read a ref, a source or a seed"
        )

    def _of_table(self, tree: Any, ctes: Mapping[str, Columns]) -> Columns:
        name = tree.this.name
        match = PLACEHOLDER.fullmatch(f'"{name}"')
        if match:
            if match[1] not in self.tables:
                raise DialectError(f"the columns of '{match[1]}' are not known")
            return self.tables[match[1]]
        if name.lower() in ctes:
            return ctes[name.lower()]
        raise DialectError(
            f"no translation for the relation '{tree.sql(dialect='duckdb')}'", hint="write ref() or source()"
        )

    def expression(self, node: Any, scope: Scope, ctes: Mapping[str, Columns]) -> str:
        """Type an expression and all its parts in place; its type."""
        chain = []
        while isinstance(node, exp.Binary) and isinstance(node.this, exp.Binary):
            chain.append(node)  # a chain of hundreds of `or` or `||` is as deep
            node = node.this
        kind = self._expression(node, scope, ctes)
        for each in reversed(chain):
            kind = operation(each, {"this": [kind], "expression": self._part(each.expression, scope, ctes)})
            keep_kind(each, kind)
        return kind

    def _expression(self, node: Any, scope: Scope, ctes: Mapping[str, Columns]) -> str:
        if isinstance(node, exp.Case):
            node = decided(node, lambda each: self.expression(each, scope, ctes))
            if not isinstance(node, exp.Case):
                return self.expression(node, scope, ctes)
        kind = self._kind(node, scope, ctes)
        if kind:
            keep_kind(node, kind)
        return kind

    def _kind(self, node: Any, scope: Scope, ctes: Mapping[str, Columns]) -> str:
        if isinstance(node, exp.Column):
            return self._column(node, scope)
        if isinstance(node, exp.Query):
            columns = self.query(node, ctes, scope)
            return columns[0][1] if columns else ""
        if isinstance(node, exp.Literal):
            return "VARCHAR" if node.is_string else types.number_literal(node.name)
        kinds = {key: self._part(part, scope, ctes) for key, part in list(node.args.items())}
        return operation(node, kinds)

    def _part(self, part: Any, scope: Scope, ctes: Mapping[str, Columns]) -> list[str]:
        if isinstance(part, exp.Expr):
            return (
                []
                if isinstance(part, exp.DataType | exp.Identifier | exp.Var)
                else [self.expression(part, scope, ctes)]
            )
        if isinstance(part, list):
            return [kind for each in list(part) for kind in self._part(each, scope, ctes)]
        return []

    def _column(self, node: Any, scope: Scope) -> str:
        table, name = node.table.lower(), node.name.lower()
        found = scope.find(table, name)
        if found is None:
            if table or isinstance(node.this, exp.Star):
                return ""
            raise DialectError(f"column '{node.name}' is not found", hint="write it with the name of its table")
        if isinstance(node.this, exp.Identifier) and found[0] != node.name and name == found[0].lower():
            node.this.set("this", found[0])
        return found[1]


def _renamed(columns: Columns, names: list[str]) -> Columns:
    return [(names[i] if i < len(names) else name, kind) for i, (name, kind) in enumerate(columns)]
