"""Tools that read dbt's artifacts say of convsql's what they say of dbt's, of one project built by both."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.clients.answers import CLIENTS
from tests.clients.shop import FILES
from tests.runner.parity.both import dbt_command
from tests.support import Folder, convsql
from tests.support.demo import copy_demo
from tests.support.root import ROOT

pytestmark = pytest.mark.slow

ANSWERS = Path(__file__).with_name("answers.py")


def python() -> Path:
    """The Python that has the tools, which are many and heavy: CONVSQL_CLIENTS, or that of `make test-clients`."""
    return Path(os.environ.get("CONVSQL_CLIENTS") or ROOT / ".venv-clients/bin/python")


@cache
def installed() -> dict[str, str]:
    """Tool → its version, of those that are there."""
    if not python().exists():
        return {}
    code = "import importlib.metadata as m, json; print(json.dumps({d.name.lower().replace('_', '-'): d.version for d in m.distributions()}))"
    found = subprocess.run([str(python()), "-c", code], capture_output=True, text=True, check=True).stdout
    return dict(json.loads(found))


def answer(client: str, folder: Path) -> Any:
    """What a client says of the artifacts in `target/` of a folder."""
    done = subprocess.run(
        [str(python()), str(ANSWERS), client, str(folder)],
        cwd=folder, env={**os.environ, "DO_NOT_TRACK": "1"}, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="session", params=CLIENTS)
def client(request: pytest.FixtureRequest) -> str:
    """Each tool that is installed."""
    name: str = request.param
    if name not in installed():
        pytest.skip(f"{name} is not installed: make test-clients")
    return name


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders in which convsql and dbt built the shop."""
    command = dbt_command()
    if command is None:
        pytest.skip("dbt is not installed")
    mine, theirs = (Folder(tmp_path_factory.mktemp(side) / "shop", FILES).root for side in ("convsql", "dbt"))
    for words in (["build"], ["docs", "generate"]):
        done = convsql(*words, "--project-dir", str(mine))
        assert done.code == 0, done.err
    quiet = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    for words in (["build"], ["docs", "generate", "--target-path", "docs"]):
        subprocess.run(
            [str(command), *words, "--quiet", "--profiles-dir", "."], cwd=theirs, env=quiet, check=True, timeout=600
        )
    shutil.copy(theirs / "docs" / "catalog.json", theirs / "target")
    return mine, theirs


def test_a_client_says_the_same_as_of_dbts_artifacts(client: str, built: tuple[Path, Path]) -> None:
    mine, theirs = (answer(client, folder) for folder in built)
    assert mine == theirs
    assert "stg_orders" in json.dumps(mine)


@pytest.fixture(scope="session")
def package(demo_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, with its catalog."""
    folder = copy_demo(demo_project, tmp_path_factory.mktemp("package"))
    done = convsql("docs", "--project-dir", str(folder))
    assert done.code == 0, done.err
    return folder


def test_a_client_reads_the_whole_package(client: str, package: Path) -> None:
    assert "cohort_rates" in json.dumps(answer(client, package))
