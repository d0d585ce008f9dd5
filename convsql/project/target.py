"""A target: one output of `profiles.yml`, the schema that its readers look in, and where each node stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Where
from convsql.base.quoting import RESERVED_SCHEMAS
from convsql.project.nodes import Node

TAKEN = {"memory", "system", "temp", "information_schema", "pg_catalog"}


@dataclass(frozen=True, slots=True)
class Target:
    """One output of `profiles.yml`: a database, and the schema in it that the published views stand in.

    `path` is its file, empty where a server has it: then `connection` says which, in dbt's words (`password` is the name of a variable).
    `folders` are the folders and files that SQL may read: the project's, and those that its sources name.
    """

    name: str
    profile: str
    path: str
    schema: str
    threads: int
    settings: Mapping[str, Any]
    folders: tuple[str, ...] = field(default=(), repr=False, compare=False)
    type: str = "duckdb"
    connection: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def place(self) -> str:
        """Where the database is, for people."""
        at = self.connection
        if at.get("place"):
            return str(at["place"])
        return f"{at['dbname']} on {at['host']}:{at.get('port', 5432)}" if at else self.path

    @property
    def database(self) -> str:
        """The database's name: of a file what stands before the first dot, and not one of the engine's own names."""
        if self.connection:
            return str(self.connection["dbname"])
        parts = [part for part in Path(self.path).name.split(".") if part]
        name = "memory" if self.path == ":memory:" or not parts else parts[0]
        return f"{name}_db" if name in ("main", "system", "temp") else name

    @property
    def facts(self) -> dict[str, Any]:
        """What YAML with Jinja sees as `target`."""
        return {
            "name": self.name,
            "target_name": self.name,
            "profile_name": self.profile,
            "schema": self.schema,
            "database": self.database,
            "type": "duckdb",
            "threads": self.threads,
        }

    def reaching(self, folders: Iterable[str]) -> Target:
        """The same, from which SQL may read these folders and files too."""
        return replace(self, folders=tuple(dict.fromkeys([*self.folders, *folders])))


def in_schema(target: Target, schema: str) -> Target:
    """The same target, whose readers look in another schema. Raises ConvsqlError for a name that can't be one."""
    if not re.fullmatch(r"\w{1,63}", schema) or schema.lower() in {*RESERVED_SCHEMAS, *TAKEN, "pg_catalog"}:
        raise ConvsqlError(
            f"'{schema}' can't be a schema", Where("--schema"), "use letters, digits and _, such as ci_12"
        )
    if schema == target.schema:
        raise ConvsqlError(
            f"'{schema}' is what readers of target '{target.name}' see", Where("--schema"), "name a schema of its own"
        )
    return replace(target, schema=schema)


def published_schema(target: Target, node: Node) -> str:
    """The schema of a source's table; of a node's view the target's, with the node's own `schema` behind it as in dbt, unless the project says otherwise."""
    if node.source:
        return node.source.schema
    if node.given_schema:
        return node.given_schema
    custom = node.config.get("schema")
    return f"{target.schema}_{str(custom).strip()}" if custom else target.schema
