"""What tells that a file is still the one that was looked at.

A clock alone does not: a tool can set a file's modification time, and two writes can fall into one tick of it. The kernel sets the
time of the last change (ctime) itself, at every write, rename and link; so size, both times and the inode, noted when the last
change is a tick old, are those of the same bytes as long as they are the same. What stands around a file counts too: a folder or a
link can be swapped and put back, and in a folder of parts one can come and go.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable

TICK = 10_000_000  # ns: no kernel that is in use stamps files more coarsely, but some file systems do
COARSE_TICK = 1_000_000_000  # ns: of a file system that keeps whole seconds
_LONGEST_FOOTER = 1 << 26
_CHUNK = 1 << 20

Facts = tuple[object, ...]


def settled(file: str | os.PathLike[str]) -> os.stat_result:
    """The status of a file whose last change is a tick ago, so that the next one shows; waits for that. Raises OSError.

    A file that is written to all the time is not waited for: its facts will be others when they are compared.
    """
    for _ in range(3):
        status = os.stat(file)
        age = time.time_ns() - status.st_ctime_ns
        tick = TICK if status.st_ctime_ns % COARSE_TICK else COARSE_TICK
        if not 0 <= age < tick:
            break
        time.sleep((tick - age) / 1e9)
    return status


def facts(file: str | os.PathLike[str]) -> Facts:
    """Size (bytes), modification and change time (ns), inode, and the digest of a Parquet file's footer. Raises OSError."""
    status = settled(file)
    footer = _footer(file, status.st_size) if stat.S_ISREG(status.st_mode) else ""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, footer


def _footer(file: str | os.PathLike[str], size: int) -> str:
    """A digest of what a Parquet file says of itself; empty for any other file, and for one that can't be read."""
    try:
        with open(file, "rb") as opened:
            opened.seek(max(size - 8, 0))
            tail = opened.read(8)
            if tail[4:] not in (b"PAR1", b"PARE"):
                return ""
            length = min(int.from_bytes(tail[:4], "little") + 8, size, _LONGEST_FOOTER)
            opened.seek(size - length)
            return hashlib.sha256(opened.read(length)).hexdigest()
    except OSError:
        return ""


def content_digest(file: str | os.PathLike[str]) -> str:
    """The SHA-256 of a file's bytes, in hex digits, read in parts. Raises OSError."""
    found = hashlib.sha256()
    with open(file, "rb") as opened:
        while part := opened.read(_CHUNK):
            found.update(part)
    return found.hexdigest()


class Surroundings:
    """The folders and links through which files are found, as they are now.

    `patterns`: globs, in whose folders nothing may come or go either; `busy`: folders in which it may, because the
    build itself writes there.
    """

    def __init__(self, files: Iterable[str], patterns: Iterable[str] = (), busy: Iterable[str] = ()) -> None:
        self._ways: dict[str, Facts] = {}
        for file in files:
            self._note(os.path.abspath(file))
        kept = {os.path.realpath(folder) for folder in busy}
        self._folders = {f: _of(f) for p in patterns for f in _folders_of(p) if os.path.realpath(f) not in kept}

    def _note(self, path: str) -> None:
        while path not in self._ways:
            self._ways[path] = _of(path)
            path = os.path.dirname(path)

    def are_the_same(self) -> bool:
        """Whether nothing was put in another's place since, and put back or not."""
        return all(_is_same_way(before, _of(p)) for p, before in self._ways.items()) and all(
            before == _of(folder) for folder, before in self._folders.items()
        )


def _of(path: str) -> Facts:
    try:
        status = os.lstat(path)
    except OSError:
        return ()
    return stat.S_IFMT(status.st_mode), status.st_ino, status.st_ctime_ns, status.st_mtime_ns


def _is_same_way(before: Facts, now: Facts) -> bool:
    """Whether a file, link or folder is the same. A folder is when files in it came or went: that changes both its times, a renaming one."""
    if before == now:
        return True
    if not before or not now or before[:2] != now[:2]:
        return False
    return before[0] == stat.S_IFDIR and before[3] != now[3]


def _folders_of(pattern: str) -> list[str]:
    """The folders in which a file that a glob finds can stand."""
    fixed, parts = "/" if pattern.startswith("/") else ".", pattern.split("/")
    while parts and not any(c in parts[0] for c in "*?["):
        fixed = os.path.join(fixed, parts.pop(0))
    if len(parts) <= 1 and parts != ["**"]:
        return [fixed]
    return [directory for directory, _, _ in os.walk(fixed)] or [fixed]


def is_still(descriptor: int, file: str | os.PathLike[str]) -> bool:
    """Whether a name still leads to the open file: another process may have put a new one in its place. Raises OSError."""
    opened, named = os.fstat(descriptor), os.stat(file)
    return (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)
