"""What SQL may reach: the files that the project names, and never a network or what the system shows as files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

_REMOTE = re.compile(
    r"\s*(?!file:)(?:[a-z][a-z0-9+.-]+://|(?:md|motherduck|ducklake|sqlite|postgres|mysql|quack|ui):)", re.IGNORECASE
)
_SYSTEM = ("/proc", "/dev", "/sys")
_MAGIC = re.compile(r"[*?\[{]")


def is_remote(path: str) -> bool:
    """Whether a path leads to a network or another engine rather than to a file."""
    return _REMOTE.match(path) is not None


def is_of_the_system(path: str) -> bool:
    """Whether a path leads, through links too, to what the system shows as files: processes, devices."""
    return any(
        place == root or place.startswith(root + "/")
        for place in (os.path.abspath(path), os.path.realpath(path))
        for root in _SYSTEM
    )


def named_place(path: str) -> str:
    """The file that a path names, or the folder below which its pattern looks; absolute.

    A pattern that begins at the root of the file system names nothing (empty).
    """
    plain = path.removeprefix("file://")
    magic = _MAGIC.search(plain)
    place = os.path.abspath(os.path.dirname(plain[: magic.start()]) if magic else plain)
    return "" if os.path.dirname(place) == place else place


def real_places(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """Folders, and single files, as the engine must be told of them: with links followed too, the root left out."""
    folders: dict[str, None] = {}
    files: dict[str, None] = {}
    for path in paths:
        for place in (os.path.abspath(path), os.path.realpath(path)):
            if os.path.dirname(place) == place or is_of_the_system(place):
                continue
            (folders if os.path.isdir(place) else files)[place] = None
    return list(folders), list(files)
