"""One PostgreSQL server for a test process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.postgres_server import Server, running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server of these tests' own."""
    yield from running()


@pytest.fixture
def postgres(server: Server) -> Iterator[Any]:
    """A connection in the order of bytes."""
    yield from _connected(server.address())


@pytest.fixture
def alphabetical(server: Server) -> Iterator[Any]:
    """A connection to a database whose own order is that of a dictionary."""
    import psycopg

    with psycopg.connect(server.address(), autocommit=True) as connection:
        known = connection.execute("select count(*) from pg_database where datname = 'alphabetical'").fetchone()
        if known == (0,):
            connection.execute("create database alphabetical template template0 locale_provider icu icu_locale 'en-US'")
    yield from _connected(server.address("alphabetical"))


def _connected(address: str) -> Iterator[Any]:
    import psycopg

    with psycopg.connect(address, autocommit=True, prepare_threshold=None) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set statement_timeout = '300s'")
        yield connection
