"""SQL → `Query`: every column reference is tied to the relation that it reads.

Follows DuckDB's rules as far as models use them: CTEs (recursive ones too), subqueries in `from` and in
expressions (correlated ones too), set operations, `*` and `t.*`, ordinals and aliases in `group by` and
`order by`, aliases of the select list where no column has the name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from convsql.base.errors import ConvsqlError
from convsql.lineage.outputs import cut_by, limits_of, made_one, named_apart, of_same_columns, outputs_of, renamed
from convsql.lineage.query import Query, Read, Source, opaque
from convsql.sqltext.aggregates import is_aggregate
from convsql.sqltext.references import PLACEHOLDER, placeholder, substitute

Tables = Callable[[str], Query]
_KEYWORDS = ("current_date", "current_timestamp", "current_time", "localtimestamp", "current_catalog")


def resolve(sql: str, model: str, tables: Tables, laterals: bool = False) -> Query:
    """The resolved query of a model's rendered SQL.

    `tables(unique_id)` gives the query behind a placeholder. `laterals`: lateral subqueries, which may read what stands before them, are resolved too. Raises ConvsqlError when the SQL can't be
    read or a column can't be tied to one relation.
    """
    text = substitute(sql, placeholder)
    try:
        tree = sqlglot.parse_one(text, read="duckdb")
    except SqlglotError as error:
        raise ConvsqlError(f"model '{model}': its lineage can't be read: {str(error).splitlines()[0]}") from None
    return _Resolver(model, tables, laterals).query(tree, {}, None, "")


def conjuncts(expression: Any) -> list[Any]:
    """An expression's parts that `and` joins."""
    if expression is None:
        return []
    if isinstance(expression, exp.Paren):
        return conjuncts(expression.this)
    if isinstance(expression, exp.And):
        return [*conjuncts(expression.left), *conjuncts(expression.right)]
    return [expression]


class _Scope:
    """The relations that a select's expressions may name, and the select around it."""

    def __init__(self, sources: list[Source], outer: _Scope | None) -> None:
        self.sources = sources
        self.outer = outer
        self.aliases: dict[str, Any] = {}

    def find(self, table: str, column: str) -> Read | Any | None:
        for source in self.sources:
            if (not table or source.alias == table) and column in source.query.columns:
                return Read(source, column)
        if not table and column in self.aliases:
            return self.aliases[column]
        for source in self.sources:
            if source.query.kind == "opaque" and (not table or source.alias == table):
                return Read(source, column)
        return self.outer.find(table, column) if self.outer else None


