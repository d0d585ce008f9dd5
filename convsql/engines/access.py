"""How to open the database of a target. The engine itself is imported when something is opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from convsql.engines.session import Session


class Place(Protocol):
    """What is known of a database before it is opened: its file, settings, threads, and the folders that SQL may read."""

    @property
    def path(self) -> str: ...

    @property
    def settings(self) -> Mapping[str, Any]: ...

    @property
    def threads(self) -> int: ...

    @property
    def folders(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Access:
    """How to open the target: for reading (None: no file yet), for writing, and an empty one in memory."""

    read: Callable[[], Session | None]
    write: Callable[[], Session]
    memory: Callable[[], Session]


def access_to(target: Place) -> Access:
    """How to open the target's database."""

    def opener(read_only: bool) -> Callable[[], Any]:
        def open_it() -> Any:
            from convsql.engines.duckdb import open_file

            return open_file(target.path, target.settings, target.threads, read_only, target.folders)

        return open_it

    def memory() -> Session:
        from convsql.engines.duckdb import open_memory

        return open_memory(target.settings, target.folders)

    if target.path == ":memory:":
        return Access(lambda: None, opener(False), memory)
    return Access(opener(True), opener(False), memory)
