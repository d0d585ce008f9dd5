"""Steps: models on the way to the tables that people read. They carry the tag `step`, by the folder that they stand in."""

from __future__ import annotations

from convsql.project.nodes import Node

TAG = "step"


def is_step(node: Node) -> bool:
    """Whether a node is a model that is made for other models, and not to be read."""
    return node.kind == "model" and TAG in node.tags
