"""Versions of tables that nothing dates: a digest of all their rows, taken again only when the database's file is another one.

Reading a table for its digest costs a fraction of building from it, and nothing at all while nobody wrote to the file: what tells that
is the same that tells it of any file (`convsql.base.file_facts`), of the log beside it too.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from convsql.base.file_facts import facts
from convsql.base.sealed_json import read_sealed, write_sealed
from convsql.compiling.code_version import code_version
from convsql.engines.session import EngineError, Session

_FILE = "convsql_tables.json"


class TableVersions:
    """The digests of one database's tables, kept below `target/`; `path` is its file, empty for a server."""

    def __init__(self, target_dir: Path, path: str) -> None:
        self._path = path
        self._file = target_dir / _FILE
        self._before = self._facts()
        kept = read_sealed(self._file, code_version()) or {}
        self._known: dict[str, str] = (
            dict(kept["versions"]) if self._before and kept.get("facts") == self._before else {}
        )
        self._changed = False

    def _facts(self) -> str:
        """How the database's file and its log stand; empty where that can't be told."""
        if not self._path or self._path == ":memory:":
            return ""
        try:
            log = f"{self._path}.wal"
            return json.dumps([self._path, facts(self._path), facts(log) if os.path.exists(log) else None])
        except OSError:
            return ""

    def of(self, relation: str, session: Session) -> str:
        """The version of a table; empty where it has none."""
        if relation not in self._known:
            try:
                self._known[relation] = session.rows_digest(relation)
            except EngineError:
                return ""
            self._changed = True
        return self._known[relation]

    def save(self) -> None:
        """Keep what was found, if nobody wrote meanwhile."""
        if self._changed and self._before and self._facts() == self._before:
            write_sealed(self._file, code_version(), {"facts": self._before, "versions": self._known})
