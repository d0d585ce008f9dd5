"""Which columns a resolved query gives, under which names, and what is done to its rows as a whole."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlglot import exp

from convsql.lineage.query import Query, Read, Source

_UNSEEN = ("semi", "anti", "left semi", "left anti")
_CUTS = ("limit", "offset", "pivots", "sample")


def outputs_of(projection: Any, sources: Sequence[Source]) -> list[tuple[str, Any]]:
    """The columns that an item of a select list gives: name and expression, not resolved yet."""
    inner = projection.this if isinstance(projection, exp.Alias) else projection
    star = inner if isinstance(inner, exp.Star) else inner.this if isinstance(inner, exp.Column) else None
    if isinstance(star, exp.Star):
        table = inner.table.lower() if isinstance(inner, exp.Column) else ""
        return list(_of_star(star, [source for source in sources if not table or source.alias == table], bool(table)))
    label = projection.alias_or_name.lower() or inner.sql(dialect="duckdb").lower()
    return [(label, inner)]


def _of_star(star: Any, sources: Sequence[Source], is_of_one: bool) -> Iterator[tuple[str, Any]]:
    left_out = {e.name.lower() for e in star.args.get("except_") or star.args.get("except") or []}
    replaced = {e.alias.lower(): e.this for e in star.args.get("replace") or []}
    names = {e.this.name.lower(): e.alias.lower() for e in star.args.get("rename") or []}
    for source in sources:
        hidden = left_out if is_of_one else left_out | source.made_one
        for column in () if source.join in _UNSEEN else source.query.columns:
            if column not in hidden:
                own = exp.column(column, table=source.alias, quoted=True)
                yield names.get(column, column), replaced[column].copy() if column in replaced else own


def made_one(join: Any, before: Sequence[Source]) -> frozenset[str]:
    """The columns that a join makes one with those of a source before the last of these."""
    if (join.method or "").lower() == "natural":
        *others, last = before
        return frozenset(c for c in last.query.columns if any(c in other.query.columns for other in others))
    return frozenset(using.name.lower() for using in join.args.get("using") or [])


def renamed(query: Query, names: list[str]) -> Query:
    """The query with other output names, as `t(a, b)` gives them to its first columns."""
    if not names or names == query.columns:
        return query
    columns = [*names, *query.columns[len(names) :]]
    found = _choosing(query, dict(zip(columns, query.columns, strict=False)))
    found.columns = columns  # those of what can't be looked into are not known
    return found


def named_apart(name: str, taken: Collection[str]) -> str:
    """The name that DuckDB gives a column of a query where others before it have its own."""
    number, found = 0, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def of_same_columns(branches: list[Query]) -> list[Query]:
    """Branches that are put together by the names of their columns, each with those of all, null where it has none."""
    if any(branch.kind == "opaque" for branch in branches):
        return branches
    columns = list(dict.fromkeys(column for branch in branches for column in branch.columns))
    return [
        branch
        if branch.columns == columns
        else _choosing(branch, {column: column if column in branch.columns else "" for column in columns})
        for branch in branches
    ]


def limits_of(tree: Any) -> str:
    """What leaves out rows of a query or relation, or makes others of them, beside its own clauses; "" for nothing."""
    found = [tree.args[clause] for clause in _CUTS if tree.args.get(clause)]
    parts = [part for each in found for part in (each if isinstance(each, list) else [each])]
    return " ".join(part.sql(dialect="duckdb") for part in parts)


def cut_by(query: Query, tree: Any) -> Query:
    """The rows of a query that are left by what stands behind it in parentheses, or behind a relation in `from`."""
    text = limits_of(tree)
    if not text or query.kind == "opaque":
        return query
    found = _choosing(query, {column: column for column in query.columns})
    found.text = text
    return found


def _choosing(query: Query, columns: dict[str, str]) -> Query:
    """A select of these columns of a query by their new names; of null where there is none."""
    found = Query("select", query.model, query.cte, list(columns), sources=[Source("", query)])
    for name, column in columns.items():
        node: Any = exp.column(column) if column else exp.Null()
        if column:
            node.meta["reads"] = Read(found.sources[0], column)
        found.outputs[name] = node
    return found
