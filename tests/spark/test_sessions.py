"""Spark in the command's own process: what is built is there for the next command, one process at a time; and work on two executors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spark.project import IN_PROCESS
from tests.support import PROFILES, Folder
from tests.support.root import ROOT
from tests.support.spark_server import needs_spark

pytestmark = pytest.mark.slow  # each command begins a Spark of its own
FILES = {
    "seeds/letters.csv": "letter,n\na,1\nb,2\nc,\n",
    "models/counted.sql": """\
        {{ config(materialized='table') }}
        select letter, sum(n) as total, count(*) over () as letters from {{ ref('letters') }} group by letter
        """,
    "models/shown.sql": "select letter, total from {{ ref('counted') }}",
    "models/models.yml": "models: [{name: counted, columns: [{name: letter, data_tests: [unique, not_null]}]}]\n",
}

HOLDER = """
import sys
from pathlib import Path
from convsql.engines.access import access_to
from convsql.dbt_habits.habits import load_project
from convsql.project.profiles import load_target
session = access_to(load_target(load_project(Path(sys.argv[1])), None, "spark")).write()
print("open", flush=True)
sys.stdin.readline()
session.close()
"""


def project(root: Path, master: str, more: str = "") -> Folder:
    needs_spark()
    profile = IN_PROCESS.format(master=master, warehouse=root / "warehouse", more=more)
    return Folder(root, {"profiles.yml": PROFILES + profile, **FILES})


def convsql(folder: Folder, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, so that its Spark ends with it."""
    return subprocess.run(
        [sys.executable, "-m", "convsql", *arguments, "--project-dir", str(folder.root), "--target", "spark"],
        cwd=folder.root, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]), **environment},
    )  # fmt: skip


def test_what_was_built_is_there_for_the_next_command(tmp_path: Path) -> None:
    folder = project(tmp_path, "local[2]")
    built = convsql(folder, "build", "--json")
    assert built.returncode == 0, built.stdout + built.stderr
    assert built.stderr == "" or "WARN" not in built.stderr, "Spark's own log is in a file"
    assert (tmp_path / "warehouse" / "spark.log").is_file()
    again = convsql(folder, "build")
    assert "nothing to do" in again.stderr, again.stderr
    shown = convsql(folder, "show", "--select", "shown", "--json")
    rows = dict(json.loads(shown.stdout)["rows"])
    assert rows == {"a": 1, "b": 2, "c": None}
    assert {path.name for path in tmp_path.iterdir()} >= {"warehouse"}
    assert not (tmp_path / "derby.log").exists()
    assert not (tmp_path / "metastore_db").exists()


def test_a_catalogue_that_another_process_has_open_is_said_to_be_in_use(tmp_path: Path) -> None:
    folder = project(tmp_path, "local[1]")
    held = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])},
    )  # fmt: skip
    assert held.stdout is not None
    assert held.stdout.readline() == "open\n"
    try:
        done = convsql(folder, "build")
        assert done.returncode == 3, done.stderr
        assert "is in use: another process has its catalogue open" in done.stderr
        assert "Traceback" not in done.stderr
    finally:
        held.communicate("\n", timeout=60)


def test_two_executors_build_the_same_rows(tmp_path: Path) -> None:
    events = tmp_path / "events"
    events.mkdir()
    more = f"spark.executor.memory: 1024m, spark.eventLog.enabled: true, spark.eventLog.dir: {events}, spark.eventLog.compress: false"
    built = convsql(project(tmp_path, "local-cluster[2,1,1024]", more), "build", "--json")
    assert built.returncode == 0, built.stdout + built.stderr
    said = "".join(file.read_text(encoding="utf-8") for file in events.rglob("*") if file.is_file())
    added = [json.loads(line) for line in said.splitlines() if '"SparkListenerExecutorAdded"' in line]
    assert len({event["Executor ID"] for event in added}) == 2
    assert {r["name"]: r["status"] for r in json.loads(built.stdout)["results"]} == {
        "letters": "success",
        "counted": "success",
        "shown": "success",
        "unique_counted_letter": "pass",
        "not_null_counted_letter": "pass",
    }
