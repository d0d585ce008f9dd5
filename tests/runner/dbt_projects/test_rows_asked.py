"""A model that is made of rows of its parents is rendered when these are built."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convsql import Project
from tests.support import Folder

Make = Callable[..., Folder]
WIDE = """
    {% set colours = run_query('select distinct colour from ' ~ ref('first') ~ ' order by 1') %}
    select id{% if execute %}{% for row in colours %}, case when colour = '{{ row[0] }}' then 1 else 0 end as {{ row[0] }}{% endfor %}{% endif %}
    from {{ ref('first') }}
    """
FILES = {
    "seeds/s.csv": "id,colour\n1,red\n2,blue\n3,red\n",
    "models/first.sql": "select id, colour from {{ ref('s') }}",
    "models/wide.sql": WIDE,
    "models/after.sql": "select sum(red) as n from {{ ref('wide') }}",
    "models/p.yml": "models: [{name: first, columns: [{name: id, data_tests: [unique]}]}]\n",
}


def columns(project: Folder, relation: str) -> list[str]:
    return [str(row[0]) for row in project.query(f"describe {relation}")]


def test_what_is_asked_about_is_built_first_and_its_rows_are_in_the_sql(folder: Make) -> None:
    project = folder(FILES)
    assert "4 built, 1 test passed" in project.build().err
    assert columns(project, "wide") == ["id", "blue", "red"]
    assert project.query("select n from after") == [(2,)]
    assert "nothing to do" in project.build().err
    project.write("seeds/s.csv", "id,colour\n1,red\n2,green\n")
    project.build()
    assert columns(project, "wide") == ["id", "green", "red"]


def test_an_answer_is_asked_again_where_target_is_gone(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    for file in (project.root / "target").glob("*.json"):
        file.unlink()
    assert "nothing to do" in project.build().err


def test_answers_rest_on_answers(folder: Make) -> None:
    project = folder(
        {
            **FILES,
            "models/last.sql": "{% set found = run_query('select max(n) from ' ~ ref('after')) %} select '{{ found.columns[0].values()[0] if execute }}' as n",
            "tests/t.sql": "{% set found = run_query('select n from ' ~ ref('last')) %} select 1 where '{{ found.rows[0]['n'] if execute }}' <> '2'",
        }
    )
    assert "2 tests passed" in project.build().err
    assert project.query("select n from last") == [("2",)]


def test_rows_of_sources_are_asked_for(folder: Make) -> None:
    project = folder(
        {
            "models/s.yml": "sources: [{name: raw, tables: [{name: t}]}]\n",
            "models/a.sql": "{% set found = run_query('select max(id) as m from ' ~ source('raw', 't')) %} select {{ found.rows[0].m if execute else 0 }} as n",
        }
    )
    project.execute("create schema raw; create table raw.t as select 7 as id")
    for newest in (7, 9):
        project.build()
        assert project.query("select n from a") == [(newest,)]
        assert "nothing to do" in project.build().err
        project.execute("insert into raw.t values (9)")


def test_a_test_that_fails_on_what_is_asked_about_stops_the_build(folder: Make) -> None:
    project = folder({**FILES, "seeds/s.csv": "id,colour\n1,red\n1,blue\n"})
    done = project.build(code=1)
    assert "FAIL  test unique_first_id" in done.err
    assert "nothing was published" in done.err
    project.write("seeds/s.csv", "id,colour\n1,red\n2,blue\n")
    project.build()


def test_what_is_not_chosen_is_not_asked(folder: Make) -> None:
    project = folder(FILES)
    project.build("--select", "first")
    assert project.query("select count(*) from duckdb_views() where view_name in ('wide', 'after')") == [(0,)]
    project.build("--select", "wide")
    assert columns(project, "wide") == ["id", "blue", "red"]


def test_before_that_other_commands_say_what_to_do(folder: Make) -> None:
    project = folder(FILES)
    assert project.errors() == [
        "models/wide.sql:1: model 'wide' is made of rows of first, which are not there as they are defined now | run `convsql build`, which builds them first"
    ]
    assert "model:wide" in project.run("ls").out


def test_a_unit_test_takes_the_sql_that_the_answer_made(folder: Make) -> None:
    unit = "unit_tests: [{name: u, model: wide, given: [{input: ref('first'), rows: [{id: 5, colour: red}]}], expect: {rows: [{id: 5, blue: 0, red: 1}]}}]\n"
    project = folder({**FILES, "models/u.yml": unit})
    assert "2 tests passed" in project.build().err


def test_python_users_build_such_models_too(folder: Make) -> None:
    project = folder(FILES)
    assert not Project(project.root).build().failed
    assert columns(project, "wide") == ["id", "blue", "red"]


def test_values_come_back_as_what_they_are(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select cast(1.50 as decimal(9, 2)) as d, date '2024-01-02' as e, timestamp '2024-01-02 03:04:05' as f, true as g, null as h, 0.5::double as i",
            "models/b.sql": """
                {% set found = run_query('select * from ' ~ ref('a')) %}{% if execute %}{% set row = found.rows[0] %}
                select '{{ row['d'] }} {{ row['e'] }} {{ row['f'] }} {{ row['g'] }} {{ row['h'] }} {{ row['i'] }} {{ (row['e'] + modules.datetime.timedelta(days=1)).day }}' as x{% endif %}
                """,
        }
    )
    project.build()
    assert project.query("select x from b") == [("1.50 2024-01-02 2024-01-02 03:04:05 True None 0.5 3",)]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            {"models/a.sql": "{% set f = run_query('select table_name from information_schema.tables') %}select 1 as id"},
            "convsql does not support 'run_query' over the database's own catalogue (information_schema) in templates | name the relations with ref() or source()",
        ),
        (
            {"models/a.sql": "{{ config(materialized='ephemeral') }} select 1 as id", "models/b.sql": "{% set f = run_query('select id from ' ~ ref('a')) %}select 1 as id"},
            "convsql does not support 'run_query' over 'a', which has no relation | materialise it as a view or table",
        ),
        (
            {"seeds/s.csv": "id\n1\n", "models/b.sql": "{% set f = run_query('select current_date from ' ~ ref('s')) %}select 1 as id"},
            "a query of a template reads current_date",
        ),
        (
            {"seeds/s.csv": "id\n1\n", "models/b.sql": "select {{ run_query('select 1 from ' ~ ref('s')) if execute else 1 }} as id"},
            "'s' is referred to only once a question is answered | -- depends_on: {{ ref('s') }}",
        ),
    ],
)  # fmt: skip
def test_what_can_not_be_asked_is_refused_by_name(files: dict[str, str], says: str, folder: Make) -> None:
    (error,) = folder(files).errors()
    assert says in error


def test_a_query_that_fails_is_said_with_its_file(folder: Make) -> None:
    project = folder(
        {**FILES, "models/wide.sql": "{% set f = run_query('select nothing from ' ~ ref('first')) %}select 1 as id"}
    )
    done = project.build(code=2)
    assert "models/wide.sql:1: a query of a template: " in done.err and "nothing" in done.err


def test_a_model_that_asks_may_say_its_schema_in_its_file(folder: Make) -> None:
    project = folder(
        {
            "macros/n.sql": "{% macro generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name or target.schema }}{% endmacro %}",
            "seeds/s.csv": "id\n1\n2\n",
            "models/a.sql": "{{ config(schema='marts') }} {% set found = run_query('select max(id) from ' ~ ref('s')) %}"
            " select {{ found.columns[0].values()[0] if execute else 0 }} as n",
        }
    )
    project.build()
    assert project.query("from marts.a") == [(2,)]


def test_two_that_ask_the_same_both_wait_for_the_answer(folder: Make) -> None:
    asks = "{% set found = run_query('select max(id) from ' ~ ref('s')) %} select {{ found.columns[0].values()[0] if execute else 0 }} as n"
    project = folder(
        {"seeds/s.csv": "id\n1\n2\n", "models/a.sql": asks, "models/b.sql": asks, "tests/t.sql": f"{asks} where false"}
    )
    project.build()
    assert project.query("select a.n, b.n from a, b") == [(2, 2)]
