"""Runs on a PostgreSQL target: recorded in the project, held, tried again, ended in time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from convsql.engines.postgres import PostgresSession
from tests.postgres.project import PostgresFolder
from tests.support.postgres_server import PASSWORD

pytestmark = pytest.mark.slow  # waits, and servers that are away

Make = Callable[..., PostgresFolder]
TABLE = "{{ config(materialized='table') }} "


def runs(project: PostgresFolder) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = project.run("runs", "--json").json["runs"]
    return found


def test_a_build_is_held_until_unhold(pg: Make) -> None:
    project = pg()
    for number in (1, 2):
        project.write("models/a.sql", TABLE + f"select {number} as id")
        project.build()
    assert project.run("rollback", "--hold", "--reason", "wrong").code == 0
    done = project.build(code=5)
    assert "wrong" in done.err
    assert [r["held"] is not None for r in project.run("history", "--json").json] == [True, False, False]
    project.run("unhold")
    project.build()
    assert runs(project)[0]["status"] == "published"
    assert [file.parent.name for file in project.root.rglob("*.runs.jsonl")] == ["logs"]


def test_a_lost_connection_is_tried_again(pg: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convsql.cli.recorded.FIRST_WAIT", 0.0)
    really, cut = PostgresSession.create_as, []

    def once(session: PostgresSession, *given: Any) -> None:
        if not cut:
            cut.append(1)
            parameters = {**session.connection.info.get_parameters(), "password": PASSWORD}
            with psycopg.connect(**parameters, autocommit=True) as other:
                other.execute("select pg_terminate_backend(%s, 5000)", [session.connection.info.backend_pid])
        really(session, *given)

    monkeypatch.setattr(PostgresSession, "create_as", once)
    project = pg({"models/a.sql": TABLE + "select 1 as id"})
    project.build("--retries", "1")
    assert (runs(project)[0]["attempts"], runs(project)[0]["status"]) == (2, "published")


def test_a_server_that_is_away_is_tried_again_and_a_wrong_password_is_not(
    pg: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convsql.cli.recorded.FIRST_WAIT", 0.0)
    project = pg({"models/a.sql": TABLE + "select 1 as id"})
    profiles = (project.root / "profiles.yml").read_text()
    port = f"port: {project.database.port}"
    assert port in profiles
    project.write("profiles.yml", profiles.replace(port, "port: 1"))
    project.build("--retries", "2", code=2)
    project.write("profiles.yml", profiles)
    monkeypatch.setenv("DBT_ENV_SECRET_PG_PASSWORD", "another")
    project.build("--retries", "2", code=2)
    assert [(r["attempts"], r["error"]["kind"]) for r in runs(project)] == [(1, "ConvsqlError"), (3, "Disconnected")]


def test_a_statement_is_ended_when_the_time_is_over(pg: Make) -> None:
    endless = "select count(*) as n from " + " cross join ".join(f"{{{{ ref('a') }}}} as t{i}" for i in range(5))
    rows = "n\n" + "".join(f"{n}\n" for n in range(400))
    project = pg(
        {
            "seeds/rows.csv": rows,
            "models/a.sql": TABLE + "select n from {{ ref('rows') }}",
            "models/b.sql": TABLE + endless,
        }
    )
    project.build("--timeout", "2", code=124)
    assert {name for name, _ in runs(project)[0]["built"]} == {"rows", "a"}


def test_a_request_is_built_beside_what_readers_see_and_taken_back(pg: Make) -> None:
    project = pg({"models/a.sql": TABLE + "select 1 as id", "models/b.sql": TABLE + "select id from {{ ref('a') }}"})
    project.build()
    seen = project.relations()
    project.write("models/b.sql", TABLE + "select id + 1 as id from {{ ref('a') }}")
    done = project.run("ci", "--schema", "ci_12")
    assert done.code == 0, done.err
    assert project.query("select (select id from marts.b), (select id from ci_12.b)") == [(1, 2)]
    assert "1 built, 1 reused" in (project.root / "target/ci.md").read_text()
    assert "dropped 2 views" in project.run("ci", "--drop", "--schema", "ci_12").err
    assert project.relations() == seen
    assert project.query("select count(*) from information_schema.schemata where schema_name = 'ci_12'") == [(0,)]
    project.build()


def test_how_old_the_data_are_is_asked_of_the_server(pg: Make) -> None:
    sources = """\
        sources:
          - name: raw
            loaded_at_field: loaded_at
            freshness: {error_after: {count: 2, period: day}, filter: id > 0}
            tables: [{name: events}]
        """
    yml = "models:\n  - name: a\n    config: {meta: {max_age: {count: 2, period: day, column: at}}}\n"
    select = "select cast(loaded_at as timestamp) as at from {{ source('raw', 'events') }}"
    project = pg({"models/s.yml": sources, "models/a.sql": TABLE + select, "models/all.yml": yml})
    project.execute("create schema raw")
    project.execute("create table raw.events as select 1 as id, now() - interval '1 day' as loaded_at")
    project.build()
    assert project.run("source", "freshness", "--json").json["results"][0]["status"] == "pass"
    assert project.run("check").code == 0
    project.execute("update raw.events set loaded_at = loaded_at - interval '2 days'")
    project.execute("insert into raw.events values (0, now()), (2, now() + interval '9 days')")
    done = project.run("source", "freshness")
    assert (done.code, "1 row of the future left out" in done.err) == (1, True), done.err
    project.build()
    assert project.run("check").code == 0  # the row that the filter leaves out of freshness is in the model
    project.execute("delete from raw.events where id = 0")
    project.build()
    done = project.run("check")
    assert (done.code, "its latest at is 3 d ago; 2 d are promised" in done.err) == (1, True), done.err
