"""The words of definitions stand once in SQL and once in Python, and the two are the same."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_args

import pytest

from convsql.base.errors import Problems
from convsql.dbt_habits.habits import load_project
from convsql.definitions import vocabulary
from convsql.definitions.leaks import KIND_AT
from convsql.definitions.setting_entries import Cause
from convsql.diff.slices import Counts
from convsql.project.declare import parse
from convsql.project.files import read_project_files
from convsql.project.profiles import load_target
from convsql.rates.question import MEASURES
from convsql.rendering.render import Renderer
from tests.support.root import ROOT


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    project, problems = load_project(ROOT), Problems()
    target = load_target(project)
    return Renderer(project, target, parse(project, target, read_project_files(project), problems), problems)


def said(renderer: Renderer, expression: str, **variables: Any) -> Any:
    node = next(n for n in renderer.declared.nodes.values() if n.name == "cohort_rates")
    return json.loads(renderer.render(node, "{{ tojson(" + expression + ") }}", variables).sql)


@pytest.mark.parametrize(
    ("macro", "words"),
    [
        ("cohort_dimensions()", list(vocabulary.DIMENSIONS)),
        ("known_grains() + ['all']", list(vocabulary.GRAINS)),
        ("kind_columns()", KIND_AT),
        ("kind_columns() | list", list(vocabulary.KINDS)),
        ("few() | int", vocabulary.FEW),
        ("drop_off_causes() + ['unexplained']", list(get_args(Cause))),
    ],
)
def test_sql_and_python_know_the_same_words(renderer: Renderer, macro: str, words: object) -> None:
    assert said(renderer, macro, drop_off_order=None) == words


def test_rates_and_comparisons_carry_every_additive_measure_in_the_order_of_the_columns(renderer: Renderer) -> None:
    measures = said(renderer, "additive_measures()")
    assert [m for m in MEASURES if m in measures] == measures
    assert [f.name for f in fields(Counts) if f.name in measures] == measures
