"""The file that runs are recorded in: JSON lines, one when a run begins and one when it ends, beside the database.

It is no part of the database, so that a run which found that locked, damaged or out of reach is recorded too, and no second writer
waits for it. It is bounded: past `LONGEST` bytes the older half goes. Nothing here may harm a run: what can't be written is left out.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from convsql.base.file_facts import is_still
from convsql.base.redaction import redact_value
from convsql.base.whole_file import real_place, write_whole
from convsql.project.config import Project
from convsql.project.profiles import Target

LONGEST = 1 << 20  # bytes: some thousands of runs
_PATIENCE = 0.5  # seconds for which a writer waits for another one


def journal_of(project: Project, target: Target) -> Journal | None:
    """The journal of a target's database: beside its file, or for a server in the project's `logs/`. None in memory."""
    if target.type != "duckdb":
        return Journal(project.root / "logs" / f"{target.database}.runs.jsonl")
    return None if target.path == ":memory:" else Journal(Path(f"{target.path}.runs.jsonl"), makes_folder=False)


class Journal:
    """The entries of one file, in the order in which they were written."""

    def __init__(self, file: Path, makes_folder: bool = True) -> None:
        self.file = file
        self.makes_folder = makes_folder

    def append(self, *entries: Mapping[str, Any]) -> str:
        """Add entries, secrets masked, and drop old ones where there are too many; returns why it could not, else nothing."""
        lines = "".join(json.dumps(redact_value(dict(entry)), default=str) + "\n" for entry in entries).encode()
        try:
            file = real_place(self.file)
            if self.makes_folder:
                file.parent.mkdir(parents=True, exist_ok=True)
            with _held(file) as descriptor:
                # what another process was killed in the middle of ends where the next line begins
                size = os.fstat(descriptor).st_size
                torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
                os.write(descriptor, b"\n" + lines if torn else lines)
                if size > LONGEST:
                    self._prune(file)
        except Exception as error:  # a run is not harmed by what nobody could note of it
            return str(getattr(error, "strerror", None) or getattr(error, "reason", None) or error)
        return ""

    def _prune(self, file: Path) -> None:
        lines = file.read_bytes().splitlines(keepends=True)
        kept: list[bytes] = []
        size = 0
        for line in reversed(lines):
            size += len(line)
            if size > LONGEST // 2:
                break
            kept.append(line)
        write_whole(file, b"".join(reversed(kept)))

    def replace(self, texts: Collection[bytes], by: bytes) -> bool:
        """Replace texts in all entries; returns whether there were any. Raises OSError."""
        try:
            file = real_place(self.file)
            with _held(file) as _:
                content = before = file.read_bytes()
                for text in texts:
                    content = content.replace(text, by)
                if content != before:
                    write_whole(file, content)
        except FileNotFoundError:
            return False
        return content != before

    def entries(self) -> list[dict[str, Any]]:
        """All entries, oldest first; a line that is none (cut, of another program) is left out. None where there is no file."""
        try:
            text = self.file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return []
        found = []
        for line in text.splitlines():
            with contextlib.suppress(ValueError, RecursionError):
                entry = json.loads(line)
                if isinstance(entry, dict) and isinstance(entry.get("run"), str):
                    found.append(entry)
        return found


@contextlib.contextmanager
def _held(file: Path) -> Iterator[int]:
    """The file open for appending, other writers kept out as long as the system can do that, and never waited for long."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    until = time.monotonic() + _PATIENCE
    while True:
        descriptor = os.open(file, flags, 0o644)
        try:
            is_mine = _lock(descriptor)
            if (is_mine and is_still(descriptor, file)) or time.monotonic() > until:
                yield descriptor
                return
        finally:
            os.close(descriptor)
        time.sleep(0.01)


def _lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # a system without: two lines that are written at once may be one
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that has no locks
        return True
    return True
