"""What a project declares: nodes of one graph, before and after rendering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from convsql.base.errors import Where
from convsql.base.reached import ENDLESS, reached

Kind = Literal["model", "seed", "source", "test", "unit_test"]
Materialized = Literal["view", "table", "ephemeral", "source", "test", "unit_test"]


@dataclass(slots=True)
class Column:
    """One declared column; `data_type` is empty when the file gives none."""

    name: str
    data_type: str = ""
    description: str = ""
    line: int = 0
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Node:
    """A model, seed, source table, data test or unit test.

    `sql` is the rendered SQL in which every reference stands as a placeholder (`convsql.sqltext.references`);
    `parents` are the unique ids that it names, in order of first use.
    """

    unique_id: str
    kind: Kind
    name: str
    package: str
    path: str
    line: int = 1
    raw: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    columns: list[Column] = field(default_factory=list)
    description: str = ""
    patch_path: str = ""
    patch_line: int = 0
    schema: str = ""
    identifier: str = ""
    source_name: str = ""
    external: str = ""
    loaded_at_field: str = ""
    attached: str = ""
    column_name: str = ""
    test_name: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    unit: dict[str, Any] = field(default_factory=dict)
    sql: str = ""
    parents: list[str] = field(default_factory=list)
    canonical: str = ""
    folders: list[str] = field(default_factory=list)
    file: str = ""  # of the installed package, whose files are not below the project

    def file_in(self, root: Path) -> Path:
        """The node's file, for a project in `root`."""
        return Path(self.file) if self.file else root / self.path

    @property
    def where(self) -> Where:
        return Where(self.path, self.line)

    @property
    def patch_where(self) -> Where:
        """The place of its properties, else of itself."""
        return Where(self.patch_path, self.patch_line) if self.patch_path else self.where

    @property
    def materialized(self) -> Materialized:
        if self.kind == "model":  # one of MATERIALIZATIONS: `merge_config` lets in no other
            return cast(Materialized, str(self.config.get("materialized", "view")))
        return "table" if self.kind == "seed" else self.kind

    @property
    def is_built(self) -> bool:
        """Whether it gets a relation of its own."""
        return self.kind == "seed" or (self.kind == "model" and self.materialized != "ephemeral")

    @property
    def tags(self) -> list[str]:
        return list(self.config.get("tags", []))

    @property
    def contract_enforced(self) -> bool:
        contract = self.config.get("contract")
        return isinstance(contract, dict) and bool(contract.get("enforced"))

    def to_json(self) -> dict[str, Any]:
        """Fields as JSON can hold them; dicts that know their lines go as plain dicts."""
        content = {name: getattr(self, name) for name in self.__slots__}
        content["columns"] = [asdict(c) for c in self.columns]
        return content

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Node:
        """The node that `to_json` gave; `data` stays as it is. Raises KeyError or TypeError for anything else."""
        return cls(**{**data, "columns": [Column(**c) for c in data["columns"]]})


def published_alias(node: Node) -> str:
    """The name under which readers find a node, without its schema."""
    return node.identifier if node.kind == "source" else str(node.config.get("alias") or node.name)


@dataclass(slots=True)
class Graph:
    """Nodes by unique id in a stable topological order (parents first; ties by unique id)."""

    nodes: dict[str, Node]
    _children: dict[str, list[str]] | None = field(default=None, init=False, repr=False, compare=False)

    def of(self, *kinds: Kind) -> Iterable[Node]:
        return (n for n in self.nodes.values() if n.kind in kinds)

    def children(self) -> dict[str, list[str]]:
        """Unique id → ids of the nodes that read it; made once, since a graph that is ordered stays as it is."""
        if self._children is None:
            self._children = {i: [] for i in self.nodes}
            for node in self.nodes.values():
                for parent in node.parents:
                    self._children.setdefault(parent, []).append(node.unique_id)
        return self._children

    def ancestors(self, ids: Iterable[str], depth: int = ENDLESS) -> set[str]:
        """These nodes, and what they read through one another, at most `depth` steps away."""
        return reached(ids, lambda i: self.nodes[i].parents if i in self.nodes else (), depth)

    def descendants(self, ids: Iterable[str], depth: int = ENDLESS) -> set[str]:
        """These nodes, and what reads them through one another, at most `depth` steps away."""
        children = self.children()
        return reached(ids, lambda i: children.get(i, ()), depth)

    def built_parents(self, node: Node) -> list[str]:
        """Parents that have relations, looking through ephemeral models, in order of first use."""
        found: dict[str, None] = {}
        waiting = list(reversed(node.parents))
        seen: set[str] = set()
        while waiting:
            parent_id = waiting.pop()
            parent = self.nodes.get(parent_id)
            if parent is None or parent.kind != "model" or parent.is_built:
                found[parent_id] = None
            elif parent_id not in seen:
                seen.add(parent_id)
                waiting += reversed(parent.parents)
        return list(found)

    def ephemeral_parents(self, node: Node) -> list[str]:
        """The ephemeral models that stand in a node's query, through one another, each once."""
        found: dict[str, None] = {}
        waiting = list(reversed(node.parents))
        while waiting:
            parent_id = waiting.pop()
            parent = self.nodes.get(parent_id)
            if parent is not None and parent.kind == "model" and not parent.is_built and parent_id not in found:
                found[parent_id] = None
                waiting += reversed(parent.parents)
        return list(found)
