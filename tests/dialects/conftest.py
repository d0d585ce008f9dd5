"""One PostgreSQL server for a test process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.server import programs, serving


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """How to connect to a server of these tests' own."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'convsql[postgres]'")
    if programs() is None:
        pytest.skip("no PostgreSQL server on this machine: initdb and pg_ctl are not found")
    folder = Path(tempfile.mkdtemp(prefix="pg_", dir="/tmp"))  # a socket's path has room for about a hundred characters
    try:
        with serving(folder) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(server: str) -> Iterator[Any]:
    """A connection in the order of bytes."""
    yield from _connected(server)


@pytest.fixture
def alphabetical(server: str) -> Iterator[Any]:
    """A connection to a database whose own order is that of a dictionary."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("select count(*) from pg_database where datname = 'alphabetical'").fetchone()
        if known == (0,):
            connection.execute("create database alphabetical template template0 locale_provider icu icu_locale 'en-US'")
    yield from _connected(server.replace("dbname=postgres", "dbname=alphabetical"))


def _connected(address: str) -> Iterator[Any]:
    import psycopg

    with psycopg.connect(address, autocommit=True, prepare_threshold=None) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set statement_timeout = '300s'")
        yield connection
