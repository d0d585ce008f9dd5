"""Finds, in the syntax tree of a query, what does not travel from DuckDB to Spark and Postgres (HOUSE, "SQL that travels").

Types are those that sqlglot can infer from the columns of the tables; where it can't tell, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

Schema = Mapping[str, Mapping[str, str]] | MappingSchema

# Nodes of the tree that do not travel, and what to write instead.
NODES: dict[type[exp.Expression], str] = {
    exp.TryCast: "try_cast: use a guarded case",
    exp.Try: "try: use a guarded case",
    exp.ArgMax: "arg_max: use row_number()",
    exp.ArgMin: "arg_min: use row_number()",
    exp.AnyValue: "any_value: use min()",
    exp.First: "first: use row_number() or min()",
    exp.Last: "last: use row_number() or max()",
    exp.Filter: "filter (where …): use a case inside the aggregate",
    exp.LogicalOr: "bool_or: use max(case …)",
    exp.LogicalAnd: "bool_and: use min(case …)",
    exp.GenerateSeries: "generate_series or range: use a calendar or a recursive CTE",
    exp.Explode: "unnest: use a join",
    exp.Unnest: "unnest: use a join",
    exp.DayOfWeek: "day of week: count days since date_trunc('week', …)",
    exp.DayOfWeekIso: "day of week: count days since date_trunc('week', …)",
    exp.Dayname: "name of a day: count days since date_trunc('week', …)",
    exp.Pivot: "pivot: spell it out",
    exp.Columns: "columns(…): spell them out",
    exp.Struct: "a struct: use columns",
    exp.Array: "a list: use rows",
    exp.ArrayAgg: "a list: use rows",
    exp.ArrayFilter: "a list: use rows",
    exp.Lambda: "a lambda: use rows",
    exp.ToMap: "a map: use columns",
    exp.Map: "a map: use columns",
    exp.ApproxQuantile: "approx_quantile: use percentile_cont(…) within group",
    exp.Median: "median: use percentile_cont(0.5) within group",
    exp.Any: "any(…): spell it out",
}
FUNCTIONS = {
    "hash": "hash(): use md5 over strings with length-prefixed parts",
    "weekday": "day of week: count days since date_trunc('week', …)",
    "date_part": "date_part: use extract",
    "datepart": "date_part: use extract",
    "row": "a struct: use columns",
    "struct_pack": "a struct: use columns",
    "list_value": "a list: use rows",
    "getvariable": "a variable of the session",
}
DAYS_OF_WEEK = {"DOW", "ISODOW", "DAYOFWEEK", "WEEKDAY", "DAYOFWEEK_ISO"}
FLOATS = {exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT}
INSTANTS = {exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ, exp.DataType.Type.TIMESTAMPNTZ}
DIGITS_OF_A_DOUBLE = 15
LONG_DECIMAL = "a double into a decimal of more than 15 digits, which is not added up"
TEXT_OF_A_DOUBLE = "text of a double: engines write it each in their way"
PERCENTILE_OF_DOUBLES = (
    "a percentile of doubles: engines differ in the last digits between two; take whole microseconds"
)
JOINED = (exp.DPipe, exp.Concat, exp.ConcatWs, exp.GroupConcat)
TOTAL_ANYWAY = (exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist)
AGGREGATES = (exp.Sum, exp.Count, exp.Min, exp.Max)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """What does not travel, and the piece of SQL in which it stands."""

    reason: str
    sql: str

    def __str__(self) -> str:
        return f"{self.reason} -- {self.sql[:120]}"


def findings(sql: str, schema: Schema, unique_columns: frozenset[str] = frozenset()) -> list[Finding]:
    """All that does not travel in one query over the tables of `schema`.

    `unique_columns`: names of columns that may end the ORDER BY of a window.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    found = {*_constructs(tree), *_windows(tree, unique_columns), *_by_scope(tree, schema)}
    return sorted(found)


def _finding(reason: str, node: exp.Expression) -> Finding:
    return Finding(reason, node.sql(dialect="duckdb"))


def _constructs(tree: exp.Expression) -> Iterator[Finding]:
    for node in tree.walk():
        for kind, reason in NODES.items():
            if isinstance(node, kind):
                yield _finding(reason, node)
        if isinstance(node, exp.Anonymous) and node.name.lower() in FUNCTIONS:
            yield _finding(FUNCTIONS[node.name.lower()], node)
        if isinstance(node, exp.Extract) and node.name.upper() in DAYS_OF_WEEK:
            yield _finding(NODES[exp.DayOfWeek], node)
        if isinstance(node, exp.PercentileCont | exp.PercentileDisc) and not isinstance(node.parent, exp.WithinGroup):
            yield _finding("quantile_cont: use percentile_cont(…) within group", node)
        if isinstance(node, exp.Join) and node.method.upper() in ("ASOF", "POSITIONAL", "NATURAL"):
            yield _finding(f"{node.method.lower()} join: say what is joined on", node)
        if isinstance(node, exp.Join) and node.kind.upper() in ("SEMI", "ANTI"):
            yield _finding(f"{node.kind.lower()} join: use exists", node)
        if isinstance(node, exp.Star) and (
            node.args.get("except_") or node.args.get("except") or node.args.get("replace")
        ):
            yield _finding("* exclude or replace: spell the columns out", node)
        if isinstance(node, exp.Group) and (node.args.get("all") is not None):
            yield _finding("group by all: spell the columns out", node)
        if isinstance(node, exp.Group) and any(isinstance(k, exp.Literal) and k.is_string for k in node.expressions):
            yield _finding("group by a constant: leave it out", node)
        if isinstance(node, exp.Order) and any(k.this.sql().upper() == "ALL" for k in node.expressions):
            yield _finding("order by all: spell the columns out", node)
        if isinstance(node, exp.SetOperation) and node.args.get("by_name"):
            yield _finding("union by name: spell the columns out", node)
        if isinstance(node, exp.With) and node.args.get("recursive"):
            yield from _distinct_in_recursion(node)
        if isinstance(node, exp.Distinct) and node.args.get("on"):
            yield _finding("distinct on: use row_number()", node)


