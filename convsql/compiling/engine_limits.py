"""What an engine other than the one in memory would not take, or would take as something else without saying so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsql.base.errors import Problems
from convsql.project.nodes import published_alias
from convsql.project.postgres_target import NAME_BYTES
from convsql.project.profiles import published_schema
from convsql.project.spark_target import NAME

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled


def check_names(compiled: Compiled, problems: Problems) -> None:
    """Note every published name, and every column, that the engine would cut, or would keep otherwise than it is written."""
    if compiled.target.type == "spark":
        _check_spelling(compiled, problems)
        return
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


def _check_spelling(compiled: Compiled, problems: Problems) -> None:
    """A catalogue of Spark's writes names small, and takes letters, digits and underscores alone."""
    for node in compiled.graph.of("model", "seed"):
        if not node.is_built:
            continue
        names = {"name": node.name, "alias": published_alias(node), "schema": published_schema(compiled.target, node)}
        for key, name in names.items():
            if not NAME.fullmatch(name):
                problems.add(
                    f"{node.kind} '{node.name}': the {key} '{name}' is not one that every catalogue of Spark's keeps as it is written",
                    node.where,
                    "small letters, digits and underscores",
                )
                break
