"""A small shop that uses most of what a dbt project can: every table and every verdict as dbt gives them.

`expected/` was written from dbt-core 1.11 with dbt-duckdb; `tests/runner/parity` builds the same tree under dbt.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.support import Run, convsql

SHOP = Path(__file__).parent / "shop"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Run]]:
    before = Path.cwd()
    root = tmp_path_factory.mktemp("shop") / "shop"
    shutil.copytree(SHOP, root)
    yield root, convsql("build", "--json", "--project-dir", str(root))
    os.chdir(before)


def tables(database: Path) -> str:
    """All published tables with their columns, types and rows, as text."""
    lines = []
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables where not starts_with(table_schema, '_convsql')"
            " order by all"
        ).fetchall()
        for schema, name in names:
            result = connection.execute(f'select * from "{schema}"."{name}" order by all')
            lines.append(f"{schema}.{name}: " + ", ".join(f"{d[0]} {d[1]}" for d in result.description or []))
            for row in result.fetchall():
                lines.append("  " + " | ".join("null" if v is None else str(v).replace("\n", "\\n") for v in row))
    return "\n".join(lines) + "\n"


def test_every_table_has_the_rows_and_types_it_has_under_dbt(built: tuple[Path, Run]) -> None:
    root, done = built
    assert done.code == 0, done.out
    assert tables(root / "shop.duckdb") == (SHOP / "expected/tables.txt").read_text(encoding="utf-8")


def test_every_test_ends_as_under_dbt(built: tuple[Path, Run]) -> None:
    _, done = built
    results = sorted(f"{r['status']} {r['resource_type']} {r['name']}" for r in done.json["results"])
    expected = (SHOP / "expected/results.txt").read_text(encoding="utf-8").splitlines()
    assert results == expected


def test_failing_rows_of_a_warning_are_kept(built: tuple[Path, Run]) -> None:
    root, done = built
    (dear,) = (r for r in done.json["results"] if r["name"] == "dear_orders")
    assert len(dear["failing_rows"]) == 1
    shown = convsql(
        "show", "--json", "--inline", f"select * from {dear['failing_rows_kept_in']}", "--project-dir", str(root)
    )
    assert shown.json["rows"] == [list(dear["failing_rows"][0].values())]


def test_results_are_written_as_dbt_writes_them(built: tuple[Path, Run]) -> None:
    root, done = built
    kept = json.loads((root / "target/run_results.json").read_text())
    assert kept["args"]["which"] == "build"
    built_and_tested = [r["unique_id"] for r in done.json["results"]]
    assert [r["unique_id"] for r in kept["results"]] == [*built_and_tested, "exposure.shop.weekly_mail"]


def test_a_second_build_has_nothing_to_do(built: tuple[Path, Run]) -> None:
    root, _ = built
    again = convsql("build", "--json", "--project-dir", str(root))
    assert (again.code, again.json["status"]) == (0, "nothing_to_do")


def test_compiled_sql_runs_as_it_is(built: tuple[Path, Run]) -> None:
    root, _ = built
    assert convsql("compile", "--project-dir", str(root)).code == 0
    files = sorted((root / "target/compiled").rglob("*.sql"))
    assert len(files) == 28
    with duckdb.connect(str(root / "shop.duckdb"), read_only=True) as connection:
        for file in files:
            connection.execute(file.read_text(encoding="utf-8"))
