"""A renderer for a project that is compiled: templates of one's own, or its models again under other variables."""

from __future__ import annotations

from convsql.base.errors import Problems
from convsql.compiling.project import Compiled
from convsql.engines.access import access_to
from convsql.project.declare import Declared, parse
from convsql.project.files import read_project_files
from convsql.rendering.render import Renderer


def renderer_of(compiled: Compiled) -> Renderer:
    """A renderer that knows all that a model of the project may refer to. Raises ProjectErrors when its files have changed for the worse."""
    problems = Problems()
    project, target = compiled.project, compiled.target
    declared = parse(project, target, read_project_files(project), problems)
    for node in list(declared.nodes.values()):
        if (known := compiled.graph.nodes.get(node.unique_id)) is not None:  # with what its own config() says
            node.config, node.given_alias, node.given_schema = dict(known.config), known.given_alias, known.given_schema
        if node.kind == "model" and node.unique_id not in compiled.graph.nodes:  # its own config() switched it off
            del declared.nodes[node.unique_id]
            declared.disabled[node.name] = node.path
    return _checked(compiled, declared, problems)


def macro_renderer_of(compiled: Compiled) -> Renderer:
    """A renderer that knows the project's macros and nothing to refer to, and reads no other files. Raises as `renderer_of` does."""
    files = [f for f in read_project_files(compiled.project) if f.role == "macro"]
    return _checked(compiled, Declared(macro_files=[(f, f.text()) for f in files]), Problems())


def _checked(compiled: Compiled, declared: Declared, problems: Problems) -> Renderer:
    renderer = Renderer(compiled.project, compiled.target, declared, problems)
    problems.raise_if_any()
    renderer.referables.note_seeds()
    renderer.answers = compiled.project.habits.answers(compiled, access_to(compiled.target).memory)
    return renderer
