"""What a model made in parts is in the database, night after night, and what becomes of it in every command that builds, drops or shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from convsql.building import in_parts
from convsql.engines.duckdb import DuckDBSession
from convsql.engines.session import EngineError
from tests.support import Folder

Make = Callable[..., Folder]
MODEL = "{{ config(materialized='table') }} select k, count(*) as n, max(body) as body from {{ ref('stg') }} group by k"
FILES = {
    "models/s.yml": "sources: [{name: raw, tables: [{name: t}]}]\n",
    "models/stg.sql": "{{ config(materialized='table') }} select contact_id as k, contact_id, body from {{ source('raw', 't') }}",
    "models/m.sql": MODEL,
    "models/m.yml": """
        models:
        - name: m
          columns:
          - {name: k, data_tests: [unique, not_null]}
          - name: body
            data_tests: [{accepted_values: {arguments: {values: [a, b, c]}}}]
    """,
}


def project_of(folder: Make, **files: str) -> Folder:
    project = folder({**FILES, **files})
    project.execute(
        "create schema raw; create table raw.t as select 'c' || range as contact_id, 'a' as body from range(40)"
    )
    return project


def arrives(project: Folder, number: int, body: str = "b") -> None:
    project.execute(f"insert into raw.t values ('c{number}', '{body}')")


def tables(project: Folder) -> dict[str, str]:
    """The physical relations of the model, by kind of name."""
    rows = project.query(
        "select table_name, table_type from information_schema.tables where table_schema = '_convsql_data' and table_name like 'm\\_\\_%' escape '\\'"
    )
    return {str(name): str(kind) for name, kind in rows}


def made(project: Folder) -> str:
    results = json.loads((project.root / "target/run_results.json").read_text())["results"]
    (mine,) = [r for r in results if r["unique_id"].endswith(".m")]
    return str(mine["adapter_response"]["convsql"].get("made"))


def test_nothing_of_the_base_is_written_again(folder: Make) -> None:
    project = project_of(folder)
    project.build()
    assert set(tables(project).values()) == {"BASE TABLE"}
    arrives(project, 7)
    done = project.build()
    assert made(project) == "in parts: 1 of 40 rows anew, by k"
    assert "1 model made of the last version: 1 of 40 rows anew (`convsql explain` says it of each)" in done.err
    assert list(tables(project).values()).count("VIEW") == 1
    assert project.query("select k, n, body from m where k in ('c6', 'c7') order by 1") == [
        ("c6", 1, "a"),
        ("c7", 2, "b"),
    ]
    arrives(project, 7)
    arrives(project, 99)
    project.build()
    assert made(project) == "in parts: 2 of 41 rows anew, by k"  # on a second night too
    assert project.query("select n from m where k = 'c7'") == [(3,)]
    assert project.query("select count(*), count(distinct k) from m") == [(41, 41)]
    project.execute("delete from raw.t where contact_id = 'c7'")
    project.build()
    assert project.query("select count(*), count(distinct k), sum(n) from m") == [(40, 40, 40)]


def test_once_many_rows_stand_beside_the_base_all_are_written_together(folder: Make) -> None:
    project = project_of(folder)
    project.build()
    for night in range(14):
        arrives(project, night)
        project.build()
        assert project.query("select count(*), sum(n) from m") == [(40, 41 + night)]
        assert made(project).startswith("in parts")
    names = tables(project)
    bases = [name for name, kind in names.items() if kind == "BASE TABLE" and not name.endswith(("_keys", "_rows"))]
    assert len(names) <= 3 * 4  # three builds that can be shown and a base
    assert len(bases) <= 2


def test_an_earlier_build_is_shown_as_it_was(folder: Make) -> None:
    project = project_of(folder)
    project.build()
    for number in (3, 4):
        arrives(project, number)
        project.build()
    assert project.run("rollback").code == 0
    assert project.query("select k from m where n > 1") == [("c3",)]
    arrives(project, 5)
    project.build()
    assert project.query("select k from m where n > 1 order by 1") == [("c3",), ("c4",), ("c5",)]


def test_a_full_refresh_and_a_changed_query_make_it_whole(folder: Make) -> None:
    project = project_of(folder)
    project.build()
    arrives(project, 3)
    project.build("--full-refresh")
    assert made(project) == "None"
    arrives(project, 4)
    project.write("models/m.sql", MODEL.replace("count(*)", "count(*) * 10"))
    project.build()
    assert made(project) == "None"
    assert project.query("select n from m where k = 'c4'") == [(20,)]


def test_a_model_may_ask_to_be_made_whole(folder: Make) -> None:
    config = "{{ config(meta={'made_whole': true}) }}"
    project = project_of(folder, **{"models/m.sql": config + MODEL})
    project.build()
    arrives(project, 3)
    project.build()
    assert made(project) == "None"
    assert project.query("select n from m where k = 'c3'") == [(2,)]
    assert "made whole: its `meta` has `made_whole: true`" in project.run("explain", "m").out


DATED = MODEL.replace("select k,", "select k, max(current_date) as day,")
OVER_DATED = MODEL.replace("ref('stg')", "ref('seen')").replace("select k,", "select k, max(day) as day,")
SEEN = "{{ config(materialized='view') }} select k, body, today() as day from {{ ref('stg') }}"


@pytest.mark.parametrize(
    ("files", "word"),
    [({"models/m.sql": DATED}, "current_date"), ({"models/m.sql": OVER_DATED, "models/seen.sql": SEEN}, "today()")],
)
def test_what_reads_the_clock_is_made_whole(folder: Make, files: dict[str, str], word: str) -> None:
    project = project_of(folder, **files)
    project.build()
    arrives(project, 3)
    project.build()
    assert project.query("select n from m where k = 'c3'") == [(2,)]
    why = f"it reads {word}, and rows of another night would have another answer"
    assert made(project) == f"whole: {why}"
    assert f"made whole: {why}" in project.run("explain", "m").out


def test_a_query_that_is_too_long_to_be_looked_into_is_made_whole(
    folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convsql.compiling.localities.LONGEST", 10)
    project = project_of(folder)
    project.build()
    arrives(project, 3)
    project.build()
    assert re.fullmatch(r"whole: its query is too long: \d+ characters", made(project))


def test_what_is_built_over_an_earlier_version_of_a_parent_is_made_whole(folder: Make) -> None:
    project = project_of(folder)
    project.build()
    arrives(project, 3)
    project.build("--select", "stg")
    arrives(project, 4)
    project.build()
    assert made(project) == "None"
    assert project.query("select k from m where n > 1 order by 1") == [("c3",), ("c4",)]


def test_a_forgotten_person_is_in_no_base(folder: Make) -> None:
    project = project_of(folder)
    project.execute("insert into raw.t values ('anna-of-this-test', 'c')")
    project.build()
    arrives(project, 7)
    project.build()
    assert list(tables(project).values()).count("VIEW") == 1
    project.execute("delete from raw.t where contact_id = 'anna-of-this-test'")
    done = project.run("forget", "--contact", "anna-of-this-test")
    assert done.code == 0, done.err + done.out
    assert b"anna-of-this-test" not in (project.root / "tiny.duckdb").read_bytes()
    assert project.query("select count(*), sum(n) from m") == [(40, 41)]


@pytest.mark.parametrize("at", range(0, 40, 3))
def test_a_statement_that_fails_on_the_way_leaves_the_whole_query_to_make_it(
    at: int, folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(folder)
    project.build()
    arrives(project, 7)
    once = DuckDBSession.execute
    count = -1

    def execute(self: DuckDBSession, sql: str, parameters: Any = None) -> None:
        nonlocal count
        if "temporary table" in sql or "m__" in sql:
            count += 1
            if count == at:
                raise EngineError("the disk is tired")
        once(self, sql, parameters)

    monkeypatch.setattr(DuckDBSession, "execute", execute)
    project.run("build")
    monkeypatch.setattr(DuckDBSession, "execute", once)
    project.build()
    assert project.query("select count(*), sum(n) from m") == [(40, 41)]
    assert len([name for name in tables(project) if name.endswith("_rows")]) <= 1


def test_that_a_statement_failed_is_said(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_of(folder)
    project.build()
    arrives(project, 7)
    once = DuckDBSession.execute
    monkeypatch.setattr(
        DuckDBSession,
        "execute",
        lambda self, sql, parameters=None: once(self, "select error('no')" if "as touched" in sql else sql, parameters),
    )
    done = project.run("build")
    assert done.code == 0
    assert "made whole, as a statement failed that makes it in parts: m (`convsql explain` says which)" in done.err
    monkeypatch.undo()
    assert "whole: it could not be made in parts" in project.run("explain", "m").out
    assert project.query("select n from m where k = 'c7'") == [(2,)]


def test_a_row_that_fails_among_what_changed_is_found(folder: Make) -> None:
    project = project_of(folder)
    project.build()
    arrives(project, 7, "x")
    done = project.build(code=1)
    assert "accepted_values_m_body" in done.err
    assert "1 failing row" in done.err
    project.execute("update raw.t set body = 'b' where body = 'x'")
    project.build()
    assert project.query("select body from m where k = 'c7'") == [("b",)]


def sent_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that are sent from now on."""
    sent: list[str] = []
    once = DuckDBSession.fetch
    monkeypatch.setattr(
        DuckDBSession, "fetch", lambda self, sql, parameters=None: sent.append(sql) or once(self, sql, parameters)
    )
    monkeypatch.setattr("convsql.building.tests_together.FEW_ROWS", 0)  # or they are counted together
    return sent


