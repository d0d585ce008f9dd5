"""Build after build on a growing feed: the database, the state, the journal and `target/` are as large as the data ask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.support import Folder

Make = Callable[..., Folder]
TABLE = "{{ config(materialized='table') }} "
SOURCES = """\
sources:
  - name: raw
    tables: [{name: events, meta: {external_location: "read_csv('raw/*.csv')"}}]
"""
FILES = {
    "models/sources.yml": SOURCES,
    "models/events.sql": TABLE + "select id, day, id % 7 as kind from {{ source('raw', 'events') }}",
    "models/days.sql": TABLE + "select day, count(*) as n from {{ ref('events') }} group by day",
    "models/kinds.sql": "select kind, count(*) as n from {{ ref('events') }} group by kind",
    "models/all.yml": "models:\n  - name: events\n    columns: [{name: id, data_tests: [unique, not_null]}]\n"
    "  - name: days\n    columns: [{name: day, data_tests: [unique]}]\n",
}


def arrives(project: Folder, day: int, rows: int = 20) -> None:
    lines = "".join(f"{day * 1000 + i},{day}\n" for i in range(rows))
    project.write(f"raw/{day:04}.csv", f"id,day\n{lines}")


def standing(project: Folder) -> dict[str, int]:
    with duckdb.connect(str(project.root / "tiny.duckdb"), read_only=True) as connection:
        verdicts, needs = connection.execute(
            "select (select count(*) from _convsql.verdicts), (select count(*) from _convsql.needs)"
        ).fetchall()[0]
    target = sum(f.stat().st_size for f in (project.root / "target").rglob("*") if f.is_file())
    return {
        "relations": len(project.relations()),
        "verdicts": verdicts,
        "needs": needs,
        "database": (project.root / "tiny.duckdb").stat().st_size,
        "target": target,
        "files in target": sum(1 for f in Path(project.root / "target").rglob("*") if f.is_file()),
    }


@pytest.mark.slow
def test_thirty_five_nights_leave_no_more_than_ten(folder: Make) -> None:
    """Two nights fail first, and one is a full refresh."""
    project = folder(FILES)
    seen: list[dict[str, int]] = []
    for day in range(1, 36):
        arrives(project, day)
        if day in (13, 20):
            project.write("tests/fails.sql", "select 1 as bad from {{ ref('days') }} limit 1")
            project.build(code=1)
            project.remove("tests/fails.sql")
        project.build(*(["--full-refresh"] if day == 17 else []))
        seen.append(standing(project))
    tenth, last = seen[9], seen[-1]
    assert last["files in target"] <= tenth["files in target"] + 1  # the compiled SQL of the test that failed
    for what in ("relations", "needs"):
        assert last[what] == tenth[what], what
    for what in ("verdicts", "database", "target"):
        assert last[what] <= tenth[what] * 1.1 + (0 if what == "verdicts" else 300_000), (what, tenth, last)
    assert max(s["relations"] for s in seen) <= max(s["relations"] for s in seen[:10]) + 3
    assert project.query("select count(*), sum(n) from days") == [(35, 35 * 20)]
    runs = project.run("runs", "--json", "--limit", "100").json["runs"]
    assert [r["status"] for r in runs].count("published") == 35
    assert [r["status"] for r in runs].count("failed") == 2


def test_exports_that_are_named_by_their_day_leave_nothing_behind(folder: Make) -> None:
    """What is written anew of a file that DuckDB can't read goes when the file goes."""
    sources = SOURCES.replace("read_csv('raw/*.csv')", "read_parquet('raw/events.parquet')")
    project = folder(
        {"models/sources.yml": sources, "models/events.sql": TABLE + "select id from {{ source('raw', 'events') }}"}
    )
    seen = []
    for day in range(1, 6):
        project.write(f"raw/events/{day}.json", f'[{{"id": {day}}}]')
        if day > 1:
            project.remove(f"raw/events/{day - 1}.json")
        project.build()
        seen.append(sum(1 for file in (project.root / "target").rglob("*.csv")))
    assert seen == [1] * 5
    assert project.query("select cast(id as integer) from events") == [(5,)]
