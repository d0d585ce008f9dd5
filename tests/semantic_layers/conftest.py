"""What `convsql metrics export` writes of the demo, and the rows that the rates of it are to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support import convsql
from tests.support.demo import copy_demo

Export = Callable[..., str]
METRIC = "conversation_to_opportunity"


@pytest.fixture
def export(demo_project: Path) -> Export:
    """The text that is written for a tool."""

    def of(tool: str, *metrics: str) -> str:
        done = convsql("metrics", "export", *metrics, "--to", tool, "--project-dir", str(demo_project))
        assert done.code == 0, done.err
        return done.out

    return of


@pytest.fixture
def demo_copy(demo_project: Path, tmp_path: Path) -> Path:
    """The built demo, to change."""
    return copy_demo(demo_project, tmp_path / "demo")


@pytest.fixture
def built(demo_project: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's database, to read."""
    with duckdb.connect(str(demo_project / "convsql.duckdb"), read_only=True) as connection:
        yield connection


def rates(connection: duckdb.DuckDBPyConnection, column: str, version: int = 2) -> dict[tuple[str, str], float | None]:
    """A column of `cohort_rates` of the metric, by month and channel."""
    return {
        (f"{period:%Y-%m}", channel): value
        for period, channel, value in connection.execute(
            f"select cohort_period, channel, {column} from cohort_rates where metric = '{METRIC}' and metric_version = {version}"
            " and cohort_grain = 'month' and cohort_by = 'channel'"
        ).fetchall()
    }


def assert_same(found: dict[tuple[str, str], float | None], expected: dict[tuple[str, str], float | None]) -> None:
    """Every month and channel of `cohort_rates` has the same figure, or none in both."""
    assert len(expected) > 20
    assert any(value for value in expected.values())
    for key, value in expected.items():
        assert found[key] == (None if value is None else pytest.approx(value, rel=1e-12)), key
