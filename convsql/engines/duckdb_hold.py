"""A database file held open for reading while a copy of it is written to."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path

import duckdb


class Hold:
    """The file open for reading, as DuckDB locks it: no other program can open it for writing.

    The lock is taken by hand, in a hundredth of the time that DuckDB needs to open a file; where something in this process has the
    file open, DuckDB does it, as it knows what it may share with whom, and a lock taken by hand would end theirs.
    """

    def __init__(self, file: Path) -> None:
        self._handle: int | duckdb.DuckDBPyConnection
        if not _is_open_here(file):
            self._handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
            try:
                fcntl.lockf(self._handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
                return
            except OSError:  # DuckDB says who has it
                os.close(self._handle)
        self._handle = duckdb.connect(str(file), read_only=True)

    def close(self) -> None:
        if isinstance(self._handle, int):
            os.close(self._handle)
        else:
            self._handle.close()


def _is_open_here(file: Path) -> bool:
    """Whether this process has the file open already; taken for granted where the system does not tell."""
    try:
        open_files = os.listdir("/proc/self/fd")
        wanted = file.stat()
    except OSError:
        return True
    for number in open_files:
        with contextlib.suppress(OSError):
            found = os.stat(f"/proc/self/fd/{number}")
            if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
                return True
    return False
