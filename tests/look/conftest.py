"""The demo's project, built once for all that people look at. Nothing here writes to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from convsql.demo import write_demo
from tests.support import convsql

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def demo_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project and its demo, built without its data tests."""
    folder = tmp_path_factory.mktemp("looked_at")
    for part in ("models", "macros", "seeds"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("unit_tests"))
    for part in ("dbt_project.yml", "profiles.yml", "vars.yml", "metrics.lock"):
        shutil.copy(ROOT / part, folder / part)
    write_demo(folder / "demo" / "raw")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = convsql("build", "--exclude", "test_type:data", "--project-dir", str(folder))
    assert done.code == 0, done.err
    return folder
