"""No unit test of the package rests on a setting: each says itself what every variable is that its model reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from convsql.base.errors import Problems
from convsql.dbt_habits.habits import load_project
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


def what_it_rests_on(unit_test: Node, models: Mapping[str, Node]) -> list[str]:
    """What is read under the overrides is all that can be read: with them fixed, a template takes the same way everywhere."""
    renderer, _ = package()
    model = models[unit_test.unit_test.entry["model"]]
    variables = Noted((unit_test.unit_test.entry.get("overrides") or {}).get("vars") or {})
    renderer.environment_variables.read.clear()
    renderer.render(model, model.raw, variables)
    found = [
        f"variable {name} of '{model.name}': say in `overrides: vars:` what it is" for name in sorted(variables.lacking)
    ]
    if renderer.environment_variables.read:
        found.append("environment variables")
    return [f"{unit_test.where}: {each}" for each in found]


def test_a_unit_test_overrides_every_variable_that_its_model_reads() -> None:
    models = {model.name: model for model in nodes("model")}
    assert [each for unit_test in nodes("unit_test") for each in what_it_rests_on(unit_test, models)] == []


def test_a_unit_test_gives_rows_of_each_input() -> None:
    """A seed without rows would stand for the project's own file."""
    lacking = {n.name: [b["input"] for b in n.unit_test.entry["given"] if "rows" not in b] for n in nodes("unit_test")}
    assert {name: inputs for name, inputs in lacking.items() if inputs} == {}


def test_there_are_unit_tests_to_look_at() -> None:
    assert len(nodes("unit_test")) > 100
