"""`convsql ci`: what a pull request needs in one command, and one comment about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.diff.project import VERSION_1, VERSION_2, Repository, git
from tests.support import Folder, Run, convsql

Make = Callable[..., Folder]
HERE = Path(__file__).parent
TABLE = "{{ config(materialized='table') }} "
FILES = {
    "models/a.sql": TABLE + "select 1 as id",
    "models/b.sql": TABLE + "select 1 as id",
    "models/c.sql": TABLE + "select id from {{ ref('b') }}",
    "models/all.yml": "models:\n  - name: b\n    columns: [{name: id, data_tests: [not_null, unique]}]\n",
}


def comment(project: Folder) -> str:
    return (project.root / "target/ci.md").read_text(encoding="utf-8")


def test_what_did_not_change_is_the_relation_that_readers_have(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    seen = project.relations()
    project.write("models/b.sql", TABLE + "select 2 as id")
    done = project.run("ci")
    assert done.code == 0, done.err
    assert len(project.relations() - seen) == 2
    assert project.query("select (select id from main.c), (select id from main_ci.c), (select id from main_ci.a)") == [
        (1, 2, 1)
    ]
    assert "| build in <code>main_ci</code> | 2 built, 1 reused |" in comment(project)
    run = project.run("runs", "--json").json["runs"]
    assert [r["command"] for r in run] == ["build"], "runs are those of an environment"
    run = project.run("runs", "--json", "--schema", "main_ci").json["runs"]
    assert [(r["command"], r["status"]) for r in run] == [("ci", "published")]


def test_a_schema_is_taken_back_and_nothing_of_anybody_else(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    seen = project.relations()
    project.write("models/b.sql", TABLE + "select 2 as id")
    project.run("ci", "--schema", "ci_12")
    assert "dropped 3 views of 'ci_12'" in project.run("ci", "--drop", "--schema", "ci_12").err
    assert project.relations() == seen
    assert project.query(
        "select (select id from main.c), (select count(*) from duckdb_schemas() where schema_name = 'ci_12')"
    ) == [(1, 0)]
    done = project.run("ci", "--drop", "--schema", "ci_12")
    assert (done.code, "nothing is published in 'ci_12'" in done.err) == (0, True)
    assert project.run("ci", "--drop", "--schema", "main").code == 2, "what readers see is no schema of a request"


def test_a_failing_test_fails_and_readers_of_the_schema_see_what_they_saw(folder: Make) -> None:
    project = folder(FILES)
    project.write("models/b.sql", TABLE + "select null as id, 'anna@example.com' as mail")
    done = project.run("ci", "--junit", "out.xml")
    assert done.code == 1
    text = comment(project)
    assert "something is wrong" in text
    assert "test <code>not_null_b_id</code> (models/all.yml:3): 1 failing row" in text
    assert "anna" not in text
    assert "not compared: the build failed" in text
    assert (project.root / "out.xml").is_file()


def test_errors_of_the_project_stand_in_the_comment(folder: Make) -> None:
    project = folder({**FILES, "models/d.sql": "select 1 as id\nfrom {{ ref('nowhere') }}"})
    assert project.run("ci").code == 2
    assert "- <code>models/d.sql:2</code>: " in comment(project)
    assert "**1 error**" in comment(project)


def test_the_mark_is_the_same_in_every_run_and_of_the_project_alone(folder: Make) -> None:
    project = folder(FILES)
    project.run("ci")
    first = comment(project)
    project.write("models/b.sql", "select nothing")
    project.run("ci")
    assert comment(project).splitlines()[0] == first.splitlines()[0] == "<!-- convsql ci: tiny -->"
    assert comment(project) != first


def test_without_the_data_it_goes_as_far_as_it_can(folder: Make) -> None:
    sources = (
        "sources:\n  - name: raw\n    meta: {external_location: \"read_csv('raw/{name}.csv')\"}\n"
        "    tables: [{name: events, columns: [{name: id, data_type: bigint}]}]\n"
    )
    project = folder({"models/s.yml": sources, "models/a.sql": "select id from {{ source('raw', 'events') }}"})
    done = project.run("ci")
    assert done.code == 0, done.err
    assert "not built: raw.events not there" in comment(project)
    project.write("raw/events.csv", "id\n1\n")
    project.run("ci")
    assert "1 built" in comment(project)


def test_a_summary_of_the_step_is_added_to(folder: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    project = folder(FILES)
    project.run("ci", "--comment", "here.md")
    assert summary.read_text() == "before\n" + (tmp_path / "here.md").read_text()


@pytest.mark.parametrize("name", ["main", "_convsql", "a;b", "pg_catalog", ""])
def test_a_schema_is_one_of_its_own(folder: Make, name: str) -> None:
    project = folder(FILES)
    done = project.run("ci", "--schema", name)
    assert (done.code, project.run("history").out) == ((2, "") if name else (0, "")), done.err


def test_json_says_all_of_it(folder: Make) -> None:
    project = folder(FILES)
    document = json.loads(project.run("ci", "--json").out)
    assert (document["status"], document["build"]["status"]) == ("passed", "published")
    assert document["not_compared"] == "not compared: no base is named"


def in_repository(repository: Repository, *arguments: str) -> Run:
    return convsql("ci", "--project-dir", str(repository.project), *arguments)


def locked(repository: Repository) -> None:
    """A commit, tagged `locked`, whose definitions hold."""
    told = {"owner": "growth", "description": "Who buys after an SMS."}
    repository.metrics({**VERSION_1, **told}, {**VERSION_2, **told})
    assert convsql("metrics", "lock", "--project-dir", str(repository.project)).code == 0
    repository.commit("locked")


@pytest.mark.slow
def test_the_numbers_are_compared_with_the_base_and_the_comment_is_the_golden_one(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked(repository)
    git(repository.root, "update-ref", "refs/remotes/origin/main", "locked")
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    done = in_repository(repository)
    assert done.code == 0, done.err
    assert "no conversation moved" in comment_of(repository)
    repository.edit("seeds/channels.csv", "sms,sms,24,24", "sms,sms,48,48")
    assert in_repository(repository).code == 1, "a mapping changed what locked versions mean"
    text = comment_of(repository).replace(git(repository.root, "rev-parse", "locked")[:12], "0123456789ab")
    assert text == (HERE / "comment.md").read_text(encoding="utf-8")
    assert len(text) < 65_536


def comment_of(repository: Repository) -> str:
    return (repository.project / "target/ci.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_definition_that_changed_under_its_version_fails(repository: Repository) -> None:
    locked(repository)
    repository.edit("vars.yml", "window_days: 14", "window_days: 15")
    done = in_repository(repository, "--annotations", "github")
    assert done.code == 1
    assert "**1 broken rules**" in comment_of(repository)
    assert "definition_changed" in comment_of(repository)
    assert "::error file=vars.yml,line=" in done.err
