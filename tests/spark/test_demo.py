"""The demo whole, in Spark: every relation equal to DuckDB's, and every test. CONVSQL_SPARK=whole runs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.spark.project import OUTPUT, Sessions
from tests.support import convsql
from tests.support.demo import copy_demo


@pytest.mark.slow
@pytest.mark.skipif(
    os.environ.get("CONVSQL_SPARK") != "whole", reason="a quarter of an hour: CONVSQL_SPARK=whole runs it"
)
def test_the_demo_is_built_tested_and_compared_with_duckdb(
    demo_project: Path, sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_demo(demo_project, tmp_path / "demo")
    profiles = folder / "profiles.yml"
    profiles.write_text(profiles.read_text(encoding="utf-8") + OUTPUT.format(url=sessions.url), encoding="utf-8")
    monkeypatch.chdir(folder)
    done = convsql("build", "--target", "spark", "--json")
    results = done.json["results"]
    assert done.code == 0, [(r["name"], r["message"]) for r in results if r["status"] in ("fail", "error")]
    run = {r["name"] for r in results if r["resource_type"] == "test" and r["status"] in ("pass", "warn")}
    assert run == {name.split(":", 1)[1] for name in convsql("ls", "--resource-type", "test").out.split("\n") if name}
    compared = convsql("verify", "--against", "spark", "--no-build", "--json")
    assert {r["name"]: r["status"] for r in compared.json["relations"] if r["status"] != "equal"} == {}
    assert compared.code == 0
    assert "nothing to do" in convsql("build", "--target", "spark").err
