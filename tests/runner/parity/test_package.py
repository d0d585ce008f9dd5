"""The package itself under both: the demo's data, a generated world full of edges, and no variables at all."""

from __future__ import annotations

import copy
import csv
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.runner.parity.both import PACKAGE, Both
from tests.spec.properties.harness import seed_columns
from tests.spec.properties.strategies import world as generated_world
from tests.spec.reference.columns import INPUTS
from tests.spec.reference.reading import read
from tests.spec.reference.world import World
from tests.support.root import ROOT


@pytest.fixture(scope="session")
def demo(part_of_demo_raw: Path) -> Path:
    """The demo's tables of a few of its contacts."""
    return part_of_demo_raw


def without_tests(folder: Path) -> None:
    """Take the tests out, where only rows are compared."""
    for path in [*folder.glob("models/**/unit_tests"), folder / "tests"]:
        shutil.rmtree(path)
    for file in folder.glob("models/**/*.yml"):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        for entry in content.get("models", []):
            for part in (entry, *entry.get("columns", [])):
                part.pop("data_tests", None)
        content.pop("unit_tests", None)
        file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def without_variables(folder: Path) -> None:
    (folder / "vars.yml").unlink()


def fill(connection: duckdb.DuckDBPyConnection, world: World) -> None:
    """The raw tables of a world, as strings or typed, as the world says."""
    connection.execute("create schema raw")
    kinds = {"time": "timestamp", "number": "double"} if world.typed else {}
    for name, each in INPUTS.items():
        shape = ", ".join(f"{column} {kinds.get(kind, 'varchar')}" for column, kind in each.types.items())
        connection.execute(f"create table raw.{name} ({shape})")
        rows = [[row.get(column) for column in each.columns] for row in world.tables.get(name, [])]
        if rows:
            connection.executemany(f"insert into raw.{name} values ({', '.join('?' * len(each.columns))})", rows)


def write_seeds(folder: Path, world: World) -> None:
    for name, columns in seed_columns().items():
        if name == "zone_offsets":  # no mapping, and the same for everybody
            continue
        with (folder / "seeds" / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(columns))
            writer.writeheader()
            writer.writerows({c: row.get(c) for c in columns} for row in world.seed(name))


@pytest.mark.slow
def test_demo(demo: Path, tmp_path: Path) -> None:
    both = Both(tmp_path, ROOT, PACKAGE)
    both.change(without_tests)
    both.build({"raw_path": str(demo)})
    assert both.deprecations == []
    assert both.differences() == []


@pytest.mark.slow
def test_demo_and_what_its_tests_say(demo: Path, tmp_path: Path) -> None:
    """Rows, and what the data tests and unit tests say."""
    both = Both(tmp_path, ROOT, PACKAGE)
    mine, theirs = both.build({"raw_path": str(demo)})
    assert both.deprecations == []
    assert theirs.failing == []
    assert both.differences() == []
    assert mine.found == theirs.found


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 5], ids=["strings", "typed"])
def test_generated_world(number: int, tmp_path: Path) -> None:
    worlds = (generated_world(number, seed, max_messages=120) for seed in range(100))
    world = next(
        w for w in worlds if (found := read(w))["waits"] and found["attributed_outcomes"] and found["cohort_rates"]
    )
    both = Both(tmp_path, ROOT, PACKAGE)
    both.change(without_tests)
    both.change(without_variables)
    both.change(lambda folder: write_seeds(folder, world))
    both.prepare(lambda connection: fill(connection, world))
    variables: dict[str, Any] = {"raw_path": None, **copy.deepcopy(world.vars)}
    for metric in variables["conversion_metrics"]:  # `all` is always there, and nobody names it
        grains = metric.get("cohorts", {}).get("grains", [])
        metric["cohorts"] = {**metric.get("cohorts", {}), "grains": [g for g in grains if g != "all"] or ["month"]}
    both.build(variables)
    assert both.differences() == []
    assert both.rows_of("waits") and both.rows_of("attributed_outcomes") and both.rows_of("cohort_rates")


@pytest.mark.slow
def test_without_variables(demo: Path, tmp_path: Path) -> None:
    """Without vars.yml every setting has its default, and the raw tables stand in the warehouse."""

    def load(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute("create schema raw")
        for name in ("messages", "contacts", "deals", "deal_stages"):
            connection.execute(f"create table raw.{name} as from '{demo}/{name}.parquet'")

    both = Both(tmp_path, ROOT, PACKAGE)
    both.change(without_tests)
    both.change(without_variables)
    both.prepare(load)
    both.build()
    assert both.differences() == []
