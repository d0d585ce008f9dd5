"""The demo, written once for all its tests and open in DuckDB, and built once for the tests of its stories."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from convsql.demo import write_demo
from tests.demo.figures import ROOT, Built
from tests.support import convsql


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_demo(folder)
    return folder


@pytest.fixture(scope="session")
def demo(demo_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for file in sorted(demo_folder.glob("*.parquet")):
            connection.execute(f"create view {file.stem} as select * from '{file}'")
        yield connection


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The demo of a seed (the parameter), built as the project says, without tests."""
    folder = tmp_path_factory.mktemp("built")
    for part in ("models", "macros", "seeds"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("unit_tests"))
    for part in ("dbt_project.yml", "profiles.yml", "vars.yml"):
        shutil.copy(ROOT / part, folder / part)
    write_demo(folder / "demo" / "raw", seed=request.param)
    done = convsql("build", "--exclude", "test_type:data", "--project-dir", str(folder))
    assert done.code == 0, done.err
    with duckdb.connect(str(folder / "convsql.duckdb"), read_only=True) as connection:
        yield Built(request.param, connection)
