"""A PostgreSQL server of the tests' own: made from the installed programs, on a free port, thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PASSWORD = "a-very-secret-word"
_PLACES = ("/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt")
_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=40 -c shared_buffers=64MB -c jit=off -c work_mem=64MB"


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, of the newest server; None where there is none."""
    found = [file for place in _PLACES for file in Path(place).glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    newest = max(found, key=lambda file: [int(n) for n in re.findall(r"\d+", str(file.parent))], default=None)
    return newest.parent if newest else Path(on_path).resolve().parent if on_path else None


def _as_somebody() -> list[str]:
    """What stands before a command: the server refuses to run as root."""
    if os.geteuid() != 0:
        return []
    users = {entry.pw_name for entry in pwd.getpwall()}
    return ["runuser", "-u", "postgres" if "postgres" in users else "nobody", "--"]


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def running() -> Iterator[Server]:
    """A server as a fixture gives it; the test is skipped where none can be had."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'convsql[postgres]'")
    found = programs()
    if found is None:
        pytest.skip("no PostgreSQL server is installed (initdb is neither in /usr/lib/postgresql/*/bin nor on PATH)")
    server = Server(found)
    try:
        yield server
    finally:
        server.stop()


class Server:
    """A running server. `stop` ends it and deletes its data."""

    def __init__(self, bin: Path) -> None:
        self._bin = bin
        self._folder = Path(tempfile.mkdtemp(prefix="convsql_postgres_"))
        self._folder.chmod(0o777)  # who runs the server may be another user than who made it
        self._data = self._folder / "data"
        self.port = _free_port()
        secret = self._folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "-D", self._data, "-U", "convsql", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256",
                  "--pwfile", secret, "--no-sync", "--no-instructions")  # fmt: skip
        options = f"{_QUICK} -p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._run("pg_ctl", "-D", self._data, "-l", self._folder / "log", "-w", "-t", "60", "-o", options, "start")

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run(
            [*_as_somebody(), str(self._bin / program), *map(str, arguments)],
            cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def address(self, database: str = "postgres") -> str:
        """How to connect to one of its databases."""
        return f"host=127.0.0.1 port={self.port} user=convsql password={PASSWORD} dbname={database}"

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)
