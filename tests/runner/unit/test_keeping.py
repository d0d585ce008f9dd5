"""What stays in the database: as much after many builds as after few, whatever became of them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.support import Folder

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "
MODELS = {
    "models/a.sql": TABLE + "select range as id, '{{ var('day', 0) }}' as d from range(100)",
    "models/b.sql": TABLE + "select * from {{ ref('a') }}",
    "models/a.yml": "models: [{name: a, columns: [{name: id, data_tests: [not_null, unique]}]}]",
    "tests/fails.sql": "select 1 as bad from {{ ref('b') }} where d like '%fails' limit 1",
    "tests/warns.sql": "{{ config(severity='warn') }} select 1 as bad from {{ ref('b') }} where d like '%warns' limit 1",
}


def day(project: Folder, name: str, *options: str, code: int = 0) -> None:
    project.build("--vars", json.dumps({"day": name}), *options, code=code)


def counts(project: Folder) -> dict[str, int]:
    """Relations, and rows of convsql's own tables (of `builds`: those whose views are kept)."""
    rows = project.query(
        "select (select count(*) from _convsql.verdicts), (select count(*) from _convsql.needs),"
        " (select count(*) from _convsql.builds where views is not null)"
    )
    return {"relations": len(project.relations()), **dict(zip(("verdicts", "needs", "builds"), rows[0], strict=True))}


@pytest.mark.slow
def test_builds_that_fail_again_and_again_leave_the_last_attempt_alone(folder: Make) -> None:
    project = folder(MODELS)
    day(project, "0")
    for number in range(1, 13):
        day(project, f"{number} fails", code=1)
        found = counts(project)
        assert found == {"relations": 4, "verdicts": found["verdicts"], "needs": 2, "builds": 1}
        assert found["verdicts"] <= 8
    assert project.query("select distinct d from b") == [("0",)]


def test_published_builds_leave_what_can_be_shown_again(folder: Make) -> None:
    project = folder(MODELS)
    seen = []
    for number in range(8):
        day(project, str(number))
        seen.append(counts(project))
    assert seen[3:] == [{"relations": 6, "verdicts": 12, "needs": 3, "builds": 3}] * 5
    assert project.query("select count(*) from _convsql.builds where published_at is not null") == [(8,)]
    assert project.query("select count(*) from _convsql.builds where definitions is null and basis is null") == [(5,)]


def test_a_failed_build_is_resumed(folder: Make) -> None:
    project = folder(MODELS)
    day(project, "1 fails", code=1)
    project.write("tests/fails.sql", "select 1 as bad from {{ ref('b') }} where false")
    done = project.build("--vars", '{"day": "1 fails"}')
    assert "2 reused" in done.err


def test_a_test_is_not_run_again_while_a_build_that_can_be_shown_has_it(folder: Make) -> None:
    project = folder(MODELS)
    day(project, "1")
    day(project, "2 fails", code=1)
    day(project, "3")
    done = project.build("--vars", '{"day": "1"}', "--json")
    assert {r["status"] for r in done.json["results"]} == {"reused", "pass"}
    assert max(r["execution_time"] for r in done.json["results"]) == 0


def test_only_the_present_verdicts_are_read(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    from convsql.building import build

    project = folder(MODELS)
    for number in range(3):
        day(project, str(number))
    read: list[int] = []
    verdicts = build.read_verdicts

    def counting(*arguments: object) -> object:
        found = verdicts(*arguments)  # type: ignore[arg-type]
        read.append(len(found))
        return found

    monkeypatch.setattr(build, "read_verdicts", counting)
    assert "nothing to do" in project.build("--vars", '{"day": "2"}').err
    assert read == [4]


def test_failing_rows_are_those_of_the_last_run(folder: Make) -> None:
    project = folder(MODELS)
    kept = "select table_name from duckdb_tables() where schema_name = '_convsql_failures' order by 1"
    day(project, "1 fails", code=1)
    assert project.query(kept) == [("fails",)]
    day(project, "2 warns")
    assert project.query(kept) == [("warns",)]
    project.write("models/c.sql", "select 1 as id")
    day(project, "2 warns")  # the warning holds, and so do its rows
    assert project.query(kept) == [("warns",)]
    day(project, "3")
    assert project.query(kept) == []


@pytest.mark.slow
def test_full_refreshes_that_fail_leave_nothing_behind(folder: Make) -> None:
    project = folder(MODELS)
    day(project, "1")
    project.write("tests/fails.sql", "select 1 as bad from {{ ref('b') }}")
    for _ in range(4):
        day(project, "1", "--full-refresh", code=1)
        assert len(project.relations()) == 4


@pytest.mark.slow
def test_two_environments_keep_what_each_needs(folder: Make) -> None:
    project = folder(MODELS)
    project.write(
        "profiles.yml",
        "tiny: {target: dev, outputs: {dev: {type: duckdb, path: tiny.duckdb, schema: main},"
        " ci: {type: duckdb, path: tiny.duckdb, schema: ci}}}",
    )
    day(project, "1")
    for number in range(2, 8):
        day(project, str(number), "--target", "ci")
    assert "nothing to do" in project.build("--vars", '{"day": "1"}').err


@pytest.mark.slow
def test_rolling_back_to_and_fro_keeps_the_originals(folder: Make) -> None:
    project = folder(MODELS)
    for number in range(3):
        day(project, str(number))
    for to in (1, 2, 1, 2, 3):
        assert project.run("rollback", "--to", str(to)).code == 0
        assert project.query("select distinct d from b") == [(str(to - 1),)]
    assert counts(project)["builds"] <= 4
    rows = {r["build"]: r["can_be_shown"] for r in project.run("history", "--json").json}
    assert [rows[n] for n in (1, 2, 3, 8)] == [True, True, True, True]


def test_what_an_older_convsql_remembered_is_taken_over(folder: Make) -> None:
    project = folder(MODELS)
    day(project, "1")
    project.execute(
        "insert into _convsql.verdicts select md5(range::varchar), 'pass', 0, '', now()::timestamp from range(50000);"
        " drop table _convsql.needs"
    )
    day(project, "1")
    day(project, "2")
    assert counts(project)["verdicts"] == 4
    project.execute("alter table _convsql.verdicts drop column message")
    for command in ("history", "debug", "ls"):
        assert project.run(command).code == 0
    day(project, "2")
    assert counts(project)["verdicts"] == 4
    assert "nothing to do" in project.build("--vars", '{"day": "2"}').err


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ("update _convsql.builds set views = 'no json'", "build 1 can't be read"),
        ('update _convsql.builds set views = \'[{"schema": "main"}]\'', "build 1 can't be read"),
        ("alter table _convsql.builds drop column basis", "has no column 'basis'"),
        ("drop table _convsql.heads; create table _convsql.heads (x int)", "has no column 'environment'"),
    ],
)
def test_a_history_that_can_not_be_read_is_refused(change: str, word: str, folder: Make) -> None:
    project = folder(MODELS)
    day(project, "1")
    project.execute(change)
    for command in ("build", "history", "rollback", "clean", "debug"):
        done = project.run(command)
        assert done.code == 2, (command, done)
        assert word in done.err
        assert "drop the schemas _convsql and _convsql_data" in done.err
