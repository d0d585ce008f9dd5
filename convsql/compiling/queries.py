"""The models of a project as resolved queries, rendered with variables of one's own choosing.

A model that does not read a changed variable, nor anything above it that does, is read once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from convsql.compiling.project import Compiled
from convsql.compiling.renderers import renderer_of
from convsql.lineage.query import Query
from convsql.lineage.resolve_names import resolve
from convsql.project.nodes import Node, published_alias
from convsql.rendering.render import Renderer
from convsql.sqltext.references import with_aliases


class _Noting(dict[str, Any]):
    """Variables that note which of them a template asks for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)


class Models:
    """Resolved queries of all models of a compiled project.

    `fixed` are variables that hold for every rendering (null: as if not set).
    """

    def __init__(self, compiled: Compiled, fixed: Mapping[str, Any]) -> None:
        self.compiled = compiled
        self._fixed = fixed
        self._renderer: Renderer | None = None
        self._asked: dict[str, set[str]] = {}
        self._sql: dict[tuple[str, str], str] = {}
        self._queries: dict[tuple[str, str], Query] = {}

    def of(self, variables: Mapping[str, Any]) -> ModelsUnder:
        """The models rendered with these variables too."""
        return ModelsUnder(self, variables)

    def rendered(self, node: Node, variables: Mapping[str, Any], key: str) -> str:
        """A node's SQL with placeholders; `key` names the variables."""
        known = self._asked.get(node.unique_id)
        if known is not None and not known & variables.keys():
            key = ""
        if (node.unique_id, key) not in self._sql:
            values = _Noting({**self.compiled.project.vars_for(node.package), **self._fixed, **variables})
            if self._renderer is None:
                self._renderer = renderer_of(self.compiled)
            text = self._renderer.render(node, node.raw, variables=values).sql
            self._asked[node.unique_id] = values.asked
            if not values.asked & variables.keys():
                key = ""
            self._sql[node.unique_id, key] = with_aliases(text, self._name_of).rstrip().rstrip(";")
            if not key:
                self._sql.setdefault((node.unique_id, ""), self._sql[node.unique_id, key])
        return self._sql[node.unique_id, key]

    def asked(self, unique_id: str) -> set[str]:
        """The variables that a rendered model asked for."""
        return self._asked[unique_id]

    def _name_of(self, unique_id: str) -> str:
        return published_alias(self.compiled.graph.nodes[unique_id])

    def shared(self, unique_id: str) -> Query | None:
        """The query of a node that no variable touches, if it was read before."""
        return self._queries.get((unique_id, ""))

    def keep_shared(self, unique_id: str, query: Query) -> None:
        self._queries[unique_id, ""] = query


class ModelsUnder:
    """The models of a project under one choice of variables."""

    def __init__(self, models: Models, variables: Mapping[str, Any]) -> None:
        self._models = models
        self._variables = variables
        self._key = repr(sorted(variables.items()))
        self._own: dict[str, Query] = {}
        self._touched: set[str] = set()

    def query(self, unique_id: str) -> Query:
        """The query of a model, seed or source, parents first.

        Raises ConvsqlError when a model's SQL can't be followed.
        """
        graph = self._models.compiled.graph
        read = graph.ancestors([unique_id])
        for node in graph.nodes.values():
            if node.unique_id in read:
                self._take(node)
        return self._own.get(unique_id) or self._models.shared(unique_id) or self._missing(unique_id)

    def queries(self) -> Iterator[tuple[Node, Query]]:
        """Every node that was read, parents first."""
        for node in self._models.compiled.graph.nodes.values():
            query = self._own.get(node.unique_id)
            if query is not None:
                yield node, query

    def _missing(self, unique_id: str) -> Query:
        raise KeyError(unique_id)

    def _take(self, node: Node) -> None:
        if node.unique_id in self._own:
            return
        columns = [name.lower() for name, _ in self._models.compiled.columns.get(node.unique_id, [])]
        if node.kind != "model":
            found = self._models.shared(node.unique_id) or Query("table", node.name, "", columns, table=node.unique_id)
            self._models.keep_shared(node.unique_id, found)
        else:
            sql = self._models.rendered(node, self._variables, self._key)
            parents = {p for p in node.parents if p in self._touched}
            touched = bool(parents) or bool(self._models.asked(node.unique_id) & self._variables.keys())
            known = None if touched else self._models.shared(node.unique_id)
            found = known or resolve(sql, node.name, self._own.__getitem__)
            if touched:
                self._touched.add(node.unique_id)
            else:
                self._models.keep_shared(node.unique_id, found)
        self._own[node.unique_id] = found
