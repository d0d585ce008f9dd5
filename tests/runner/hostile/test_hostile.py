"""Every hostile input ends with a clear error or with the right rows, within its limits of time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runner.hostile.table import FAMILIES
from tests.support.root import ROOT

SAMPLE = 20  # every twentieth case is run in the fast suite


def wrong(folder: Path, family: str, nth: int) -> list[str]:
    """What is wrong with every nth case of a family."""
    command = [sys.executable, "-m", "tests.runner.hostile.worker", str(folder), family, str(nth)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["case"] for r in results] == [c.name for c in FAMILIES[family][::nth]]
    return [f"{r['case']}: {'; '.join(r['wrong'])}" for r in results if r["wrong"]]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_sample_of_hostile_inputs_is_met(family: str, tmp_path: Path) -> None:
    assert wrong(tmp_path, family, SAMPLE) == []


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_hostile_input_is_met(family: str, tmp_path: Path) -> None:
    assert wrong(tmp_path, family, 1) == []


def test_the_table_is_as_long_as_promised() -> None:
    assert sum(map(len, FAMILIES.values())) >= 400


@pytest.mark.parametrize("family", FAMILIES)
def test_no_two_cases_have_one_name(family: str) -> None:
    names = [c.name for c in FAMILIES[family]]
    assert sorted(set(names)) == sorted(names)
