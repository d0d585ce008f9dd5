"""What convsql remembers, where a catalogue has no transactions: tables in memory, and versions of them that are written whole.

The state (`builds`, `heads`, `verdicts`, `needs`) is small, so a session reads it into a database in memory, where SQL asks and changes it in
transactions as on every engine. A transaction that changed something becomes the next version of the state when it is committed:
first its content, in views that are named by their content (`part__…`), then one view `state__<n + 1>` that says which content
it is. Creating that view is the commit: of two sessions that read version n and write n + 1, one is told that it is there already. Readers of
the state take the greatest number. No view is ever changed, so whoever reads one reads it whole; what no version needs is swept later.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from convsql.base.quoting import STATE_SCHEMA, literal, qualified, quote
from convsql.engines.session import EngineError
from convsql.engines.spark_catalogue import Catalogue, named
from convsql.engines.spark_faults import Missing

_PIECE = 30_000  # characters of one view's text: Hive's metastore keeps no more in some databases
_KEPT = 2  # versions that stay: who reads the one before the newest goes on
_TRIES = 5


class Overtaken(EngineError):
    """Another session wrote the next version of the state first."""


class State:
    """The tables of `_convsql`, in memory, as of one version; `facts` is what the engine itself remembers with them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: dict[str, str] = {}  # table → its content as it was read or written last
        self.version = 0
        self.facts: dict[str, Any] = {}
        self.memory: Any = None
        self.load()

    def load(self) -> None:
        """Read the newest version. Raises EngineError."""
        for left in reversed(range(_TRIES)):
            try:
                versions = self._versions()
                self.version = versions[-1] if versions else 0
                contents = self._read(self.version) if versions else {}
                break
            except Missing:  # swept while it was read: there is a newer one
                if not left:
                    raise
        self._in_memory(contents)

    def _in_memory(self, contents: Mapping[str, str]) -> None:
        from convsql.engines.duckdb import open_memory

        if self.memory is not None:
            self.memory.close()
        self.memory = open_memory()
        self.memory.create_schema(STATE_SCHEMA)
        self._kept = dict(contents)
        self.facts = {}
        for name, content in contents.items():
            found = json.loads(content)
            if not name:
                self.facts = found
                continue
            self.memory.execute(found["sql"])
            columns = [quote(column) for column in found["columns"]]
            self.memory.insert(qualified(STATE_SCHEMA, name), columns, found["rows"])

    def _versions(self) -> list[int]:
        names = self._catalogue.views(STATE_SCHEMA, "state__*")
        return sorted(int(name.removeprefix("state__")) for name in names)

    def _read(self, version: int) -> dict[str, str]:
        """Table (empty: the engine's own facts) → content."""
        tables: dict[str, list[str]] = json.loads(self._content(f"state__{version}"))["tables"]
        wanted = [f"part__{piece}" for pieces in tables.values() for piece in pieces]
        texts = dict(zip(wanted, self._contents(wanted), strict=True))
        return {
            name: _unpacked("".join(texts[f"part__{piece}"] for piece in pieces)) for name, pieces in tables.items()
        }

    def _content(self, view: str) -> str:
        return self._contents([view])[0]

    def _contents(self, views: Sequence[str]) -> list[str]:
        if not views:
            return []
        each = (f"select {i} as place, content from {named(STATE_SCHEMA, view)}" for i, view in enumerate(views))
        rows = self._catalogue.rows(" union all ".join(each))
        return [str(content) for _, content in sorted(rows)]

    def begin(self) -> None:
        self.memory.execute("begin")

    def roll_back(self) -> None:
        """Forget what the open transaction changed; nothing where there is none."""
        try:
            self.memory.execute("rollback")
        except EngineError:
            return  # there was none
        self.facts = json.loads(self._kept.get("", "{}"))

    def commit(self) -> None:
        """End the transaction, and write the next version where it changed something. Raises Overtaken and EngineError, with nothing changed."""
        contents = self._written()
        if contents != self._kept:
            self._write(contents)
        self.memory.execute("commit")

    def _written(self) -> dict[str, str]:
        tables = self.memory.fetch(
            "select table_name, sql from duckdb_tables() where schema_name = $1 order by 1", [STATE_SCHEMA]
        )
        found = {"": json.dumps(self.facts, sort_keys=True)} if self.facts else {}
        for name, sql in tables:
            table = qualified(STATE_SCHEMA, str(name))
            columns = [column for column, _ in self.memory.columns(table)]
            rows = self.memory.fetch(f"select * from {table} order by all")
            content = {"sql": str(sql), "columns": columns, "rows": [list(map(_plain, row)) for row in rows]}
            found[str(name)] = json.dumps(content)
        return found

    def _write(self, contents: dict[str, str]) -> None:
        pieces = {name: [(_digest(text), text) for text in _pieces(content)] for name, content in contents.items()}
        texts = dict(piece for found in pieces.values() for piece in found)
        there = set(self._catalogue.views(STATE_SCHEMA, "part__*"))
        self._catalogue.each(
            [
                partial(self._make, f"part__{digest}", text)
                for digest, text in texts.items()
                if f"part__{digest}" not in there
            ]
        )
        tables = {name: [digest for digest, _ in found] for name, found in pieces.items()}
        mine = json.dumps({"token": uuid.uuid4().hex, "tables": tables})
        following = self.version + 1
        try:
            self._catalogue.create_view(STATE_SCHEMA, f"state__{following}", f"select {_string(mine)} as content")
        except EngineError:
            if not self._is(following, mine):
                raise Overtaken("another builder wrote what convsql remembers since this one read it") from None
        if self._versions()[-1:] != [following]:
            raise Overtaken("another builder wrote what convsql remembers since this one read it")
        self.version = following
        self._kept = contents

    def is_overtaken(self) -> bool:
        """Whether there is a newer version than the one that was read or written here. Raises EngineError."""
        return self._versions()[-1:] > [self.version]

    def _make(self, view: str, text: str) -> None:
        name = named(STATE_SCHEMA, view)
        self._catalogue.run(f"create view if not exists {name} as select {_string(text)} as content")

    def _is(self, version: int, content: str) -> bool:
        """Whether a version is what this session wrote, whatever became of the answer."""
        try:
            return self._content(f"state__{version}") == content
        except Missing:
            return False

    def sweep(self) -> None:
        """Drop versions but the newest ones, and content that none of these has. Raises EngineError."""
        versions = self._versions()
        kept, old = versions[-_KEPT:], versions[:-_KEPT]
        self._catalogue.each([partial(self._catalogue.drop_view, STATE_SCHEMA, f"state__{v}") for v in old])
        needed: set[str] = set()
        for version in kept:
            tables: dict[str, list[str]] = json.loads(self._content(f"state__{version}"))["tables"]
            needed |= {f"part__{piece}" for pieces in tables.values() for piece in pieces}
        unseen = [v for v in self._catalogue.views(STATE_SCHEMA, "part__*") if v not in needed]
        self._catalogue.each([partial(self._catalogue.drop_view, STATE_SCHEMA, v) for v in unseen])

    def close(self) -> None:
        self.memory.close()


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int | str) else str(value)


def _pieces(content: str) -> list[str]:
    packed = base64.b64encode(zlib.compress(content.encode(), 9)).decode()
    return [packed[start : start + _PIECE] for start in range(0, len(packed), _PIECE)]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _unpacked(packed: str) -> str:
    return zlib.decompress(base64.b64decode(packed)).decode()


def _string(text: str) -> str:
    """A text as Spark reads one: a backslash stands for itself only when there are two."""
    return literal(text.replace("\\", "\\\\"))
