"""A PostgreSQL server of a test session's own, on a socket in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "''",
    "jit": "off",
    "work_mem": "64MB",
    "timezone": "UTC",
}


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, None where there is none."""
    found = shutil.which("pg_ctl")
    if found and (Path(found).resolve().parent / "initdb").exists():
        return Path(found).resolve().parent
    folders = [folder for place in PLACES for folder in Path(place).glob("*/bin") if (folder / "initdb").exists()]
    return max(folders, default=None)


def _as_user(folder: Path) -> list[str]:
    """How to run a program as a user whom PostgreSQL takes: it refuses root."""
    if os.getuid() != 0:
        return []
    shutil.chown(folder, "nobody")
    return ["runuser", "-u", "nobody", "--"]


@contextmanager
def serving(folder: Path, locale: str = "C") -> Iterator[str]:
    """A server in an empty folder, whose path is short; gives how to connect to it."""
    bin_ = programs()
    assert bin_ is not None
    user = _as_user(folder)
    data = folder / "data"
    options = (
        " ".join(f"-c {name}={value}" for name, value in SETTINGS.items()) + f" -c unix_socket_directories={folder}"
    )

    def run(*arguments: str) -> None:
        done = subprocess.run([*user, *arguments], capture_output=True, text=True, cwd=folder)
        assert done.returncode == 0, done.stdout + done.stderr

    run(
        str(bin_ / "initdb"),
        "-D",
        str(data),
        "-U",
        "convsql",
        f"--locale={locale}",
        "-E",
        "UTF8",
        "-A",
        "trust",
        "--no-sync",
    )
    log = folder / "log"
    started = subprocess.run(
        [*user, str(bin_ / "pg_ctl"), "-D", str(data), "-w", "-l", str(log), "-o", options, "start"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    assert started.returncode == 0, log.read_text() if log.exists() else "pg_ctl start failed"
    try:
        yield f"host={folder} user=convsql dbname=postgres"
    finally:
        run(str(bin_ / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
