"""The graph of a project as an SVG whose nodes are links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from convsql.base.printable import html_text as escape
from convsql.catalogue.layout import layered

WIDTH, HEIGHT, GAP, STEP = 176, 24, 56, 31
MARGIN = 12
LONGEST = 20  # characters of a name that fit


@dataclass(frozen=True, slots=True)
class Drawn:
    """One node of the drawing: its id on the page, its name, and the group that its colour says."""

    anchor: str
    name: str
    group: str


def graph_svg(nodes: Mapping[str, Drawn], parents: Mapping[str, Sequence[str]], title: str) -> str:
    """Nodes (parents first) and edges; each says in `data-id`, `data-from` and `data-to` what it is, for highlighting."""
    layout = layered(list(nodes), parents)
    wide = MARGIN * 2 + layout.layers * WIDTH + max(layout.layers - 1, 0) * GAP
    high = MARGIN * 2 + max(layout.rows, 1) * STEP
    parts = [
        f'<svg class="graph" width="{wide}" height="{high:g}" viewBox="0 0 {wide} {high:g}" role="group" aria-label="{escape(title)}">'
    ]
    for (parent, child), route in layout.routes.items():
        parts.append(
            f'<path class="edge" data-from="{escape(nodes[parent].anchor)}" data-to="{escape(nodes[child].anchor)}" d="{_path(route)}"/>'
        )
    for key, node in nodes.items():
        layer, row = layout.places[key]
        x, y = _x(layer), _y(row) - HEIGHT / 2
        shown = node.name if len(node.name) <= LONGEST else node.name[: LONGEST - 1] + "…"
        parts.append(
            f'<a class="node {escape(node.group)}" href="#{escape(node.anchor)}" data-id="{escape(node.anchor)}"><title>{escape(node.name)}</title>'
            f'<rect x="{x}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}" rx="4"/><rect class="band" x="{x}" y="{y:g}" width="4" height="{HEIGHT}" rx="2"/>'
            f'<text x="{x + 11}" y="{y + 16:g}">{escape(shown)}</text></a>'
        )
    return "".join(parts) + "</svg>"


def _x(layer: int) -> int:
    return MARGIN + layer * (WIDTH + GAP)


def _y(row: float) -> float:
    return MARGIN + row * STEP + STEP / 2


def _path(route: Sequence[tuple[int, float]]) -> str:
    """From the right side of the parent to the left side of the child, level through every layer on the way."""
    layer, row = route[0]
    text = f"M{_x(layer) + WIDTH} {_y(row):g}"
    for index, (layer, row) in enumerate(route[1:], 1):
        x, y = _x(layer), _y(row)
        start = x - GAP
        before = _y(route[index - 1][1])
        text += f"C{start + GAP / 2:g} {before:g} {x - GAP / 2:g} {y:g} {x} {y:g}"
        if index < len(route) - 1:
            text += f"H{x + WIDTH}"
    return text
