"""Packages of others, and what their macros ask: columns of what they refer to, and queries that read no relation."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]
PROJECT = "name: tiny\nversion: 1.0.0\nprofile: tiny\n"
SEEDS = {"seeds/s.csv": "id,name,amount\n1,a,10\n2,b,20\n"}
# As packages of others write theirs: guarded by `execute`, private macros, names that only a branch sets.
STAR = """
    {% macro star(from, except=[]) %}{{ return(adapter.dispatch('star', 'others')(from, except)) }}{% endmacro %}
    {% macro default__star(from, except=[]) %}
      {%- do others._is_relation(from) -%}
      {%- if not execute -%}{{ return('*') }}{%- endif -%}
      {%- set kept = [] -%}
      {%- for column in adapter.get_columns_in_relation(from) if column.name not in except -%}
        {%- do kept.append(adapter.quote(column.name)) -%}
      {%- endfor -%}
      {%- if kept | length > 9 %}{% set many = '-- many' %}{% endif -%}
      {{ return(kept | join(', ')) }}{{ many }}
    {% endmacro %}
    {% macro _is_relation(obj) %}
      {%- if not (obj is mapping and obj.get('metadata', {}).get('type', '').endswith('Relation')) -%}
        {%- do exceptions.raise_compiler_error("expected a Relation, not " ~ obj) -%}
      {%- endif -%}
      {{ never_set }}
    {% endmacro %}
    {% test same_columns(model, to) %}
      select 1 where '{{ others.star(model) }}' <> '{{ others.star(to) }}'
    {% endtest %}
    """
PACKAGE = {
    "packages.yml": "packages: [{package: somebody/others, version: 1.0.0}]\n",
    "dbt_packages/others/dbt_project.yml": "name: others\nversion: 1.0.0\nsomething-of-theirs: 1\n",
    "dbt_packages/others/macros/star.sql": STAR,
}


def test_macros_ask_for_the_columns_of_what_they_refer_to(folder: Make) -> None:
    project = folder(
        {
            **SEEDS,
            **PACKAGE,
            "models/first.sql": "select *, id * 2 as twice from {{ ref('s') }}",
            "models/second.sql": "select {{ others.star(ref('first'), except=['amount']) }} from {{ ref('first') }}",
            "models/third.sql": "select {{ others.star(ref('second')) }} from {{ ref('second') }}",
            "models/p.yml": "models: [{name: third, data_tests: [{others.same_columns: {arguments: {to: ref('second')}}}]}]\n",
        }
    )
    assert "1 test passed" in project.build().err
    assert project.query("select * from third order by id") == [(1, "a", 2), (2, "b", 4)]
    assert "nothing to do" in project.build().err
    project.write("models/first.sql", "select id, name, 0 as amount, 7 as seven from {{ ref('s') }}")
    project.build()
    assert [c[0] for c in project.query("describe third")] == ["id", "name", "seven"]


def test_columns_that_a_source_table_gets_later_are_seen(folder: Make) -> None:
    project = folder(
        {
            **PACKAGE,
            "models/s.yml": "sources: [{name: raw, tables: [{name: t}]}]\n",
            "models/a.sql": "select {{ others.star(source('raw', 't')) }} from {{ source('raw', 't') }}",
        }
    )
    project.execute("create schema raw; create table raw.t as select 1 as x")
    project.build()
    project.execute("alter table raw.t add column y integer")
    project.build()
    assert [c[0] for c in project.query("describe a")] == ["x", "y"]


def test_a_question_about_what_does_not_bind_is_no_second_error(folder: Make) -> None:
    project = folder(
        {
            **PACKAGE,
            "models/a.sql": "select nothing from (select 1 as id)",
            "models/b.sql": "select {{ others.star(ref('a')) }} from {{ ref('a') }}",
            "models/c.sql": "select id from {{ ref('b') }}",
        }
    )
    (error,) = project.errors()
    assert error.startswith("models/a.sql:1: ")


def test_a_query_that_reads_no_relation_is_answered(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": """
                {% set found = run_query("select 1 as n, 'x' as t union all select 2, 'y' order by 1") %}
                {% call statement('more', fetch_result=true) %}select 40 + 2 as answer{% endcall %}
                {% set more = load_result('more') %}
                select
                {% if execute %}
                  '{{ found.columns[1].values() | join }}{{ found.rows[0]['n'] }}{{ found | length }}{{ found.column_names | join }}' as x,
                  {{ more['data'][0][0] }} as y, {{ more.table.columns['answer'].values()[0] }} as z
                {% endif %}
                """,
        }
    )
    project.build()
    assert project.query("select * from a") == [("xy12nt", 42, 42)]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select current_date", "a query of a template reads current_date"),
        ("create table x as select 1", "convsql does not support 'run_query' of what is no query"),
        ("select * from main.s", "a query of a template: "),
        ("select * from read_csv(''/etc/passwd'')", "a query of a template: "),
    ],
)
def test_what_else_is_asked_is_refused_by_name(query: str, says: str, folder: Make) -> None:
    text = query.replace("''", "\\'")
    project = folder({**SEEDS, "models/a.sql": f"{{% set found = run_query('{text}') %}}select 1 as id"})
    (error,) = project.errors()
    assert says in error


def test_dates_are_spun_without_the_database(folder: Make) -> None:
    spine = "date_spine('day', \"cast('2024-01-01' as date)\", \"cast('2024-01-03' as date)\")"
    project = folder(
        {
            "models/a.sql": f"{{{{ dbt.{spine} }}}}",
            "models/b.sql": f"{{{{ {spine} }}}}",
            "models/c.sql": "{{ dbt.generate_series(3) }}",
        }
    )
    project.build()
    assert project.query("select count(*) from a union all select count(*) from b") == [(2,), (2,)]
    assert project.query("select max(generated_number) from c") == [(3,)]


def test_the_clock_is_for_tests_and_for_those_who_say_so(folder: Make) -> None:
    now = "select {{ dbt.current_timestamp() }} as now_at"
    project = folder({"tests/t.sql": f"select 1 from ({now}) where now_at is null", "models/a.sql": now})
    (error,) = project.errors()
    assert error.startswith("models/a.sql:1: convsql does not support 'current_timestamp' in models: a result must")
    assert error.endswith(" | pass a variable, or let models read the clock: `vars: {allow_clock: true}`")
    project.write("vars.yml", "allow_clock: true\n")
    project.build()


def test_modules_are_there_without_what_has_no_end(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": """
                select '{{ modules.re.sub('[^a-z]+', '_', 'ab-cd') }}' as r,
                    '{{ (modules.datetime.datetime.strptime('2024-02-28', '%Y-%m-%d') + modules.datetime.timedelta(days=2)).strftime('%d') }}' as d,
                    '{{ modules.itertools.product([1, 2], [3]) | join }}' as p
                """
        }
    )
    project.build()
    assert project.query("select * from a") == [("ab_cd", "01", "(1, 3)(2, 3)")]
    for endless in ("re.match('(a+)+$', 'a' * 40 ~ 'b')", "itertools.count()", "datetime.datetime.now()"):
        project.write("models/a.sql", f"select '{{{{ modules.{endless} }}}}' as x")
        (error,) = project.errors()
        assert "convsql does not support 'modules' in templates" in error


def test_a_missing_package_is_named_with_what_brings_it(folder: Make) -> None:
    project = folder({"packages.yml": PACKAGE["packages.yml"], "models/a.sql": "select 1 as id"})
    assert project.errors() == [
        "packages.yml:1: package 'somebody/others' is not in dbt_packages/ | run `dbt deps`, which brings it there"
    ]
    done = project.run("deps")
    assert (done.code, "convsql fetches nothing from a network: somebody/others" in done.err) == (2, True)


def test_a_local_package_outside_of_the_project_is_copied_into_it(folder: Make) -> None:
    project = folder(
        {
            "mine/dbt_project.yml": PROJECT,
            "mine/dependencies.yml": "packages: [{local: ../shared}]\n",
            "mine/models/a.sql": "select {{ shared.one() }} as id",
            "shared/dbt_project.yml": "name: shared\nversion: 1.0.0\n",
            "shared/macros/m.sql": "{% macro one() %}1{% endmacro %}",
        }
    )
    (project.root / "profiles.yml").replace(project.root / "mine/profiles.yml")
    project.root /= "mine"
    assert "run `convsql deps`" in project.errors()[0]
    assert "shared: copied to dbt_packages/shared/" in project.run("deps").err
    project.build()
    assert "nothing to do" in project.run("build").err


def test_incremental_models_are_built_whole_and_said_once(folder: Make) -> None:
    project = folder(
        {
            **SEEDS,
            "models/a.sql": """
                {{ config(materialized='incremental', unique_key='id', on_schema_change='append_new_columns') }}
                select id, '{{ is_incremental() }}' as i from {{ ref('s') }}
                {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}
                """,
        }
    )
    note = "note: incremental models are built whole, and not at all while nothing changes: a"
    assert note in project.build().err
    assert project.query("select count(*), max(i) from a") == [(2, "False")]
    assert note not in project.build().err
    assert project.run("ls", "-s", "config.materialized:incremental").out == "model:a\n"
    project.write(
        "models/b.sql", "{{ config(materialized='incremental', incremental_strategy='microbatch') }} select 1 as id"
    )
    assert project.errors() == [
        "models/b.sql:1: convsql does not support microbatch models | build a table, which has all rows"
    ]


def test_packages_of_packages_in_the_project_are_read(folder: Make) -> None:
    project = folder(
        {
            "packages.yml": "packages: [{local: vendor/one}, {local: vendor/two}]\n",
            "vendor/one/dbt_project.yml": "name: one\nversion: 1.0.0\n",
            "vendor/one/packages.yml": "packages: [{local: vendor/two}, {local: vendor/three}, {package: a/b, version: 1.0.0}]\n",
            "vendor/two/dbt_project.yml": "name: two\nversion: 1.0.0\n",
            "vendor/three/dbt_project.yml": "name: three\nversion: 1.0.0\n",
            "vendor/three/packages.yml": "packages: [{local: vendor/one}]\n",
            "vendor/three/macros/m.sql": "{% macro f() %}1{% endmacro %}",
            "models/a.sql": "select {{ three.f() }} as x",
        }
    )
    assert project.errors() == [
        "vendor/one/packages.yml:1: package 'a/b' is not in dbt_packages/ | run `dbt deps`, which brings it there"
    ]
    project.write("vendor/one/packages.yml", "packages: [{local: vendor/two}, {local: vendor/three}]\n")
    project.build()
