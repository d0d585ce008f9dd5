"""`rollback --hold`: readers stay on the build that was chosen, whoever builds meanwhile, until `unhold`."""

from __future__ import annotations

from collections.abc import Callable

from tests.support import Folder

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "


def two_builds(folder: Make) -> Folder:
    project = folder()
    for number in (1, 2):
        project.write("models/a.sql", TABLE + f"select {number} as id")
        project.build()
    return project


def test_a_build_under_a_hold_builds_checks_and_does_not_publish(folder: Make) -> None:
    project = two_builds(folder)
    done = project.run("rollback", "--hold", "--reason", "deals were loaded twice")
    assert (done.code, "held until `convsql unhold`" in done.err) == (0, True)
    project.write("models/a.sql", TABLE + "select 3 as id")
    for built in ("1 built", "1 reused"):  # the second night too
        done = project.build(code=5)
        assert "built and checked, not published" in done.err
        assert "deals were loaded twice" in done.err
        assert built in done.err
    assert project.query("select id from a") == [(1,)]
    assert project.run("runs", "--json").json["runs"][0]["status"] == "held"
    as_json = project.build("--json", code=5).json
    assert (as_json["status"], as_json["build"]) == ("held", None)
    assert "not published until `convsql unhold`" in project.run("history").err

    assert project.run("unhold").code == 0
    done = project.build()
    assert "1 reused" in done.err
    assert project.query("select id from a") == [(3,)]
    assert "'main' is not held" in project.run("unhold").err


def test_a_failing_build_under_a_hold_fails(folder: Make) -> None:
    project = two_builds(folder)
    project.run("rollback", "--hold", "--reason", "wrong")
    project.write("models/a.sql", TABLE + "select cast('x' as integer) as id")
    project.build(code=1)


def test_another_rollback_keeps_the_hold(folder: Make) -> None:
    project = two_builds(folder)
    project.run("rollback", "--hold", "--reason", "wrong")
    project.run("rollback", "--to", "2")
    project.write("models/a.sql", TABLE + "select 3 as id")
    project.build(code=5)


def test_a_hold_is_of_one_environment(folder: Make) -> None:
    project = two_builds(folder)
    project.run("rollback", "--hold", "--reason", "wrong")
    profiles = (project.root / "profiles.yml").read_text()
    project.write(
        "profiles.yml", profiles + "    other: {type: duckdb, path: tiny.duckdb, schema: other, threads: 1}\n"
    )
    project.build("--target", "other")


def test_what_is_held_is_not_compared(folder: Make) -> None:
    project = two_builds(folder)
    profiles = (project.root / "profiles.yml").read_text()
    project.write(
        "profiles.yml", profiles + "    other: {type: duckdb, path: other.duckdb, schema: main, threads: 1}\n"
    )
    project.run("rollback", "--hold", "--reason", "wrong")
    done = project.run("verify", "--against", "other")
    assert (done.code, "was not published, which is held since" in done.err) == (5, True), done.err


def test_a_hold_has_a_reason(folder: Make) -> None:
    project = two_builds(folder)
    for arguments in (["--hold"], ["--reason", "x"], ["--hold", "--reason", " "]):
        done = project.run("rollback", *arguments)
        assert (done.code, "--hold and --reason go together" in done.err) == (2, True)
    project.build()


def test_a_rollback_without_a_hold_is_undone_by_the_next_build(folder: Make) -> None:
    project = two_builds(folder)
    project.run("rollback")
    project.build()
    assert project.query("select id from a") == [(2,)]
