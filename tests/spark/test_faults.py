"""Whatever goes wrong while a build publishes to Spark, `heads` names one whole build, and the next build puts all else right."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from convsql.engines import spark_lock
from tests.spark.project import SparkFolder
from tests.support.engine_projects import LETTERS
from tests.support.root import ROOT

pytestmark = pytest.mark.slow  # each builder is a process of its own

Make = Callable[..., SparkFolder]
NAMES = ("first", "second", "third")
FILES = {
    **LETTERS,
    "models/models.yml": "models: [{name: third, columns: [{name: n, data_tests: [not_null]}]}]\n",
}
# A build in a process of its own, which is killed (or waits) before a statement: by its number from where publishing begins, or by its first words.
DRIVER = """
import os, signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell hands down "ignore"
from convsql.engines.spark_catalogue import Catalogue
wanted, how = sys.argv[1], sys.argv[2]
count, lock = 0, threading.Lock()
def faulty(ask):
    def asked(self, sql):
        global count
        if threading.current_thread().name.startswith("Thread-") and "lock__" in sql:
            return ask(self, sql)  # the sign of life
        with lock:
            if count or sql.startswith("create schema `marts__b"):
                count += 1
            if count and (str(count) == wanted or sql.startswith(wanted)):
                if how == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                print("here", flush=True)
                sys.stdin.readline()
        return ask(self, sql)
    return asked
Catalogue.run, Catalogue.rows = faulty(Catalogue.run), faulty(Catalogue.rows)
from convsql.cli import run as command
code = command(sys.argv[3:])
print("statements", count, flush=True)
from convsql.engines.spark_opening import end_sessions
end_sessions()
os._exit(code)
"""


@pytest.fixture
def built(spark: Make) -> SparkFolder:
    """A project whose rows say which build they are of, after build `old`."""
    project = spark(FILES)
    build(project, "old")
    return project


def build(project: SparkFolder, marker: str, code: int = 0) -> Any:
    return project.build("--vars", f"{{marker: {marker}}}", code=code)


def start(project: SparkFolder, marker: str, at: int | str = 0, how: str = "kill") -> subprocess.Popen[str]:
    """Begin a build in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(at), how, "build", "--project-dir", str(project.root), "--target", "spark",
         "--vars", f"{{marker: {marker}}}"],
        cwd=project.root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )  # fmt: skip


def shown(project: SparkFolder, schema: str) -> set[str]:
    """The builds that the views of a schema are of; each must be there and whole."""
    query = " union all ".join(f"select marker, '{name}' as name from {schema}.{name}" for name in NAMES)
    rows = project.query(query)
    assert sorted(name for _, name in rows) == ["first", "first", "second", "second", "third"]
    return {marker for marker, _ in rows}


def head(project: SparkFolder) -> str:
    """The schema that `heads` names."""
    ((schema,),) = project.query("select schema_name from _convsql.heads where environment = 'marts'")
    return str(schema)


def test_a_builder_that_is_killed_at_any_statement_of_publishing(built: SparkFolder) -> None:
    process = start(built, "counted")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    found = re.search(r"statements (\d+)", out)
    assert found is not None
    count = int(found[1])
    stride = 2 * int(os.environ.get("CONVSQL_FAULT_STRIDE", "1"))
    before, published = "counted", 0
    begun = [before]
    for at in range(1, count + 1, stride):
        marker = f"at_{at}"
        begun.append(marker)
        process = start(built, marker, at)
        _, err = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, (at, err)
        (seen,) = shown(built, head(built))
        later = begun[begun.index(before) :]  # what a dead builder had sent is carried out, perhaps after the last look
        assert seen in later, (at, seen, before)
        assert shown(built, "marts") <= set(later), at
        if seen != before:
            before, published = seen, published + 1
    assert published > 0
    build(built, "last")
    assert shown(built, "marts") == shown(built, head(built)) == {"last"}
    assert built.relations() == {r for r in built.relations() if not re.search("__a[0-9a-f]{8}$", r)}
    assert len(built.relations()) <= 3 * 3 + 1, "what dead builders left is dropped by the next one"
    tables = {name for _, name, _ in built.query("show tables in _convsql_data")} - built.relations()
    assert len(tables) <= 2 * 3 + 1, "rows of attempts that came to nothing are dropped too"


def test_of_two_builders_one_builds_and_the_other_is_told_who(built: SparkFolder) -> None:
    slow = start(built, "slow", 3, "wait")
    assert slow.stdout is not None and slow.stdin is not None
    assert slow.stdout.readline() == "here\n"
    done = build(built, "quick", 3)
    assert f"is in use (held by process {slow.pid} on " in done.err
    assert shown(built, "marts") == {"old"}
    slow.communicate("\n", timeout=120)
    assert slow.returncode == 0
    assert shown(built, "marts") == shown(built, head(built)) == {"slow"}
    build(built, "quick")
    assert shown(built, "marts") == {"quick"}


@pytest.mark.parametrize(
    ("at", "codes"),
    [
        (3, (2, 3)),  # the schema of its build is made, and nothing is published
        ("alter view `_convsql`.`heads`", (4,)),  # it is published, and readers were not told yet
    ],
    ids=["before the commit", "after the commit"],
)
def test_a_builder_that_was_taken_for_dead_and_wakes_up_overwrites_nothing(
    built: SparkFolder, monkeypatch: pytest.MonkeyPatch, at: int | str, codes: tuple[int, ...]
) -> None:
    late = start(built, "late", at, "wait")
    assert late.stdout is not None and late.stdin is not None
    assert late.stdout.readline() == "here\n"
    os.kill(late.pid, signal.SIGSTOP)
    monkeypatch.setattr(spark_lock, "DEAD", 3.0)
    build(built, "early")
    os.kill(late.pid, signal.SIGCONT)
    _, err = late.communicate("\n", timeout=120)
    assert late.returncode in codes, err
    assert "Traceback" not in err
    assert shown(built, "marts") == shown(built, head(built)) == {"early"}
    assert "nothing to do" in build(built, "early").err


def test_a_reader_of_a_build_s_schema_reads_it_while_others_are_published(built: SparkFolder) -> None:
    schema = head(built)
    session = built.sessions.session()
    wrong: list[Any] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            rows = session.sql(f"select count(*), min(marker), max(marker) from {schema}.second").collect()
            wrong.extend(tuple(row) for row in rows if tuple(row) != (2, "old", "old"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for marker in ("one", "two"):
            build(built, marker)
    finally:
        ended.set()
        reader.join(60)
        session.stop()
    assert wrong == []
    assert shown(built, schema) == {"old"}


def test_what_is_put_in_the_place_of_a_view_is_shown_again(built: SparkFolder) -> None:
    built.execute("alter view marts.third as select 9 as n, 'somebody' as marker")
    done = build(built, "old")
    assert "dropped or replaced since they were published, and will be restored: marts.third" in done.err
    assert shown(built, "marts") == {"old"}