def _distinct_in_recursion(ctes: exp.With) -> Iterator[Finding]:
    for cte in ctes.expressions:
        names = [table.name for table in cte.this.find_all(exp.Table)]
        if isinstance(cte.this, exp.Union) and cte.this.args.get("distinct") and cte.alias in names:
            yield _finding("union (distinct) in a recursion: use union all, with the path walked", cte)


def _windows(tree: exp.Expression, unique_columns: frozenset[str]) -> Iterator[Finding]:
    for node in tree.find_all(exp.Window):
        function = node.this.this if isinstance(node.this, exp.IgnoreNulls | exp.RespectNulls) else node.this
        order = node.args.get("order")
        if isinstance(function, TOTAL_ANYWAY):
            continue
        if order is None:
            if node.args.get("alias") or not isinstance(function, AGGREGATES):
                yield _finding("a window whose rows have no order", node)
            continue
        last = order.expressions[-1].this
        name = last.name if isinstance(last, exp.Column) else ""
        if name not in unique_columns:
            yield _finding(
                f"a window whose order does not end in a unique key, but in {name or last.sql('duckdb')}", node
            )


def _by_scope(tree: exp.Expression, schema: Schema) -> Iterator[Finding]:
    """What can only be told with the columns of the tables at hand."""
    resolved = qualify(
        tree.copy(), schema=schema, dialect="duckdb", expand_alias_refs=False, validate_qualify_columns=False,
        identify=False, quote_identifiers=False,
    )  # fmt: skip
    for select in resolved.find_all(exp.Select):
        yield from _aliases_reused(select)
    for node in annotate_types(resolved, schema=schema, dialect="duckdb").walk():
        if (
            isinstance(node, exp.Cast)
            and not isinstance(node, exp.TryCast)
            and node.to.is_type(*exp.DataType.INTEGER_TYPES)
        ):
            if _is_float(node.this) and not isinstance(node.this.unnest(), exp.Floor | exp.Ceil | exp.Round):
                yield _finding("cast of a float to a whole number: use floor() or round() first", node)
        elif (isinstance(node, exp.Cast) and _is_float(node.this) and node.to.is_type(*exp.DataType.TEXT_TYPES)) or (
            isinstance(node, JOINED) and any(_is_float(part) for part in node.iter_expressions())
        ):
            yield _finding(TEXT_OF_A_DOUBLE, node)
        elif isinstance(node, exp.WithinGroup) and any(_is_float(by.this) for by in node.expression.expressions):
            yield _finding(PERCENTILE_OF_DOUBLES, node)
        elif (
            isinstance(node, exp.Cast)
            and _is_float(node.this)
            and _digits(node.to) > DIGITS_OF_A_DOUBLE
            and not _is_added_up(node)
        ):
            yield _finding(LONG_DECIMAL, node)
        elif isinstance(node, exp.MD5) and any(_is_float(n) for n in node.this.walk() if not isinstance(n, exp.Cast)):
            yield _finding("md5 of a float: hash strings", node)
        elif isinstance(node, exp.DateDiff) and not _are_dates(node):
            yield _finding("date_diff of instants: use floor(epoch difference / n)", node)


def _digits(kind: exp.DataType) -> int:
    """The digits of a decimal; 0 of another type."""
    is_decimal = kind.is_type(exp.DataType.Type.DECIMAL)
    return int(kind.expressions[0].name) if is_decimal and kind.expressions else 18 if is_decimal else 0


def _is_added_up(cast: exp.Expression) -> bool:
    """Whether a cast is what a sum is of: in decimals rows can be added in any order, which is worth the digits beyond a double's."""
    return isinstance(cast.parent, exp.Sum)


def _is_float(node: exp.Expression) -> bool:
    return node.type is not None and node.type.this in FLOATS


def _are_dates(node: exp.DateDiff) -> bool:
    return all(n.type is not None and n.type.this == exp.DataType.Type.DATE for n in (node.this, node.expression))


def _aliases_reused(select: exp.Select) -> Iterator[Finding]:
    """Columns that no table has, and that are aliases of the same SELECT."""
    aliases = {p.alias for p in select.expressions if isinstance(p, exp.Alias)}
    places = [p.this if isinstance(p, exp.Alias) else p for p in select.expressions]
    places += [select.args[part] for part in ("where", "group", "having", "qualify") if select.args.get(part)]
    for place in places:
        for column in place.find_all(exp.Column):
            if not column.table and column.name in aliases and column.parent_select is select:
                yield _finding(f"'{column.name}' is an alias of the same select: repeat it, or use a CTE", place)
