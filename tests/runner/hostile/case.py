"""What a hostile input is: a project with something odd in it, a command, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECONDS = 20
BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile input.

    `says` are phrases that the error must hold, `place` the file (and line) that it must begin with;
    a case without them is one that must work: its `rows` are what a query then finds. `make` puts
    into the folder what can't be written as a file (links, pipes, very large files).
    """

    name: str
    files: Mapping[str, str | bytes]
    place: str = ""
    says: tuple[str, ...] = ()
    code: int = 2
    rows: tuple[str, list[tuple[Any, ...]]] | None = None
    warns: tuple[str, ...] = ()
    command: tuple[str, ...] = ("build",)
    make: Callable[[Path], None] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def refused(name: str, files: Mapping[str, str | bytes], place: str, *says: str, **more: Any) -> Case:
    """A case that ends with an error at `place`, which has these phrases."""
    return Case(name, files, place, says, **more)


def works(name: str, files: Mapping[str, str | bytes], sql: str, *rows: tuple[Any, ...], **more: Any) -> Case:
    """A case that is built, after which `sql` gives `rows`."""
    return Case(name, files, code=0, rows=(sql, list(rows)), **more)


def model(text: str | bytes, **more: str | bytes) -> dict[str, str | bytes]:
    """A project with a good model and one, models/b.sql, with this text."""
    return {"models/a.sql": "select 1 as id", "models/b.sql": text, **more}
