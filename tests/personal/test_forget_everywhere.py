"""Forgetting that is broken anywhere: readers see one whole build, and the same command, given again, finishes it."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.personal.feed import ALSO_ANNA, ANNA, FILES, where_found, write_feed
from tests.runner.faults.everywhere import AT_FILES, Fault, break_files, break_statements, in_child
from tests.support import Folder

STRIDE = int(os.environ.get("CONVSQL_FAULT_STRIDE", 1))
WITH, WITHOUT = 3, 1  # rows of the published table


def _forget(root: Path, fault: Fault) -> tuple[int, Any]:
    """`convsql forget` in a child, with a fault in it: exit code of the child, and of the command with the places it came to."""

    def work() -> tuple[int, str, int]:
        os.chdir(root)
        sys.stdout = sys.stderr = said = io.StringIO()
        (break_files(fault, root) if fault.action in AT_FILES else break_statements(fault))
        from convsql.cli.main import run

        return run(["forget", "--contact", ANNA, "--quiet"]), said.getvalue(), fault.seen

    return in_child(work)


def _shown(root: Path) -> tuple[int, int]:
    """Rows that readers see, in two tables of one build."""

    def work() -> Any:
        with duckdb.connect(str(root / "tiny.duckdb"), read_only=True) as connection:
            return connection.execute(
                "select (select count(*) from main.conversations), (select n from main.totals)"
            ).fetchone()

    code, found = in_child(work)
    assert code == 0, found
    return int(found[0]), int(found[1])


@pytest.mark.slow
@pytest.mark.parametrize("action", ["kill", "killed", "error", "full", "lost"])
def test_it_is_finished_by_the_same_command(folder: Callable[..., Folder], tmp_path: Path, action: str) -> None:
    project = folder(FILES)
    write_feed(project)
    project.build()
    write_feed(project, without=(ANNA, ALSO_ANNA))
    kept = tmp_path.parent / f"{tmp_path.name}_kept"
    shutil.copytree(tmp_path, kept, copy_function=shutil.copy2)
    code, counted = _forget(tmp_path, Fault(action, 0))
    assert code == 0 and counted[0] == 0, counted
    wrong = []
    for number in range(1, counted[2] + 1, STRIDE):
        shutil.rmtree(tmp_path)
        shutil.copytree(kept, tmp_path, copy_function=shutil.copy2)
        code, given = _forget(tmp_path, Fault(action, number))
        is_killed = action in ("kill", "killed", "lost")
        if (code == -signal.SIGKILL) != is_killed:
            wrong.append(f"place {number}: {code} {given}")
        if given is not None and (given[0] not in (0, 1, 2, 4) or "Traceback" in given[1]):
            wrong.append(f"place {number}: ended with {given}")
        seen = _shown(tmp_path)
        if seen not in ((WITH, WITH), (WITHOUT, WITHOUT)):
            wrong.append(f"place {number}: readers see {seen}")
        says_done = given is not None and given[0] == 0
        if says_done and (found := where_found(tmp_path)):
            wrong.append(f"place {number}: said to be done, and there is {found}")
        code, given = _forget(tmp_path, Fault("none", 0))
        if code != 0 or given[0] != 0:
            wrong.append(f"place {number}: again ended with {given}")
        if (found := where_found(tmp_path)) or _shown(tmp_path) != (WITHOUT, WITHOUT):
            wrong.append(f"place {number}: again leaves {found}")
    assert wrong == [], json.dumps(wrong, indent=1)
    assert project.run("forget", "--list", "--json").json
    shutil.rmtree(kept)
