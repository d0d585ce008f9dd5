"""A database for work of convsql's own: in a file of a folder that is thrown away, so that what is compared need not fit into memory."""

from __future__ import annotations

from pathlib import Path

from convsql.engines.session import Session


def open_scratch(folder: Path) -> Session:
    """An empty database in `folder`, whose files its SQL may read and write. Raises ConvsqlError when it can't be made."""
    from convsql.engines.duckdb import open_file

    session = open_file(str(folder / "scratch.duckdb"), {}, 0, False, (str(folder),))
    assert session is not None  # None is for reading what is not there
    return session
