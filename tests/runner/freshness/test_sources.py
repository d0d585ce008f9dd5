"""`convsql source freshness`: how old sources are by the clock on the wall, in dbt's words and shape."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from tests.support import Folder

Make = Callable[..., Folder]
SOURCES = """\
sources:
  - name: raw
    meta: {external_location: "read_csv('raw/{name}.csv')"}
    loaded_at_field: loaded_at
    freshness: {warn_after: {count: 12, period: hour}, error_after: {count: 2, period: day}}
    tables:
      - name: events
"""


def ago(**passed: float) -> str:
    return (datetime.now(UTC) - timedelta(**passed)).strftime("%Y-%m-%d %H:%M:%S")


def project_with(folder: Make, *times: str, sources: str = SOURCES) -> Folder:
    rows = "".join(f"{n},{at}\n" for n, at in enumerate(times))
    return folder({"models/sources.yml": sources, "raw/events.csv": f"id,loaded_at\n{rows}"})


def result(project: Folder) -> Any:
    (found,) = json.loads((project.root / "target/sources.json").read_text())["results"]
    return found


@pytest.mark.parametrize(
    ("hours", "status", "code"),
    [(1, "pass", 0), (11.9, "pass", 0), (12.1, "warn", 0), (47.9, "warn", 0), (48.1, "error", 1)],
)
def test_the_greatest_time_is_held_against_both_limits(folder: Make, hours: float, status: str, code: int) -> None:
    project = project_with(folder, ago(hours=hours), ago(days=30))
    done = project.run("source", "freshness")
    assert (done.code, result(project)["status"]) == (code, status)
    assert abs(result(project)["max_loaded_at_time_ago_in_s"] - hours * 3600) < 60
    if status != "pass":
        assert "raw.events (models/sources.yml:7)" in done.err


def test_a_row_of_the_future_keeps_no_dead_source_fresh(folder: Make) -> None:
    project = project_with(folder, ago(days=5), "2099-01-01 00:00:00")
    done = project.run("source", "freshness")
    assert done.code == 1
    assert "5 d old" in done.err
    assert "1 row of the future left out" in done.err


def test_a_filter_limits_the_rows_that_are_looked_at(folder: Make) -> None:
    sources = SOURCES.replace("period: day}}", "period: day}, filter: id > 0}")
    project = project_with(folder, ago(hours=1), ago(days=3), sources=sources)
    assert project.run("source", "freshness").code == 1
    assert result(project)["criteria"]["filter"] == "id > 0"


@pytest.mark.parametrize("text", ["id > 0) or (true", "1; drop table x", "true -- "])
def test_a_filter_is_one_expression(folder: Make, text: str) -> None:
    sources = SOURCES.replace("period: day}}", f'period: day}}, filter: "{text}"}}')
    project = project_with(folder, ago(hours=1), sources=sources)
    assert (project.run("source", "freshness").code, result(project)["status"]) == (2, "runtime error")


def test_a_table_takes_over_what_its_source_says_and_may_take_it_back(folder: Make) -> None:
    sources = SOURCES + (
        "      - name: slow\n        freshness: {error_after: {count: 9, period: day}}\n"
        "      - name: never\n        config: {freshness: null}\n"
    )
    rows = f"id,loaded_at\n1,{ago(days=5)}\n"
    project = project_with(folder, ago(hours=1), sources=sources)
    project.write("raw/slow.csv", rows)
    project.write("raw/never.csv", rows)
    found = {r["unique_id"]: r for r in project.run("source", "freshness", "--json").json["results"]}
    assert {i.split(".")[-1]: r["status"] for i, r in found.items()} == {"events": "pass", "slow": "warn"}
    assert found["source.tiny.raw.slow"]["criteria"]["error_after"] == {"count": 9, "period": "day"}
    assert found["source.tiny.raw.slow"]["criteria"]["warn_after"] == {"count": 12, "period": "hour"}
    chosen = project.run("source", "freshness", "--json", "--select", "source:raw.slow").json["results"]
    assert [r["unique_id"] for r in chosen] == ["source.tiny.raw.slow"]


def test_a_project_says_it_of_sources_that_a_package_declares(folder: Make) -> None:
    sources = SOURCES[: SOURCES.index("    loaded_at_field")] + "    tables: [{name: events}]\n"
    project = project_with(folder, ago(days=5), sources=sources)
    tree = (
        "sources:\n  tiny:\n    raw:\n      +loaded_at_field: loaded_at\n"
        "      +freshness: {error_after: {count: 1, period: day}}\n"
    )
    project.write("dbt_project.yml", "name: tiny\nversion: 1.0.0\nprofile: tiny\n" + tree)
    assert project.run("source", "freshness").code == 1


def test_files_without_a_field_are_as_old_as_they_were_written(folder: Make) -> None:
    project = project_with(folder, "never mind", sources=SOURCES.replace("    loaded_at_field: loaded_at\n", ""))
    assert project.run("source", "freshness").code == 0
    os.utime(project.root / "raw/events.csv", (time.time() - 3 * 86400,) * 2)
    assert project.run("source", "freshness").code == 1


def test_a_source_without_a_row_is_stale(folder: Make) -> None:
    project = project_with(folder)
    done = project.run("source", "freshness")
    assert (done.code, "it has no row" in done.err) == (1, True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("raw/{name}.csv", "raw/nowhere.csv"), "no file for source"),
        (("loaded_at_field: loaded_at", "loaded_at_field: loaded"), "has no column 'loaded'"),
    ],
)
def test_a_source_that_can_t_be_measured_is_an_error_and_the_others_are_measured(
    folder: Make, change: tuple[str, str], said: str
) -> None:
    sources = SOURCES.replace(*change) + SOURCES.replace("name: raw", "name: good").partition("\n")[2]
    project = project_with(folder, ago(hours=1), sources=sources)
    project.write("models/a.sql", "select id from {{ source('raw', 'events') }}")
    done = project.run("source", "freshness")
    assert done.code == 2
    assert said in done.err
    assert "fresh source good.events" in done.err


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "freshness: {warn_after: {count: 1, period: week}}",
            "models/sources.yml:5: 'warn_after' has an unknown period 'week'",
        ),
        ("freshness: {warn_after: {count: many, period: hour}}", "'warn_after' has a count of 'many'"),
        ("freshness: {wan_after: {count: 1, period: hour}}", "did you mean 'warn_after'?"),
        ("freshness: soon", "'freshness' must be a mapping"),
    ],
)
def test_what_is_no_promise_is_an_error_with_its_line(folder: Make, given: str, said: str) -> None:
    line = next(line for line in SOURCES.splitlines() if "freshness:" in line)
    project = project_with(folder, ago(hours=1), sources=SOURCES.replace(line.strip(), given))
    done = project.run("source", "freshness")
    assert (done.code, said in done.err) == (2, True), done.err
    assert project.run("compile").code == 2


def test_an_input_that_nobody_reads_and_nobody_brings_is_not_late(folder: Make) -> None:
    project = project_with(folder, ago(hours=1), sources=SOURCES + "      - name: gone\n")
    project.write("models/a.sql", "select id from {{ source('raw', 'events') }}")
    done = project.run("source", "freshness")
    assert (done.code, "gone" in done.err) == (0, False), done.err
    project.write("models/b.sql", "select id from {{ source('raw', 'gone') }}")
    assert project.run("source", "freshness").code == 2


def test_a_table_of_the_database_is_measured_there(folder: Make) -> None:
    sources = SOURCES.replace("    meta: {external_location: \"read_csv('raw/{name}.csv')\"}\n", "")
    project = project_with(folder, sources=sources)
    assert "the database file is not there yet" in project.run("source", "freshness").err
    with duckdb.connect(str(project.root / "tiny.duckdb")) as connection:
        connection.execute("create schema raw")
        connection.execute(f"create table raw.events as select 1 as id, timestamptz '{ago(hours=20)}+00' as loaded_at")
    done = project.run("source", "freshness")
    assert (done.code, result(project)["status"]) == (0, "warn"), done.err


def test_times_with_a_zone_are_moved_to_utc_and_an_expression_may_say_when(folder: Make) -> None:
    at = (datetime.now(UTC) - timedelta(hours=11) + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M:%S+05:00")
    project = project_with(folder, at)
    project.run("source", "freshness")
    assert abs(result(project)["max_loaded_at_time_ago_in_s"] - 11 * 3600) < 60
    sources = SOURCES.replace(
        "loaded_at_field: loaded_at", "loaded_at_field: cast(loaded_at as timestamptz) - interval 2 hour"
    )
    project.write("models/sources.yml", sources)
    assert project.run("source", "freshness").code == 0
    assert result(project)["status"] == "warn"


def test_no_model_is_looked_at(folder: Make) -> None:
    project = project_with(folder, ago(hours=1))
    project.write("models/broken.sql", "select nothing {{ ref('nowhere') }}")
    assert project.run("source", "freshness").code == 0


def test_without_a_promise_nothing_is_measured(folder: Make) -> None:
    project = folder({"models/a.sql": "select 1 as id"})
    done = project.run("source", "freshness")
    assert (done.code, "no source says how fresh it must be" in done.err) == (0, True)


@pytest.mark.slow
def test_the_file_is_dbt_s(folder: Make) -> None:
    artifacts = pytest.importorskip("dbt.artifacts.schemas.freshness.v3.freshness")
    project = project_with(folder, ago(hours=20), sources=SOURCES + "      - name: gone\n")
    project.write("models/a.sql", "select id from {{ source('raw', 'gone') }}")
    project.run("source", "freshness", "--output", "elsewhere.json")
    read = artifacts.FreshnessExecutionResultArtifact.read_and_check_versions(str(project.root / "elsewhere.json"))
    assert [str(r.status) for r in read.results] == ["warn", "runtime error"]
    assert read.results[0].criteria.warn_after.count == 12
