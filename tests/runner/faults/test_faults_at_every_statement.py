"""A fault at every statement and at every file of a small build: readers see one whole build, and the next one mends all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.runner.faults import shim
from tests.runner.faults.everywhere import AT_FILES, AT_STATEMENTS, AT_WRITES
from tests.runner.faults.table import BYTES, RIVALS
from tests.support.root import ROOT

STRIDE = int(os.environ.get("CONVSQL_FAULT_STRIDE", 1))  # CI asks for some places
FAULTS = (*AT_STATEMENTS, *AT_FILES, *AT_WRITES, "room")
needs_shim = pytest.mark.skipif(not shim.can_be_made(), reason="no C compiler, or no Linux")


def tables(module: str, *arguments: object) -> list[dict[str, Any]]:
    """What came of the faults that a module of this folder makes."""
    done = subprocess.run(
        [sys.executable, "-m", f"tests.runner.faults.{module}", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.each_example
@pytest.mark.slow
@pytest.mark.parametrize(
    "fault", [pytest.param(f, marks=needs_shim) if f in AT_WRITES or f == "clock" else f for f in FAULTS]
)
def test_readers_see_one_whole_build_at_every_place(tmp_path: Path, fault: str) -> None:
    step = STRIDE * (RIVALS if fault in ("rival", "clock") else 1)
    for table in tables("everywhere", tmp_path, fault, step):
        assert table["places"] > (10 if fault not in AT_FILES else 2)
        assert table["tried"] == len(range(0, table["places"], step))
        assert table["broken"] == []


@pytest.mark.slow
def test_readers_see_one_whole_build_whatever_a_log_ends_with(tmp_path: Path) -> None:
    found = tables("torn", tmp_path, BYTES * STRIDE)
    assert [t["fault"] for t in found] == ["torn log of the copy", "torn log of the copy", "torn log of the file"]
    for table in found:
        assert table["tried"] > 0
        assert table["broken"] == []
