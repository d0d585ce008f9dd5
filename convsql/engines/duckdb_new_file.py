"""A new database file, whole or not there."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import duckdb

# DuckDB's storage version that every release from 1.2 on can read: a file stays readable by older tools.
STORAGE_VERSION = "v1.2.0"


def create_file(path: str) -> None:
    """A new file in a storage format that older DuckDB releases read too, whole or not there.

    DuckDB writes a new file in several steps and can't open one that a killed process left half done.
    """
    if Path(f"{path}.wal").exists():  # of a deleted file; DuckDB itself knows what to do with it
        duckdb.connect(path, config={"storage_compatibility_version": STORAGE_VERSION}).close()
        return
    draft = Path(f"{path}.{os.getpid()}.new")
    try:
        duckdb.connect(str(draft), config={"storage_compatibility_version": STORAGE_VERSION}).close()
        with contextlib.suppress(FileExistsError):  # another process was faster
            _place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def take_in_log(path: Path) -> None:
    """Have DuckDB write into a database file what another program left in its log. Raises duckdb.Error.

    A log in which there is nothing that DuckDB could read (zeros, after a loss of power) stays where it is, and would belong to whatever takes
    the file's place; it is removed while DuckDB keeps others out.
    """
    connection = duckdb.connect(str(path))
    try:
        connection.execute("checkpoint")
        Path(f"{path}.wal").unlink(missing_ok=True)
    finally:
        connection.close()


def _place(draft: Path, path: str) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if not Path(path).exists():
            draft.rename(path)
