"""JSON files below `target/` that convsql reads back: what can't be read, or is not as it was written, is not there.

Such a file saves time and holds nothing that can't be worked out again, so nothing that happens to it is an error. It begins with a
seal, a hash of the rest and of what it was written for: whoever reads it gets what was written, of the right version, or nothing.
"""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from convsql.base.whole_file import write_whole

_BEGIN = b'{"seal": "'
_LENGTH = 64


def read_sealed(file: Path, version: str) -> dict[str, Any] | None:
    """What `write_sealed` wrote for this version, None for anything else."""
    content = _bytes_of(file)
    begin, end = len(_BEGIN), len(_BEGIN) + _LENGTH
    if (
        content is None
        or not content.startswith(_BEGIN)
        or content[begin:end].decode("latin-1") != _seal(content[end:], version)
    ):
        return None
    return _parsed(content)


def read_json(file: Path) -> dict[str, Any] | None:
    """The mapping in a JSON file that convsql or somebody else wrote, None for anything else."""
    content = _bytes_of(file)
    return None if content is None else _parsed(content)


def write_sealed(file: Path, version: str, content: Mapping[str, Any]) -> None:
    """Write a file that `read_sealed` reads, whole or not at all; where that is not possible, there is none."""
    try:
        rest = b'", ' + to_json(content).encode()[1:]
        write_whole(file, _BEGIN + _seal(rest, version).encode() + rest)
    except (OSError, TypeError, ValueError, RecursionError):
        return


def to_json(content: Mapping[str, Any]) -> str:
    """JSON of plain values. Raises TypeError or ValueError for what would come back as something other."""
    return json.dumps(content, default=_plain)


def _plain(value: object) -> str:
    """A date of a YAML file as its text. Raises TypeError for all else: it would come back as something other."""
    if isinstance(value, date):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def _seal(rest: bytes, version: str) -> str:
    return hashlib.sha256(version.encode() + b"\n" + rest).hexdigest()


def _bytes_of(file: Path) -> bytes | None:
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a pipe would never end
            return None
        return file.read_bytes()
    except OSError:
        return None


def _parsed(content: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
