"""Builds that were published: which can be shown again, and what is dropped without harm to readers."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from tests.support import Folder

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "


def versions(project: Folder, path: str, text: str, numbers: range, *arguments: str) -> None:
    for number in numbers:
        project.write(path, text.replace("N", str(number)))
        project.build(*arguments)


def test_a_view_that_readers_see_keeps_the_relations_it_stands_on(folder: Make) -> None:
    """`b` is not chosen and stays at its old version, which reads the old `a`."""
    project = folder({"models/a.sql": TABLE + "select 1 as id", "models/b.sql": "select id from {{ ref('a') }}"})
    project.build()
    versions(project, "models/a.sql", TABLE + "select N as id", range(2, 8), "--select", "a")
    assert project.query("select (select id from a), (select id from b)") == [(7, 1)]
    project.run("clean")
    assert project.query("select (select id from a), (select id from b)") == [(7, 1)]


def test_the_last_builds_are_kept_and_older_relations_dropped(folder: Make) -> None:
    project = folder()
    versions(project, "models/a.sql", TABLE + "select N as id", range(1, 7))
    assert len(project.relations()) == 3
    rows = project.run("history", "--json").json
    assert [(r["build"], r["is_head"], r["can_be_shown"]) for r in rows] == [
        (6, True, True),
        (5, False, True),
        (4, False, True),
        (3, False, False),
        (2, False, False),
        (1, False, False),
    ]
    done = project.run("rollback", "--to", "2")
    assert done.code == 2
    assert "build 2 can't be shown any more: its relations were dropped" in done.err


def test_a_rollback_shows_the_earlier_build_and_the_next_build_the_present_one(folder: Make) -> None:
    project = folder({"models/a.sql": TABLE + "select 1 as id", "models/gone.sql": "select 1 as id"})
    project.build()
    project.remove("models/gone.sql")
    project.write("models/a.sql", TABLE + "select 2 as id")
    project.write("models/new.sql", "select 1 as id")
    project.build()
    done = project.run("rollback")
    assert (done.code, done.err) == (0, "published build 3 to 'main': rollback to 1\n")
    assert project.query(
        "select view_name from duckdb_views() where schema_name = 'main' and not internal order by 1"
    ) == [("a",), ("gone",)]
    assert project.query("select id from a") == [(1,)]
    assert "2 reused" in project.build().err
    assert project.query("select id from a") == [(2,)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "there is no earlier build to go back to"),
        (["--to", "9"], "no build 9 of 'main'"),
    ],
)
def test_a_rollback_to_nowhere_says_so(arguments: list[str], message: str, folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    project.build()
    done = project.run("rollback", *arguments)
    assert done.code == 2
    assert message in done.err
    assert "hint: `convsql history` lists" in done.err


def test_a_rollback_before_the_first_build_says_so(folder: Make) -> None:
    done = folder({"models/a.sql": "select 1 as id"}).run("rollback")
    assert (done.code, done.err) == (2, "error: nothing was published to 'main' yet\n")


def test_environments_share_relations_and_not_views(folder: Make) -> None:
    project = folder({"models/a.sql": TABLE + "select 1 as id"})
    project.write(
        "profiles.yml",
        """
        tiny:
          target: dev
          outputs:
            dev: {type: duckdb, path: tiny.duckdb, schema: main}
            ci: {type: duckdb, path: tiny.duckdb, schema: ci}
    """,
    )
    project.build()
    assert "1 reused" in project.build("--target", "ci").err
    project.write("models/a.sql", TABLE + "select 2 as id")
    versions(project, "models/a.sql", TABLE + "select N as id", range(2, 7), "--target", "ci")
    assert project.query("select (select id from main.a), (select id from ci.a)") == [(1, 6)]
    assert [r["build"] for r in project.run("history", "--json").json] == [1]


def test_a_full_refresh_builds_everything_again_and_readers_keep_the_old_until_it_is_well(folder: Make) -> None:
    project = folder(
        {
            "models/a.sql": TABLE + "select count(*) as n from read_csv('n.csv', header = true)",
            "n.csv": "x\n1\n",
            "models/a.yml": "models:\n  - name: a\n    columns: [{name: n, data_tests: [{accepted_values: {arguments: {values: [1, 2]}}}]}]\n",
        }
    )
    project.build()
    project.write("n.csv", "x\n1\n2\n")
    assert "nothing to do" in project.build().err
    assert "1 built" in project.build("--full-refresh").err
    assert project.query("select n from a") == [(2,)]
    project.write("n.csv", "x\n1\n2\n3\n")
    project.build("--full-refresh", code=1)
    assert project.query("select n from a") == [(2,)]
    assert "nothing to do" in project.build().err


def test_a_second_rollback_goes_further_back(folder: Make) -> None:
    project = folder()
    versions(project, "models/a.sql", TABLE + "select N as id", range(1, 4))
    seen = []
    for _ in range(2):
        assert project.run("rollback").code == 0
        seen += project.query("select id from a")
    assert seen == [(2,), (1,)]
    assert project.run("rollback").code == 2


def test_clean_drops_what_no_kept_build_shows_and_deletes_the_target_folder(folder: Make) -> None:
    project = folder()
    versions(project, "models/a.sql", TABLE + "select N as id", range(1, 4))
    done = project.run("clean", "--json")
    assert done.code == 0
    assert done.json["removed"] == ["target"]
    assert len(done.json["dropped"]) == 2
    assert project.query("select id from a") == [(3,)]


def test_a_history_that_another_version_wrote_is_no_traceback(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    project.build()
    project.execute('alter table "_convsql"."builds" drop column basis')
    for command in (["build"], ["history"], ["rollback"]):
        done = project.run(*command)
        assert done.code == 2
        assert "another version's" in done.err and "basis" in done.err and "build again" in done.err


def test_verdicts_that_nobody_asked_for_in_long_are_forgotten(folder: Make) -> None:
    tested = {
        "models/a.sql": "select 1 as id",
        "models/a.yml": "models: [{name: a, columns: [{name: id, data_tests: [unique]}]}]",
    }
    project = folder(tested)
    project.build()
    old = "insert into _convsql.verdicts values ('gone', 'pass', 0, null, now()::timestamp - interval 1 year)"
    project.execute(old)
    assert len(project.query("select 1 from _convsql.verdicts")) == 2
    assert project.run("clean").code == 0
    assert len(project.query("select 1 from _convsql.verdicts")) == 1


def test_clean_leaves_the_projects_own_files_alone(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    for named in ("models", ".", "models/deeper"):
        project.write(
            "dbt_project.yml", f"name: tiny\nversion: 1.0.0\nprofile: tiny\nclean-targets: [target, {named}]\n"
        )
        done = project.run("clean")
        assert done.code == 2
        assert "which holds files of the project" in done.err
        assert (project.root / "models/a.sql").is_file()


def test_a_relation_that_was_dropped_by_hand_is_built_again(folder: Make) -> None:
    project = folder(
        {"models/a.sql": TABLE + "select 1 as id", "models/b.sql": TABLE + "select id from {{ ref('a') }}"}
    )
    project.build()
    (name,) = (r for r in project.relations() if r.startswith("a__"))
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        connection.execute(f'drop table _convsql_data."{name}" cascade')
    assert "1 built" in project.build().err
    assert project.query("select id from a") == [(1,)]


def test_a_view_that_was_dropped_by_hand_is_shown_again(folder: Make) -> None:
    project = folder({"models/a.sql": TABLE + "select 1 as id"})
    project.build()
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        connection.execute("drop view a")
    assert "1 reused" in project.build().err
    assert project.query("select id from a") == [(1,)]
