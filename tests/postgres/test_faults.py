"""Whatever goes wrong while a build publishes to PostgreSQL, readers see one whole build: the old one or the new one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from convsql.engines import postgres_opening, postgres_views
from convsql.engines.postgres import LOCKS, TIDYING
from tests.postgres.project import PostgresFolder
from tests.support.engine_projects import LETTERS
from tests.support.root import ROOT

pytestmark = pytest.mark.slow  # most of it is waiting for locks

Make = Callable[..., PostgresFolder]
NAMES = ("first", "second", "third")
FILES = {
    **LETTERS,
    "models/models.yml": """\
        models:
          - name: third
            columns: [{name: n, data_tests: [not_null, {accepted_values: {arguments: {values: [2], quote: false}}}]}]
        """,
}
# A build in a process of its own, in which the statement numbered COUNT ends the process, or its connection.
DRIVER = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell hands down "ignore"
from convsql.engines.postgres import PostgresSession
run, how, wanted = PostgresSession._run, sys.argv[1], int(sys.argv[2])
count = 0
def faulty(self, sql, parameters=None):
    global count
    count += 1
    if count == wanted and how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if count == wanted and how == "disconnect":
        import psycopg
        with psycopg.connect(**{**self.connection.info.get_parameters(), "password": os.environ["DBT_ENV_SECRET_PG_PASSWORD"]}, autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s, 5000)", [self.connection.info.backend_pid])
    return run(self, sql, parameters)
PostgresSession._run = faulty
from convsql.cli import run as command
code = command(sys.argv[3:])
print("statements", count)
raise SystemExit(code)
"""


@pytest.fixture
def built(pg: Make) -> PostgresFolder:
    """A project whose rows say which build they are of, after build `old`."""
    project = pg(FILES)
    build(project, "old")
    return project


def build(project: PostgresFolder, marker: str, code: int = 0, *options: str) -> Any:
    return project.build("--vars", f"{{marker: {marker}}}", *options, code=code)


