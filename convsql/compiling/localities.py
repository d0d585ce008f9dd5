"""Which models can be made in parts, and by which keys (`lineage.locality`), each worked out once for its SQL and what changes.

Kept in `target/convsql_localities.json`, which can be deleted at any time: reading SQL costs more than making a small model.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from convsql.base.errors import ConvsqlError
from convsql.base.sealed_json import read_sealed, write_sealed
from convsql.compiling.cache import digest
from convsql.compiling.code_version import code_version
from convsql.lineage.keys import base_of
from convsql.sqltext.references import placeholder, substitute, tokens
from convsql.sqltext.unrepeatable import unrepeatable

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled
    from convsql.lineage.query import Query
    from convsql.project.nodes import Graph, Node

FILE_NAME = "convsql_localities.json"
MARK = "#"
"""Between the unique id of a relation and the number of the place in a query where it is read."""
LONGEST = 120_000
"""Characters of a query with its views in it: looking into a longer one takes longer than it could save."""


IsUnique = Callable[[str, frozenset[str]], bool]


def read_at(occurrence: str) -> str:
    """The unique id of the relation that is read at an occurrence."""
    return base_of(occurrence).rpartition(MARK)[0]


class Localities:
    """The keys of the nodes of one compiled project; `save` keeps what was worked out for the next run."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._file = compiled.project.target_dir / FILE_NAME
        self._known: dict[str, Any] | None = None
        self._used: dict[str, Any] = {}

    def of(self, node: Node, changing: Collection[str], is_unique: IsUnique) -> dict[str, Any]:
        """`keys`: by column, the key as plain values (`lineage.keys.Key`); `why`: where there is none, the reason; `shares`: what was asked of keys, to be kept.

        `changing` are unique ids of built nodes and sources whose rows are others than in the last version. `is_unique` says of one whether both
        versions have one row at most for each value of some columns; what it answers is part of the proof.
        """
        sql = self.numbered(node)
        parents = self.parents(node)
        columns = {p: self.compiled.columns.get(p) for p in parents}
        key = digest(sql, sorted(p for p in parents if p in changing), columns)
        if key not in self._used:
            if self._known is None:
                self._known = read_sealed(self._file, code_version()) or {}
            found = self._known.get(key)
            if not (isinstance(found, dict) and all(is_unique(u, frozenset(c)) == yes for u, c, yes in found["asked"])):
                found = self._worked_out(node, sql, frozenset(changing), is_unique)
            self._used[key] = {**found, "shares": dict(found["shares"])}
        result = self._used[key]
        assert isinstance(result, dict)
        return result

    def parents(self, node: Node) -> list[str]:
        """The tables and sources that a node reads, looking through views and ephemeral models, in order of first use."""
        graph = self.compiled.graph
        found: dict[str, None] = {}
        for parent in node.parents:
            if _is_text(graph, parent):
                found |= dict.fromkeys(self.parents(graph.nodes[parent]))
            else:
                found[parent] = None
        return list(found)

    def numbered(self, node: Node) -> str:
        """A node's SQL over placeholders that name each place where a table is read; views stand in it as subqueries."""
        return filled(self.compiled.graph, node, placeholder)

    def save(self) -> None:
        """Keep what was asked for in this run."""
        if self._used and self._used != self._known:
            write_sealed(self._file, code_version(), self._used)

    def _worked_out(self, node: Node, sql: str, changing: frozenset[str], is_unique: IsUnique) -> dict[str, Any]:
        if len(sql) > LONGEST:
            return _without_key(f"its query is too long: {len(sql):,} characters")
        if words := unrepeatable(tokens(sql)):
            return _without_key(f"it reads {', '.join(words)}, and rows of another night would have another answer")
        from dataclasses import asdict

        from convsql.lineage.locality import Facts, locality

        asked: dict[tuple[str, frozenset[str]], bool] = {}

        def unique(occurrence: str, columns: frozenset[str]) -> bool:
            question = read_at(occurrence), columns
            if question not in asked:
                asked[question] = is_unique(*question)
            return asked[question]

        try:
            found = locality(self._query(node, sql), Facts(lambda o: read_at(o) in changing, unique))
        except ConvsqlError as error:
            return _without_key(error.reason)
        keys = plain({name: asdict(key) for name, key in found.keys.items()})
        return {
            "keys": keys,
            "why": found.why,
            "shares": {},
            "asked": [[u, sorted(c), yes] for (u, c), yes in asked.items()],
        }

    def _query(self, node: Node, sql: str) -> Query:
        from convsql.lineage.resolve_names import resolve

        return resolve(sql, node.name, self._table, laterals=True)

    def _table(self, occurrence: str) -> Query:
        from convsql.lineage.query import Query

        unique_id = read_at(occurrence)
        columns = [name.lower() for name, _ in self.compiled.columns.get(unique_id, [])]
        return Query("table", unique_id.rpartition(".")[2], "", columns, table=occurrence)


def _without_key(why: str) -> dict[str, Any]:
    return {"keys": {}, "why": why, "asked": [], "shares": {}}


def plain(value: Any) -> Any:
    """The same in lists and mappings, with the members of sets in order."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def filled(graph: Graph, node: Node, relation: Callable[[str], str]) -> str:
    """A node's SQL with `relation(occurrence)` at each place where a table is read, in the order of the text."""
    count = 0

    def one(unique_id: str) -> str:
        nonlocal count
        if _is_text(graph, unique_id):
            return f"(\n{substitute(graph.nodes[unique_id].sql, one)}\n)"
        count += 1
        return relation(f"{unique_id}{MARK}{count}")

    return substitute(node.sql, one)


def _is_text(graph: Graph, unique_id: str) -> bool:
    node = graph.nodes.get(unique_id)
    return node is not None and node.kind == "model" and (not node.is_built or node.materialized == "view")
