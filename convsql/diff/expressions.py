"""SQL that the package's own macros give, so that a comparison draws cohorts and credit exactly as the models do."""

from __future__ import annotations

from collections.abc import Iterable

from convsql.compiling.project import Compiled
from convsql.compiling.renderers import macro_renderer_of
from convsql.project.nodes import Node


def render_expressions(compiled: Compiled, package: str, expressions: Iterable[str]) -> list[str]:
    """Render Jinja expressions as a model of `package` would see them.

    Raises ConvsqlError when a macro is not there, or refuses its arguments.
    """
    renderer = macro_renderer_of(compiled)
    node = Node("movement", "model", "movement", package, "metrics diff")
    return [renderer.render(node, f"{{{{ {text} }}}}").sql.strip() for text in expressions]
