"""The demo's tables, open in DuckDB, and the demo of a seed, built once for the tests of its stories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.models.demo.figures import Built
from tests.support.demo import build_demo, once


@pytest.fixture(scope="session")
def demo(demo_raw: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for file in sorted(demo_raw.glob("*.parquet")):
            connection.execute(f"create view {file.stem} as select * from '{file}'")
        yield connection


@pytest.fixture(scope="session")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The demo of a seed (the parameter), built as the project says."""
    folder = once(tmp_path_factory, f"demo_{request.param}", lambda folder: build_demo(folder, request.param))
    with duckdb.connect(str(folder / "convsql.duckdb"), read_only=True) as connection:
        yield Built(request.param, connection)
