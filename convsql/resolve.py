"""Declared nodes + rendered references → the graph: in order, without cycles, with tests attached."""

from __future__ import annotations

import heapq

from convsql.errors import Problems
from convsql.manifest import Graph, Node


def resolve(nodes: dict[str, Node], problems: Problems) -> Graph:
    """The graph in topological order (ties by unique id). Cycles are added to `problems`."""
    waiting = {i: len({p for p in n.parents if p in nodes and p != i}) for i, n in nodes.items()}
    children: dict[str, list[str]] = {i: [] for i in nodes}
    for unique_id, node in nodes.items():
        for parent in set(node.parents):
            if parent == unique_id:
                problems.add(
                    f"'{node.name}' refers to itself",
                    node.where,
                    "read its parents instead; there is no {{ this }} table",
                )
            elif parent in nodes:
                children[parent].append(unique_id)
    ready = [i for i, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    order: list[str] = []
    while ready:
        unique_id = heapq.heappop(ready)
        order.append(unique_id)
        for child in children[unique_id]:
            waiting[child] -= 1
            if waiting[child] == 0:
                heapq.heappush(ready, child)
    if len(order) < len(nodes):
        left = {i for i in nodes if i not in set(order)}
        cycle = _cycle(nodes, left)
        names = " → ".join(nodes[i].name for i in [*cycle, cycle[0]])
        problems.add(f"cycle: {names}", nodes[cycle[0]].where, "one of these references must go")
        order += sorted(left)
    return Graph({i: nodes[i] for i in order})


def _cycle(nodes: dict[str, Node], left: set[str]) -> list[str]:
    """One cycle among the nodes that could not be ordered, from its least id."""
    path: list[str] = []
    current = min(left)
    while current not in path:
        path.append(current)
        current = min(p for p in nodes[current].parents if p in left)
    cycle = path[path.index(current) :]
    start = cycle.index(min(cycle))
    return list(reversed(cycle[start + 1 :] + cycle[: start + 1]))