def test_whether_values_are_unique_is_asked_of_those_that_were_touched(
    folder: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(folder)
    project.build()
    arrives(project, 7)
    sent = sent_of(monkeypatch)
    project.build()
    grouped = [sql for sql in sent if "having" in sql]
    assert grouped and not [sql for sql in grouped if "failure_count" in sql]
    assert all("_changed_" in sql for sql in grouped), grouped


def test_a_value_that_a_new_row_repeats_is_found(folder: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    every_row = "{{ config(materialized='table') }} select contact_id as k, body from {{ ref('stg') }}"
    project = project_of(folder, **{"models/m.sql": every_row})
    project.build()
    arrives(project, 7)
    failed = project.run("build")
    assert failed.code == 1 and "1 failing row" in failed.out + failed.err
    project.execute("delete from raw.t where contact_id = 'c7' and body = 'b'")
    arrives(project, 41)
    project.build()
    arrives(project, 41, "a")
    monkeypatch.setattr("convsql.building.tests_together.FEW_ROWS", 0)
    assert project.run("build").code == 1


def test_explain_says_how_a_model_is_made(folder: Make) -> None:
    project = project_of(
        folder, **{"models/top.sql": "{{ config(materialized='table') }} from {{ ref('m') }} order by k limit 3"}
    )
    project.build()
    assert project.run("explain", "stg").out.splitlines()[1] == (
        "made whole: it reads the source 't', of which nothing tells which rows are new"
    )
    assert project.run("explain", "top").out.splitlines()[1] == "made whole: its query has a limit"
    arrives(project, 7)
    project.build()
    assert project.run("explain", "m").out.splitlines() == [
        "m (models/m.sql)",
        "can be made in parts, by k",
        "rows may change in stg",
        "last run: in parts: 1 of 40 rows anew, by k",
    ]
    found = project.run("explain", "m", "--json").json
    assert found["keys"] == [{"column": "k", "lookups": 0}]


def test_verify_whole_runs_the_whole_query_beside_it(folder: Make) -> None:
    project = project_of(folder)
    project.build()
    assert "no model that is chosen is made of its last version" in project.run("verify", "--whole").err
    arrives(project, 7)
    done = project.run("verify", "--whole")
    assert (done.code, "1 model is what a whole build would make of it" in done.err) == (0, True), done.err
    (rows,) = [name for name in tables(project) if name.endswith("_rows")]
    project.execute(f'update _convsql_data."{rows}" set n = 5')
    done = project.run("verify", "--whole", "--no-build")
    assert done.code == 1
    assert "n is 5 here and 2 there" in done.out


@pytest.mark.parametrize(("limit", "rows"), [("FEWEST_ROWS", 42), ("FEWEST_OWN", 41)])
def test_a_small_model_is_made_whole(folder: Make, monkeypatch: pytest.MonkeyPatch, limit: str, rows: int) -> None:
    monkeypatch.setattr(in_parts, limit, rows)
    project = project_of(folder)
    project.build()
    arrives(project, 7)
    project.build()
    assert made(project) == "whole: it is small: 40 rows"
