"""`convsql retry` goes on where the last run stopped."""

from __future__ import annotations

from collections.abc import Callable

from tests.support import Folder

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "
BROKEN, MENDED = "select cast('x' as integer) as id", "select 1 as id"


def test_a_build_builds_what_failed_and_publishes_the_whole(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": TABLE + "select 1 as id",
            "models/b.sql": TABLE + BROKEN,
            "models/c.sql": TABLE + "select id from {{ ref('b') }}",
        }
    )
    project.build(code=1)
    project.write("models/b.sql", TABLE + MENDED)
    done = project.run("retry", "--json")
    assert {r["name"]: r["status"] for r in done.json["results"]} == {"a": "reused", "b": "success", "c": "success"}
    assert project.query("select count(*) from a, b, c") == [(1,)]
    assert "nothing to retry" in project.run("retry").err


def test_the_options_of_the_run_are_taken_again(folder: Make) -> None:
    project = folder({"models/a.sql": TABLE + BROKEN, "models/b.sql": TABLE + "select 1 as id"})
    project.build("--select", "a", code=1)
    project.write("models/a.sql", TABLE + MENDED)
    assert [r["name"] for r in project.run("retry", "--json").json["results"]] == ["a"]


def test_a_full_refresh_is_gone_on_with_and_not_begun_anew(folder: Make) -> None:
    yml = "models:\n  - name: a\n    columns: [{name: id, data_tests: [unique]}]\n"
    project = folder({"models/a.sql": TABLE + "select 1 as id", "models/b.sql": TABLE + MENDED, "models/all.yml": yml})
    project.build()
    project.write("models/b.sql", TABLE + BROKEN)
    project.build("--full-refresh", code=1)
    project.write("models/b.sql", TABLE + "select 2 as id")
    results = {r["name"]: r["status"] for r in project.run("retry", "--json").json["results"]}
    assert (results["a"], results["b"]) == ("reused", "success")
    project.build("--full-refresh")
    assert {r["name"] for r in project.run("runs", "--json").json["runs"][0]["failed"]} == set()


def test_tests_that_failed_are_run_again_and_no_others(folder: Make) -> None:
    project = folder(
        {"models/a.sql": TABLE + "select 1 as id", "tests/good.sql": "select id from {{ ref('a') }} where id = 0"}
    )
    project.build()
    project.write("tests/bad.sql", "select id from {{ ref('a') }} where id = 1")
    assert project.run("test").code == 1
    assert [r["name"] for r in project.run("retry", "--json").json["results"]] == ["bad"]


def test_variables_are_not_recorded_and_must_be_given_again(folder: Make) -> None:
    project = folder({"models/a.sql": TABLE + "select cast('{{ var('x', 1) }}' as integer) as id"})
    project.build("--vars", "{x: word}", code=1)
    done = project.run("retry")
    assert (done.code, "give the same --vars" in done.err) == (2, True)
    assert project.run("retry", "--vars", "{x: 7}").code == 0
    assert project.query("select id from a") == [(7,)]
