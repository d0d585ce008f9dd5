"""The protocol between convsql and a database: the little that building needs, and no overwrite.

`Session` is one open connection. Readers and the planner use it read-only; only execute, check and
publish write. Engines live in `convsql.engines`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from convsql.base.redaction import redact

Columns = list[tuple[str, str]]
RelationKind = Literal["table", "view"]


class EngineError(Exception):
    """A statement failed. `line` counts from 1 within the statement (0: not known)."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.message = redact(message)
        super().__init__(self.message)
        self.line = line


class Session(Protocol):
    """One connection to the target's database."""

    def allow(self, places: Sequence[str]) -> None:
        """Let SQL read these folders and files too; to be said before the first statement."""
        ...

    def kinds(self, sql: str) -> list[str]:
        """The kinds of the statements in a text, such as SELECT. Raises EngineError for text that is no SQL."""
        ...

    def tree(self, query: str) -> Any:
        """One query as its parser sees it, in plain values. Raises EngineError for anything but one query."""
        ...

    def execute(self, sql: str, parameters: Sequence[Any] | None = None) -> None:
        """Run one statement. Raises EngineError, for more than one too."""
        ...

    def fetch(self, sql: str, parameters: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises EngineError."""
        ...

    def query(self, sql: str, limit: int) -> tuple[Columns, list[tuple[Any, ...]]]:
        """Column names and types of a query, and its first `limit` rows. Raises EngineError."""
        ...

    def columns(self, relation: str) -> Columns:
        """Names and types of a relation's columns, in order. Raises EngineError."""
        ...

    def relations(self, schema: str) -> dict[str, RelationKind]:
        """Name → kind of all relations in a schema."""
        ...

    def create_as(self, kind: RelationKind, schema: str, name: str, sql: str) -> None:
        """Create a new table or view from a query, whole or not at all. Raises EngineError."""
        ...

    def drop(self, kind: RelationKind, schema: str, name: str) -> None:
        """Drop a table or view."""
        ...

    def close(self) -> None:
        """Close the connection and give the file free."""
        ...
