"""A fault at every statement and at every file of a small build: readers see one whole build, and the next one mends all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.runner.faults.everywhere import AT_FILES, AT_STATEMENTS
from tests.support.root import ROOT

STRIDE = int(os.environ.get("CONVSQL_FAULT_STRIDE", 1))  # CI asks for some places
FAULTS = (*AT_STATEMENTS, *AT_FILES, "room")


def tables(folder: Path, fault: str, step: int) -> list[dict[str, Any]]:
    """What came of the fault at every `step`-th place, for a project with a published build and for one without."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.runner.faults.everywhere", str(folder), fault, str(step)],
        cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_readers_see_one_whole_build_at_every_place(tmp_path: Path, fault: str) -> None:
    for table in tables(tmp_path, fault, STRIDE):
        assert table["places"] > (10 if fault not in AT_FILES else 2)
        assert table["tried"] == len(range(0, table["places"], STRIDE))
        assert table["broken"] == []
