"""What DuckDB says when it can't go on, told apart: in use, damaged, newer, a full disk, a statement that failed.

DuckDB has one class for most of this (`IOException`, or the bare `Error`), so its words must tell. A word counts only where DuckDB
alone can have written it: "lock" is in "block" too, and a Parquet file may be cut like a database.
"""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from convsql.base.errors import ConvsqlError, DatabaseLost, LockHeld
from convsql.engines.reach import is_remote
from convsql.engines.session import EngineError

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
_CANDIDATES = re.compile(r"\n\tCandidate functions:\n(?:\t.*\n?)*")
_REFUSED = re.compile(r'Permission Error: Cannot access (?:file|directory) "(.*?)" - file system operations', re.DOTALL)
_HELD = re.compile(r"Could not set lock on file|Conflicting lock is held|being used by another process", re.IGNORECASE)
_HELD_HERE = re.compile(r"same database file with a different configuration|Unique file handle conflict", re.IGNORECASE)
_SQLITE = b"SQLite format 3\0"
_NO_DATABASE = "not a valid DuckDB database file"
_DAMAGED = re.compile(
    r"Corrupt (?:database|WAL) file|Failure while replaying WAL|Failed to (?:decode|deserialize)|^Serialization Error"
)
_CUT = re.compile(r"Could not read (?:enough bytes|all bytes)? ?from file")
_NEWER = re.compile(r"database file with version number|storage version|newer version of DuckDB", re.IGNORECASE)
_ENCRYPTED = re.compile(r"encrypted database|is encrypted|without a key", re.IGNORECASE)
_FULL = re.compile(r"No space left on device|Disk quota exceeded")
_READ_ONLY = re.compile(r"Read-only file system")
_UNWRITTEN = re.compile(r"Could not (?:write|fsync|truncate)")
_SHUT = re.compile(r"database has been invalidated|must be restarted prior to being used", re.IGNORECASE)
RESTORE = "restore it from a copy, or move it away and build again"


def statement_error(error: Exception, file: str = "") -> EngineError:
    """A failed statement as EngineError; `file`: the database it was asked of, if one.

    Raises KeyboardInterrupt for a statement that the user stopped, DatabaseLost when no other one can succeed.
    """
    if isinstance(error, duckdb.InterruptException) or str(error) == "Query interrupted":
        raise KeyboardInterrupt from None
    if isinstance(error, UnicodeEncodeError):
        return EngineError(f"a text holds half a character, which no database takes: {_half(error)}")
    text = str(error).strip()
    if lost := _lost(text, error, file):
        raise lost from None
    line = _LINE.search(text)
    if refused := _REFUSED.search(text):
        reached = (
            "no network and no other engine"
            if is_remote(refused[1])
            else "the project's files and those that its sources name"
        )
        text = f"'{refused[1]}' is out of reach: SQL reads {reached}"
    text = _CANDIDATES.sub("\n", text)
    text = re.split(r"\n\s*LINE \d+:|\n\s*Stack Trace:", text)[0].strip()
    return EngineError(text, int(line[1]) if line else 0)


def _half(error: UnicodeEncodeError) -> str:
    return ascii(error.object[error.start : error.end])


def _lost(text: str, error: Exception, file: str) -> DatabaseLost | None:
    first = _first_line(text)
    if file and (_DAMAGED.search(text) or (_CUT.search(text) and Path(file).name in text)):
        return damaged(file, first)
    unwritten = f"{file or 'the database'} can't be written: {first}"
    if _FULL.search(text):  # whatever DuckDB did then: it shuts a database that it can't write to the end
        return DatabaseLost(unwritten, hint="make room on the disk, then run again")
    if _READ_ONLY.search(text):
        return DatabaseLost(unwritten, hint="make its folder writable, then run again")
    if isinstance(error, duckdb.FatalException) or _SHUT.search(text):
        return DatabaseLost(
            f"DuckDB has shut {file or 'the database'} after an error of its own: {first}",
            hint="run the command again; if it comes back, report the first error of DuckDB",
        )
    if _UNWRITTEN.search(text):
        return DatabaseLost(unwritten, hint="make room on the disk, then run again")
    return None


def _first_line(text: str) -> str:
    return text.splitlines()[0] if text else "no reason given"


def damaged(file: str, why: str) -> DatabaseLost:
    """The error of a file that is a database no more."""
    if f"{Path(file).name}.wal" in why:
        return DatabaseLost(
            f"{file}.wal is damaged, and with it the database: {why}",
            hint=f"restore both files from a copy, or move both away and build again ({Path(file).name} alone lacks "
            "what was written last)",
        )
    return DatabaseLost(f"{file} is damaged: {why}", hint=RESTORE)


def refuse_other_formats(path: str) -> None:
    """Raises ConvsqlError for a file of another database, for which DuckDB would fetch an extension and write to it."""
    try:
        with open(path, "rb") as file:
            beginning = file.read(len(_SQLITE))
    except OSError:
        return  # whoever opens it says why it can't be
    if beginning == _SQLITE:
        raise ConvsqlError(
            f"can't open {path}: it is a SQLite database, not one of DuckDB", hint="name another path in profiles.yml"
        )


def opening_error(path: str, error: Exception) -> ConvsqlError:
    """Why a file could not be opened: LockHeld naming the process that holds it, DatabaseLost, or ConvsqlError."""
    text = str(error).strip()
    first = _first_line(text)
    if _HELD.search(text):
        holder = re.search(r"held in (.+?)(?:\.\s|\.$|\. See|$)", text, re.MULTILINE)
        return LockHeld(
            f"the database is in use: {path}" + (f" (held by {holder[1]})" if holder else ""),
            hint="wait until the other process has closed it, then run again",
        )
    if _HELD_HERE.search(text):
        return LockHeld(
            f"the database is in use: {path} (held by this very process)",
            hint="close its other connection, then run again",
        )
    if Path(path).is_dir():
        return ConvsqlError(f"can't open {path}: it is a folder, not a database")
    if _NEWER.search(text):
        return ConvsqlError(
            f"can't open {path}: a newer DuckDB wrote it: {first}",
            hint="install the DuckDB that wrote it, or move the file away and build again",
        )
    if _ENCRYPTED.search(text):
        return ConvsqlError(f"can't open {path}: it is encrypted, which convsql can't read", hint="name another path")
    if _NO_DATABASE in text:
        why = "it is empty" if _is_empty(path) else "it is no DuckDB database, or its beginning is gone"
        return damaged(path, f"DuckDB can't open it, {why}")
    return _lost(text, error, path) or ConvsqlError(f"can't open {path}: {first}")


def _is_empty(path: str) -> bool:
    try:
        return Path(path).stat().st_size == 0
    except OSError:
        return False
