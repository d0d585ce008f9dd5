"""dbt builds what was written, and its rows are those of convsql's own build."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.plain_dbt.project import FILES
from tests.runner.parity.both import dbt_command
from tests.support import Folder, convsql
from tests.support.demo import copy_demo

Make = Callable[..., Folder]
pytestmark = [
    pytest.mark.dbt,
    pytest.mark.skipif(
        dbt_command() is None, reason="no dbt: install the extra `dbt`, or name its path in CONVSQL_DBT"
    ),
]


def dbt_build(folder: Path) -> str:
    """`dbt build` of a written project, by its example of a profile."""
    (folder / "profiles.example.yml").rename(folder / "profiles.yml")
    done = subprocess.run(
        [str(dbt_command()), "build", "--project-dir", str(folder), "--profiles-dir", str(folder), "--no-use-colors"],
        cwd=folder, capture_output=True, text=True, timeout=600, check=False,
        env={**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return done.stdout


def differences(mine: Path, theirs: Path) -> list[str]:
    """Published relations that are not equal; both databases hold some."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        for name, file in (("mine", mine), ("theirs", theirs)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        sides = [
            {
                (str(schema), str(table))
                for schema, table in connection.execute(
                    "select table_schema, table_name from information_schema.tables where table_catalog = $1"
                    " and not starts_with(table_schema, '_convsql') and table_name <> 'restatements'",
                    [name],
                ).fetchall()
            }
            for name in ("mine", "theirs")
        ]
        assert sides[0]
        found = [f"only one side has {schema}.{table}" for schema, table in sorted(sides[0] ^ sides[1])]
        for schema, table in sorted(sides[0] & sides[1]):
            relation = f'"{schema}"."{table}"'
            described = [
                [row[:2] for row in connection.execute(f"describe select * from {side}.{relation}").fetchall()]
                for side in ("mine", "theirs")
            ]
            if described[0] != described[1]:
                found.append(f"{relation}: other columns")
                continue
            for one, other in (("mine", "theirs"), ("theirs", "mine")):
                rows = connection.execute(
                    f"from {one}.{relation} except all from {other}.{relation} limit 1"
                ).fetchall()
                found += [f"{relation}: {one} alone has {row}" for row in rows]
    return found


@pytest.mark.slow
def test_a_written_project_gives_the_same_rows_and_verdicts(folder: Make) -> None:
    project = folder(FILES)
    project.build()
    done = project.run("compile", "--dialect", "duckdb", "--into", "out")
    assert done.code == 0, done.err
    said = dbt_build(project.root / "out")
    assert "PASS=11 WARN=0 ERROR=0" in said
    assert "Deprecat" not in said
    assert differences(project.root / "tiny.duckdb", project.root / "out/warehouse.duckdb") == []


@pytest.mark.slow
def test_the_whole_package_over_the_demo_gives_the_same_rows(
    demo_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copy_demo(demo_project, tmp_path / "copy")
    monkeypatch.chdir(copy)
    written = tmp_path / "written"
    done = convsql("compile", "--dialect", "duckdb", "--into", str(written), "--project-dir", str(copy))
    assert done.code == 0, done.err
    dbt_build(written)
    assert differences(copy / "convsql.duckdb", written / "warehouse.duckdb") == []
