"""What a template may ask of who renders it: the columns of a relation, and the rows of a query.

While a project's files are first rendered there is no answer yet (`NotAnsweredError`); then they are rendered as dbt parses them, with
`Renderer.executes` false, and once more when what they read is bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol


class NotAnsweredError(Exception):
    """A template asked for what is not known yet."""


class Answers(Protocol):
    """Who knows: columns of a relation by its unique id (None: not bound), and names and rows of a query."""

    def columns(self, unique_id: str) -> Sequence[tuple[str, str]] | None: ...

    def rows(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]: ...
