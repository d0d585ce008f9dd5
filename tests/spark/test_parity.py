"""Every model, and every data test, gives the same rows on Spark as on DuckDB, each model built on what Spark made of the ones below.

CI runs one world and single expressions; CONVSQL_SPARK=whole runs the demo with all its tests, a shared data set, tables of other tools and five more worlds.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.dialects.parity import Outcome, Step, Work
from tests.dialects.projects import work_of
from tests.dialects.worlds import work_of as work_of_world
from tests.models.connectors.project import VARIABLES, begin
from tests.spark.comparison import compare
from tests.spec.properties.strategies import world
from tests.spec.reference.shared import SHARED, world_of
from tests.support.spark_session import in_spark_s_process, spark_session

WORLDS = (0, 3, 6, 11, 14, 37)
"""Setups of worlds: zones from Pago Pago to Kiritimati, `as_of`, tables of text and of types, hostile ids and times."""

pytestmark = pytest.mark.slow
of_the_whole = pytest.mark.skipif(
    os.environ.get("CONVSQL_SPARK") != "whole", reason="half an hour: CONVSQL_SPARK=whole runs it"
)


def _compared(work: Callable[[duckdb.DuckDBPyConnection], Work]) -> tuple[int, Outcome]:
    with duckdb.connect() as duck, tempfile.TemporaryDirectory(prefix="convsql_spark_") as folder:
        duck.execute("set TimeZone = 'UTC'")
        found = work(duck)
        return len(found.steps), compare(found, duck, spark_session(), Path(folder))


def project(root: Path, variables: dict[str, object] | None) -> tuple[int, Outcome]:
    """A project on disk, with its data tests."""
    with contextlib.chdir(root):
        return _compared(lambda duck: work_of(root, variables))


def generated(setup: int) -> tuple[int, Outcome]:
    """A generated world."""
    return _compared(lambda duck: work_of_world(world(setup, setup * 7 + 3), duck))


def shared(name: str) -> tuple[int, Outcome]:
    """A shared data set."""
    return _compared(lambda duck: work_of_world(world_of(name), duck))


def planted(share: str) -> tuple[int, Outcome]:
    """One model over three rows; `share` is the type that its second column is said to have."""
    sql = 'select id, case when id = 3 then 1 / 3e0 else id end as share from "⟦model.given⟧" as given'
    given = {"model.given": "(select unnest([1, 2, 3]) as id)"}
    columns = {"model.given": [("id", "INTEGER")], "model.shares": [("id", "INTEGER"), ("share", share)]}
    return _compared(lambda duck: Work(given, [Step("model.shares", sql)], columns))


def assert_equal(found: tuple[int, Outcome]) -> None:
    count, outcome = found
    assert outcome.failed == {}
    assert outcome.differing == {}
    assert len(outcome.equal) == count > 90


@pytest.mark.parametrize("setup", [WORLDS[0], *(pytest.param(each, marks=of_the_whole) for each in WORLDS[1:])])
def test_generated_worlds_are_equal(setup: int) -> None:
    assert_equal(in_spark_s_process(generated, setup))


@of_the_whole
def test_the_demo_is_equal_with_all_its_tests(demo_project: Path) -> None:
    found = in_spark_s_process(project, demo_project, None)
    assert found[0] > 1100
    assert_equal(found)


@of_the_whole
def test_tables_of_other_tools_are_equal(tmp_path: Path) -> None:
    found = in_spark_s_process(project, begin(tmp_path / "connected").root, VARIABLES)
    assert found[0] > 160
    assert_equal(found)


@of_the_whole
def test_a_shared_data_set_is_equal() -> None:
    if not (SHARED / "bpi2012_sample").is_dir():
        pytest.skip("the shared data set bpi2012_sample is not on this machine")
    assert_equal(in_spark_s_process(shared, "bpi2012_sample"))


def test_a_wrong_type_is_found() -> None:
    assert in_spark_s_process(planted, "DOUBLE")[1].equal == ["model.shares"]
    (words,) = in_spark_s_process(planted, "BIGINT")[1].differing.values()
    assert words == "('share', 'double') is to be ('share', 'bigint')"
