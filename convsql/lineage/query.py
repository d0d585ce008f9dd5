"""A query with its names resolved: what it reads, what it gives, which rows it keeps.

Expressions are sqlglot trees in which every column carries, under `meta["reads"]`, the source and the
name that it stands for, and every subquery, under `meta["query"]`, its resolved query. No name of a
CTE or an alias matters after this: they are only kept to show to people.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlglot import exp

from convsql.sqltext.references import PLACEHOLDER

Kind = Literal["table", "select", "set", "recursion", "opaque"]


@dataclass(slots=True, eq=False)
class Query:
    """One relation: a table, a select, a set operation, or something that can't be looked into.

    `text` is what can't be looked into: of a set or a select, what else is done to its rows. `columns` are its output names in lower case, in order. `model` and `cte` say where it stands, for
    people (`cte` is empty for the query of the model itself). A table is a source or a seed.
    """

    kind: Kind
    model: str
    cte: str
    columns: list[str] = field(default_factory=list)
    table: str = ""
    sources: list[Source] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    where: list[Any] = field(default_factory=list)
    group: Any = None
    keys: list[Any] = field(default_factory=list)
    having: list[Any] = field(default_factory=list)
    qualify: list[Any] = field(default_factory=list)
    distinct: bool = False
    distinct_on: list[Any] = field(default_factory=list)
    order: list[Any] = field(default_factory=list)
    limit: list[Any] = field(default_factory=list)
    operation: str = ""
    branches: list[Query] = field(default_factory=list)
    text: str = ""
    reads_columns: bool = False  # of something that can't be looked into: it may read columns of what stands beside it

    def __deepcopy__(self, memo: dict[int, Any]) -> Query:
        """Itself: copies of an expression read what the expression reads."""
        return self

    @property
    def is_aggregate(self) -> bool:
        """Whether its rows are groups."""
        return self.group is not None

    def expressions_of_rows(self) -> list[Any]:
        """Every expression, of the select itself and its joins, that decides which rows there are."""
        found = [*self.where, *self.keys, *self.having, *self.qualify, *self.distinct_on]
        if self.distinct:
            found += self.outputs.values()
        if self.limit:
            found += [*self.order, *self.limit]
        return found


@dataclass(slots=True, eq=False)
class Source:
    """One relation in a `from` or a `join`, with the conditions that join it."""

    alias: str
    query: Query
    join: str = "from"  # from, inner, left, right, full, cross, semi, anti, …
    on: list[Any] = field(default_factory=list)
    made_one: frozenset[str] = frozenset()  # columns that `*` has once for this source and one before it (`using`)

    def __deepcopy__(self, memo: dict[int, Any]) -> Source:
        """Itself, as for a query."""
        return self


@dataclass(frozen=True, slots=True)
class Read:
    """What a column of an expression stands for."""

    source: Source
    column: str


def opaque(model: str, alias: str, tree: Any, tables: Callable[[str], Query]) -> Query:
    """What can't be looked into, such as a lateral join, over the seeds that it names: their rows are part of what it gives."""
    text = tree.sql(dialect="duckdb")
    seeds = [match[1] for match in PLACEHOLDER.finditer(text) if match[1].startswith("seed.")]
    sources = [Source("", tables(unique_id)) for unique_id in dict.fromkeys(seeds)]
    reads = tree.find(exp.Column) is not None
    return Query("opaque", model, alias, sources=sources, text=text, reads_columns=reads)


def reads_of(expression: Any) -> list[Read]:
    """The columns that an expression reads, those of its subqueries' outer references included."""
    found: list[Read] = []
    for node in expression.walk():
        read = node.meta.get("reads") if node._meta else None
        if read is not None:
            found.append(read)
    return found


def subqueries_of(expression: Any) -> list[Query]:
    """The resolved subqueries in an expression."""
    return [q for node in expression.walk() if node._meta and (q := node.meta.get("query")) is not None]
