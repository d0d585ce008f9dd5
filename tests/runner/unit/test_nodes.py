"""A node has the section of its kind and no other, and comes back from JSON as it went."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from convsql.project.nodes import Column, GenericTest, Kind, Node, SourceTable, UnitTest

SECTIONS: dict[str, Any] = {
    "source": SourceTable("raw", "landing", "ORDERS", "'raw/orders.csv'", "loaded_at"),
    "generic": GenericTest("model.p.a", "test_accepted_values", "state", {"values": ["open", "won"]}),
    "unit": UnitTest({"model": "a", "given": [{"input": "ref('b')", "rows": [{"id": 1}]}]}, "model.p.a", ["model.p.b"]),
}
MAY_HAVE: dict[Kind, set[str]] = {
    "model": set(),
    "seed": set(),
    "source": {"source"},
    "test": {"generic"},
    "unit_test": {"unit"},
}


def node(kind: Kind, *sections: str) -> Node:
    given = {name: SECTIONS[name] for name in sections}
    return Node("x.p.n", kind, "n", "p", "models/n.yml", 3, columns=[Column("id", "bigint", line=5)], **given)


@pytest.mark.parametrize(
    ("kind", "sections"),
    [
        ("model", ()),
        ("seed", ()),
        ("source", ("source",)),
        ("test", ()),
        ("test", ("generic",)),
        ("unit_test", ("unit",)),
    ],
)
def test_a_node_comes_back_from_json_as_it_went(kind: Kind, sections: tuple[str, ...]) -> None:
    before = node(kind, *sections)
    text = json.dumps(before.to_json())
    assert Node.from_json(json.loads(text)) == before
    assert [name for name in SECTIONS if f'"{name}"' in text.replace('kind": "source"', "")] == list(sections)


@pytest.mark.parametrize("kind", MAY_HAVE)
@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_of_another_kind_is_refused(kind: Kind, section: str) -> None:
    if section in MAY_HAVE[kind]:
        assert getattr(node(kind, section), section) == SECTIONS[section]
        return
    own = MAY_HAVE[kind] & {"source", "unit"}
    with pytest.raises(TypeError, match="lacks the section of its kind, or has one of another"):
        node(kind, section, *own)


@pytest.mark.parametrize("kind", ["source", "unit_test"])
def test_a_node_without_the_section_of_its_kind_is_refused(kind: Kind) -> None:
    with pytest.raises(TypeError, match="lacks the section of its kind"):
        node(kind)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"source": None}, TypeError),
        ({"source": {"source_name": "raw"}}, TypeError),
        ({"source": {"source_name": "raw", "schema": "s", "identifier": "i", "colour": "red"}}, TypeError),
        ({"unit": {"entry": {}}}, TypeError),
        ({"colour": "red"}, TypeError),
        ({"columns": [{"colour": "red"}]}, TypeError),
    ],
)
def test_json_of_another_shape_is_refused(change: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Node.from_json({**node("source", "source").to_json(), **change})
    with pytest.raises(KeyError):
        Node.from_json({})


def test_to_ask_a_node_for_a_section_that_it_lacks_says_which_node_it_is() -> None:
    model = node("model")
    with pytest.raises(TypeError, match=r"x\.p\.n is no source table"):
        _ = model.source_table
    with pytest.raises(TypeError, match=r"x\.p\.n is no generic test"):
        _ = model.generic_test
    with pytest.raises(TypeError, match=r"x\.p\.n is no unit test"):
        _ = model.unit_test


def test_what_a_test_is_about_and_what_a_source_is_called_are_asked_of_any_node() -> None:
    assert [node("test", "generic").attached, node("unit_test", "unit").attached] == ["model.p.a", "model.p.a"]
    assert [node("test").attached, node("model").attached] == ["", ""]
    assert [node("source", "source").dotted_name, node("model").dotted_name] == ["raw.n", "n"]


def test_no_field_of_a_section_is_also_one_of_every_node() -> None:
    common = {f.name for f in fields(Node)}
    assert not [f.name for section in SECTIONS.values() for f in fields(section) if f.name in common]
