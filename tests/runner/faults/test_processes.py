"""Two builders, and readers while builds go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from convsql.building.build import Options, run_build
from convsql.building.results import Silent
from convsql.compiling.project import compile_project
from convsql.dbt_habits.habits import load_project
from convsql.engines.access import Access
from convsql.engines.duckdb import DuckDBSession, open_memory
from convsql.project.profiles import load_target
from tests.runner.faults.harness import ROWS, FaultyProject, ended, wait_for

# Reads all tables again and again, and never finds the file shut; one line of markers per read.
READING = """
import duckdb, json, sys, time
until = time.monotonic() + float(sys.argv[3])
while time.monotonic() < until:
    connection = duckdb.connect(sys.argv[1], read_only=True)
    found = set()
    for name, rows in json.loads(sys.argv[2]).items():
        read = connection.execute(f"select marker from main.{name}").fetchall()
        assert len(read) == rows, (name, len(read))
        found |= {marker for (marker,) in read}
    connection.close()
    print(json.dumps(sorted(found)), flush=True)
    time.sleep(0.02)
"""


def test_two_builders(project: FaultyProject) -> None:
    first = project.start("first", fault="pause@texts__")
    wait_for(project.root / "paused", first)
    second = project.build("second")
    assert second.code == 3, second.err
    assert f"PID {first.pid}" in second.err
    assert "Traceback" not in second.err
    (project.root / "go").touch()
    done = ended(first)
    assert done.code == 0, done.err
    assert project.markers() == {"first"}
    assert project.build("second").code == 0
    assert project.markers() == {"second"}


@pytest.mark.slow
def test_two_first_builders(fresh: FaultyProject) -> None:
    """Both make the file; one of them publishes, the other is told to come again, or both come through in turn."""
    both = [fresh.start("first"), fresh.start("second")]
    codes = [ended(process).code for process in both]
    assert set(codes) <= {0, 3}
    assert 0 in codes
    assert fresh.markers() in ({"first"}, {"second"})
    assert fresh.build("third").code == 0
    assert fresh.markers() == {"third"}
    assert not list(fresh.root.glob("*.new"))


HOLDING = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reading")
for line in sys.stdin:
    print(connection.execute("select distinct marker from main.calls order by all").fetchall(), flush=True)
"""


@contextmanager
def holding(project: FaultyProject, how: str) -> Iterator[Callable[[], str]]:
    """Another process has the file open; calling what this gives says which builds it sees."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(project.database), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None

    def sees() -> str:
        process.stdin.write("\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    sees()
    yield sees
    process.communicate(timeout=30)


def test_a_reader_that_holds_the_file_goes_on_seeing_the_build_it_opened(project: FaultyProject) -> None:
    with holding(project, "reading") as sees:
        assert project.build("new").code == 0
        assert project.markers() == {"new"}
        assert project.build("newer").code == 0
        assert sees() == "[('old',)]"
    assert project.markers() == {"newer"}
    assert left_beside(project) == []


def test_another_program_that_may_write_keeps_a_build_away(project: FaultyProject) -> None:
    with holding(project, "writing"):
        done = project.build("new")
        assert done.code == 3, done.err
        assert "the database is in use" in done.err
        assert "PID" in done.err
    assert left_beside(project) == []
    assert project.markers() == {"old"}
    assert project.build("new").code == 0


def left_beside(project: FaultyProject) -> list[str]:
    """What stands beside the database but for the record of runs."""
    beside = (p.name for p in project.root.iterdir() if p.name.startswith((".", project.database.name + ".")))
    return sorted(name for name in beside if not name.endswith(".runs.jsonl"))


def test_readers_see_one_build_at_a_time(project: FaultyProject) -> None:
    reader = subprocess.Popen(
        [sys.executable, "-c", READING, str(project.database), json.dumps(ROWS), "2"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    number = 0
    while reader.poll() is None:
        done = project.build(f"build_{number}")
        assert done.code == 0, done.err
        number += 1
        time.sleep(0.01)
    out, err = reader.communicate(timeout=30)
    assert reader.returncode == 0, err
    reads = [json.loads(line) for line in out.splitlines()]
    assert reads
    assert all(len(markers) == 1 for markers in reads), reads
    assert project.build("last").code == 0
    assert project.markers() == {"last"}


def test_a_transaction_that_stays_open(fresh: FaultyProject) -> None:
    """A reader in the builder's own process goes on seeing the build it began with, over builds that drop its relations."""
    owner = duckdb.connect(str(fresh.database))

    def build(marker: str) -> None:
        here = Path.cwd()
        os.chdir(fresh.root)
        try:
            project = load_project(fresh.root, fresh.variables(marker))
            target = load_target(project)

            def session() -> DuckDBSession:
                return DuckDBSession(owner.cursor(), {}, 0, target.folders)

            access = Access(session, session, open_memory)
            compiled = compile_project(project, target, access, use_cache=False)
            outcome = run_build(compiled, access, Options(), Silent())
            assert outcome.published is not None, [r.message for r in outcome.failed]
        finally:
            os.chdir(here)

    def read(cursor: duckdb.DuckDBPyConnection, *names: str) -> set[str]:
        return {row[0] for name in names for row in cursor.execute(f"select marker from main.{name}").fetchall()}

    build("first")
    reader = owner.cursor()
    reader.execute("begin")
    assert read(reader, "calls") == {"first"}
    for marker in ("second", "third", "fourth", "fifth"):
        build(marker)
    assert read(reader, *ROWS) == {"first"}
    reader.execute("commit")
    assert read(reader, *ROWS) == {"fifth"}
    owner.close()
    assert fresh.markers() == {"fifth"}


def test_a_build_outside_the_main_thread(project: FaultyProject) -> None:
    """Signals can't be held back there; building works all the same."""
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(project.build("new").code))
    thread.start()
    thread.join(60)
    assert codes == [0]
    assert project.markers() == {"new"}
