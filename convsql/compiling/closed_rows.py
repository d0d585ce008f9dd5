"""What a model says of its closed rows (`config.meta.closed`, see `convsql.building.restatements`), checked before anything runs."""

from __future__ import annotations

from collections.abc import Mapping

from convsql.base.errors import ConvsqlError, Problems, did_you_mean
from convsql.engines.session import Columns
from convsql.project.nodes import Graph, Node

_SHAPE = "write `closed: {when: is_complete, key: [cohort_id], except: []}` under `meta`"


def validate(graph: Graph, columns: Mapping[str, Columns], problems: Problems) -> None:
    """Check every model's `closed`; errors go to `problems`."""
    for node in graph.of("model"):
        try:
            _check(node, [name for name, _ in columns.get(node.unique_id, [])])
        except ConvsqlError as error:
            problems.take(error)


def _check(node: Node, columns: list[str]) -> None:
    meta = node.config.get("meta")
    closed = meta.get("closed") if isinstance(meta, Mapping) else None
    if not isinstance(closed, Mapping):
        return

    def wrong(what: str, hint: str = _SHAPE) -> ConvsqlError:
        return ConvsqlError(f"meta.closed of '{node.name}': {what}", node.where, hint)

    if not isinstance(closed.get("when"), str):
        raise wrong("'when' must be a condition, as text")
    for name in ("key", "except"):
        value = closed.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise wrong(f"'{name}' must be a list of columns")
    if not closed.get("key"):
        raise wrong("'key' must name the columns that tell a row from the others")
    known = {name.lower() for name in columns}
    for name in closed["key"]:
        if columns and name.lower() not in known:
            raise wrong(f"'key' names no column: '{name}'", did_you_mean(name, columns) or _SHAPE)
