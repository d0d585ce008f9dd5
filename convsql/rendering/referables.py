"""What `ref` and `source` find: nodes by name, and the relation that a template sees of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.base.errors import ConvsqlError, did_you_mean
from convsql.base.quoting import quote
from convsql.project.declare import Declared
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import Target, published_schema
from convsql.rendering.facades import RelationFacade
from convsql.sqltext.references import PLACEHOLDER


class Referables:
    """The models, seeds and sources of a project, as its templates name them."""

    def __init__(self, project: str, target: Target, declared: Declared) -> None:
        self._target = target
        self._declared = declared
        self._referable = {(n.package, n.name): n for n in declared.nodes.values() if n.kind in ("model", "seed")}
        self._by_name: dict[str, Node] = {}
        for node in self._referable.values():
            if node.name not in self._by_name or node.package == project:
                self._by_name[node.name] = node
        self._seeds: dict[tuple[str, str], Node] = {}
        self._sources = {(n.source.source_name, n.name): n for n in declared.nodes.values() if n.source}

    def forget(self, off: Mapping[str, Node]) -> None:
        """Nodes that turned out to be switched off can't be referred to any more."""
        for node in off.values():
            self._referable.pop((node.package, node.name), None)
            if self._by_name.get(node.name) is node:
                del self._by_name[node.name]

    def ref(self, names: tuple[str, ...], package: str) -> Node:
        """What `ref` of these names means in a file of `package`. Raises ConvsqlError where there is no such node."""
        named = names[0] if len(names) == 2 else None
        name = names[-1]
        node = (
            self._referable.get((named, name))
            if named
            else self._referable.get((package, name)) or self._by_name.get(name)
        )
        if node is None:
            hint = (
                f"it is disabled in {self._declared.disabled[name]}"
                if name in self._declared.disabled
                else did_you_mean(".".join(names), [".".join(n[-len(names) :]) for n in self._referable])
            )
            raise ConvsqlError(f"no model or seed '{'.'.join(names)}'", hint=hint)
        return node

    def source(self, source: str, table: str) -> Node:
        """The source table of this name, or the project's own seed that is loaded there. Raises ConvsqlError."""
        node = self._sources.get((source, table))
        if node is None:
            known = [f"{s}.{t}" for s, t in self._sources]
            raise ConvsqlError(f"no source '{source}.{table}'", hint=did_you_mean(f"{source}.{table}", known))
        return self.standing_for(node)

    def standing_for(self, node: Node) -> Node:
        """A node, or of a source that is one of the project's own seeds, that seed: it is built before it is read."""
        if node.source is None or node.source.external:
            return node
        return self._seeds.get((node.source.schema.lower(), node.source.identifier.lower()), node)

    def note_seeds(self) -> None:
        """Note where the seeds are loaded, once that is known."""
        for node in self._declared.nodes.values():
            if node.kind == "seed":
                self._seeds[published_schema(self._target, node).lower(), published_alias(node).lower()] = node

    def named(self, said: Any) -> str:
        """A text for people, in which a relation has the name that readers know."""
        nodes = self._declared.nodes
        return PLACEHOLDER.sub(lambda m: self._in_full(nodes[m[1]]) if m[1] in nodes else m[0], str(said))

    def in_texts(self, unique_id: str) -> str | None:
        """What a relation is called in a text of SQL, as readers know it; files of a source have no name that could be said yet."""
        node = self._declared.nodes.get(unique_id)
        return None if node is None or (node.source and node.source.external) else self._in_full(node)

    def alias(self, unique_id: str) -> str:
        """The name that stands for a relation in SQL that reads it."""
        node = self._declared.nodes.get(unique_id)
        return unique_id.split(".")[-1] if node is None else published_alias(node)

    def _in_full(self, node: Node) -> str:
        return ".".join(
            map(quote, (self._target.database, published_schema(self._target, node), published_alias(node)))
        )

    def facade(self, node: Node) -> RelationFacade:
        """A node as templates see it; as text it stands for what is built."""
        name = published_alias(node)
        schema = published_schema(self._target, node)
        kind = {"ephemeral": "cte", "view": "view"}.get(node.materialized, "table")
        if kind == "cte":
            name = f"__dbt__cte__{name}"
        return RelationFacade(node.unique_id, self._target.database, schema, name, type=kind)
