"""Every model, and every data test, gives the same rows on PostgreSQL as on DuckDB."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dialects.parity import Outcome, Step, Work, compare, difference
from tests.dialects.projects import work_of
from tests.dialects.worlds import work_of as work_of_world
from tests.models.connectors.project import VARIABLES, begin
from tests.spec.properties.strategies import world

WORLDS = [(number, number * 7 + 3) for number in range(20)] + [(37, 262)]
"""Setups and seeds of worlds: zones from Pago Pago to Kiritimati, `as_of`, tables of text and of types, hostile ids and times."""


def compared(work: Work, postgres: Any, root: Path | None = None) -> Outcome:
    with duckdb.connect() as engine, contextlib.chdir(root or Path.cwd()):
        engine.execute("set TimeZone = 'UTC'")
        return compare(work, engine, postgres, "parity")


def assert_equal(outcome: Outcome, count: int) -> None:
    assert outcome.failed == {}
    assert outcome.differing == {}
    assert len(outcome.equal) == count


@pytest.mark.slow
@pytest.mark.parametrize("order", ["postgres", "alphabetical"])
def test_the_demo_is_equal_with_all_its_tests(order: str, demo_project: Path, request: pytest.FixtureRequest) -> None:
    work = work_of(demo_project)
    assert sum(step.is_test for step in work.steps) > 1000
    assert_equal(compared(work, request.getfixturevalue(order), demo_project), len(work.steps))


@pytest.mark.slow
def test_tables_of_other_tools_are_equal(tmp_path: Path, postgres: Any) -> None:
    project = begin(tmp_path / "connected")
    work = work_of(project.root, VARIABLES)
    assert len([step for step in work.steps if not step.is_test]) > 160
    assert_equal(compared(work, postgres, project.root), len(work.steps))


@pytest.mark.each_example
@pytest.mark.slow
@pytest.mark.parametrize(("setup", "seed"), WORLDS)
def test_generated_worlds_are_equal(setup: int, seed: int, postgres: Any) -> None:
    with duckdb.connect() as engine:
        work = work_of_world(world(setup, seed), engine)
        assert_equal(compare(work, engine, postgres, "parity"), len(work.steps))


def test_one_unit_in_one_row_is_a_difference() -> None:
    rows = [("a", 1, 0.1), ("b", 2, None), ("b", 2, None)]
    assert difference(rows, list(reversed(rows))) == ""
    assert difference(rows, [("a", 1, 0.1 * (1 + 1e-11)), *rows[1:]]) == ""
    assert "1 only here, 1 only there" in difference(rows, [("a", 1, 0.1 * (1 + 1e-7)), *rows[1:]])
    assert "1 only here, 1 only there" in difference(rows, [("a", 2, 0.1), *rows[1:]])
    assert "1 only here, 0 only there" in difference(rows, rows[:-1])


def test_a_planted_difference_and_a_wrong_type_are_found(postgres: Any) -> None:
    sql = 'select id, case when id = 3 then 1 / 3e0 else id end as share from "⟦model.given⟧" as given'
    given = {"model.given": "(select unnest([1, 2, 3]) as id)"}
    columns = {"model.given": [("id", "INTEGER")], "model.shares": [("id", "INTEGER"), ("share", "DOUBLE")]}
    work = Work(given, [Step("model.shares", sql)], columns)
    assert compared(work, postgres).equal == ["model.shares"]
    work.columns["model.shares"] = [("id", "BIGINT"), ("share", "DOUBLE")]
    assert compared(work, postgres).differing == {"model.shares": "id: integer is to be bigint"}
