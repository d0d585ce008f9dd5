"""The drawing of the graph: parents left of children, nothing on top of another, the same each time."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from convsql.catalogue.drawing import HEIGHT, STEP, Drawn, graph_svg
from convsql.catalogue.layout import layered


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], dict[str, list[str]]]:
    """Nodes with parents first."""
    count = draw(st.integers(0, 14))
    nodes = [f"n{i}" for i in range(count)]
    parents = {n: draw(st.lists(st.sampled_from(nodes[:i]), max_size=4)) if i else [] for i, n in enumerate(nodes)}
    return nodes, parents


@given(graphs())
def test_parents_stand_left_and_no_two_nodes_share_a_place(graph: tuple[list[str], dict[str, list[str]]]) -> None:
    nodes, parents = graph
    layout = layered(nodes, parents)
    assert len(set(layout.places.values())) == len(nodes)
    for node in nodes:
        assert layout.places[node][0] >= 0
        assert all(layout.places[p][0] < layout.places[node][0] for p in parents[node])


@given(graphs())
def test_an_edge_passes_every_layer_between_and_no_node(graph: tuple[list[str], dict[str, list[str]]]) -> None:
    nodes, parents = graph
    layout = layered(nodes, parents)
    assert set(layout.routes) == {(p, n) for n in nodes for p in parents[n]}
    taken = set(layout.places.values())
    for (parent, child), route in layout.routes.items():
        assert (route[0], route[-1]) == (layout.places[parent], layout.places[child])
        assert all(right[0] == left[0] + 1 for left, right in pairwise(route))
        assert not taken & set(route[1:-1])


@given(graphs())
def test_the_drawing_is_well_formed_and_the_same_each_time(graph: tuple[list[str], dict[str, list[str]]]) -> None:
    nodes, parents = graph
    drawn = {n: Drawn(f"model-{n}", f"{n}<&>", "g-x") for n in nodes}
    text = graph_svg(drawn, parents, "a & b")
    assert text == graph_svg(drawn, parents, "a & b")
    tree = ElementTree.fromstring(text)
    assert len(tree.findall("a")) == len(nodes)
    assert len(tree.findall("path")) == len({(p, n) for n in nodes for p in parents[n]})
    assert HEIGHT < STEP


def test_an_untangled_order_is_found() -> None:
    nodes = ["a", "b", "c", "x", "y", "z"]
    layout = layered(nodes, {"x": ["c"], "y": ["b"], "z": ["a"]})
    ends = sorted((layout.places[p][1], layout.places[c][1]) for p, c in layout.routes)
    assert [e for _, e in ends] == sorted(e for _, e in ends)
