"""A DuckDB file and a Spark catalogue compared: every type, equal; and one unit in one row, found on either side."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from tests.spark.project import SparkFolder
from tests.support.engine_projects import EVERY_TYPE

pytestmark = pytest.mark.slow  # a server is begun

Make = Callable[..., SparkFolder]


@pytest.fixture
def built(spark: Make) -> SparkFolder:
    project = spark(EVERY_TYPE)
    done = project.run("verify", "--against", "spark", "--target", "dev")
    assert done.code == 0, done.out + done.err
    assert "2 relations are equal on 'dev' (duckdb " in done.err
    assert "'spark' (spark " in done.err
    return project


def compare(project: SparkFolder, here: str, there: str) -> str:
    done = project.run("verify", "--against", there, "--target", here)
    assert done.code == 1, done.err
    return done.out


def test_one_unit_in_one_row_of_the_catalogue_is_found(built: SparkFolder) -> None:
    (name,) = (r for r in built.relations() if r.startswith("sales__"))
    built.execute("create schema elsewhere")
    built.execute(f"create table elsewhere.copied as select * from _convsql_data.{name}")
    changed = "amount + case when id = 2 then 1 else 0 end"
    columns = (
        "id, name, cast({} as decimal(10, 2)) as amount, share, is_late, seen_at, seen_on, nothing, all_rows, total"
    )
    built.execute(f"alter view _convsql_data.{name} as select {columns.format(changed)} from elsewhere.copied")
    assert "id 2: amount is 20.00 here and 21.00 there" in compare(built, "dev", "spark")


def test_one_unit_in_one_row_of_the_file_is_found(built: SparkFolder) -> None:
    with duckdb.connect(str(built.root / "tiny.duckdb")) as connection:
        (relation,) = connection.execute(
            "select table_name from duckdb_tables() where starts_with(table_name, 'sales__')"
        ).fetchall()[0]
        connection.execute(f'update _convsql_data."{relation}" set total = total - 1 where id = 4')
    assert "id 4: total is 10 here and 9 there" in compare(built, "spark", "dev")
