"""What templates may do, whose macros they see, and where an error in them is said to be."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support import Folder
from tests.support.scratch import scratch_rows

Make = Callable[..., Folder]


@pytest.mark.parametrize(
    "expression",
    [
        "''.__class__",
        "''.__class__.__mro__[1].__subclasses__()",
        "ref.__func__.__globals__",
        "config.__init__.__globals__",
        "target._TargetFacade__x",
        "var.__self__.project",
        "adapter._find",
        "exceptions._warn",
        "money.__class__",
        "('{0.__class__}').format(1)",
        "(ref | attr('__self__')).environment",
        "[].append.__self__.__class__",
        "cycler.__init__.__globals__['os']",
        "lipsum.__globals__",
    ],
)
def test_a_template_can_not_reach_past_what_it_is_given(expression: str, folder: Make) -> None:
    project = folder({"models/a.sql": f"select '{{{{ {expression} }}}}' as x"})
    (error,) = project.errors()
    assert error.startswith("models/a.sql:1: template error: ")


def test_a_frozen_facade_can_not_be_changed(folder: Make) -> None:
    project = folder({"models/a.sql": "{% set target.schema = 'x' %}select 1 as id"})
    assert len(project.errors()) == 1


def test_a_very_long_range_is_refused(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id\n{% for i in range(1000000) %}{% endfor %}"})
    assert project.errors() == [
        "models/a.sql:2: range of 1000000 items in a template (at most 100000) | make the rows in SQL: from range(…)"
    ]


def test_a_secret_is_read_in_profiles_only(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBT_ENV_SECRET_FILE", "hidden.duckdb")
    project = folder(
        {
            "models/a.sql": "select '{{ env_var(\"DBT_ENV_SECRET_FILE\") }}' as x",
            "profiles.yml": """
            tiny:
              target: dev
              outputs:
                dev: {type: duckdb, path: hidden.duckdb, settings: {http_proxy: "{{ env_var('DBT_ENV_SECRET_FILE') }}"}}
        """,
        }
    )
    assert project.errors() == ["models/a.sql:1: secret 'DBT_ENV_SECRET_FILE' may only be read in profiles.yml"]
    project.write("models/a.sql", "select 1 as x")
    project.build()
    assert (project.root / "hidden.duckdb").is_file()


def test_an_environment_variable_that_is_not_set_needs_a_default(folder: Make) -> None:
    project = folder({"models/a.sql": "select '{{ env_var(\"NO_SUCH_ONE\") }}' as x"})
    assert project.errors() == [
        "models/a.sql:1: environment variable 'NO_SUCH_ONE' is not set | set it, or give env_var a default"
    ]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        ("run_query('select 1')", "run_query"),
        ("modules.datetime", "modules"),
        ("graph.nodes", "graph"),
        ("run_started_at", "run_started_at"),
        ("adapter.get_relation('a', 'b', 'c')", "adapter.get_relation"),
    ],
)
def test_what_dbt_has_and_convsql_has_not_is_named(call: str, word: str, folder: Make) -> None:
    project = folder({"models/a.sql": f"select 1 as id,\n  '{{{{ {call} }}}}' as x"})
    (error,) = project.errors()
    assert error.startswith(f"models/a.sql:2: convsql does not support '{word}' in templates | ")


def test_a_statement_block_is_refused(folder: Make) -> None:
    project = folder({"models/a.sql": "{% call statement('x') %}select 1{% endcall %}\nselect 1 as id"})
    (error,) = project.errors()
    assert error.startswith("models/a.sql:1: convsql does not support 'statement' in templates")


@pytest.mark.parametrize("block", ["snapshot", "materialization"])
def test_a_block_that_makes_another_kind_of_node_is_refused(block: str, folder: Make) -> None:
    project = folder({"models/a.sql": f"\n{{% {block} x %}}\nselect 1 as id\n{{% end{block} %}}\n"})
    (error,) = project.errors()
    assert error == f"models/a.sql:2: template error: convsql does not support '{{% {block} %}}' blocks"


def test_an_error_inside_a_macro_names_the_call_and_the_macro(folder: Make) -> None:
    project = folder(
        {
            "macros/deep.sql": "{% macro deep(x) %}\n{{ deeper(x) }}\n{% endmacro %}\n"
            "{% macro deeper(x) %}\n\n{{ x / 0 }}\n{% endmacro %}",
            "models/a.sql": "select\n  1 as id,\n  {{ deep(1) }} as x",
        }
    )
    assert project.errors() == ["models/a.sql:3: template error: division by zero (in macros/deep.sql:6)"]


def test_an_error_that_a_macro_raises_names_the_call_and_the_macro(folder: Make) -> None:
    project = folder(
        {
            "macros/positive.sql": "{% macro positive(x) %}\n{% if x < 0 %}\n"
            "{{ exceptions.raise_compiler_error('negative: ' ~ x) }}\n{% endif %}{% endmacro %}",
            "models/a.sql": "select\n{% for i in [1, 2, -3] %}\n  {{ positive(i) }}\n{% endfor %} 1 as id",
        }
    )
    assert project.errors() == ["models/a.sql:3: negative: -3 (in macros/positive.sql:3)"]


def test_a_missing_reference_is_placed_on_the_line_of_its_call(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "-- reads 'b' and says so: ref('b')\n{% set n = 'b' %}\nselect *\nfrom {{ ref(n) }}\n",
            "models/c.sql": "select *\nfrom {{ ref('d') }}\njoin {{ source(\n  's', 't') }} as t using (x)\n",
            "models/e.sql": "{% for i in range(3) %}\n-- {{ i }}\n{% endfor %}\nselect *\nfrom {{ reads() }}\n",
            "macros/reads.sql": "{% macro reads() %}\n\n{{ ref('f') }}{% endmacro %}",
        }
    )
    assert [e.split(" | ")[0] for e in project.errors()] == [
        "models/a.sql:4: no model or seed 'b'",
        "models/c.sql:2: no model or seed 'd'",
        "models/c.sql:3: no source 's.t'",
        "models/e.sql:5: no model or seed 'f'",
    ]


def test_a_wrong_config_is_placed_on_the_line_of_its_call(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "-- first\n\n{{ config(materialised='table') }}\nselect 1 as id",
            "models/b.sql": "{% set x = 1 %}\n{{ config(materialized='tabel') }}\nselect 1 as id",
            "models/c.sql": "\n{{ config(tags={'a': 1}) }}\nselect 1 as id",
        }
    )
    assert project.errors() == [
        "models/a.sql:3: unknown config 'materialised' | did you mean 'materialized'?",
        "models/b.sql:2: materialized 'tabel' is not supported | did you mean 'table'?",
        "models/c.sql:2: 'tags' must be a word or a list of words",
    ]


def test_a_model_switched_off_in_its_own_file_is_neither_rendered_nor_built(folder: Make) -> None:
    project = folder(
        {
            "models/idle.sql": "{{ config(enabled=false) }}\nselect * from {{ ref('nowhere') }}",
            "models/on.sql": "select 1 as id",
            "models/all.yml": """
            models:
              - name: idle
                columns: [{name: id, data_tests: [not_null, unique]}]
            unit_tests:
              - name: u
                model: idle
                given: []
                expect: {rows: []}
        """,
        }
    )
    assert project.run("ls").out.splitlines() == ["model:on"]


def test_reading_a_model_that_is_switched_off_is_an_error_that_says_where(folder: Make) -> None:
    project = folder(
        {
            "models/z_idle.sql": "{{ config(enabled=var('awake', false)) }}\nselect 1 as id",
            "models/on.sql": "select *\nfrom {{ ref('z_idle') }}",
        }
    )
    assert project.errors() == ["models/on.sql:2: no model or seed 'z_idle' | it is disabled in models/z_idle.sql"]
    assert project.errors("--vars", "awake: true") == []


PACKAGE = {
    "packages.yml": "packages:\n  - local: pkg\n",
    "pkg/dbt_project.yml": "name: money\nversion: 1.0.0\n",
    "pkg/macros/m.sql": "{% macro cents(x) %}{{ factor() }} * {{ x }}{% endmacro %}{% macro factor() %}100{% endmacro %}"
    "{% test round(model, column_name) %}select * from {{ model }} where {{ column_name }} % 100 <> 0{% endtest %}",
    "pkg/models/inner.sql": "select {{ cents(2) }} as x",
}


def test_macros_of_a_package_are_called_by_its_name_and_by_itself_without(folder: Make) -> None:
    project = folder({**PACKAGE, "models/a.sql": "select {{ money.cents(3) }} as x from {{ ref('money', 'inner') }}"})
    project.build()
    assert project.query("select x from a") == [(300,)]
    project.write("models/a.sql", "select {{ cents(3) }} as x")
    assert project.errors() == ["models/a.sql:1: template error: 'cents' is undefined | did you mean 'money.cents'?"]


def test_the_projects_own_macro_does_not_change_what_a_packages_macro_calls(folder: Make) -> None:
    project = folder(
        {
            **PACKAGE,
            "macros/factor.sql": "{% macro factor() %}7{% endmacro %}",
            "models/a.sql": "select {{ money.cents(3) }} as x, {{ factor() }} as y",
        }
    )
    project.build()
    assert project.query("select x, y from a") == [(300, 7)]


def test_a_packages_generic_test_is_named_with_its_package(folder: Make) -> None:
    properties = "models:\n  - name: a\n    columns:\n      - name: x\n        data_tests: [{0}]\n"
    project = folder({**PACKAGE, "models/a.sql": "select 100 as x", "models/a.yml": properties.format("money.round")})
    assert project.build().code == 0
    project.write("models/a.yml", properties.format("round"))
    (error,) = project.errors()
    assert error.startswith("models/a.yml:5: no test 'round' | known tests: accepted_values, ")


def test_dispatch_finds_the_projects_macro_before_the_packages(folder: Make) -> None:
    project = folder(
        {
            **PACKAGE,
            "pkg/macros/d.sql": "{% macro one() %}{{ adapter.dispatch('one', 'money')() }}{% endmacro %}"
            "{% macro default__one() %}1{% endmacro %}",
            "models/a.sql": "select {{ money.one() }} as x",
        }
    )
    project.build()
    assert project.query("select x from a") == [(1,)]
    project.write("macros/one.sql", "{% macro duckdb__one() %}2{% endmacro %}")
    project.build()
    assert project.query("select x from a") == [(2,)]


def test_a_macro_returns_values_and_takes_blocks(folder: Make) -> None:
    project = folder(
        {
            "macros/m.sql": "{% macro words() %}{{ return(['a', 'b']) }}{% endmacro %}"
            "{% macro twice() %}{{ caller() }} union all {{ caller() }}{% endmacro %}",
            "models/a.sql": "{% call twice() %}select {% for w in words() %}'{{ w }}'{{ ' || ' if not loop.last }}"
            "{% endfor %} as x{% endcall %}",
        }
    )
    project.build()
    assert project.query("select x from a") == [("ab",), ("ab",)]


def test_arguments_of_a_test_may_come_from_a_variable(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 'x' as word",
            "models/a.yml": """
            models:
              - name: a
                columns:
                  - name: word
                    data_tests:
                      - accepted_values:
                          arguments: {values: "{{ var('words') }}"}
        """,
        }
    )
    project.build("--vars", "words: [x, y]")
    done = project.build("--vars", "words: [y]", code=1)
    assert "FAIL  test accepted_values" in done.err


def test_a_column_with_a_reserved_name_is_tested_when_it_says_quote(folder: Make) -> None:
    properties = "models:\n  - name: a\n    columns:\n      - name: order\n        quote: {0}\n        data_tests: [not_null, unique]\n"
    project = folder({"models/a.sql": 'select 1 as "order"', "models/a.yml": properties.format("true")})
    project.build()
    project.write("models/a.yml", properties.format("false"))
    assert project.errors()
    assert all(e.startswith("models/a.yml:6: syntax error") for e in project.errors())


def test_the_list_of_reserved_words_is_the_engines(folder: Make) -> None:
    from convsql.base.quoting import RESERVED_WORDS

    words = scratch_rows("select keyword_name from duckdb_keywords() where keyword_category = 'reserved'")
    assert {w for (w,) in words} <= RESERVED_WORDS


@pytest.mark.parametrize("value", [{"a": 1}, [1], {1}, "a", 1, 1.5, True, None, (1,)])
def test_what_plain_values_allow_is_what_the_sandbox_allows(value: object) -> None:
    from jinja2.sandbox import SandboxedEnvironment

    from convsql.templates.environment import make_environment

    own, sandbox = make_environment(), SandboxedEnvironment()
    names = [*dir(value), "__class__", "mro", "f_globals"]
    assert [n for n in names if own.is_safe_attribute(value, n, None)] == [
        n for n in names if not n.startswith("_") and sandbox.is_safe_attribute(value, n, None)
    ]


def test_what_yaml_gave_stays_as_it_is() -> None:
    from convsql.base.yaml_file import YamlList, YamlMap
    from convsql.templates.environment import make_environment

    own = make_environment()
    assert not own.is_safe_attribute(YamlMap("x"), "update", None)
    assert not own.is_safe_attribute(YamlList("x"), "append", None)
