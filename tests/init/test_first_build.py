"""From a folder of tables to published rates, with nothing edited."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.spec.reference.shared import SHARED
from tests.support import convsql
from tests.support.root import ROOT
from tests.support.scratch import scratch_rows

PACKAGE = ("models", "macros", "seeds", "tests/governance")


@pytest.fixture(params=["demo", "bpi2012_sample"])
def raw(request: pytest.FixtureRequest, demo_raw: Path) -> Path:
    """A folder of raw tables."""
    if request.param == "demo":
        return demo_raw
    if not (SHARED / request.param).is_dir():
        pytest.skip(f"the shared data set {request.param} is not on this machine")
    return SHARED / str(request.param)


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(query).fetchall()


def check(project: Path, raw: Path) -> None:
    """Every proposed metric has conversions, and a won deal is what the data's own words for it say."""
    database = project / "begun.duckdb"
    found = rows(
        database,
        "select metric, eligible, converted from current_rates where cohort_grain = 'all' and cohort_by = 'all'",
    )
    assert found
    assert all(0 < converted < eligible for _, eligible, converted in found), found
    won = scratch_rows(
        f"select count(distinct deal_id) from '{raw}/deal_stages.parquet' where lower(stage) in ('closed_won', 'a_approved')"
    )
    assert rows(database, "select count(*) from outcomes where outcome = 'closed_won'") == won


@pytest.mark.slow
def test_a_project_that_init_proposes_is_published_with_nothing_edited(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert convsql("init", "--from", str(raw), "--name", "begun").code == 0
    done = convsql("build", "--json")
    assert (done.code, done.json["status"]) == (0, "published"), done.err + done.out[-3000:]
    check(tmp_path, raw)
    warned = {r["name"] for r in done.json["results"] if r["status"] == "warn"}
    readme = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert ("stages_are_mapped" in warned) == ("Values without a mapping" in readme)
    assert warned <= {
        "stages_are_mapped",
        "undecided_values_wait",
        "won_deals_were_opportunities",
        "sources_are_fresh",
        "conversations_cut_off_by_the_feed_start",
    }


@pytest.mark.slow
def test_the_proposed_definitions_are_held_by_the_projects_own_lock(
    demo_raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    convsql("init", "--from", str(demo_raw))
    assert "nothing was ever locked" in convsql("metrics", "check").err
    assert convsql("metrics", "lock").code == 0
    assert convsql("metrics", "check").code == 0
    assert (tmp_path / "metrics.lock").is_file()
    assert len((tmp_path / "seeds/metric_locks.csv").read_text(encoding="utf-8").splitlines()) > 1


@pytest.mark.slow
def test_the_wheel_in_an_empty_environment_begins_and_builds(demo_raw: Path, tmp_path: Path) -> None:
    """Install, init, build: with no file of this checkout in reach."""
    pip = [sys.executable, "-m", "pip"]
    subprocess.run([*pip, "wheel", str(ROOT), "--no-deps", "--quiet", "-w", str(tmp_path / "wheel")], check=True)
    (wheel,) = (tmp_path / "wheel").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert any(name.endswith("/licenses/LICENSE") for name in archive.namelist())
        carried = {n.removeprefix("convsql/package/") for n in archive.namelist() if n.startswith("convsql/package/")}
    wanted = {p.relative_to(ROOT).as_posix() for part in PACKAGE for p in (ROOT / part).rglob("*") if p.is_file()}
    assert carried == {*wanted, "dbt_project.yml"}
    venv.create(tmp_path / "env", with_pip=True)
    bin_folder = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    install = ["pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), str(wheel)]
    subprocess.run([str(bin_folder / "python"), "-m", *install], check=True)
    project = tmp_path / "project"
    project.mkdir()
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "CONVSQL"))}
    for command in (["init", "--from", str(demo_raw), "--name", "begun"], ["build", "--quiet"]):
        done = subprocess.run(
            [str(bin_folder / "convsql"), *command], cwd=project, env=clean, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
    check(project, demo_raw)
