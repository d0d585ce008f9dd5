"""No unit test of the package rests on a setting: each says itself what every variable is that its model reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from convsql.base.errors import Problems
from convsql.project.config import load_project
from convsql.project.declare import parse
from convsql.project.files import read_project_files
from convsql.project.nodes import Node
from convsql.project.profiles import load_target
from convsql.rendering.render import Renderer
from tests.support.root import ROOT


class Noted(Mapping[str, Any]):
    """Variables of a unit test that note which others were asked for; there are none but its own."""

    def __init__(self, own: Mapping[str, Any]) -> None:
        self.own = own
        self.lacking: set[str] = set()

    def __contains__(self, name: object) -> bool:
        if name not in self.own:
            self.lacking.add(str(name))
        return name in self.own

    def __getitem__(self, name: str) -> Any:
        return self.own[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.own)

    def __len__(self) -> int:
        return len(self.own) + 1  # never taken for no variables at all


@cache
def package() -> tuple[Renderer, dict[str, Node]]:
    project = load_project(ROOT)
    target = load_target(project)
    problems = Problems()
    declared = parse(project, target, read_project_files(project), problems)
    problems.raise_if_any()
    return Renderer(project, target, declared, problems), declared.nodes


def nodes(kind: str) -> list[Node]:
    return [n for n in package()[1].values() if n.kind == kind]


@pytest.fixture(scope="module", params=nodes("unit_test"), ids=lambda n: n.name)
def unit_test(request: pytest.FixtureRequest) -> Node:
    return request.param  # type: ignore[no-any-return]


def test_it_overrides_every_variable_that_is_read(unit_test: Node) -> None:
    """What is read under the overrides is all that can be read: with them fixed, a template takes the same way everywhere."""
    renderer, _ = package()
    model = next(n for n in nodes("model") if n.name == unit_test.unit_test.entry["model"])
    variables = Noted((unit_test.unit_test.entry.get("overrides") or {}).get("vars") or {})
    renderer.environment_variables.read.clear()
    renderer.render(model, model.raw, variables)
    assert not variables.lacking, (
        f"{unit_test.where}: model '{model.name}' reads {', '.join(sorted(variables.lacking))}; "
        "say in this test's `overrides: vars:` what each is"
    )
    assert not renderer.environment_variables.read, f"{unit_test.where} rests on environment variables"


def test_it_gives_rows_of_each_input(unit_test: Node) -> None:
    """A seed without rows would stand for the project's own file."""
    assert [b["input"] for b in unit_test.unit_test.entry["given"] if "rows" not in b] == []


def test_there_are_unit_tests_to_look_at() -> None:
    assert len(nodes("unit_test")) > 100
