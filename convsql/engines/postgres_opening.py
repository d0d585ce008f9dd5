"""How a PostgreSQL database is opened: its keys, what a session is set to, and the lock by which one builder of an environment keeps others out."""

from __future__ import annotations

import os
import time
import zlib
from collections.abc import Mapping
from typing import Any

from convsql.base.errors import ConvsqlError, LockHeld, Where

try:
    import psycopg
except ImportError:
    raise ConvsqlError(
        "a target of type postgres needs psycopg, which is not installed",
        Where("profiles.yml"),
        "pip install 'psycopg[binary]>=3.2,<4'",
    ) from None

from convsql.engines.postgres import LOCKS, PostgresSession
from convsql.engines.postgres_faults import first_line, opening_error

OLDEST = 130000
PATIENCE = 5.0  # seconds for which a builder waits for one that was killed to be noticed by the server
# What a session is set to, whatever the server, the database or the role say. `jit` costs seconds for each long query.
SETTINGS = {
    "TimeZone": "UTC",
    "client_encoding": "UTF8",
    "DateStyle": "ISO, MDY",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "default_transaction_isolation": "read committed",
    "jit": "off",
}
_LIBPQ = (
    "host",
    "port",
    "user",
    "dbname",
    "keepalives_idle",
    "connect_timeout",
    "sslmode",
    "sslcert",
    "sslkey",
    "sslrootcert",
)


def open_server(keys: Mapping[str, Any], environment: str | None = None) -> PostgresSession:
    """A session of the server that a target names: for reading, or as the one that builds `environment`.

    Raises LockHeld naming who builds it, ConvsqlError when the server can't be reached or is not one to build in.
    """
    place = f"{keys['dbname']} on {keys['host']}:{keys.get('port', 5432)}"
    connection = _connected(keys, place)
    try:
        session = PostgresSession(connection, place)
        _check_server(session)
        _set(session, keys, environment is None)
        if environment is not None:
            _take_lock(session, environment)
        return session
    except BaseException:
        connection.close()
        raise


def _connected(keys: Mapping[str, Any], place: str) -> psycopg.Connection[Any]:
    given = {name: keys[name] for name in _LIBPQ if keys.get(name)}
    if variable := keys.get("password"):
        if variable not in os.environ:
            raise ConvsqlError(
                f"environment variable '{variable}' is not set", Where("profiles.yml"), "it holds the password"
            )
        given["password"] = os.environ[variable]
    for left in reversed(range(1 + int(keys.get("retries", 1)))):
        try:
            return psycopg.connect(
                **given,
                application_name="convsql",
                client_encoding="UTF8",
                autocommit=True,
                prepare_threshold=None,
                cursor_factory=psycopg.RawCursor,
            )
        except psycopg.Error as error:
            if not left:
                raise opening_error(error, place) from None
            time.sleep(0.2)
    raise AssertionError("a connection or an error")


def _check_server(session: PostgresSession) -> None:
    ((encoding, version),) = session.fetch(
        "select current_setting('server_encoding'), current_setting('server_version_num')"
    )
    if encoding != "UTF8":
        raise ConvsqlError(
            f"{session.place} is in encoding {encoding}, in which not every text has a place",
            Where("profiles.yml"),
            "create database … encoding 'UTF8' template template0",
        )
    if int(version) < OLDEST:
        raise ConvsqlError(
            f"{session.place} is PostgreSQL {int(version) // 10000}", Where("profiles.yml"), "13 or later is needed"
        )


def _set(session: PostgresSession, keys: Mapping[str, Any], only_reads: bool) -> None:
    settings = {**SETTINGS, "default_transaction_read_only": "on" if only_reads else "off"}
    path = str(keys.get("search_path") or "")
    settings["search_path"] = f"pg_catalog, {path}" if path else "pg_catalog"
    if session.connection.info.server_version >= 140000:  # a query ends soon after the process that asked it
        settings["client_connection_check_interval"] = "1s"
    try:
        if role := keys.get("role"):
            session.fetch("select set_config('role', $1, false)", [role])
        for name, value in settings.items():
            session.fetch("select set_config($1, $2, false)", [name, value])
    except Exception as error:
        raise ConvsqlError(f"{session.place}: {first_line(error)}", Where("profiles.yml")) from None


def _take_lock(session: PostgresSession, environment: str) -> None:
    key = zlib.crc32(environment.encode()) - (1 << 31)  # as the lock takes it, and never the one that all share
    until = time.monotonic() + PATIENCE
    while not session.fetch(f"select pg_try_advisory_lock({LOCKS}, $1::integer)", [key])[0][0]:
        if time.monotonic() >= until:
            raise LockHeld(
                f"'{environment}' in {session.place} is in use (held by {_holder(session, key)})",
                hint="wait until the other process has ended, then run again",
            )
        time.sleep(0.2)


def _holder(session: PostgresSession, key: int) -> str:
    rows = session.fetch(
        "select a.pid, a.usename, host(a.client_addr), to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS')"
        " from pg_locks as l join pg_stat_activity as a on a.pid = l.pid"
        f" where l.locktype = 'advisory' and l.classid = {LOCKS} and l.objid = ($1::bigint & 4294967295)::oid and l.granted",
        [key],
    )
    if not rows:
        return "a process that has just ended"
    pid, user, host, since = rows[0]
    return f"process {pid} of {user or 'a role'}{f' from {host}' if host else ''}, connected since {since} UTC"