def start(project: PostgresFolder, marker: str, how: str = "", at: int = 0) -> subprocess.Popen[str]:
    """Begin a build in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, how, str(at), "build", "--project-dir", str(project.root), "--target", "pg",
         "--vars", f"{{marker: {marker}}}"],
        cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )  # fmt: skip


def markers(project: PostgresFolder) -> set[str]:
    """The builds that published rows are of, read at one moment; every view must be there and whole."""
    query = " union all ".join(f"select marker, '{name}' as name from marts.{name}" for name in NAMES)
    rows = project.query(query)
    assert sorted(name for _, name in rows) == ["first", "first", "second", "second", "third"]
    return {marker for marker, _ in rows}


def how_many_statements(project: PostgresFolder) -> int:
    process = start(project, "counted")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    found = re.search(r"statements (\d+)", out)
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize("how", ["kill", "disconnect"])
def test_a_builder_that_dies_at_any_statement(built: PostgresFolder, how: str) -> None:
    count = how_many_statements(built)
    stride = min(
        int(os.environ.get("CONVSQL_FAULT_STRIDE", "1")), 5
    )  # a larger one meets no statement after the publish
    before = "counted"
    published = 0
    for at in range(1, count + 1, stride):
        marker = f"at_{at}"
        process = start(built, marker, how, at)
        _, err = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL if how == "kill" else process.returncode in (0, 2, 4), (at, err)
        assert "Traceback" not in err
        seen = markers(built)
        assert seen in ({before}, {marker}), (at, seen, before, err)
        if how == "disconnect":
            if process.returncode == 0:
                assert seen == {marker}, (at, err)
            elif process.returncode == 2:
                assert seen == {before}, (at, err)
                assert "was lost" in err, (at, err)
        published += seen == {marker}
        before = seen.pop()
    assert 0 < published < count
    build(built, "last")
    assert markers(built) == {"last"}
    assert len(built.relations()) <= 3 * 3 + 1, "what dead builders left is dropped by the next one"


def test_two_builders_at_once_do_not_harm_each_other(built: PostgresFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_opening, "PATIENCE", 0.3)
    with in_the_midst(built, "slow"):
        done = build(built, "quick", 3)
        assert "is in use (held by process" in done.err
        assert markers(built) == {"old"}
    assert markers(built) == {"slow"}
    build(built, "quick")
    assert markers(built) == {"quick"}


def test_the_one_that_comes_second_finds_the_head_moved(built: PostgresFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """It planned before the other published, and waited for its lock."""
    opened = postgres_opening.open_server
    others: list[str] = []

    def later(keys: Any, environment: str | None = None) -> Any:
        if environment is not None and not others:
            others.append("now")
            build(built, "other")
        return opened(keys, environment)

    monkeypatch.setattr(postgres_opening, "open_server", later)
    done = build(built, "late", 3)
    assert "moved from build 1 to 2" in done.err
    assert markers(built) == {"other"}


def test_a_statement_timeout_is_an_error_that_says_so(built: PostgresFolder) -> None:
    built.execute(f"alter role convsql in database {built.database.name} set statement_timeout = '300ms'")
    built.write(
        "models/third.sql",
        "{{ config(materialized='table') }} select count(*) as n, max(a.marker) as marker from {{ ref('second') }} as a"
        " cross join (with recursive n as (select 1 as i union all select i + 1 as i from n where i < 30000000)"
        " select max(i) as i from n) as long",
    )
    done = build(built, "new", 1)
    assert "statement_timeout" in done.err + done.out
    assert markers(built) == {"old"}


def test_readers_are_not_locked_out_while_a_build_runs(built: PostgresFolder) -> None:
    with in_the_midst(built, "new"), built.database.connect() as reader:
        reader.execute("set statement_timeout = '2s'")
        assert reader.execute("select count(*) from marts.first where marker = 'old'").fetchall() == [(2,)]
    assert markers(built) == {"new"}


def test_a_reader_that_stays_for_long_keeps_its_build_and_is_named(
    built: PostgresFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_views, "PATIENCE", 0.6)
    with built.database.connect() as reader:
        reader.execute("begin")
        reader.execute("select * from marts.second")
        done = build(built, "new", 3)
        assert "others read them: process" in done.err
        assert "another tool" in done.err
        with built.database.connect() as other:  # nobody queues behind a publish that gave up
            other.execute("set statement_timeout = '1s'")
            other.execute("select * from marts.second")
        assert reader.execute("select distinct marker from marts.second").fetchall() == [("old",)]
        reader.execute("commit")
    assert markers(built) == {"old"}
    done = build(built, "new")
    assert markers(built) == {"new"}
    assert "reused" in done.err + done.out


def test_a_publish_waits_for_a_reader_that_ends(built: PostgresFolder) -> None:
    reader = built.database.connect()
    reader.execute("begin")
    reader.execute("select * from marts.first")
    ending = threading.Timer(2.0, reader.close)
    ending.start()
    build(built, "new")
    ending.join()
    assert markers(built) == {"new"}


def test_views_of_others_go_on_over_a_build_and_are_never_dropped(built: PostgresFolder) -> None:
    built.execute("create schema reporting; create view reporting.mine as select * from marts.third")
    build(built, "new")
    assert built.query("select marker from reporting.mine") == [("new",)]
    built.write(
        "models/third.sql",
        "{{ config(materialized='table') }} select max(marker) as marker, count(*) as n from {{ ref('second') }}",
    )
    done = build(built, "newer", 2)
    assert "something of yours rests on it" in done.err
    assert "reporting.mine" in done.err
    assert markers(built) == {"new"}
    assert built.query("select marker from reporting.mine") == [("new",)]
    built.execute("drop view reporting.mine")
    build(built, "newer")
    assert markers(built) == {"newer"}


def test_rights_on_a_view_stay_when_its_columns_change(built: PostgresFolder) -> None:
    built.execute("do $$ begin create role reader; exception when duplicate_object then null; end $$")
    built.execute("grant select on marts.third to reader")
    built.write(
        "models/third.sql",
        "{{ config(materialized='table') }} select max(marker) as marker, count(*) as n from {{ ref('second') }}",
    )
    build(built, "new")
    assert built.query("select has_table_privilege('reader', 'marts.third', 'select')") == [(True,)]


def test_ctrl_c_cancels_the_statement_in_the_server(built: PostgresFolder) -> None:
    with in_the_midst(built, "new", ends=False) as process:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 130, err
        active = (
            "select count(*) from pg_stat_activity where application_name = 'convsql' and datname = current_database()"
        )
        assert built.query(active) == [(0,)]
    assert markers(built) == {"old"}


def test_a_killed_builder_lets_the_next_one_in(built: PostgresFolder) -> None:
    """Its session ends with it, even in the midst of a long statement."""
    with in_the_midst(built, "dead", ends=False) as process:
        process.kill()
        process.wait()
    build(built, "new")
    assert markers(built) == {"new"}


@contextmanager
def in_the_midst(project: PostgresFolder, marker: str, ends: bool = True) -> Iterator[subprocess.Popen[str]]:
    """A build of another process that has the database open for writing and waits; it goes on, and ends well, after the block."""
    holder = project.database.connect()
    holder.execute(f"select pg_advisory_lock({LOCKS}, {TIDYING})")
    process = start(project, marker)
    try:
        until = time.monotonic() + 30
        waiting = (
            "select count(*) from pg_stat_activity where application_name = 'convsql' and wait_event_type = 'Lock'"
        )
        while project.query(waiting) == [(0,)]:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < until
            time.sleep(0.05)
        yield process
        holder.close()
        if ends:
            _, err = process.communicate(timeout=60)
            assert process.returncode == 0, err
    finally:
        holder.close()
        process.kill()
        process.communicate()
