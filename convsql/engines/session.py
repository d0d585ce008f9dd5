"""The protocol between convsql and a database: the little that building needs, and no overwrite.

`Session` is one open connection. Readers and the planner use it read-only; only execute, check and
publish write. Engines live in `convsql.engines`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from convsql.base.redaction import redact

Columns = list[tuple[str, str]]
RelationKind = Literal["table", "view"]
ViewTexts = dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do, where convsql goes another way without it.

    `reads_files`: its SQL reads the project's files; without, they are loaded (`Session.load`). `transactional_views`: views are
    flipped with the head in one transaction. `compare_and_swap`: a head that moved is noticed even between two builders that
    publish at once. `concurrent_readers`: others read while a builder has the database open. `several_writers`: builders of other
    environments write at the same time. `tests_at_once`: how many data tests over small relations are worth sending as one statement;
    with `statements_are_jobs`, over relations of any size, since a statement costs more than what it reads. `jobs_at_once`: how many
    statements that change nothing but a relation of their own are worth sending side by side, each by a thread of its own.
    """

    reads_files: bool
    transactional_views: bool
    compare_and_swap: bool
    concurrent_readers: bool
    several_writers: bool
    tests_at_once: int = 1
    statements_are_jobs: bool = False
    jobs_at_once: int = 1


@dataclass(frozen=True, slots=True)
class Swap:
    """What readers of one environment are to see: `views` and `drops`, if `base` is still the head in the table `heads`.

    A view is its schema, its name and its query; `record` writes all else that belongs to the same transaction, the new head
    among it, and may be called again when the transaction had to be begun again.
    """

    heads: str
    environment: str
    base: int
    views: Sequence[tuple[str, str, str]]
    drops: Sequence[tuple[str, str]]
    record: Callable[[], None]


class HeadMoved(Exception):
    """The head that a swap rests on is another one by now: build `current`."""

    def __init__(self, current: int) -> None:
        super().__init__(f"the head is build {current}")
        self.current = current


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

    @property
    def dialect(self) -> str:
        """The dialect of its SQL, as `convsql.dialects` names it."""
        ...

    @property
    def capabilities(self) -> Capabilities: ...

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

    def rows_digest(self, relation: str) -> str:
        """What is another one as soon as a row of a relation is, whatever the order of the rows; empty where the engine has none. Raises EngineError."""
        ...

    def relations(self, schema: str) -> dict[str, RelationKind]:
        """Name → kind of all relations in a schema."""
        ...

    def columns_by_table(self, schema: str) -> dict[str, list[str]]:
        """The tables of a schema, each with the names of its columns in order."""
        ...

    def view_texts(self, schemas: Sequence[str]) -> ViewTexts:
        """Schema and name of each view in these schemas → its text: what `show` made, or what somebody put in its place."""
        ...

    def is_among(self, expression: str, parameter: int, kind: str = "varchar") -> str:
        """The condition that a value is in the list given as `$parameter`, a list of `kind`."""
        ...

    def create_schema(self, schema: str) -> None:
        """Create a schema that may be there. Raises EngineError."""
        ...

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add rows to a table, quoted. Raises EngineError."""
        ...

    def load(self, schema: str, name: str, columns: Columns, file: str) -> None:
        """Create a table of `columns` (names, and types as this engine calls them) from a CSV file without a header.

        What stands there is null where it is empty and a text where it is quoted. Whole or not at all. Raises EngineError.
        """
        ...

    def export(self, query: str, file: str) -> None:
        """Write the rows of a query as `load` reads them. Raises EngineError."""
        ...

    def replace_table(self, schema: str, name: str, sql: str) -> None:
        """Make a table of a query's rows, in place of one that may be there. Raises EngineError."""
        ...

    def swap_head(self, swap: Swap) -> None:
        """Begin a transaction, compare the head, record, and flip the views; the caller commits it, and reads back.

        Raises HeadMoved and EngineError, with the transaction still to be rolled back.
        """
        ...

    def exclusively(self) -> None:
        """Keep others from noting needs, tidying and publishing until the open transaction ends. Raises EngineError."""
        ...

    def cancel(self) -> None:
        """End the statements that other threads of this process have sent, where they send any. Raises nothing."""
        ...

    def reveal(self) -> None:
        """Let others see all that was committed, where they do not at once; the session is only closed then.

        Raises ConvsqlError, and nothing of the session is seen.
        """
        ...

    def renew(self, last: Sequence[tuple[str, Sequence[Any]]]) -> None:
        """As `reveal`, with nothing left of what was dropped or deleted where the engine keeps its data; the session is only closed then.

        `last` are statements with their parameters that are seen with it, and not without. Raises ConvsqlError, also where an engine can't
        say so of itself; then `last` is not seen.
        """
        ...

    def reclaim(self) -> None:
        """Let what is made next take the place of what was dropped. Raises EngineError."""
        ...

    def create_as(self, kind: RelationKind, schema: str, name: str, sql: str) -> int | None:
        """Create a new table or view from a query, whole or not at all; returns a table's rows where they are told. Raises EngineError."""
        ...

    def drop(self, kind: RelationKind, schema: str, name: str) -> None:
        """Drop a table or view. Raises EngineError."""
        ...

    def drop_all(self, schema: str, relations: Sequence[tuple[str, RelationKind]]) -> list[str]:
        """Drop what nobody uses of these relations; returns the names of those that are gone. Part of an open transaction."""
        ...

    def close(self) -> None:
        """Close the connection and give the file free."""
        ...


class MemorySession(Session, Protocol):
    """A session of a database in memory, which another thread may make end what it does."""

    def interrupt(self) -> None:
        """End the statement that runs, if one does."""
        ...