class _Resolver:
    def __init__(self, model: str, tables: Tables, laterals: bool) -> None:
        self.model = model
        self.tables = tables
        self.laterals = laterals

    def query(self, tree: Any, ctes: Mapping[str, Query], outer: _Scope | None, name: str) -> Query:
        """The query of a select, a set operation, or one in parentheses."""
        known = dict(ctes)
        with_ = tree.args.get("with_") or tree.args.get("with")
        if with_ is not None:
            for cte in with_.expressions:
                label = cte.alias_or_name.lower()
                names = [c.name.lower() for c in (cte.args["alias"].args.get("columns") or [])]
                if with_.args.get("recursive") and _names_itself(cte.this, label):
                    found = self._recursive(cte.this, known, outer, label, names)
                else:
                    found = renamed(self.query(cte.this, known, outer, label), names)
                known[label] = found
        if isinstance(tree, exp.Subquery | exp.Paren):
            return cut_by(self.query(tree.this, known, outer, name), tree)
        if isinstance(tree, exp.SetOperation):
            return self._set(tree, known, outer, name)
        if isinstance(tree, exp.Select):
            return self._select(tree, known, outer, name)
        return Query("opaque", self.model, name, text=tree.sql(dialect="duckdb"))

    def _set(self, tree: Any, ctes: Mapping[str, Query], outer: _Scope | None, name: str) -> Query:
        kind = type(tree).__name__.lower()
        operation = kind if tree.args.get("distinct") else f"{kind} all"
        by_name = bool(tree.args.get("by_name"))
        branches: list[Query] = []
        stack = [tree]
        while stack:  # a union of hundreds of branches is a chain as deep
            part = stack.pop()
            while isinstance(part, exp.Paren | exp.Subquery) and not (part.args.get("with_") or limits_of(part)):
                part = part.this
            same = type(part) is type(tree) and bool(part.args.get("distinct")) == bool(tree.args.get("distinct"))
            same = same and bool(part.args.get("by_name")) == by_name
            if same and isinstance(part, exp.Union) and not part.args.get("with_" if part is not tree else ""):
                stack += [part.expression, part.this]
            elif part is tree:
                branches = [self.query(p, ctes, outer, name) for p in (tree.this, tree.expression)]
            else:
                branches.append(self.query(part, ctes, outer, name))
        branches = of_same_columns(branches) if by_name else branches
        found = Query("set", self.model, name, list(branches[0].columns), operation=operation, branches=branches)
        found.text = limits_of(tree)
        return found

    def _recursive(
        self, tree: Any, ctes: dict[str, Query], outer: _Scope | None, label: str, names: list[str]
    ) -> Query:
        base = self.query(tree.this, ctes, outer, label)
        itself = Query("recursion", self.model, label, names or list(base.columns))
        step = self.query(tree.expression, {**ctes, label: itself}, outer, label)
        return Query("set", self.model, label, list(itself.columns), operation="recursive union", branches=[base, step])

    def _select(self, tree: Any, ctes: Mapping[str, Query], outer: _Scope | None, name: str) -> Query:
        found = Query("select", self.model, name)
        scope = _Scope([], outer)
        from_ = tree.args.get("from_") or tree.args.get("from")
        if from_ is not None:
            found.sources.append(self._source(from_.this, ctes, scope))
        scope.sources = found.sources
        for join in tree.args.get("joins") or []:
            source = self._source(join.this, ctes, scope)
            source.join = _join_kind(join)
            if self._is_lateral(join.this):
                source.join = "lateral" if source.join in ("cross", "inner") else f"{source.join} lateral"
            found.sources.append(source)
            source.on = [self._resolved(c, scope, ctes) for c in conjuncts(join.args.get("on"))]
            source.made_one = made_one(join, found.sources)
            for using in join.args.get("using") or []:
                source.on.append(self._using(using.name.lower(), source, found.sources[:-1]))
        for projection in tree.expressions:
            for named, expression in outputs_of(projection, scope.sources):
                label = named_apart(named, found.outputs)
                found.outputs[label] = self._resolved(expression, scope, ctes)
                scope.aliases.setdefault(named, found.outputs[label])
        found.columns = list(found.outputs)
        outputs = list(found.outputs.values())
        if where := tree.args.get("where"):
            found.where = [self._resolved(c, scope, ctes) for c in conjuncts(where.this)]
        self._group(tree, found, scope, ctes, outputs)
        if having := tree.args.get("having"):
            found.having = [self._resolved(c, scope, ctes) for c in conjuncts(having.this)]
        if qualify := tree.args.get("qualify"):
            found.qualify = [self._resolved(c, scope, ctes) for c in conjuncts(qualify.this)]
        if distinct := tree.args.get("distinct"):
            on = distinct.args.get("on")
            found.distinct = on is None
            found.distinct_on = [self._resolved(e, scope, ctes, outputs, True) for e in (on.expressions if on else [])]
        for clause in ("limit", "offset"):
            if part := tree.args.get(clause):
                found.limit.append(self._resolved(part.expression or part.args["count"], scope, ctes))
        if sample := tree.args.get("sample"):
            found.text = sample.sql(dialect="duckdb")
        if order := tree.args.get("order"):
            found.order = [self._resolved(e, scope, ctes, outputs) for e in order.expressions]
        return found

    def _group(self, tree: Any, found: Query, scope: _Scope, ctes: Mapping[str, Query], outputs: list[Any]) -> None:
        group = tree.args.get("group")
        if group is not None:
            found.group = {
                kind: [self._resolved(e, scope, ctes, outputs) for e in parts]
                for kind, parts in group.args.items()
                if isinstance(parts, list) and parts
            }
            if group.args.get("all"):
                found.group = {"expressions": [o for o in outputs if not any(map(is_aggregate, o.walk()))]}
            found.keys = [e for parts in found.group.values() for e in parts]
        elif any(_aggregates(o) for o in [*outputs, *found.having]) or tree.args.get("having"):
            found.group = {}

    def _source(self, tree: Any, ctes: Mapping[str, Query], scope: _Scope) -> Source:
        alias = (tree.alias_or_name or "").lower()
        if isinstance(tree, exp.Table) and isinstance(tree.this, exp.Identifier):
            name = tree.this.name
            match = PLACEHOLDER.fullmatch(f'"{name}"')
            if match:
                query = self.tables(match[1])
            elif not tree.db and name.lower() in ctes:
                query = ctes[name.lower()]
            else:
                query = Query("opaque", self.model, name.lower(), text=tree.sql(dialect="duckdb"))
        elif isinstance(tree, exp.Paren):
            return self._source(tree.this, ctes, scope)
        elif isinstance(tree, exp.Subquery) or self._is_lateral(tree):
            query = self.query(tree.this, ctes, scope, alias)
        else:
            query = opaque(self.model, alias, tree, self.tables)
        given = tree.args["alias"].args.get("columns") if tree.args.get("alias") else None
        names = [column.name.lower() for column in given or []]
        return Source(alias, cut_by(renamed(query, names), tree))

    def _is_lateral(self, tree: Any) -> bool:
        return self.laterals and isinstance(tree, exp.Lateral) and isinstance(tree.this, exp.Subquery)

    def _using(self, column: str, source: Source, before: list[Source]) -> Any:
        left = next((Read(s, column) for s in before if column in s.query.columns), None)
        pair = [exp.column(column), exp.column(column)]
        for node, read in zip(pair, (left or Read(source, column), Read(source, column)), strict=True):
            node.meta["reads"] = read
        return exp.EQ(this=pair[0], expression=pair[1])

    def _resolved(
        self,
        tree: Any,
        scope: _Scope,
        ctes: Mapping[str, Query],
        ordinals: list[Any] | None = None,
        aliases_first: bool = False,
    ) -> Any:
        """An expression of the tree with its columns tied to what they read; the tree is not used again."""
        if aliases_first and isinstance(tree, exp.Column) and not tree.table and tree.name.lower() in scope.aliases:
            return exp.Paren(this=scope.aliases[tree.name.lower()].copy())
        if ordinals and isinstance(tree, exp.Literal) and tree.is_int and 0 < int(tree.this) <= len(ordinals):
            return ordinals[int(tree.this) - 1]
        root = exp.Paren(this=tree)
        stack = [root.this]
        while stack:
            node = stack.pop()
            if isinstance(node, exp.Query):  # a subquery without parentheses: `in (select …)`, `exists (select …)`
                node.meta["query"] = self.query(node, ctes, scope, "subquery")
                continue
            if isinstance(node, exp.Column) and not isinstance(node.this, exp.Star):
                read = scope.find(node.table.lower(), node.name.lower())
                if isinstance(read, Read):
                    node.meta["reads"] = read
                elif read is not None:
                    node.replace(exp.Paren(this=read.copy()))
                elif node.table or not _is_keyword(node):
                    raise ConvsqlError(
                        f"model '{self.model}': its lineage can't be read: no relation has '{node.sql(dialect='duckdb')}'"
                    )
                continue
            stack += list(node.iter_expressions())
        return root.this


