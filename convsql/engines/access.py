"""How to open the database of a target. The engine itself is imported when something is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from convsql.base.errors import ConvsqlError
from convsql.engines.session import EngineError, MemorySession, Session


class Place(Protocol):
    """What is known of a database before it is opened: its kind, its file or its server, settings, threads, and the folders that SQL may read."""

    @property
    def type(self) -> str: ...

    @property
    def path(self) -> str: ...

    @property
    def schema(self) -> str: ...

    @property
    def connection(self) -> Mapping[str, Any]: ...

    @property
    def settings(self) -> Mapping[str, Any]: ...

    @property
    def threads(self) -> int: ...

    @property
    def folders(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Access:
    """How to open the target: for reading (None: no file yet), for writing, and an empty one in memory.

    `resume` shows what a run that was killed had committed and not shown; it is for those who are about to write.
    """

    read: Callable[[], Session | None]
    write: Callable[[], Session]
    memory: Callable[[], MemorySession]
    resume: Callable[[], None] = lambda: None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that writes: what it committed is seen when the block ends well. Raises LockHeld, and ConvsqlError for a statement that fails."""
        session = self.write()
        try:
            yield session
            session.reveal()
        except EngineError as error:
            raise ConvsqlError(error.message) from None
        finally:
            session.close()


def access_to(target: Place) -> Access:
    """How to open the target's database. Raises ConvsqlError for a kind of database that there is no engine for."""
    return Access(_reading(target), _writing(target), _memory(target), _resuming(target))


def _memory(target: Place) -> Callable[[], MemorySession]:
    def memory() -> MemorySession:
        from convsql.engines.duckdb import open_memory

        return open_memory(target.settings, target.folders)

    return memory


def _reading(target: Place) -> Callable[[], Session | None]:
    def read() -> Session | None:
        if target.type == "postgres":
            from convsql.engines.postgres_opening import open_server

            return open_server(target.connection)
        if target.type == "spark":
            from convsql.engines.spark_opening import open_spark

            return open_spark(target.connection)
        from convsql.engines.duckdb import open_file

        return open_file(target.path, target.settings, target.threads, True, target.folders)

    return (lambda: None) if target.path == ":memory:" else read


def _writing(target: Place) -> Callable[[], Session]:
    def write() -> Session:
        if target.type == "postgres":
            from convsql.engines.postgres_opening import open_server

            return open_server(target.connection, target.schema)
        if target.type == "spark":
            from convsql.engines.spark_opening import open_spark

            builder = open_spark(target.connection, target.schema)
            assert builder is not None
            return builder
        if target.path == ":memory:":
            from convsql.engines.duckdb import open_file

            session = open_file(target.path, target.settings, target.threads, False, target.folders)
            assert session is not None
            return session
        from convsql.engines.duckdb_aside import open_aside

        return open_aside(target.path, target.settings, target.threads, target.folders)

    return write


def _resuming(target: Place) -> Callable[[], None]:
    def resume() -> None:
        if target.type == "duckdb" and target.path != ":memory:":
            from convsql.engines.duckdb_aside import resume as finish

            finish(target.path)

    return resume
