"""What a macro gave is used again where it can't come out otherwise, and only there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from convsql.compiling.renderers import renderer_of
from convsql.rendering.facades import RelationFacade
from convsql.rendering.macro_values import NotPlainError, plain_key
from convsql.templates.environment import declared_macros
from tests.support import Folder

Make = Callable[..., Folder]


def compiled(project: Folder, name: str) -> str:
    done = project.run("compile", "--json")
    assert done.code == 0, done.err + done.out
    return " ".join((project.root / f"target/compiled/tiny/models/{name}.sql").read_text().split())


@pytest.mark.parametrize(
    ("first", "second"),
    [("1", "true"), ("1", "1.0"), ("1", "'1'"), ("[1]", "(1,)"), ("none", "'None'"), ("0.0", "-0.0")],
)
def test_equal_arguments_of_two_kinds_are_not_the_same(first: str, second: str, folder: Make) -> None:
    project = folder(
        {
            "macros/shown.sql": "{% macro shown(x) %}{{ x }}{{ x is string }}{% endmacro %}",
            "models/a.sql": f"select '{{{{ shown({first}) }}}} {{{{ shown({second}) }}}}' as x",
            "models/b.sql": f"select '{{{{ shown({second}) }}}} {{{{ shown({first}) }}}}' as x",
        }
    )
    one, other = compiled(project, "a")[8:-6].split(), compiled(project, "b")[8:-6].split()
    assert one == [*other[len(other) // 2 :], *other[: len(other) // 2]]


def test_variables_of_another_package_or_a_unit_test_are_those_that_are_read(folder: Make) -> None:
    project = folder(
        {
            "macros/m.sql": "{% macro rate() %}{{ inner() }}{% endmacro %}{% macro inner() %}{{ var('rate') }}{% endmacro %}",
            "dbt_project.yml": "name: tiny\nversion: 1.0.0\nprofile: tiny\nvars: {rate: 7}\n",
            "models/a.sql": "select {{ rate() }} as x",
            "models/a.yml": """
            unit_tests:
              - {name: as_it_is, model: a, given: [], expect: {rows: [{x: 7}]}}
              - {name: another, model: a, given: [], overrides: {vars: {rate: 8}}, expect: {rows: [{x: 8}]}}
              - {name: replaced, model: a, given: [], overrides: {macros: {inner: 9}}, expect: {rows: [{x: 7}]}}
              - {name: whole, model: a, given: [], overrides: {macros: {rate: 9}}, expect: {rows: [{x: 9}]}}
            """,
        }
    )
    project.build()
    assert project.query("select x from a") == [(7,)]
    project.build("--vars", "{rate: 5}", "--exclude", "test_type:unit")
    assert project.query("select x from a") == [(5,)]


def test_a_macro_that_refers_to_models_does_so_for_each_that_calls_it(folder: Make) -> None:
    project = folder(
        {
            "macros/m.sql": "{% macro ids() %}select id from {{ ref('base') }}{% endmacro %}",
            "models/base.sql": "select 1 as id",
            "models/a.sql": "{{ ids() }}",
            "models/b.sql": "{{ ids() }}",
        }
    )
    nodes = project.compile().graph.nodes
    assert [nodes[f"model.tiny.{n}"].parents for n in "ab"] == [["model.tiny.base"]] * 2


def test_a_block_that_is_passed_is_run_each_time(folder: Make) -> None:
    project = folder(
        {
            "macros/m.sql": "{% macro twice() %}{{ caller() }}{{ caller() }}{% endmacro %}",
            "models/a.sql": "select '{% call twice() %}a{% endcall %}{% call twice() %}b{% endcall %}' as x",
        }
    )
    assert compiled(project, "a") == "select 'aabb' as x"


def test_a_list_that_is_returned_is_changed_for_who_gets_it_alone(folder: Make) -> None:
    project = folder(
        {
            "macros/m.sql": "{% macro kinds() %}{{ return(['a', ['b']]) }}{% endmacro %}",
            "models/a.sql": "{% set k = kinds() %}{% do k[1].append('c') %}select '{{ k[1] | join }} {{ kinds()[1] | join }}' as x",
            "models/b.sql": "select '{{ kinds()[1] | join }}' as x",
        }
    )
    assert [compiled(project, name) for name in "ab"] == ["select 'bc b' as x", "select 'b' as x"]


def test_a_macro_that_changes_what_it_is_given_does_so_at_every_call(folder: Make) -> None:
    project = folder(
        {
            "macros/m.sql": "{% macro more(x) %}{% do x['append'](1) %}{% endmacro %}",
            "models/a.sql": "{% set k = [] %}{% do more(k) %}{% set l = [] %}{% do more(l) %}select {{ (k + l) | length }} as x",
        }
    )
    assert compiled(project, "a") == "select 2 as x"


def test_an_error_of_a_macro_is_said_at_every_call(folder: Make) -> None:
    project = folder(
        {
            "macros/m.sql": "{% macro no(x) %}{{ exceptions.raise_compiler_error('no ' ~ x) }}{% endmacro %}",
            "models/a.sql": "select {{ no('way') }}",
            "models/b.sql": "select\n{{ no('way') }}",
        }
    )
    assert project.errors() == [
        "models/a.sql:1: no way (in macros/m.sql:1)",
        "models/b.sql:2: no way (in macros/m.sql:1)",
    ]


def test_a_warning_of_a_macro_is_given_for_every_model(folder: Make) -> None:
    project = folder(
        {
            "macros/m.sql": "{% macro told() %}{% do exceptions.warn('hm') %}1{% endmacro %}",
            "models/a.sql": "select {{ told() }} as x",
            "models/b.sql": "select {{ told() }} as x",
        }
    )
    assert [w.rpartition(" ")[2] for w in project.compile().warnings] == ["hm", "hm"]


def test_what_is_used_again_counts_in_the_budget_of_every_template(folder: Make) -> None:
    macro = (
        "{% macro many() %}{% for i in range(1000) %}{% for j in range(100) %}{% endfor %}{% endfor %}{% endmacro %}"
    )
    project = folder(
        {
            "macros/m.sql": macro,
            "models/a.sql": "{{ many() }}" * 5 + "select 1 as x",
            "models/b.sql": "{{ many() }}" * 15 + "select 1 as x",
        }
    )
    (error,) = project.errors()
    assert error.startswith("models/b.sql:1: a template that takes more than 1,000,000 steps (in macros/m.sql:1)")


class Noting(dict[str, Any]):
    """Variables that note which are asked for, as those do from which a metric's meaning is read."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.asked: set[object] = set()

    def __contains__(self, name: object) -> bool:
        self.asked.add(name)
        return super().__contains__(name)


