"""The demo whole: every relation and every test in PostgreSQL, and what people read of it is what they read on DuckDB."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.postgres.project import Database
from tests.support import convsql
from tests.support.demo import copy_demo


@pytest.mark.slow
def test_the_demo_is_built_tested_and_read_as_on_duckdb(
    demo_project: Path, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_demo(demo_project, tmp_path / "demo")
    profiles = folder / "profiles.yml"
    profiles.write_text(profiles.read_text(encoding="utf-8") + database.profile(), encoding="utf-8")
    monkeypatch.chdir(folder)
    done = convsql("build", "--target", "pg", "--json")
    results = done.json["results"]
    assert done.code == 0, [(r["name"], r["message"]) for r in results if r["status"] in ("fail", "error")]
    with duckdb.connect(str(folder / "convsql.duckdb"), read_only=True) as connection:
        names = [
            n
            for (n,) in connection.execute(
                "select view_name from duckdb_views() where schema_name = 'main' and not internal"
            ).fetchall()
        ]
        on_duckdb = {n: connection.execute(f'select count(*) from main."{n}"').fetchall()[0][0] for n in names}
    on_server = {n: database.rows(f'select count(*) from marts."{n}"')[0][0] for n in names}
    assert on_server == on_duckdb
    assert len(on_duckdb) > 130
    run = {r["name"] for r in results if r["resource_type"] == "test" and r["status"] in ("pass", "warn")}
    assert run == {name.split(":", 1)[1] for name in convsql("ls", "--resource-type", "test").out.split("\n") if name}
    assert "nothing to do" in convsql("build", "--target", "pg").err
    since = ("--since", "2026-01-01")
    pages = [convsql("report", "--format", "md", *since, "--target", target) for target in ("pg", "dev")]
    assert [p.code for p in pages] == [0, 0]
    assert pages[0].out == pages[1].out
    rates = [
        convsql("rates", "conversation_to_opportunity", "--by", "channel", "--json", "--target", t)
        for t in ("pg", "dev")
    ]
    assert rates[0].json == rates[1].json
