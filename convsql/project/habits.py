"""What a project written for dbt has besides: who answers it is given from outside, when the project is loaded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from convsql.base.errors import ConvsqlError, Problems

if TYPE_CHECKING:
    from pathlib import Path

    from convsql.base.yaml_file import YamlMap
    from convsql.compiling.node_rendering import NodeRendering
    from convsql.compiling.project import Compiled
    from convsql.engines.session import Columns, Session
    from convsql.project.config import Project
    from convsql.project.nodes import Node
    from convsql.project.packages import Package
    from convsql.project.selection import Around
    from convsql.rendering.questions import Answers
    from convsql.rendering.render import Renderer
    from convsql.templates.yaml_values import StaticTemplates


class Chooser(Protocol):
    """Says what selection looks at besides the graph. Raises ConvsqlError."""

    def around(self, project: Project) -> Around: ...

    def is_all(self, select: Sequence[str], exclude: Sequence[str]) -> bool: ...

    def as_json(self) -> dict[str, object]: ...


@dataclass(frozen=True, slots=True)
class RowQuestion:
    """A query over relations of the project, as its template wrote it, and the node that asks."""

    key: str
    asker: Node
    sql: str
    reads: tuple[str, ...]

    @property
    def unanswered(self) -> ConvsqlError:
        """What to say of it where nothing is built."""
        names = ", ".join(sorted(i.rpartition(".")[2] for i in self.reads))
        return ConvsqlError(
            f"{self.asker.kind} '{self.asker.name}' is made of rows of {names}, which are not there as they are defined now",
            self.asker.where,
            "run `convsql build`, which builds them first",
        )


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

    def packages(self, root: Path, raw: YamlMap, templates: StaticTemplates, problems: Problems) -> list[Package]:
        """The other packages of the project in `root`, whose dbt_project.yml says `raw`."""
        ...

    def exposures(self, renderer: Renderer, problems: Problems) -> dict[str, dict[str, Any]]:
        """Name → what the file says of each exposure, with the unique ids that it reads as `parents`."""
        ...

    def macros(self) -> tuple[str, str]:
        """The file and text of the macros that every project has."""
        ...

    def names(self, renderer: Renderer, own: Mapping[str, Any]) -> Mapping[str, Any]:
        """What templates see besides the core's `own` names."""
        ...

    def name_relations(self, renderer: Renderer, problems: Problems) -> None:
        """Note the alias and schema of every model and seed, before any template reads one."""
        ...

    def hooks(self, renderer: Renderer) -> NodeHooks:
        """What reads the hooks of a project, once it is known where everything is published."""
        ...

    def finishing(
        self, compiled: Compiled, work: NodeRendering, memory: Callable[[], Session]
    ) -> Callable[[Node, Mapping[str, Columns]], bool]:
        """What renders a node that asked about its parents once these are bound, and notes in `compiled` the questions that have no answer yet."""
        ...

    def answers(self, compiled: Compiled, memory: Callable[[], Session]) -> Answers:
        """What is known where templates are rendered apart from a build: all but rows of relations."""
        ...

    def choice(self) -> Chooser:
        """What is chosen where the command line says nothing of it."""
        ...
