"""One server for the session, and for each test a catalogue with nothing in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from convsql.engines.spark_opening import end_sessions
from tests.spark.project import Sessions, SparkFolder
from tests.support.spark_server import SparkServer, running

Make = Callable[..., SparkFolder]


@pytest.fixture(scope="session")
def server() -> Iterator[SparkServer]:
    for server in running():
        yield server
        end_sessions()


@pytest.fixture
def sessions(server: SparkServer) -> Sessions:
    """A catalogue that is empty, and sessions of it."""
    found = Sessions(server.url)
    found.clear()
    return found


@pytest.fixture
def spark(sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a project of the given files with a target `spark` and, beside it, a DuckDB file as target `dev`."""
    monkeypatch.chdir(tmp_path)

    def make(files: Mapping[str, str | bytes] | None = None) -> SparkFolder:
        return SparkFolder(tmp_path, sessions, files)

    return make
