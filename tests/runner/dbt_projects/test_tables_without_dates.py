"""A source that is a plain DuckDB table, which nothing dates, is known by its rows: an unchanged build builds nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from convsql.engines.duckdb import DuckDBSession
from tests.support import Folder

Make = Callable[..., Folder]
FILES = {
    "models/s.yml": "sources: [{name: raw, tables: [{name: t}, {name: v}]}]\n",
    "models/a.sql": "{{ config(materialized='table') }} select id, name from {{ source('raw', 't') }}",
    "models/b.sql": "select count(*) as n from {{ source('raw', 'v') }}",
}
RAW = "create schema raw; create table raw.t as select 1 as id, 'a' as name; create view raw.v as select * from raw.t"


@pytest.fixture
def built(folder: Make) -> Folder:
    project = folder(FILES)
    project.execute(RAW)
    project.build()
    return project


def test_a_build_over_unchanged_tables_has_nothing_to_do(built: Folder) -> None:
    assert "nothing to do" in built.build().err


@pytest.mark.parametrize(
    "change",
    [
        "insert into raw.t values (1, 'a')",
        "update raw.t set name = 'b'",
        "update raw.t set name = null",
        "delete from raw.t",
        "drop view raw.v; alter table raw.t add column more integer; create view raw.v as select * from raw.t",
    ],
)
def test_a_changed_row_is_a_new_version(change: str, built: Folder) -> None:
    built.execute(change)
    assert "2 built" in built.build().err
    assert "nothing to do" in built.build().err


def test_what_leaves_the_rows_as_they_are_is_none(built: Folder) -> None:
    built.execute("create table raw.other as select 1 as x; update raw.t set name = name; checkpoint")
    assert "nothing to do" in built.build().err


def test_the_order_of_rows_is_none_and_rows_that_stand_twice_count(folder: Make) -> None:
    project = folder(FILES)
    project.execute(RAW + "; insert into raw.t values (2, 'b'), (2, 'b')")
    project.build()
    project.execute("create or replace table raw.t as select * from raw.t order by id desc")
    assert "nothing to do" in project.build().err
    project.execute("create or replace table raw.t as select distinct * from raw.t")
    assert "2 built" in project.build().err


def test_tables_are_read_again_only_when_somebody_wrote_to_the_file(
    built: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    built.build()
    read: list[str] = []

    def digest(session: DuckDBSession, relation: str) -> str:
        read.append(relation)
        return own(session, relation)

    own = DuckDBSession.rows_digest
    monkeypatch.setattr(DuckDBSession, "rows_digest", digest)
    built.build()
    assert read == []
    built.execute("insert into raw.t values (3, 'c')")
    built.build()
    assert set(read) == {'"raw"."t"', '"raw"."v"'}
