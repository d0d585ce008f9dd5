"""One server for the session, and for each test a database of its own."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.postgres.project import Database, PostgresFolder
from tests.postgres.server import PASSWORD, Server, programs

_NUMBERS = itertools.count(1)
Make = Callable[..., PostgresFolder]


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'convsql[postgres]'")
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL server is installed (initdb is neither in /usr/lib/postgresql/*/bin nor on PATH)")
    running = Server(found)
    yield running
    running.stop()


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
