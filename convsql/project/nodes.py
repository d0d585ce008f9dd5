"""What a project declares: nodes of one graph, before and after rendering."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn, cast

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
class SourceTable:
    """What a source table alone has; `external` is the relation that reads its files, empty for a warehouse table.

    `freshness` as `convsql.project.freshness` reads it.
    """

    source_name: str
    schema: str
    identifier: str
    external: str = ""
    loaded_at_field: str = ""
    freshness: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class GenericTest:
    """What a `data_tests:` entry alone has: the id of the node it is about, and the macro that it calls."""

    attached: str
    test_name: str
    column_name: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class UnitTest:
    """What a unit test alone has: its entry as the file gives it.

    Rendering fills in the id of its model (`attached`) and the ids of what that reads (`inputs`).
    """

    entry: dict[str, Any]
    attached: str = ""
    inputs: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Node:
    """A model, seed, source table, data test or unit test.

    A source has its section `source`, a data test declared in YAML its `generic` (a test in a file of its own has none),
    a unit test its `unit`; TypeError for a node with a section of another kind, or without its own. `sql` is the rendered SQL in which every reference stands as a placeholder (`convsql.sqltext.references`);
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
    sql: str = ""
    parents: list[str] = field(default_factory=list)
    canonical: str = ""
    folders: list[str] = field(default_factory=list)
    file: str = ""  # of the installed package, whose files are not below the project
    given_alias: str = ""  # as the project's own generate_alias_name and generate_schema_name say, where it has them
    given_schema: str = ""
    source: SourceTable | None = None
    generic: GenericTest | None = None
    unit: UnitTest | None = None
    after: list[list[Any]] = field(
        default_factory=list
    )  # what its hooks do to its relation: SQL, and the place of the hook
    increment: str = ""  # the query of what is new, of an incremental model that is made of its last version
    with_publish: list[list[Any]] = field(default_factory=list)  # what they do when that is published

    def __post_init__(self) -> None:
        if (
            (self.source is not None) != (self.kind == "source")
            or (self.unit is not None) != (self.kind == "unit_test")
            or (self.generic is not None and self.kind != "test")
        ):
            raise TypeError(f"{self.unique_id} ({self.kind}) lacks the section of its kind, or has one of another")

    @property
    def source_table(self) -> SourceTable:
        """The section of a source, for code that has only sources; TypeError for another node."""
        return self.source or self._lacks("source table")

    @property
    def generic_test(self) -> GenericTest:
        """The section of a `data_tests:` entry, for code that has only these; TypeError for another node."""
        return self.generic or self._lacks("generic test")

    @property
    def unit_test(self) -> UnitTest:
        """The section of a unit test, for code that has only unit tests; TypeError for another node."""
        return self.unit or self._lacks("unit test")

    def _lacks(self, section: str) -> NoReturn:
        raise TypeError(f"{self.unique_id} is no {section}")

    @property
    def attached(self) -> str:
        """The id of the one node that a test is about; empty for a test in a file of its own, and for what is no test."""
        section = self.generic or self.unit
        return section.attached if section else ""

    @property
    def dotted_name(self) -> str:
        """`source.table` for a source table, the name of any other node."""
        return f"{self.source.source_name}.{self.name}" if self.source else self.name

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
            said = str(self.config.get("materialized", "view"))
            return cast(Materialized, "table" if said == "incremental" else said)
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
        """Fields as JSON can hold them, of the sections the one that is there; dicts that know their lines go as plain dicts."""
        content = {name: getattr(self, name) for name in self.__slots__ if name not in _SECTIONS}
        content["columns"] = [asdict(c) for c in self.columns]
        for name in _SECTIONS:
            section = getattr(self, name)
            if section is not None:
                content[name] = {key: getattr(section, key) for key in section.__slots__}
        return content

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Node:
        """The node that `to_json` gave; `data` stays as it is. Raises KeyError or TypeError for anything else."""
        fields = {**data, "columns": [Column(**c) for c in data["columns"]]}
        for name, section in _SECTIONS.items():
            if name in data:
                fields[name] = section(**data[name])
        return cls(**fields)


_SECTIONS: dict[str, Callable[..., Any]] = {"source": SourceTable, "generic": GenericTest, "unit": UnitTest}


def published_alias(node: Node) -> str:
    """The name under which readers find a node, without its schema."""
    return node.source.identifier if node.source else node.given_alias or str(node.config.get("alias") or node.name)


@dataclass(slots=True)
class Graph:
    """Nodes by unique id in a stable topological order (parents first; ties by unique id)."""

    nodes: dict[str, Node]
    exposures: dict[str, dict[str, Any]] = field(
        default_factory=dict
    )  # name → its entry, `parents`, `package` and `path`
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    hooks: dict[str, list[list[Any]]] = field(default_factory=dict)  # on-run-start, on-run-end: SQL, and its place
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
