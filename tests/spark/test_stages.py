"""Which CTEs of a query Spark is to work out once, and what is then asked; without a Spark."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import duckdb
import pytest

from convsql.engines.session import EngineError
from convsql.engines.spark_stages import parsed, worked_out

DOUBLED = """/* Grain: one row. */
WITH given AS (
  SELECT * FROM numbers
), /* a ) in a comment, and , too */ level_0 AS (
  SELECT n, ') from level_0' AS text FROM given WHERE n > 0
), {levels}
SELECT count(*) AS n FROM {last}
"""


def doubled(levels: int) -> str:
    """Each level reads the one below it twice: the last stands on the first 2 ** levels times."""
    texts = [
        f"level_{n} AS (\n  SELECT one.n, one.text FROM level_{n - 1} AS one JOIN level_{n - 1} AS two ON one.n = two.n\n)"
        for n in range(1, levels + 1)
    ]
    return DOUBLED.format(levels=", ".join(texts), last=f"level_{levels}")


class Kept:
    """What Spark would be told, by a DuckDB: a table that is kept is one that is made."""

    def __init__(self, refuses: bool = False) -> None:
        self.duck = duckdb.connect()
        self.duck.execute("create table numbers as select unnest([0, 1, 2, 3]) as n")
        self.said: list[str] = []
        self.refuses = refuses

    def run(self, sql: str) -> None:
        self.said.append(sql.split("\n", 1)[0])
        if self.refuses:
            raise EngineError("nothing is kept here")
        if not sql.startswith("uncache"):
            self.duck.execute(sql.replace("cache table", "create table").replace("drop view", "drop table"))

    def tables(self) -> list[str]:
        return [name for (name,) in self.duck.execute("select table_name from duckdb_tables()").fetchall()]


def worked(kept: Any, sql: str) -> AbstractContextManager[str]:
    return worked_out(kept, sql)


def test_what_a_plan_would_hold_many_times_is_worked_out_once_and_the_rows_are_the_same() -> None:
    kept, sql = Kept(), doubled(8)
    query = parsed(sql)
    assert query is not None
    names = [query.parts[n].name for n in query.kept()]
    assert names and "given" not in names, "a relation that is only named is read where it stands"
    with worked(kept, sql) as text:
        assert len([name for name in kept.tables() if name.startswith("kept_")]) == len(names)
        assert kept.duck.execute(text).fetchall() == kept.duck.execute(sql).fetchall() == [(3,)]
        again = parsed(text)
        assert again is not None
        assert again.kept() == [], "what is kept spares the plan its repetitions"
    assert kept.tables() == ["numbers"], "nothing stays"


@pytest.mark.parametrize(
    "sql",
    [
        "select 1 as n",
        doubled(2),
        "with a as (select 1 as n) select * from a",
        doubled(8).replace("n > 0", "current_timestamp > n"),
        doubled(8).replace("), /*", " /*"),
    ],
    ids=["no CTE", "few", "one", "each statement has a time of its own", "not understood"],
)
def test_any_other_query_is_asked_as_it_stands(sql: str) -> None:
    kept = Kept()
    with worked(kept, sql) as query:
        assert query == sql
    assert kept.said == []


def test_a_model_is_a_subquery_whose_columns_are_typed() -> None:
    kept = Kept()
    model = f'select\n    cast("n" as bigint) as "n"\nfrom (\n{doubled(8)}\n) as made ("n")'
    with worked(kept, model) as text:
        assert kept.said
        assert text.startswith('select\n    cast("n" as bigint) as "n"\nfrom (with given as (')
        assert kept.duck.execute(text).fetchall() == [(3,)]


def test_where_nothing_can_be_kept_the_query_is_asked_as_it_stands() -> None:
    kept, sql = Kept(refuses=True), doubled(8)
    with worked(kept, sql) as query:
        assert query == sql
    assert len(kept.said) == 1


def test_a_recursion_and_named_columns_are_kept_as_they_are() -> None:
    levels = doubled(8).replace("WITH given", "WITH RECURSIVE given").replace("level_1 AS (", "level_1 (n, text) AS (")
    kept = Kept()
    with worked(kept, levels) as query:
        assert query.startswith("with recursive ")
        assert kept.duck.execute(query).fetchall() == [(3,)]
