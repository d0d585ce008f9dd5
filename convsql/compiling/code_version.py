"""What the code is that compiles: convsql's own files, the libraries that parse, render and bind, and Python."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
from functools import cache
from pathlib import Path

from convsql import __version__

LIBRARIES = ("duckdb", "sqlglot", "jinja2", "yaml", "pydantic")


@cache
def code_version() -> str:
    """A text that is another one when any of that is another one: a checkout changes without a new version number."""
    own = sorted(_files(str(Path(__file__).parents[1])))
    return f"{__version__}+{hashlib.sha256(repr((sys.version, own, _libraries())).encode()).hexdigest()}"


def _files(folder: str, below: str = "") -> list[tuple[object, ...]]:
    """Every module below a folder, with what tells that its file is another one."""
    found: list[tuple[object, ...]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                found += _files(entry.path, f"{below}{entry.name}/")
            elif entry.name.endswith(".py"):
                found.append((below + entry.name, *_stat(entry.stat())))
    return found


def _stat(status: os.stat_result) -> tuple[int, ...]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _libraries() -> list[tuple[object, ...]]:
    """Where each library is, which version, and what tells that it was installed anew; none is imported."""
    found: list[tuple[object, ...]] = []
    listed: dict[str, list[str]] = {}
    for name in LIBRARIES:
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.origin:
            continue
        home = os.path.dirname(os.path.dirname(spec.origin))
        if home not in listed:
            listed[home] = os.listdir(home)
        versions = sorted(n for n in listed[home] if n.lower().startswith((f"{name}-", f"py{name}-")))
        found.append((spec.origin, versions, *_stat(os.stat(spec.origin))))
    return found
