"""No two models or seeds are published in one place."""

from __future__ import annotations

from convsql.base.errors import Problems
from convsql.project.nodes import Graph, Node, published_alias
from convsql.project.profiles import Target, published_schema


def check_published_names(graph: Graph, target: Target, problems: Problems) -> None:
    taken: dict[tuple[str, str], Node] = {}
    for node in graph.of("model", "seed"):
        key = (published_schema(target, node).lower(), published_alias(node).lower())
        other = taken.setdefault(key, node)
        if other is not node and node.is_built and other.is_built:
            problems.add(
                f"'{node.name}' would be published as {'.'.join(key)}, like '{other.name}' ({other.path})",
                node.where,
                "give one of them another name or alias",
            )
