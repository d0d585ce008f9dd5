"""What is said of a node once it is rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convsql.base.errors import ConvsqlError, Where
from convsql.project.nodes import Node
from convsql.rendering.render import Rendered
from convsql.sqltext.references import forged


def can_be_set(name: str, value: str) -> bool:
    return bool(name) and "=" not in name and "\0" not in name + value


def check_references(node: Node, rendered: Rendered) -> None:
    """Raises ConvsqlError for a mark in the form of a reference that no `ref` or `source` has written."""
    if mark := forged(rendered.sql, {*rendered.parents, node.unique_id}):
        lines = (n for n, line in enumerate(node.raw.splitlines(), 1) if "⟦" in line)
        raise ConvsqlError(
            f"{mark} is how convsql writes references for itself",
            Where(node.path, next(lines, node.line)) if not node.generic else node.where,
            "use ref() or source()",
        )


def unrepeatable_warning(node: Node, words: Sequence[str]) -> list[str]:
    """One warning of a model whose rows come out otherwise when it is built again."""
    if not words:
        return []
    first = words[0].split("(")[0]
    lines = [number for number, line in enumerate(node.raw.splitlines(), 1) if first in line.lower()]
    place = f" (line {lines[0]})" if lines else ""
    return [
        f"{node.where}: reads {', '.join(words)}{place}: its rows differ from one build to the next; pass a variable instead"
    ]


def take(node: Node, kept: Mapping[str, Any]) -> None:
    """Note what rendering gave."""
    node.sql, node.parents, node.canonical = kept["sql"], kept["parents"], kept["canonical"]
    for name, value in kept["besides"].items():
        setattr(node, name, value)


def referred_late(name: str, asker: Node) -> ConvsqlError:
    """What to say of a reference that is not there while the project is read: the order of building would not know it."""
    return ConvsqlError(
        f"'{name}' is referred to only once a question is answered",
        asker.where,
        f"-- depends_on: {{{{ ref('{name}') }}}}",
    )
