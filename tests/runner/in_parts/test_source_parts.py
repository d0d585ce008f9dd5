"""A source of Parquet files in a folder: what comes in new files is known to be new, and anything else done to the files is no less right."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from convsql.engines.duckdb import DuckDBSession
from tests.support import Folder

Make = Callable[..., Folder]
FILES = {
    "models/s.yml": """
        sources:
        - name: raw
          tables:
          - name: t
            config: {meta: {external_location: "read_parquet('{{ var('raw') }}/t/*.parquet', union_by_name = true, hive_partitioning = false)"}}
    """,
    "models/stg.sql": """
        {{ config(materialized='table') }}
        with given as (select * from {{ source('raw', 't') }}),
        doubled as (select id, count(*) as n from given group by id having count(*) > 1)
        select given.id, given.k, given.x, coalesce(doubled.n, 1) as n from given left join doubled on given.id = doubled.id
        qualify row_number() over (partition by given.id order by given.x desc, given.k) = 1
    """,
    "models/m.sql": "{{ config(materialized='table') }} select k, count(*) as n, sum(x) as x from {{ ref('stg') }} group by k",
}


class Parts:
    """A project over a folder of parts."""

    def __init__(self, folder: Make) -> None:
        self.project = folder(FILES)
        self.raw = self.project.root / "raw" / "t"
        self.raw.mkdir(parents=True)

    def put(self, name: str, rows: str) -> None:
        with duckdb.connect() as connection:
            connection.execute(f"copy ({rows}) to '{self.raw / name}.parquet' (format parquet)")

    def run(self, *words: str) -> str:
        done = self.project.run(*words, "--vars", json.dumps({"raw": str(self.raw.parent)}))
        assert done.code == 0, done.err
        return done.out

    def build(self) -> None:
        self.run("build")

    @property
    def made(self) -> dict[str, str]:
        results = json.loads((self.project.root / "target/run_results.json").read_text())["results"]
        return {r["unique_id"].split(".")[-1]: r["adapter_response"]["convsql"].get("made") or "" for r in results}

    def differing(self) -> list[str]:
        """The models whose rows are others than their query gives."""
        self.run("compile")
        found = []
        with duckdb.connect(str(self.project.root / "tiny.duckdb"), read_only=True) as connection:
            for name in ("stg", "m"):
                (file,) = (self.project.root / "target").rglob(f"models/{name}.sql")
                whole = Counter(connection.execute(file.read_text()).fetchall())
                found += [name] if whole != Counter(connection.execute(f"from {name}").fetchall()) else []
        return found


@pytest.fixture
def parts(folder: Make) -> Parts:
    found = Parts(folder)
    found.put("1", "select range as id, range % 7 as k, range as x from range(40)")
    found.build()
    return found


def test_rows_of_a_new_file_are_all_that_is_read_anew(parts: Parts) -> None:
    parts.put("2", "select 100 as id, 3 as k, 5 as x union all select 8, 2, 50")
    parts.build()
    assert parts.made == {"stg": "in parts: 2 of 41 rows anew, by id", "m": "in parts: 3 of 7 rows anew, by k"}
    assert parts.project.query("select k, x, n from stg where id = 8") == [(2, 50, 2)]
    assert not parts.differing()


@pytest.mark.parametrize(
    "rows",
    [
        "select range as id, range % 7 as k, range + 1 as x from range(40)",
        "select range as id, range % 7 as k, range as x from range(39)",
    ],
    ids=["changed", "fewer"],
)
def test_a_file_that_is_another_one_has_all_read_anew(parts: Parts, rows: str) -> None:
    parts.put("1", rows)
    parts.build()
    assert not parts.made["stg"].startswith("in parts")
    assert not parts.differing()


def test_a_file_that_is_gone_has_all_read_anew(parts: Parts) -> None:
    parts.put("2", "select 100 as id, 3 as k, 5 as x")
    parts.build()
    (parts.raw / "2.parquet").unlink()
    parts.build()
    assert not parts.made["stg"].startswith("in parts")
    assert parts.project.query("select count(*) from stg") == [(40,)]


@pytest.mark.parametrize(
    "rows",
    [
        "select 100 as id, 3 as k, 5 as x, 'new' as note",
        "select 100 as id, 3 as k, 5.5 as x",
        "select 100 as id, 3 as k",
    ],
    ids=["more columns", "another type", "fewer columns"],
)
def test_a_file_of_another_shape_is_read_as_all_files_together_are(parts: Parts, rows: str) -> None:
    parts.put("2", rows)
    parts.build()
    assert parts.project.query("select k from stg where id = 100") == [(3,)]
    assert not parts.differing()


def test_where_a_statement_fails_all_is_read_anew(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    parts.put("2", "select 100 as id, 3 as k, 5 as x")
    once = DuckDBSession.execute

    def failing(self: DuckDBSession, sql: str, parameters: Sequence[Any] | None = None) -> None:
        once(self, "select error('no')" if "as touched" in sql else sql, parameters)

    monkeypatch.setattr(DuckDBSession, "execute", failing)
    parts.build()
    monkeypatch.undo()
    assert "could not be made in parts" in parts.made["stg"]
    assert not parts.differing()
    assert parts.project.query("select count(*) from stg") == [(41,)]


def test_that_it_reads_parts_is_explained(parts: Parts) -> None:
    said = parts.run("explain", "stg")
    assert "can be made in parts, by id" in said and "rows may change in t" in said


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_to_the_files_the_rows_are_those_of_the_whole_query(parts: Parts, seed: int) -> None:
    of = random.Random(seed)
    for night in range(5):
        names = sorted(path.stem for path in parts.raw.glob("*.parquet"))
        name = of.choice([*names[1:], f"n{night}", f"n{night}"])
        if name in names and of.random() < 0.5:
            Path(parts.raw / f"{name}.parquet").unlink()
        else:
            rows = of.randrange(4)
            first = of.randrange(60)
            parts.put(name, f"select range + {first} as id, range % 3 as k, {of.randrange(9)} as x from range({rows})")
        parts.build()
        assert not parts.differing(), f"night {night}"
