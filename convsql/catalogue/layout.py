"""A graph drawn in layers: parents left of children, few crossings, long edges led around nodes.

Layers are longest paths from the roots; orders come from sweeps by barycentre (Sugiyama's method, with a dummy in every
layer that an edge passes). The same graph gives the same drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """Places in layers: node → (layer, order), edge → the orders it passes, one per layer from parent to child; and the size."""

    places: dict[str, tuple[int, float]]
    routes: dict[tuple[str, str], list[tuple[int, float]]]
    layers: int
    rows: float


def layered(nodes: Sequence[str], parents: Mapping[str, Sequence[str]]) -> Layout:
    """Lay out a graph without circles; `nodes` with parents first, edges to nodes not listed left out."""
    layer: dict[str, int] = {}
    for node in nodes:
        layer[node] = max((layer[p] + 1 for p in parents.get(node, ()) if p in layer), default=0)
    _pull_roots_close(nodes, parents, layer)
    edges = [(p, n) for n in nodes for p in dict.fromkeys(parents.get(n, ())) if p in layer]
    columns: list[list[str]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for node in nodes:
        columns[layer[node]].append(node)
    links: list[tuple[str, str]] = []
    chains: dict[tuple[str, str], list[str]] = {}
    for parent, child in edges:
        chain = [parent]
        for step in range(layer[parent] + 1, layer[child]):
            dummy = f"\0{parent}\0{step}"  # one dummy per parent and layer: its edges run together
            if dummy not in columns[step]:
                columns[step].append(dummy)
            chain.append(dummy)
        chain.append(child)
        chains[parent, child] = chain
        links += pairwise(chain)
    order = _ordered(columns, list(dict.fromkeys(links)))
    height = max((len(c) for c in columns), default=0)
    place = {
        n: (index, position + (height - len(column)) / 2)
        for index, column in enumerate(order)
        for position, n in enumerate(column)
    }
    routes = {edge: [place[n] for n in chain] for edge, chain in chains.items()}
    return Layout({n: place[n] for n in nodes}, routes, len(columns), height)


def _pull_roots_close(nodes: Sequence[str], parents: Mapping[str, Sequence[str]], layer: dict[str, int]) -> None:
    """A node without parents stands just before its first child, so that its edge is short."""
    children: dict[str, list[str]] = {}
    for node in nodes:
        for parent in parents.get(node, ()):
            children.setdefault(parent, []).append(node)
    for node in nodes:
        if not any(p in layer for p in parents.get(node, ())) and children.get(node):
            layer[node] = min(layer[c] for c in children[node]) - 1


def _ordered(columns: list[list[str]], links: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Each column's order after some sweeps, the one with the fewest crossings."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for left, right in links:
        before.setdefault(right, []).append(left)
        after.setdefault(left, []).append(right)
    current = [list(c) for c in columns]
    best, fewest = [list(c) for c in current], _crossings(current, after)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        near = before if forward else after
        for index in range(len(current)) if forward else reversed(range(len(current))):
            neighbour = index - 1 if forward else index + 1
            if 0 <= neighbour < len(current):
                position = {n: i for i, n in enumerate(current[neighbour])}
                current[index] = _by_barycentre(current[index], near, position)
        count = _crossings(current, after)
        if count < fewest:
            best, fewest = [list(c) for c in current], count
    return best


def _by_barycentre(column: list[str], near: Mapping[str, list[str]], position: Mapping[str, int]) -> list[str]:
    def key(item: tuple[int, str]) -> tuple[float, int]:
        index, node = item
        beside = [position[n] for n in near.get(node, ()) if n in position]
        return (sum(beside) / len(beside) if beside else float(index), index)

    return [node for _, node in sorted(enumerate(column), key=key)]


def _crossings(columns: Sequence[Sequence[str]], after: Mapping[str, list[str]]) -> int:
    total = 0
    for left, right in pairwise(columns):
        position = {n: i for i, n in enumerate(right)}
        ends: list[int] = []
        for node in left:
            own = sorted(position[n] for n in after.get(node, ()) if n in position)
            total += sum(1 for end in own for other in ends if other > end)
            ends += own
    return total
