"""The habits of dbt, as the core asks for them (`convsql.project.habits`); each is loaded when it is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convsql.project import config
from convsql.project.config import Project, TargetFacts
from convsql.project.habits import Chooser, NodeHooks

if TYPE_CHECKING:
    from convsql.base.errors import Problems
    from convsql.base.yaml_file import YamlMap
    from convsql.compiling.node_rendering import NodeRendering
    from convsql.compiling.project import Compiled
    from convsql.engines.session import Columns, Session
    from convsql.project.nodes import Node
    from convsql.project.packages import Package
    from convsql.rendering.questions import Answers
    from convsql.rendering.render import Renderer
    from convsql.templates.yaml_values import StaticTemplates


class DbtHabits:
    """Answers what the core asks."""

    def packages(self, root: Path, raw: YamlMap, templates: StaticTemplates, problems: Problems) -> list[Package]:
        from convsql.dbt_habits.packages import other_packages

        return other_packages(root, raw, templates, problems)

    def exposures(self, renderer: Renderer, problems: Problems) -> dict[str, dict[str, Any]]:
        from convsql.dbt_habits.exposures import read_by_exposures

        return read_by_exposures(renderer, problems)

    def macros(self) -> tuple[str, str]:
        from convsql.dbt_habits.dbt_macros import BUILT_IN_MACROS

        return "convsql/dbt_habits/dbt_macros.py", BUILT_IN_MACROS

    def names(self, renderer: Renderer, own: Mapping[str, Any]) -> Mapping[str, Any]:
        from convsql.dbt_habits.template_names import template_names

        return template_names(renderer, own)

    def name_relations(self, renderer: Renderer, problems: Problems) -> None:
        from convsql.dbt_habits.names_of_relations import name_relations

        name_relations(renderer, problems)

    def hooks(self, renderer: Renderer) -> NodeHooks:
        from convsql.dbt_habits.hooks import Hooks

        return Hooks(renderer)

    def finishing(
        self, compiled: Compiled, work: NodeRendering, memory: Callable[[], Session]
    ) -> Callable[[Node, Mapping[str, Columns]], bool]:
        from convsql.dbt_habits.answers import finishing

        return finishing(compiled, work, memory)

    def answers(self, compiled: Compiled, memory: Callable[[], Session]) -> Answers:
        from convsql.dbt_habits.answers import FoundColumns
        from convsql.dbt_habits.row_questions import never_asked

        return FoundColumns(compiled.columns, memory, never_asked, False)

    def choice(self) -> Chooser:
        from convsql.dbt_habits.choice import Choice

        return Choice()


def load_project(
    root: Path, cli_vars: str | None = None, target: TargetFacts | None = None, said: Mapping[str, str] | None = None
) -> Project:
    """The configuration of a project that may rest on all habits of dbt; as `convsql.project.config.load_project`, and raises as that."""
    return config.load_project(root, DbtHabits(), cli_vars, target, said)
