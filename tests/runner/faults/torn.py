"""A log that ends in the middle, as a machine without power leaves it: cut at each offset, of the copy that a killed build leaves and of the file itself.

    python -m tests.runner.faults.torn FOLDER [STEP]

Prints a line of JSON for each log, as `everywhere` does. A build is killed at several statements after which its log is long; then the log is cut at
every STEP-th byte, and half of the time its last bytes are zeros. Readers must see the build before, and the next build must be whole.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from tests.runner.faults.everywhere import (
    Fault,
    Table,
    build,
    check_again,
    in_child,
    prepared,
    restored,
    shown,
)
from tests.runner.faults.small_project import DATABASE

ROOM = "data/.small.duckdb.building"
COPYS_LOG, FILES_LOG = f"{ROOM}/small.duckdb.wal", f"{DATABASE}.wal"
KILLED_AT = (0.5, 0.6, 0.7, 0.8, 0.9)  # of the statements of a build; where there is no log then, nothing is cut


def copys_log(folder: Path, step: int, start: str) -> Table:
    """The log of the copy, after builds that were killed at some statements."""
    root, kept, before, after = prepared(folder / "made", start)
    table = Table("torn log of the copy", start)
    restored(root, kept)
    statements = build(root, "new", Fault("killed", 0)).places
    for share in KILLED_AT:
        restored(root, kept)
        build(root, "new", Fault("killed", int(statements * share)))
        if (root / COPYS_LOG).exists():
            _cut_everywhere(root, folder / f"killed_{share}", COPYS_LOG, step, table, before, after)
    assert table.tried, "no killed build left a log"
    return table


def files_log(folder: Path, step: int) -> Table:
    """The log that another program left beside the database file, which readers read too."""
    root, kept, _, after = prepared(folder / "made", "published")
    table = Table("torn log of the file", "published")
    restored(root, kept)

    def write() -> None:
        with duckdb.connect(str(root / DATABASE)) as connection:
            connection.execute("set checkpoint_threshold = '1GB'")
            connection.execute("pragma disable_checkpoint_on_shutdown")
            connection.execute("create schema notes")
            for number in range(8):
                connection.execute(f"create table notes.n{number} as select 'a note' as text, {number} as n")

    assert in_child(write)[0] == 0
    _cut_everywhere(root, folder / "written", FILES_LOG, step, table, shown(root), after)
    return table


def _cut_everywhere(root: Path, snapshot: Path, log: str, step: int, table: Table, before: Any, after: Any) -> None:
    restored(snapshot, root)
    size = (root / log).stat().st_size
    table.places += size
    for number, offset in enumerate(range(0, size, step)):
        restored(root, snapshot)
        content = (root / log).read_bytes()[:offset]
        (root / log).write_bytes(content if number % 2 else content + bytes(min(64, size - offset)))
        wrong = []
        try:
            if (seen := shown(root)) != before:
                wrong.append(f"readers see {seen}")
        except AssertionError as error:
            wrong.append(str(error))
        wrong += check_again(root, after)
        table.tried += 1
        table.published += 1
        table.broken += [f"{log}, byte {offset}: {w}" for w in wrong]


def main(folder: Path, step: int) -> Iterator[Table]:
    """The tables of all logs."""
    yield copys_log(folder / "published", step, "published")
    yield copys_log(folder / "fresh", step, "fresh")
    yield files_log(folder / "file", step)


if __name__ == "__main__":
    for found in main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        print(json.dumps({name: getattr(found, name) for name in Table.__slots__}), flush=True)
