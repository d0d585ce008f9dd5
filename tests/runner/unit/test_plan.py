"""What a build does, as data: what is built, reused, tested, known, left out and stale."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]

CHAIN = {
    "models/a.sql": "{{ config(materialized='table') }} select 1 as id",
    "models/b.sql": "{{ config(materialized='table') }} select id from {{ ref('a') }}",
    "models/c.sql": "{{ config(materialized='table') }} select id from {{ ref('b') }}",
    "models/all.yml": """
        models:
          - {name: a, columns: [{name: id, data_tests: [not_null]}]}
          - {name: b, columns: [{name: id, data_tests: [unique, {relationships: {arguments: {to: ref('c'), field: id}}}]}]}
        unit_tests:
          - {name: u, model: b, given: [{input: ref('a'), rows: [{id: 1}]}], expect: {rows: [{id: 1}]}}
    """,
}
RELATED = "relationships_b_id__id__ref_c_"


def plan(project: Folder, *arguments: str) -> list[str]:
    done = project.run("build", "--dry-run", "--json", *arguments)
    assert done.code == 0, done.err
    return [f"{s['action']} {s['name']}" for s in done.json["steps"]]


def test_tests_run_as_soon_as_all_they_read_is_there_and_unit_tests_before(folder: Make) -> None:
    assert plan(folder(CHAIN)) == [
        "build a",
        "test not_null_a_id",
        "test u",
        "build b",
        "test unique_b_id",
        "build c",
        f"test {RELATED}",
    ]


def test_a_second_build_has_nothing_to_do(folder: Make) -> None:
    project = folder(CHAIN)
    project.build()
    assert project.run("build", "--dry-run", "--json").json["nothing_to_do"] is True
    assert [s.split()[0] for s in plan(project)] == ["reuse", "known", "known", "reuse", "known", "reuse", "known"]
    assert "nothing to do" in project.build().err


def test_a_change_builds_its_model_and_what_stands_on_it(folder: Make) -> None:
    project = folder(CHAIN)
    project.build()
    project.write("models/b.sql", "{{ config(materialized='table') }} select id + 0 as id from {{ ref('a') }}")
    assert plan(project) == [
        "reuse a",
        "known not_null_a_id",
        "test u",
        "build b",
        "test unique_b_id",
        "build c",
        f"test {RELATED}",
    ]


def test_white_space_comments_and_descriptions_change_nothing(folder: Make) -> None:
    project = folder(CHAIN)
    project.build()
    project.write(
        "models/b.sql", "{{ config(materialized='table') }}\n-- why\nSELECT id\nFROM {{ ref('a') }} /* x */\n"
    )
    project.write("models/all.yml", CHAIN["models/all.yml"].replace("name: a,", "name: a, description: words,"))
    assert "nothing to do" in project.build().err


@pytest.mark.parametrize("change", ["materialized", "type", "contract"])
def test_a_change_that_readers_can_tell_builds_again(change: str, folder: Make) -> None:
    project = folder(CHAIN)
    project.build()
    if change == "materialized":
        project.write("models/c.sql", "select id from {{ ref('b') }}")
    elif change == "type":
        project.write("models/c.sql", "{{ config(materialized='table') }} select id::bigint as id from {{ ref('b') }}")
    else:
        project.write(
            "models/c.yml",
            "models:\n  - name: c\n    config: {contract: {enforced: true}}\n"
            "    columns: [{name: id, data_type: integer}]\n",
        )
    assert "build c" in plan(project)


def test_parents_that_are_missing_are_built_along_with_their_tests(folder: Make) -> None:
    project = folder(CHAIN)
    assert plan(project, "--select", "b") == ["build a", "test not_null_a_id", "test u", "build b", "test unique_b_id"]
    done = project.build("--select", "b")
    assert "1 test left out: they read models that are not built" in done.err
    assert project.run("ls", "--select", "c").code == 0
    assert plan(project, "--select", "c") == ["build c", f"test {RELATED}"]


def test_children_that_were_not_chosen_are_said_to_be_stale(folder: Make) -> None:
    project = folder(CHAIN)
    project.build()
    project.write("models/a.sql", "{{ config(materialized='table') }} select 2 as id")
    done = project.build("--select", "a")
    assert "note: 2 published models are now older than their parents: b, c" in done.err
    assert project.query("select (select id from a), (select id from b), (select id from c)") == [(2, 1, 1)]
    project.build()
    assert project.query("select (select id from a), (select id from b), (select id from c)") == [(2, 2, 2)]


def test_a_test_that_is_excluded_is_not_run(folder: Make) -> None:
    project = folder(CHAIN)
    assert plan(project, "--exclude", "test_type:data", "c") == ["build a", "test u", "build b"]
    assert plan(project, "--select", "a", "--exclude", "not_null_a_id") == ["build a"]


def test_only_tests_can_be_chosen_once_their_models_are_built(folder: Make) -> None:
    project = folder(CHAIN)
    assert plan(project, "--select", "not_null_a_id") == []
    project.build()
    assert plan(project, "--select", "not_null_a_id", "--full-refresh") == ["test not_null_a_id"]


def test_a_parent_that_failed_its_test_is_not_read_behind_the_back_of_readers(folder: Make) -> None:
    """`a` of the second build exists and is wrong; choosing only `b` must not publish what rests on it."""
    project = folder(CHAIN)
    project.build()
    project.write("models/a.sql", "{{ config(materialized='table') }} select null::integer as id")
    project.build(code=1)
    assert plan(project, "--select", "b")[:2] == ["reuse a", "test not_null_a_id"]
    project.build("--select", "b", code=1)
    assert project.query("select id from b") == [(1,)]


def test_a_model_that_is_gone_leaves_with_the_next_whole_build(folder: Make) -> None:
    project = folder(CHAIN)
    project.build()
    project.remove("models/c.sql")
    project.write("models/all.yml", "models: []\n")
    project.build("--select", "a")
    assert project.query("select count(*) from c") == [(1,)]
    project.build()
    assert project.query(
        "select view_name from duckdb_views() where schema_name = 'main' and not internal order by 1"
    ) == [("a",), ("b",)]


def test_models_of_the_same_text_and_the_same_forty_first_letters_are_two(folder: Make) -> None:
    long = "x" * 45
    project = folder({f"models/{long}_{n}.sql": "{{ config(materialized='table') }} select 1 as id" for n in (1, 2)})
    project.build()
    assert project.query(f"select a.id + b.id from {long}_1 as a, {long}_2 as b") == [(2,)]
    assert len(project.relations()) == 2


@pytest.mark.parametrize("kind", ["table", "view"])
def test_what_convsql_did_not_make_is_not_replaced(kind: str, folder: Make) -> None:
    import duckdb

    project = folder(CHAIN)
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        connection.execute(f"create {kind} b as select 7 as id")
    done = project.build(code=2)
    assert f"models/b.sql:1: main.b is a {kind} that convsql did not make" in done.err
    assert project.query("select id from b") == [(7,)]


def test_a_model_that_moved_to_another_schema_leaves_the_old_one_with_the_next_whole_build(folder: Make) -> None:
    project = folder(CHAIN)
    project.build()
    project.write("models/c.sql", "{{ config(materialized='table', schema='deep') }} select id from {{ ref('b') }}")
    project.build("--select", "a")
    assert "nothing to do" in project.build("--select", "a").err
    project.build("--select", "c")
    assert "nothing to do" in project.build("--select", "c").err
    assert project.query("select id from main_deep.c union all select id from main.c") == [(1,), (1,)]
    project.write("models/c.sql", "{{ config(materialized='table') }} select id from {{ ref('b') }}")
    project.build("--select", "a")
    assert "nothing to do" in project.build("--select", "a").err
    project.build()
    assert project.query("select schema_name from duckdb_views() where view_name = 'c'") == [("main",)]


def test_a_source_without_a_version_is_read_again_in_every_build(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": "{{ config(materialized='table') }} select * from {{ source('raw', 'things') }}",
            "models/s.yml": "sources:\n  - {name: raw, meta: {external_location: 'range(3)'}, tables: [{name: things}]}\n",
        }
    )
    project.build()
    assert plan(project) == ["build a"]


def test_a_table_of_the_database_is_known_by_its_rows_or_by_what_dates_them(folder: Make) -> None:
    import duckdb

    project = folder(
        {
            "models/a.sql": "{{ config(materialized='table') }} select id from {{ source('raw', 'things') }}",
            "models/s.yml": "sources:\n  - {name: raw, tables: [{name: things}]}\n",
        }
    )
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        connection.execute("create schema raw; create table raw.things as select 1 as id")
    project.build()
    assert plan(project) == ["reuse a"]
    project.write("models/s.yml", "sources:\n  - {name: raw, loaded_at_field: id, tables: [{name: things}]}\n")
    project.build()
    assert plan(project) == ["reuse a"]
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        connection.execute("insert into raw.things values (2)")
    assert plan(project) == ["build a"]


def test_a_setting_that_may_change_results_builds_again_and_a_resource_does_not(folder: Make) -> None:
    project = folder(CHAIN)
    project.build()
    target = "tiny:\n  target: dev\n  outputs:\n    dev: {{type: duckdb, path: tiny.duckdb, settings: {{{0}}}}}\n"
    project.write("profiles.yml", target.format("memory_limit: 1GB"))
    assert "nothing to do" in project.build().err
    project.write("profiles.yml", target.format("integer_division: true"))
    assert "3 built" in project.build().err
