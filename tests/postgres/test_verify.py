"""A DuckDB file and a PostgreSQL database compared: every type, equal; and one unit in one row, found on either side."""

from __future__ import annotations

from collections.abc import Callable

import duckdb
import pytest

from tests.postgres.project import PostgresFolder
from tests.support.engine_projects import EVERY_TYPE

Make = Callable[..., PostgresFolder]


@pytest.fixture
def built(pg: Make) -> PostgresFolder:
    project = pg(EVERY_TYPE)
    done = project.run("verify", "--against", "pg", "--target", "dev")
    assert done.code == 0, done.out + done.err
    assert "2 relations are equal on 'dev' (duckdb " in done.err
    assert "'pg' (postgres " in done.err
    return project


def compare(project: PostgresFolder, here: str, there: str) -> str:
    done = project.run("verify", "--against", there, "--target", here)
    assert done.code == 1, done.err
    return done.out


def test_one_unit_in_one_row_of_the_server_is_found(built: PostgresFolder) -> None:
    (name,) = (r for r in built.relations() if r.startswith("sales__"))
    built.execute(f'update _convsql_data."{name}" set amount = amount + 1 where id = 2')
    assert "id 2: amount is 20.00 here and 21.00 there" in compare(built, "dev", "pg")


def test_one_unit_in_one_row_of_the_file_is_found(built: PostgresFolder) -> None:
    with duckdb.connect(str(built.root / "tiny.duckdb")) as connection:
        (relation,) = connection.execute(
            "select table_name from duckdb_tables() where starts_with(table_name, 'sales__')"
        ).fetchall()[0]
        connection.execute(f'update _convsql_data."{relation}" set total = total - 1 where id = 4')
    assert "id 4: total is 10 here and 9 there" in compare(built, "pg", "dev")
