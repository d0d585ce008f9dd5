"""SQL that the package's own macros give, so that a comparison draws cohorts and credit exactly as the models do."""

from __future__ import annotations

from collections.abc import Iterable

from convsql.base.errors import Problems
from convsql.compiling.project import Compiled
from convsql.project.declare import Declared
from convsql.project.files import read_project_files
from convsql.project.nodes import Node
from convsql.rendering.render import Renderer


def render_expressions(compiled: Compiled, package: str, expressions: Iterable[str]) -> list[str]:
    """Render Jinja expressions as a model of `package` would see them.

    Raises ConvsqlError when a macro is not there, or refuses its arguments.
    """
    problems = Problems()
    files = [f for f in read_project_files(compiled.project) if f.role == "macro"]
    declared = Declared(macro_files=[(f, f.text()) for f in files])
    renderer = Renderer(compiled.project, compiled.target, declared, problems)
    problems.raise_if_any()
    node = Node("movement", "model", "movement", package, "metrics diff")
    return [renderer.render(node, f"{{{{ {text} }}}}").sql.strip() for text in expressions]
