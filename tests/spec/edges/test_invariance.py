"""What must not matter: the order of rows, how files are split, threads, and the week in which it all happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from tests.spec.properties.harness import build
from tests.spec.properties.strategies import world as generated
from tests.spec.reference.columns import INPUTS, LENGTH, NUMBER, TIME, Row, Rows
from tests.spec.reference.reading import read
from tests.spec.reference.values import time
from tests.spec.reference.values import typed as value_of
from tests.spec.reference.world import World

WEEKS = timedelta(weeks=5)
TEXT_WORLDS = ((1, 11), *(pytest.param(*each, marks=pytest.mark.slow) for each in ((3, 12), (5, 13))))
"""Setup and seed of generated worlds; the raw tables of any may be made strings."""


def as_bytes(tables: dict[str, Rows]) -> str:
    """Every value of every table, rows sorted: two of these are equal only if all is."""
    return "\n".join(f"{name}: {row}" for name in sorted(tables) for row in sorted(repr(each) for each in tables[name]))


def shuffled(world: World, seed: int) -> World:
    random = Random(seed)
    return replace(world, tables={name: random.sample(rows, len(rows)) for name, rows in world.tables.items()})


@pytest.mark.slow
@pytest.mark.parametrize(("number", "seed"), TEXT_WORLDS)
def test_shuffled_rows_and_other_threads_change_no_byte(number: int, seed: int) -> None:
    found = generated(number, seed)
    want = as_bytes(build(found, threads=1))
    for again in range(2):
        assert as_bytes(build(shuffled(found, again), threads=2 + again)) == want
    assert as_bytes(read(shuffled(found, 0))) == as_bytes(read(found))


@pytest.mark.slow
@pytest.mark.parametrize(("number", "seed"), TEXT_WORLDS)
def test_split_files_change_no_byte(number: int, seed: int, tmp_path: Path) -> None:
    found = replace(generated(number, seed), typed=False)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    write_files(found, whole, parts=1)
    write_files(found, parts, parts=3)
    assert as_bytes(build(found, raw=files(whole))) == as_bytes(build(found, raw=files(parts)))


def write_files(world: World, folder: Path, parts: int) -> None:
    """Each input as a folder of Parquet files of strings."""
    for name, each in INPUTS.items():
        (folder / name).mkdir(parents=True)
        rows = world.tables.get(name, [])
        for part in range(parts):
            with duckdb.connect() as engine:
                engine.execute(f"create table part ({', '.join(f'{column} varchar' for column in each.columns)})")
                for row in rows[part::parts]:
                    holes = ", ".join("?" for _ in each.columns)
                    engine.execute(f"insert into part values ({holes})", [text(row.get(c)) for c in each.columns])
                engine.execute(f"copy part to '{folder / name / f'{part}.parquet'}' (format parquet)")


def files(folder: Path) -> dict[str, str]:
    return {name: f"read_parquet('{folder / name}/*.parquet', union_by_name = true)" for name in INPUTS}


def text(value: Any) -> str | None:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else None if value is None else str(value)


@pytest.mark.parametrize("setup", [0, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "make", [pytest.param(read, id="reading"), pytest.param(build, id="models", marks=pytest.mark.slow)]
)
def test_shifting_all_times_by_whole_weeks_changes_no_weekly_rate(setup: int, make: Any) -> None:
    for seed in range(2):
        found = weekly(generated(setup, seed))
        before, after = make(found), make(moved(found))
        for name in ("cohort_rates", "period_rates"):
            assert as_bytes({name: rates(before[name], WEEKS)}) == as_bytes({name: rates(after[name])})


def rates(rows: Rows, later: timedelta = timedelta()) -> Rows:
    """The rows with their period moved; without the surrogate key, which is a hash of it."""
    return [
        {
            column: value + later if column == "cohort_period" and value is not None else value
            for column, value in row.items()
            if column != "cohort_id"
        }
        for row in rows
    ]


def weekly(world: World) -> World:
    """In UTC, by week, without holidays; the metrics else as they are."""
    metrics = [
        {**each, "cohorts": {"grains": ["week"], "by": (each.get("cohorts") or {}).get("by", [[]])}}
        for each in world.metrics
    ]
    hours = [{**row, "timezone": "UTC"} for row in world.seed("business_hours")]
    return replace(
        world,
        seeds={**world.seeds, "holidays": [], "business_hours": hours},
        vars={**world.vars, "timezone": "UTC", "conversion_metrics": metrics},
        typed=True,
        tables={name: [typed(name, row) for row in rows] for name, rows in world.tables.items()},
    )


def typed(name: str, row: Row) -> Row:
    """The row with its times and numbers typed."""
    kinds = INPUTS[name].types
    return {
        column: value_of(value, kinds[column]) if kinds[column] in (TIME, NUMBER, LENGTH) else value
        for column, value in row.items()
    }


def _later(value: Any) -> Any:
    """Five weeks later, but for the ends of all time, which stay out of every span."""
    if not isinstance(value, datetime) or value > datetime.max - WEEKS:
        return value
    return value + WEEKS


def moved(world: World) -> World:
    """Everything five weeks later."""
    tables = {
        name: [{column: _later(value) for column, value in row.items()} for row in rows]
        for name, rows in world.tables.items()
    }
    as_of = time(world.vars.get("as_of"))
    later = {"as_of": str(as_of + WEEKS)} if as_of is not None else {}
    return replace(world, tables=tables, vars={**world.vars, **later})
