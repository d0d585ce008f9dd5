"""Forty projects in the shapes that people have them, built by dbt and by convsql, and compared."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import duckdb
import pytest

from tests.runner.parity import shapes
from tests.runner.parity.both import _differ, _relations, dbt_command
from tests.runner.parity.more_shapes import MORE
from tests.runner.parity.shapes import PROFILES, PROJECT, REFUSED
from tests.support import Folder

pytestmark = pytest.mark.slow

# Each in a fork of one process: loading dbt takes longer than building one, and its DuckDB can't change the file.
_DBT = """
import json, os, sys
from dbt.cli.main import dbtRunner
import dbt.adapters.duckdb
done = {}
for folder in sys.argv[1:]:
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        if os.path.exists("packages.yml") or os.path.exists("dependencies.yml"):
            dbtRunner().invoke(["deps", "--quiet"])
        built = dbtRunner().invoke(["build", "--quiet", "--profiles-dir", "."]).success
        sys.stdout.flush()
        os._exit(0 if built else 1)
    done[os.path.basename(folder)] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print("\\n" + json.dumps(done))
"""
BUILT = shapes.BUILT | MORE
BOTH = BUILT | {name: files for name, (files, _) in REFUSED.items()}


@pytest.fixture(scope="module")
def of_dbt(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[Path, dict[str, bool]]:
    """The folder in which dbt built each project that a test asks for, and which of them it built whole."""
    command = dbt_command()
    if command is None:
        pytest.skip("dbt is not installed")
    root = tmp_path_factory.mktemp("dbt")
    asked = {
        item.callspec.params["name"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and hasattr(item, "callspec")
    }
    folders = [folder_of(root, name).root for name in BOTH if name in asked]
    quiet = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    done = subprocess.run(
        [str(command.with_name("python")), "-c", _DBT, *map(str, folders)],
        env={**os.environ, **quiet}, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return root, json.loads(done.stdout.splitlines()[-1])


def folder_of(root: Path, name: str) -> Folder:
    return Folder(root / name, {"dbt_project.yml": PROJECT, "profiles.yml": PROFILES, **BOTH[name]})


@pytest.mark.parametrize("name", BUILT)
def test_a_project_gives_the_same_rows(
    name: str, of_dbt: tuple[Path, dict[str, bool]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, built = of_dbt
    assert built[name], f"dbt does not build '{name}' whole"
    monkeypatch.chdir(tmp_path)
    project = folder_of(tmp_path, name)
    for _ in "first", "second":
        project.build()
    monkeypatch.chdir(root / name)  # for views over files of the project
    found = []
    with duckdb.connect(str(project.root / "wh.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{root / name / 'wh.duckdb'}' as dbt (read_only)")
        connection.execute("use wh")
        mine, theirs = (_relations(connection, side) for side in ("wh", "dbt"))
        theirs = {(schema, relation) for schema, relation in theirs if not schema.endswith("_dbt_test__audit")}
        assert mine == theirs
        connection.execute(f"attach '{project.root / 'wh.duckdb'}' as convsql (read_only)")
        for schema, relation in sorted(mine):
            found += _differ(connection, f'"{schema}"."{relation}"')
    assert found == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_convsql_does_not_build_it_refuses_by_name(
    name: str, of_dbt: tuple[Path, dict[str, bool]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert name == "python" or of_dbt[1][name], f"dbt does not build '{name}'"
    monkeypatch.chdir(tmp_path)
    done = folder_of(tmp_path, name).run("build")
    assert done.code == 2
    assert REFUSED[name][1] in done.err
    assert "\n  hint: " in done.err
