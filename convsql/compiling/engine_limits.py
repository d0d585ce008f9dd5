"""What an engine other than the one in memory would not take, or would take as something else without saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsql.base.errors import Problems
from convsql.project.nodes import published_alias
from convsql.project.postgres_target import NAME_BYTES
from convsql.project.profiles import published_schema

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled


def check_names(compiled: Compiled, problems: Problems) -> None:
    """Note every published name, and every column, that the engine would cut."""
    for node in compiled.graph.of("model", "seed"):
        if not node.is_built:
            continue
        for what, name, hint in (
            (f"{node.kind} '{node.name}'", published_alias(node), "give it a shorter `alias`"),
            (f"the schema of {node.kind} '{node.name}'", published_schema(compiled.target, node), "shorten `schema`"),
        ):
            if len(name.encode()) > NAME_BYTES:
                problems.add(
                    f"{what}: '{name}' has more than {NAME_BYTES} bytes, which is all that a name may have",
                    node.where,
                    hint,
                )
        for column, _ in compiled.columns.get(node.unique_id, []):
            if len(column.encode()) > NAME_BYTES:
                problems.add(
                    f"{node.kind} '{node.name}': column '{column}' has more than {NAME_BYTES} bytes, which is all that a name may have",
                    node.where,
                    "give it a shorter name",
                )
