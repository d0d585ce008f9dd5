"""Walks over the graph of nodes."""

from __future__ import annotations

from convsql.project.nodes import Graph, Node


def diamond() -> Graph:
    """raw ← left, right ← top ← its test."""
    reads = {"raw": [], "left": ["raw"], "right": ["raw"], "top": ["right", "left"], "test": ["top"]}
    return Graph(
        {name: Node(name, "model", name, "p", f"{name}.sql", parents=parents) for name, parents in reads.items()}
    )


def test_ancestors_are_the_nodes_and_all_that_they_read() -> None:
    assert diamond().ancestors(["top"]) == {"top", "left", "right", "raw"}
    assert diamond().ancestors(["left", "raw"]) == {"left", "raw"}


def test_descendants_are_the_nodes_and_all_that_reads_them() -> None:
    assert diamond().descendants(["left"]) == {"left", "top", "test"}
    assert diamond().descendants([]) == set()


def test_a_depth_counts_steps() -> None:
    assert diamond().ancestors(["test"], 2) == {"test", "top", "left", "right"}
    assert diamond().descendants(["raw"], 1) == {"raw", "left", "right"}
    assert diamond().descendants(["raw"], 0) == {"raw"}


def test_a_parent_that_is_no_node_is_an_ancestor_all_the_same() -> None:
    graph = diamond()
    graph.nodes["left"].parents = ["gone"]
    assert graph.ancestors(["left"]) == {"left", "gone"}
