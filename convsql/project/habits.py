"""What a project written for dbt has besides: who answers it is given from outside, when the project is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from convsql.project.config import Project
    from convsql.project.selection import Around


class Chooser(Protocol):
    """Says what selection looks at besides the graph. Raises ConvsqlError."""

    def around(self, project: Project) -> Around: ...

    def is_all(self, select: Sequence[str], exclude: Sequence[str]) -> bool: ...

    def as_json(self) -> dict[str, object]: ...


class Habits(Protocol):
    """All that the core asks of the habits of dbt."""

    def choice(self) -> Chooser:
        """What is chosen where the command line says nothing of it."""
        ...