def test_variables_are_asked_for_where_a_value_is_used_again_and_others_may_differ(folder: Make) -> None:
    project = folder(
        {
            "macros/m.sql": "{% macro outer() %}{{ inner() }}{% endmacro %}"
            "{% macro inner() %}{{ var('a') }}{{ var('b', 2) }}{{ ran() }}{% endmacro %}",
            "macros/ran.sql": "{% macro ran() %}{% endmacro %}",
            "models/x.sql": "select {{ outer() }} as x",
        }
    )
    project.write("vars.yml", "vars: {a: 0}")
    renderer = renderer_of(project.compile())
    node = renderer.declared.nodes["model.tiny.x"]
    for values, text in (
        ({"a": 1, "c": 1}, "12"),
        ({"a": 1, "c": 5}, "12"),
        ({"a": 3}, "32"),
        ({"a": 1, "b": 7}, "17"),
    ):
        noting = Noting(values)
        assert renderer.render(node, node.raw, noting).sql == f"select {text} as x"
        assert noting.asked >= {"a", "b"}


def reads(text: str) -> set[tuple[str, str]] | None:
    found = declared_macros(text)[0].reads
    return None if found is None else set(found)


def test_names_that_a_macro_reads_are_those_that_are_not_its_own() -> None:
    text = "{% macro m(a, b=c) %}{% set d = e.f %}{% for g in h(a) %}{{ g ~ d ~ loop.index ~ b }}{% endfor %}{% endmacro %}"
    assert reads(text) == {("c", ""), ("e", "f"), ("h", "")}


@pytest.mark.parametrize(
    "text",
    [
        "{% set n = 1 %}{% macro m() %}{{ n }}{% endmacro %}",
        "{% set n = namespace(x=1) %}{% macro m() %}{% set n.x = 2 %}{% endmacro %}",
        "{% macro m() %}{% macro inner() %}{% endmacro %}{{ inner() }}{% endmacro %}",
        "{% macro m() %}{% import 'other' as o %}{{ o }}{% endmacro %}",
        "{% if true %}{% macro m() %}{% endmacro %}{% endif %}",
    ],
)
def test_what_a_macro_reads_is_not_told_where_it_has_a_state_outside(text: str) -> None:
    assert reads(text) is None


def test_plain_values_are_told_apart() -> None:
    relation = RelationFacade("model.tiny.a", "d", "s", "a")
    values = [1, 1.0, True, "1", None, "None", [1], (1,), {"a": 1}, {"a": True}, date(2024, 1, 1), relation, []]
    assert len({plain_key(value) for value in values}) == len(values)


@pytest.mark.parametrize("value", [iter([]), {1}, object(), [object()], {"a": {1}}, "x" * 60_000])
def test_what_may_change_or_is_very_long_is_not_kept(value: object) -> None:
    with pytest.raises(NotPlainError):
        plain_key(value)
