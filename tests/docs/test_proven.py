"""docs/proven.md says what docs/proven.json records, and takes no run that proves less than a whole project."""

from __future__ import annotations

import importlib.util
from types import ModuleType
from typing import Any

import pytest

from tests.support.root import ROOT


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    specification = importlib.util.spec_from_file_location("write_proven", ROOT / "scripts/write_proven.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def run_of(status: str = "equal", **changed: Any) -> dict[str, Any]:
    relation = {"name": "sales", "status": status, "rows_here": 1200, "rows_there": 1200}
    sides = {"here": {"engine": "duckdb", "version": "2.0"}, "there": {"engine": "postgres", "version": "15.1"}}
    facts = {"convsql_version": "1.0", "verified_at": "2024-02-29T00:00:00+00:00", "command": "convsql verify"}
    return {**facts, **sides, "select": [], "exclude": [], "relations": [relation], **changed}


def test_the_page_is_as_the_runs_are(writer: ModuleType) -> None:
    assert writer.PAGE.read_text(encoding="utf-8") == writer.page(writer.recorded()), (
        "run `python scripts/write_proven.py` and commit docs/proven.md"
    )


def test_every_recorded_run_is_of_a_whole_project_and_equal(writer: ModuleType) -> None:
    runs = writer.recorded()
    assert runs
    for run in runs:
        assert writer.add(run, run["name"], []) == [run]


def test_a_run_takes_the_place_of_the_one_before_it(writer: ModuleType) -> None:
    (run,) = writer.add(run_of(convsql_version="1.1"), "shop", writer.add(run_of(), "shop", []))
    assert run["convsql_version"] == "1.1"
    assert "| shop | duckdb 2.0 | postgres 15.1 | 1 | 1,200 | 1 | 1.1 | 2024-02-29 | `convsql verify` |" in writer.page(
        [run]
    )


@pytest.mark.parametrize("run", [run_of("differs"), run_of("missing there"), run_of(select=["sales"])])
def test_a_run_that_proves_less_is_refused(writer: ModuleType, run: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match="not taken"):
        writer.add(run, "shop", [])
