"""What a project written for dbt says is done as dbt does it, or refused by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]
PROJECT = "name: tiny\nversion: 1.0.0\nprofile: tiny\n"
NAMING = """
    {% macro generate_schema_name(custom_schema_name, node) %}
      {{ custom_schema_name or target.schema }}{% endmacro %}
    {% macro generate_alias_name(custom_alias_name=none, node=none) -%}
      {%- if custom_alias_name %} {{ custom_alias_name }}{% else %}{{ node.config.materialized }}_{{ node.name }}{% endif -%}
    {%- endmacro %}
    """


def compiled(project: Folder, name: str = "a") -> str:
    done = project.run("compile", "--json")
    assert done.code == 0, done.err + done.out
    return " ".join((project.root / f"target/compiled/tiny/models/{name}.sql").read_text().split())


@pytest.mark.parametrize(
    ("template", "gives"),
    [
        ("{% set c = [] %}{% for x in [1, 2] %}{% do c.append(x) %}{% endfor %}{{ c | join }}", "12"),
        ("{% set c = [1] %}{% do c.extend([2, 3]) %}{{ c | join }}", "123"),
        ("{% set c = [1, 2] %}{% set x = c.pop() %}{{ c | join }}{{ x }}", "12"),
        ("{% set c = [1, 2] %}{% do c.insert(0, 3) %}{% do c.remove(1) %}{{ c | join }}", "32"),
        ("{% set c = [2, 1] %}{% do c.sort() %}{% do c.reverse() %}{{ c | join }}", "21"),
        ("{% set c = [2, 1] %}{% do c.clear() %}{{ c | length }}", "0"),
        (
            "{% set c = {} %}{% do c.update({'a': 1}) %}{{ c.a }}{{ c.setdefault('b', 2) }}{{ c.pop('a') }}{{ c | join }}",
            "121b",
        ),
        (
            "{% set c = set([1]) %}{% do c.add(2) %}{% do c.discard(1) %}{% do c.update([3]) %}{{ c | sort | join }}",
            "23",
        ),
        ("{% set c = var('kinds') %}{% do c.append('c') %}{{ c | join }}", "abc"),
    ],
)
def test_lists_mappings_and_sets_of_a_template_are_changed_in_place(template: str, gives: str, folder: Make) -> None:
    project = folder({"models/a.sql": f"select '{template}' as x", "vars.yml": "kinds: [a, b]\n"})
    assert compiled(project) == f"select '{gives}' as x"


def test_what_one_model_changes_no_other_model_sees(folder: Make) -> None:
    change = (
        "{% do kinds().append('b') %}{% do var('letters').append('z') %}{% do config.get('meta').update({'k': 2}) %}"
    )
    shown = "select '{{ kinds() | join }} {{ var('letters') | join }} {{ config.get('meta').k }} {{ counted() }}' as x"
    project = folder(
        {
            "macros/m.sql": """
                {% set seen = [] %}
                {% macro kinds() %}{{ return(['a']) }}{% endmacro %}
                {% macro counted() %}{% do seen.append(1) %}{{ seen | length }}{% endmacro %}
                """,
            "vars.yml": "letters: [y]\n",
            "models/a.sql": "{{ config(meta={'k': 1}) }}" + change + shown,
            "models/b.sql": "{{ config(meta={'k': 1}) }}" + shown,
        }
    )
    for name in "ab":
        assert compiled(project, name) == "select 'a y 1 1' as x"


@pytest.mark.parametrize(
    "grown",
    [
        "{% set c = [1] %}{% for i in range(60) %}{% do c.extend(c | list) %}{% endfor %}",
        (
            "{% set ns = namespace(c=[1]) %}{% for i in range(60) %}{% set d = [] %}{% do d.append(ns.c) %}{% do d.append(ns.c) %}"
            "{% set ns.c = d %}{% endfor %}{{ ns.c }}"
        ),
        "{% set c = [] %}{% do c.append(c) %}",
        "{% set c = [] %}{% set d = [c] %}{% do c.append(d) %}{% do d.append(c) %}",
    ],
)
def test_a_list_does_not_grow_without_end(grown: str, folder: Make) -> None:
    (error,) = folder({"models/a.sql": f"{grown}select 1 as id"}).errors()
    assert "a template that takes more than" in error or "put into itself" in error


def test_what_templates_log_is_said_by_every_command_that_compiles(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "{{ log('hello from a', info=true) }}{{ log('kept to itself') }}{% do print(2) %}select 1 as id"
        }
    )
    for _ in "first", "unchanged":
        assert project.build().err.splitlines()[:2] == ["hello from a", "2"]
    assert project.run("ls").out == "model:a\n"


def test_macros_of_a_package_may_have_names_that_begin_with_an_underscore(folder: Make) -> None:
    project = folder(
        {
            "packages.yml": "packages:\n  - local: vendor/money\n",
            "vendor/money/dbt_project.yml": "name: money\nversion: 1.0.0\n",
            "vendor/money/macros/m.sql": "{% macro _x() %}1{% endmacro %}{% macro open() %}{{ _x() }}{% endmacro %}",
            "models/a.sql": "select {{ money._x() }} as a, {{ money.open() }} as b, {{ money._y() }} as c",
        }
    )
    assert project.errors() == ["models/a.sql:1: no macro '_y' in package 'money'"]
    project.write("models/a.sql", "select {{ money._x() }} as a, {{ money.open() }} as b")
    assert compiled(project) == "select 1 as a, 1 as b"


@pytest.mark.parametrize(("key", "kind"), [("models", "seed"), ("seeds", "model"), ("snapshots", "model")])
def test_what_stands_below_the_key_of_another_kind_has_its_tests_run(key: str, kind: str, folder: Make) -> None:
    entry = f"{key}: [{{name: x, config: {{alias: other}}, columns: [{{name: id, data_tests: [not_null]}}]}}]\n"
    files = {"models/s.yml": entry, "models/x.sql": "select 1 as id"}
    project = folder(files if kind == "model" else {"seeds/x.csv": "id\n1\n", "models/s.yml": entry})
    done = project.build()
    assert f"'x' is a {kind}, and stands below '{key}:': only its tests are used; move it below '{kind}s:'" in done.err
    assert "1 test passed" in done.err
    assert project.query("select id from x") == [(1,)]


def test_dbt_project_yml_sees_the_target(folder: Make) -> None:
    project = folder(
        {
            "dbt_project.yml": PROJECT
            + 'target-path: "target_{{ target.name }}"\nmodels: {tiny: {+enabled: "{{ target.name == \'dev\' }}"}}\n',
            "profiles.yml": """
                tiny:
                  target: dev
                  outputs:
                    dev: {type: duckdb, path: tiny.duckdb}
                    ci: {type: duckdb, path: "{{ env_var('NOT_SET_ANYWHERE') }}"}
                    prod: {type: duckdb, path: other.duckdb}
                """,
            "models/a.sql": "select 1 as id",
        }
    )
    assert project.run("ls").out == "model:a\n"
    assert project.run("ls", "--target", "prod").out == ""
    assert (project.root / "target_dev").is_dir()
    assert "NOT_SET_ANYWHERE" in project.run("ls", "--target", "ci").err


def test_configs_of_other_adapters_warn_and_misspelt_ones_are_errors(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "{{ config(materialized='table', sort='id', transient=true, cluster_by=['id']) }} select 1 as id",
            "models/b.sql": "{{ config(materialised='table') }} select 1 as id",
            "models/s.yml": "models: [{name: a, columns: [{name: id, data_tests: [{unique: {config: {note_to_us: x}}}]}]}]\n",
            "dbt_project.yml": PROJECT + "models: {tiny: {+snowflake_warehouse: big}}\n",
        }
    )
    assert project.errors() == ["models/b.sql:1: unknown config 'materialised' | did you mean 'materialized'?"]
    project.remove("models/b.sql")
    warned = [line.partition(": changes")[0] for line in project.build().err.splitlines() if line.startswith("warning")]
    assert [w.split(" changes")[0].removeprefix("warning: ") for w in warned] == [
        "models/s.yml:1: config 'note_to_us' of test 'unique'",
        "dbt_project.yml:4: config 'snowflake_warehouse'",
        "models/a.sql:1: config 'sort'",
        "models/a.sql:1: config 'transient'",
        "models/a.sql:1: config 'cluster_by'",
    ]


def test_a_source_that_is_a_seed_is_built_before_it_is_read(folder: Make) -> None:
    project = folder(
        {
            "dbt_project.yml": PROJECT + "seeds: {tiny: {+schema: raw}}\n",
            "macros/names.sql": NAMING.replace("generate_alias_name", "unused"),
            "seeds/raw_x.csv": "id\n1\n",
            "models/s.yml": """
                sources:
                  - {name: raw, schema: raw, tables: [{name: X, identifier: raw_x, columns: [{name: id, data_tests: [unique]}]}]}
                """,
            "models/a.sql": "select id from {{ source('raw', 'X') }}",
        }
    )
    assert "2 built, 1 test passed" in project.build("--select", "+a").err
    project.write("seeds/raw_x.csv", "id\n2\n")
    project.build()
    assert project.query("select id from main.a") == [(2,)]


def test_a_test_may_ask_whether_its_failures_are_stored(folder: Make) -> None:
    ok = "{% test ok(model, column_name) %}select {{ '*' if should_store_failures() else 1 }} from {{ model }} where false{% endtest %}"
    entry = "models: [{name: a, columns: [{name: id, data_tests: [ok, {ok: {name: kept, config: {store_failures: true}}}]}]}]\n"
    project = folder({"tests/generic/ok.sql": ok, "models/s.yml": entry, "models/a.sql": "select 1 as id"})
    project.build()
    assert {n.name: n.sql.split(" from")[0] for n in project.compile().graph.of("test")} == {
        "ok_a_id": "select 1",
        "kept": "select *",
    }


def test_dispatch_looks_where_the_project_says(folder: Make) -> None:
    files = {
        "packages.yml": "packages: [{local: vendor/money}, {local: vendor/shim}]\n",
        "models/a.sql": "select {{ money.rate() }} as id",
    }
    for name, value in (("money", 1), ("shim", 2)):
        files[f"vendor/{name}/dbt_project.yml"] = f"name: {name}\nversion: 1.0.0\n"
        files[f"vendor/{name}/macros/m.sql"] = f"{{% macro default__rate() %}}{value}{{% endmacro %}}"
    files["vendor/money/macros/r.sql"] = "{% macro rate() %}{{ adapter.dispatch('rate', 'money')() }}{% endmacro %}"
    project = folder(files)
    assert compiled(project) == "select 1 as id"
    project.write("dbt_project.yml", PROJECT + "dispatch: [{macro_namespace: money, search_order: [shim, money]}]\n")
    assert compiled(project) == "select 2 as id"


def test_functions_that_need_nothing_are_there(folder: Make) -> None:
    shown = "{{ local_md5('a') }} {{ fromyaml('x: [1]').x[0] }} {{ set_strict([1]) | length }} {{ zip_strict([1], [2]) | list | length }}"
    project = folder({"models/a.sql": f"select '{shown}' as x"})
    assert compiled(project) == "select '0cc175b9c0f1b6a831c399e269772661 1 1 1' as x"


LACKING = {
    "seeds/s.csv": "id\n1\n",
    "models/s.yml": """
        sources: [{name: raw, tables: [{name: t, columns: [{name: id, data_tests: [unique]}]}]}]
        unit_tests: [{name: u, model: a, given: [{input: "source('raw', 't')", rows: [{id: 1}]}], expect: {rows: [{id: 1}]}}]
        """,
    "models/a.sql": "select id from {{ source('raw', 't') }}",
    "models/b.sql": "select id from {{ ref('s') }}",
}


@pytest.mark.parametrize("arguments", [("seed",), ("build", "--select", "resource_type:seed"), ("run", "-s", "b")])
def test_what_reads_no_missing_source_is_built_without_it(arguments: tuple[str, ...], folder: Make) -> None:
    project = folder(LACKING)
    done = project.run(*arguments)
    assert (done.code, "published build 1" in done.err) == (0, True)
    assert "source 'raw.t' can't be read" in project.build(code=2).err
    assert "source 'raw.t' can't be read" in project.build("--select", "a", code=2).err
    assert project.run("ls", "--resource-type", "model").out == "model:b\nmodel:a\n"
    project.execute("create schema raw; create table raw.t as select 1 as id")
    project.build()
    assert project.query("select id from a union all select id from b") == [(1,), (1,)]
    project.execute("drop view main.a; drop table raw.t")
    project.run("seed")
    assert project.query("select id from b") == [(1,)]


def test_configurations_of_tests_may_hold_jinja(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "select 1 as id union all select 1",
            "models/p.yml": """
                models:
                  - name: a
                    columns:
                      - name: id
                        data_tests:
                          - unique: {config: {severity: "{{ var('severity') }}", where: "id < {{ var('most') }}"}}
                          - not_null: {name: off, config: {enabled: "{{ target.name == 'prod' }}"}}
                          - accepted_values: {name: kept, arguments: {values: [7], quote: false}, severity: "{{ var('severity') }}"}
                """,
            "vars.yml": "severity: warn\nmost: 7\n",
        }
    )
    tests = {n.name: n.config for n in project.compile().graph.of("test")}
    assert tests == {"unique_a_id": {"severity": "warn", "where": "id < 7"}, "kept": {"severity": "warn"}}


@pytest.mark.parametrize(
    "key", ["attach: [{path: other.duckdb}]", "secrets: [{type: s3}]", "plugins: [{module: excel}]"]
)
def test_what_a_profile_would_reach_further_with_is_refused_by_name(key: str, folder: Make) -> None:
    profiles = f"tiny: {{target: dev, outputs: {{dev: {{type: duckdb, path: tiny.duckdb, retries: {{}}, {key}}}}}}}\n"
    (error,) = folder({"profiles.yml": profiles, "models/a.sql": "select 1 as id"}).errors()
    assert error.startswith(f"profiles.yml:1: convsql does not support '{key.partition(':')[0]}' in target 'dev' | ")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("{{ var('off', 'false') | as_bool }}", "False"),
        ("{{ '007' | as_text }}", "'007'"),
        ("{{ (3 / 2) | as_number }}", "1.5"),
        ("{{ ['a', 1] | as_native }}", "['a', 1]"),
    ],
)
def test_filters_of_yaml_give_a_value_its_type(written: str, kept: str, folder: Make) -> None:
    project = folder(
        {
            "dbt_project.yml": PROJECT + f'models: {{tiny: {{+meta: {{x: "{written}"}}}}}}\n',
            "models/a.sql": "select $${{ said(config.get('meta').x) }}$$ as x, {{ 1 | as_number }} as y",
            "macros/m.sql": "{% macro said(x) %}{% if x is string %}'{{ x }}'{% else %}{{ x }}{% endif %}{% endmacro %}",
        }
    )
    assert compiled(project) == f"select $${kept}$$ as x, 1 as y"


def test_what_is_not_of_the_type_that_a_filter_wants_is_an_error(folder: Make) -> None:
    tree = "models: {tiny: {+enabled: \"{{ 'perhaps' | as_bool }}\"}}\n"
    project = folder({"dbt_project.yml": PROJECT + tree, "models/a.sql": "select 1 as x"})
    assert project.errors() == ["dbt_project.yml:4: as_bool: 'perhaps' is none"]


def test_a_unit_test_gives_rows_to_a_source_that_is_a_seed(folder: Make) -> None:
    project = folder(
        {
            "seeds/raw_things.csv": "id\n1\n",
            "models/p.yml": """
                sources: [{name: raw, schema: main, tables: [{name: things, identifier: raw_things}]}]
                unit_tests:
                  - name: u
                    model: a
                    given: [{input: "source('raw', 'things')", rows: [{id: 7}]}]
                    expect: {rows: [{id: 7}]}
                """,
            "models/a.sql": "select id from {{ source('raw', 'things') }}",
        }
    )
    assert "1 test passed" in project.build().err


def test_a_template_asks_the_clock_in_memory_where_the_project_allows_it(folder: Make) -> None:
    asks = "{% if execute %}select {{ run_query('select current_date > make_date(2000, 1, 1)').rows[0][0] }} as x{% endif %}"
    project = folder({"models/a.sql": asks})
    assert "its answer would differ from one build to the next" in project.errors()[0]
    project.write("vars.yml", "allow_clock: true\n")
    assert compiled(project) == "select True as x"
