"""What compiling remembers between runs: `target/convsql_cache.json`.

Three layers, each keyed by content: the whole compiled project, single rendered nodes, and the
columns of bound queries. The file can be deleted at any time. It is JSON: loading it runs no code.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from convsql import __version__
from convsql.whole_file import write_whole

FILE_NAME = "convsql_cache.json"


def digest(*parts: object) -> str:
    """A hash of any plain values; lists and tuples, and dates and their text, count as the same."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def code_version() -> str:
    """convsql's version and, because a checkout changes without one, when its files last changed."""
    newest = max(entry.stat().st_mtime_ns for entry in os.scandir(Path(__file__).parent) if entry.name.endswith(".py"))
    return f"{__version__}+{newest}"


class CompileCache:
    """The cache of one project; `save` writes it when anything changed."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE_NAME
        self.whole: dict[str, Any] = {}
        self.rendered: dict[str, Any] = {}
        self.bound: dict[str, Any] = {}
        self.used: set[str] = set()
        self.changed = False
        self._load()

    def _load(self) -> None:
        try:
            content = json.loads(self.file.read_bytes())
        except (OSError, ValueError):
            return
        if isinstance(content, dict) and content.get("version") == code_version():
            parts = [content.get(key) for key in ("whole", "rendered", "bound")]
            self.whole, self.rendered, self.bound = (p if isinstance(p, dict) else {} for p in parts)

    def whole_for(self, key: str) -> dict[str, Any] | None:
        """The compiled project stored under `key`, if the environment variables it read are as they were."""
        if self.whole.get("key") != key:
            return None
        environment = self.whole.get("environment", {})
        if any(os.environ.get(name) != value for name, value in environment.items()):
            return None
        return self.whole

    def keep_whole(self, key: str, environment: dict[str, str | None], content: dict[str, Any]) -> None:
        self.whole = {"key": key, "environment": environment, **content}
        self.changed = True

    def save(self) -> None:
        """Write the file, whole or not at all; a folder that can't be written is no error."""
        if not self.changed:
            return
        try:
            write_whole(
                self.file,
                json.dumps(
                    {"version": code_version(), "whole": self.whole, "rendered": self.rendered, "bound": self.bound},
                    default=str,
                ).encode(),
            )
        except OSError:
            return
