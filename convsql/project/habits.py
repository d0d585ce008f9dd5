"""What a project written for dbt has besides: who answers it is given from outside, when the project is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from convsql.base.errors import Problems
    from convsql.project.config import Project
    from convsql.project.nodes import Node
    from convsql.project.selection import Around
    from convsql.rendering.render import Renderer


class Chooser(Protocol):
    """Says what selection looks at besides the graph. Raises ConvsqlError."""

    def around(self, project: Project) -> Around: ...

    def is_all(self, select: Sequence[str], exclude: Sequence[str]) -> bool: ...

    def as_json(self) -> dict[str, object]: ...


class NodeHooks(Protocol):
    """Reads hooks: SQL that is done besides queries, each statement with its place."""

    def of_node(self, node: Node, config: Mapping[str, Any]) -> dict[str, list[list[Any]]]:
        """What is done to the node's own relation (`after`), and with the publish (`with_publish`). Raises ConvsqlError."""
        ...

    def of_seeds(self, seeds: Iterable[Node], problems: Problems) -> None: ...

    def of_run(self, problems: Problems) -> dict[str, list[list[Any]]]:
        """`on-run-start` and `on-run-end`."""
        ...


class Habits(Protocol):
    """All that the core asks of the habits of dbt."""

    def hooks(self, renderer: Renderer) -> NodeHooks:
        """What reads the hooks of a project, once it is known where everything is published."""
        ...

    def choice(self) -> Chooser:
        """What is chosen where the command line says nothing of it."""
        ...
