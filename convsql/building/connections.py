"""How to open the database of a target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convsql.engines.session import Session
from convsql.project.profiles import Target


@dataclass(frozen=True, slots=True)
class Access:
    """How to open the target: for reading (None: no file yet), for writing, and an empty one in memory."""

    read: Callable[[], Session | None]
    write: Callable[[], Session]
    memory: Callable[[], Session]


def access_to(target: Target) -> Access:
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