def _is_keyword(node: Any) -> bool:
    """Names that are functions without parentheses, and parameters of lambdas."""
    lambdas = node.find_ancestor(exp.Lambda)
    if lambdas is not None and any(e.name == node.name for e in lambdas.expressions):
        return True
    return node.name.lower() in _KEYWORDS


def _aggregates(expression: Any) -> bool:
    """Whether an expression makes its select one group: an aggregate that is no window function."""
    for node in expression.walk(prune=lambda n: isinstance(n, exp.Query)):
        if is_aggregate(node) and not isinstance(node.parent, exp.Window | exp.IgnoreNulls | exp.RespectNulls):
            within = node.parent
            if isinstance(within, exp.WithinGroup | exp.Filter) and isinstance(within.parent, exp.Window):
                continue
            return True
    return False


def _names_itself(tree: Any, label: str) -> bool:
    return isinstance(tree, exp.SetOperation) and any(t.name.lower() == label for t in tree.find_all(exp.Table))


def _join_kind(join: Any) -> str:
    side = (join.side or "").lower()
    kind = (join.kind or "").lower()
    if side:
        return f"{side} {kind}".strip() if kind in ("semi", "anti") else side
    if kind in ("semi", "anti", "cross", "asof", "positional"):
        return kind
    if (join.method or "").lower() in ("asof", "natural", "positional"):
        return str(join.method).lower()
    return "inner" if join.args.get("on") is not None or join.args.get("using") else "cross"
