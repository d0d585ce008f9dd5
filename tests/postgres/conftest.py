"""One server for the session, and for each test a database of its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.postgres.project import Database, PostgresFolder
from tests.support.postgres_server import PASSWORD, Server, running

_NUMBERS = itertools.count(1)
Make = Callable[..., PostgresFolder]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    yield from running()


@pytest.fixture
def database(server: Server, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An empty database of the test's own."""
    monkeypatch.setenv("DBT_ENV_SECRET_PG_PASSWORD", PASSWORD)
    return Database.create(server.port, f"test_{os.getpid()}_{next(_NUMBERS)}")


@pytest.fixture
def pg(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a project of the given files with a target `pg` and, beside it, a DuckDB file as target `dev`."""
    monkeypatch.chdir(tmp_path)

    def make(files: Mapping[str, str | bytes] | None = None) -> PostgresFolder:
        return PostgresFolder(tmp_path, database, files)

    return make
