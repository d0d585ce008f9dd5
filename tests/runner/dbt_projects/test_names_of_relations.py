"""Schemas, aliases and databases are named as under dbt, and a template sees the names that readers do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.runner.dbt_projects.test_as_under_dbt import NAMING, PROJECT
from tests.support import Folder

Make = Callable[..., Folder]


def test_a_model_sees_the_alias_and_schema_that_its_own_file_gives(folder: Make) -> None:
    seen = "'{{ this.name }} {{ this.schema }} {{ model.alias }} {{ model['schema'] }} {{ model.config.alias }}' as x"
    project = folder(
        {
            "models/a.sql": f"select {seen}\n{{{{ config(alias='b', schema='s') }}}}",
            "models/c.sql": "select '{{ ref('a').schema }}.{{ ref('a').identifier }}' as x from {{ ref('a') }}",
        }
    )
    project.build()
    assert project.query("select x from main_s.b") == [("b main_s b main_s b",)]
    assert project.query("select x from c") == [("main_s.b",)]


def test_the_projects_own_macros_name_schemas_and_aliases(folder: Make) -> None:
    project = folder(
        {
            "macros/names.sql": NAMING,
            "dbt_project.yml": PROJECT + "seeds: {tiny: {+schema: raw}}\n",
            "seeds/x.csv": "id\n1\n",
            "models/a.sql": "{{ config(schema='marts', materialized='table') }} select id, '{{ this.identifier }}' as me from {{ ref('x') }}",
            "models/b.sql": "{{ config(alias='named') }} select id from {{ ref('a') }}",
        }
    )
    project.build()
    assert project.query("select * from marts.table_a") == [(1, "table_a")]
    assert project.query("select * from raw.seed_x") == [(1,)]
    assert project.query("select * from main.named") == [(1,)]
    assert "nothing to do" in project.build().err
    assert project.run("show", "--inline", "select me from {{ ref('a') }}", "--json").json["rows"] == [["table_a"]]


def test_a_packages_own_macro_names_its_own_models_alone(folder: Make) -> None:
    named = "{% macro generate_schema_name(custom_schema_name, node) %}of_{{ node.package_name }}{% endmacro %}"
    project = folder(
        {
            "packages.yml": "packages:\n  - local: vendor/money\n",
            "vendor/money/dbt_project.yml": "name: money\nversion: 1.0.0\n",
            "vendor/money/macros/names.sql": named,
            "vendor/money/models/m.sql": "select 1 as id",
            "models/a.sql": "select 1 as id",
        }
    )
    project.build()
    assert project.query("select id from of_money.m union all select id from main.a") == [(1,), (1,)]


@pytest.mark.parametrize("prefix", ["default__", "duckdb__"])
def test_the_project_may_replace_what_the_naming_macros_dispatch_to(prefix: str, folder: Make) -> None:
    macro = f"{{% macro {prefix}generate_schema_name(custom_schema_name, node) %}}x_{{{{ custom_schema_name }}}}{{% endmacro %}}"
    project = folder({"macros/m.sql": macro, "models/a.sql": "{{ config(schema='s') }} select 1 as id"})
    project.build()
    assert project.query("select id from x_s.a") == [(1,)]


def test_a_database_other_than_the_targets_is_refused_by_name(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "{{ config(database='elsewhere') }} select 1 as id",
            "models/b.sql": "{{ config(database='tiny') }} select 1 as id",
            "models/s.yml": "sources: [{name: raw, database: lake, tables: [{name: t}]}]\n",
        }
    )
    assert [e.split(" | ")[0] for e in project.errors()] == [
        "models/a.sql:1: model 'a' is to be built in the database 'elsewhere', and the target's is 'tiny'",
        "models/s.yml:1: source 'raw' is in the database 'lake', and the target's is 'tiny'",
    ]
    macro = (
        "{% macro generate_database_name(custom_database_name=none, node=none) %}{{ target.database }}{% endmacro %}"
    )
    project.write("macros/m.sql", macro)
    project.remove("models/s.yml")
    project.build()


def test_a_schema_of_convsqls_own_is_refused(folder: Make) -> None:
    macro = "{% macro generate_schema_name(custom_schema_name, node) %}_convsql{% endmacro %}"
    (error,) = folder({"macros/m.sql": macro, "models/a.sql": "select 1 as id"}).errors()
    assert error.startswith("models/a.sql:1: generate_schema_name gives '_convsql' for model 'a'")


def test_a_relation_in_a_string_is_the_name_that_readers_know(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "{{ config(alias='b') }} select '{{ this }}' as me",
            "models/c.sql": "select '{{ ref('a') }}' as it, me from {{ ref('a') }} where me <> 'x'",
        }
    )
    project.build()
    assert project.query("select * from c") == [('"tiny"."main"."b"', '"tiny"."main"."b"')]


def test_what_a_template_says_of_a_relation_names_it_as_readers_do(folder: Make) -> None:
    project = folder(
        {"models/a.sql": "select 1 as id", "models/b.sql": "{{ log(ref('a'), info=true) }} select 1 as id"}
    )
    assert project.run("compile").err.splitlines()[0] == '"tiny"."main"."a"'
    project.write("models/b.sql", "{{ exceptions.raise_compiler_error('too few in ' ~ ref('a')) }}")
    assert project.errors() == ['models/b.sql:1: too few in "tiny"."main"."a"']
