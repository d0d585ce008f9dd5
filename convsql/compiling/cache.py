"""What compiling remembers between runs: `target/convsql_cache.json`.

Three layers, each keyed by content: the whole compiled project, single rendered nodes, and the
columns of bound queries. The file can be deleted at any time, and one that is damaged, or of other
code, is none. It is JSON: loading it runs no code.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any

from convsql.base.sealed_json import read_sealed, to_json, write_sealed
from convsql.compiling.code_version import code_version

FILE_NAME = "convsql_cache.json"


def digest(*parts: object) -> str:
    """A hash of any plain values; lists and tuples, and dates and their text, count as the same."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


class CompileCache:
    """The cache of one project; `save` writes it when anything changed."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE_NAME
        self.changed = False
        content = read_sealed(self.file, code_version()) or {}
        self.whole = _mapping(content.get("whole"))
        self._parts = str(content.get("parts") or "{}")

    @cached_property
    def parts(self) -> dict[str, dict[str, Any]]:
        """`rendered`: single rendered nodes, `bound`: columns of queries, each by its key. It is kept as text: an unchanged project does not need it read."""
        try:
            found = _mapping(json.loads(self._parts))
        except (ValueError, RecursionError):
            found = {}
        return {key: _mapping(found.get(key)) for key in ("rendered", "bound")}

    def whole_for(self, key: str) -> dict[str, Any] | None:
        """The compiled project stored under `key`, if the environment variables it read are as they were."""
        if self.whole.get("key") != key:
            return None
        environment = self.whole.get("environment")
        if not isinstance(environment, dict) or any(os.environ.get(n) != value for n, value in environment.items()):
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
            parts = to_json(self.parts)
        except (TypeError, ValueError, RecursionError):
            return
        write_sealed(self.file, code_version(), {"whole": self.whole, "parts": parts})


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
