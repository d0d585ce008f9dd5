"""Declared nodes + rendered references → the graph: in order, without cycles, with tests attached."""

from __future__ import annotations

import heapq

from convsql.base.errors import Problems
from convsql.project.nodes import Graph, Node

MAX_NESTED = 100  # ephemeral models within one another
MAX_QUERY = 1_000_000  # characters of one query with all that stands in it


def resolve(nodes: dict[str, Node], problems: Problems) -> Graph:
    """The graph in topological order (ties by unique id).

    Cycles are added to `problems`; what stands on one is left out of the graph.
    """
    order = _ordered(nodes)
    left = {i for i in nodes if i not in set(order)}
    while left:
        cycle = _cycle(nodes, left)
        first = nodes[cycle[0]]
        if len(cycle) == 1:
            hint = "read its parents instead; there is no {{ this }} table"
            problems.add(f"'{first.name}' refers to itself", first.where, hint)
        else:
            names = " → ".join(nodes[i].name for i in [*cycle, cycle[0]])
            problems.add(f"cycle: {names}", first.where, "one of these references must go")
        left = _without(nodes, left, set(cycle))
    kept = {i: nodes[i] for i in order}
    _check_nesting(kept, problems)
    return Graph({i: n for i, n in kept.items() if n.kind != "unit_test" or n.attached in kept})


def _check_nesting(kept: dict[str, Node], problems: Problems) -> None:
    """Take out what has too many ephemeral models within one another: each stands as a query in its readers."""
    depth: dict[str, int] = {}
    size: dict[str, int] = {}
    out: set[str] = set()
    for unique_id, node in list(kept.items()):
        inner = [p for p in node.parents if p in depth]
        nested = max((depth[p] for p in inner), default=0)
        length = len(node.sql) + sum(size[p] * node.sql.count(f"⟦{p}") for p in inner)
        if out.intersection(node.parents):
            out.add(unique_id)
        elif nested > MAX_NESTED or (inner and length > MAX_QUERY):
            out.add(unique_id)
            problems.add(
                f"more than {MAX_NESTED} ephemeral models within one another"
                if nested > MAX_NESTED
                else f"a query of more than {MAX_QUERY:,} characters, with the ephemeral models that stand in it",
                node.where,
                "materialize one of the ephemeral models as a view or a table",
            )
        elif node.kind == "model" and not node.is_built:
            depth[unique_id], size[unique_id] = nested + 1, length
    for unique_id in out:
        del kept[unique_id]


def _ordered(nodes: dict[str, Node]) -> list[str]:
    """Ids of all nodes that stand on no cycle, parents first."""
    waiting = {i: len({p for p in n.parents if p in nodes}) for i, n in nodes.items()}
    children: dict[str, list[str]] = {i: [] for i in nodes}
    for unique_id, node in nodes.items():
        for parent in set(node.parents):
            if parent in nodes:
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
    return order


def _without(nodes: dict[str, Node], left: set[str], cycle: set[str]) -> set[str]:
    """What is still on or below another cycle when the nodes of this one are out."""
    left = left - cycle
    while free := {i for i in left if not left.intersection(nodes[i].parents)}:
        left -= free
    return left


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
