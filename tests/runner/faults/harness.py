"""A project whose every published row says which build it is of, and what can go wrong while one is made.

The database is always looked at from a fresh process, as another tool would.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support import convsql
from tests.support.root import ROOT

PROJECT = Path(__file__).parent / "project"
ROWS = {
    "calls": 4, "texts": 3, "mails": 2, "visits": 3, "talks": 9, "talk_counts": 3, "gapped_talks": 7, "people": 7,
    "latest_people": 1, "totals": 1, "summary": 1,
}  # fmt: skip
BULK = 10

# Reads all tables in one process and says, of each, how many rows it has and of which builds they are.
READER = """
import duckdb, json, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute("begin")
found = {}
for name in json.loads(sys.argv[2]):
    found[name] = connection.execute(
        f"select count(*), coalesce(list(distinct marker order by marker), []) from main.{name}").fetchone()
heads = connection.execute("select count(*) from _convsql.heads").fetchone()[0]
print(json.dumps({"tables": found, "heads": heads}))
"""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class FaultyProject:
    """A copy of the fixture project with a database of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(PROJECT, root, dirs_exist_ok=True)

    @property
    def database(self) -> Path:
        return self.root / "faults.duckdb"

    def variables(self, marker: str, **variables: Any) -> str:
        return json.dumps({"marker": marker, **variables})

    def start(
        self, marker: str, *options: str, fault: str = "", command: str = "build", **variables: Any
    ) -> subprocess.Popen[str]:
        """Begin `convsql build` in a process of its own, with a fault of `tests.runner.faults.driver` in it."""
        return subprocess.Popen(
            [sys.executable, "-m", "tests.runner.faults.driver", fault, command, "--project-dir", str(self.root),
             "--vars", self.variables(marker, **variables), *options],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    def build(self, marker: str, *options: str, fault: str = "", **variables: Any) -> Done:
        """`convsql build` from beginning to end: with a fault in a process of its own, else in this one."""
        if fault:
            return ended(self.start(marker, *options, fault=fault, **variables))
        with contextlib.chdir(self.root):
            done = convsql(
                "build", "--project-dir", str(self.root), "--vars", self.variables(marker, **variables), *options
            )
        return Done(done.code, done.out, done.err)

    def markers(self) -> set[str]:
        """The builds that published rows are of; every table must be there with all its rows."""
        done = subprocess.run(
            [sys.executable, "-c", READER, str(self.database), json.dumps([*ROWS, "bulk"])],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        tables = found["tables"]
        assert {name: rows for name, (rows, _) in tables.items() if name != "bulk"} == ROWS
        assert tables["bulk"][0] > 0
        assert found["heads"] == 1
        return {marker for _, markers in tables.values() for marker in markers}

    @property
    def is_published(self) -> bool:
        """Whether anything was ever published."""
        reader = (
            "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); "
            "print(c.execute(\"select count(*) from duckdb_views() where schema_name = 'main' and not internal\").fetchone()[0])"
        )
        if not self.database.exists():
            return False
        done = subprocess.run(
            [sys.executable, "-c", reader, str(self.database)], capture_output=True, text=True, timeout=60, check=True
        )
        return int(done.stdout) > 0


def ended(process: subprocess.Popen[str], timeout: float = 120) -> Done:
    """Wait for a process, and take what it said."""
    out, err = process.communicate(timeout=timeout)
    return Done(process.returncode, out, err)


def wait_for(file: Path, process: subprocess.Popen[str], timeout: float = 60) -> None:
    """Wait until a process has made a file."""
    until = time.monotonic() + timeout
    while not file.exists():
        assert process.poll() is None, f"it ended with {process.returncode}: {process.communicate()}"
        assert time.monotonic() < until, f"no {file.name} after {timeout} s"
        time.sleep(0.01)
