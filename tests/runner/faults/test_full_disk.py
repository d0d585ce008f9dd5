"""What is said of a database that could not be written to its end."""

from __future__ import annotations

import duckdb
import pytest

from convsql.base.errors import DatabaseLost
from convsql.engines.duckdb_faults import statement_error


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("No space left on device", "make room on the disk, then run again"),
        ("Read-only file system", "make its folder writable, then run again"),
    ],
)
def test_a_database_that_duckdb_shut_for_want_of_room_is_not_called_its_own_error(words: str, hint: str) -> None:
    error = duckdb.FatalException(
        f"FATAL Error: Failed to create checkpoint because of error: Could not write: {words}"
    )
    with pytest.raises(DatabaseLost, match=r"p\.duckdb can't be written: .*" + words) as lost:
        statement_error(error, "p.duckdb")
    assert lost.value.hint == hint
