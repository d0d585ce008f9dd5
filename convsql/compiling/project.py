"""Project → `Compiled`: every query rendered, ordered, canonical and bound, or all errors at once.

Nothing here writes to the database; it is read only for the columns and versions of warehouse
sources. An unchanged project comes whole from the cache; a changed file costs only itself and what
its change touches.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from convsql.base.errors import ConvsqlError, Problems
from convsql.compiling import unit_tests
from convsql.compiling.binding import Ground, bind
from convsql.compiling.cache import CompileCache, digest
from convsql.compiling.left_out import leave_out, take_out
from convsql.compiling.source_files import places_of
from convsql.compiling.source_states import source_states
from convsql.compiling.sources import SourceState
from convsql.compiling.sql_fragments import Fragments
from convsql.definitions import metric_checks, settings
from convsql.engines.access import Access
from convsql.engines.session import Columns
from convsql.project.config import Project
from convsql.project.declare import parse
from convsql.project.files import ProjectFile, read_project_files
from convsql.project.nodes import Graph, Node
from convsql.project.profiles import Target

if TYPE_CHECKING:
    from convsql.compiling.node_rendering import NodeRendering
    from convsql.project.habits import RowQuestion


@dataclass(slots=True)
class Compiled:
    """A checked project: the graph, the columns of its nodes, and the versions of its sources."""

    project: Project
    target: Target
    graph: Graph
    columns: dict[str, Columns] = field(default_factory=dict)
    sources: dict[str, SourceState] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    definitions: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)  # by log() and print() of templates
    missing: list[ConvsqlError] = field(default_factory=list)  # of sources whose readers were left out
    everything: Graph | None = None  # the graph with these
    questions: list[RowQuestion] = field(default_factory=list)  # of templates, for rows that a build has to ask first
    macros: str = ""  # a digest of the files of all macros
    kept_as: str = ""  # the same for the same content, while the cache holds it; "": it holds none


def compile_project(
    project: Project,
    target: Target,
    access: Access,
    use_cache: bool = True,
    check_contents: bool = False,
    may_lack_data: bool = False,
    anew: bool = False,
    leaves_out: bool = False,
) -> Compiled:
    """Compile the whole project for one target; `check_contents`: know data files by their bytes, all of which are read.

    `may_lack_data`: a source that is not there has the columns that are declared, where they are: enough to check, not to build.
    `anew`: render again although no file changed. `leaves_out`: what reads a source that is not there is left out (`compiled.missing`).

    Raises ConvsqlError, or ProjectErrors with all that is wrong, each with file and line.
    """
    files = read_project_files(project)
    cache = CompileCache(project.target_dir)
    key = _project_key(project, target, files)
    whole = _remembered(cache, key) if use_cache and not anew else None
    problems = Problems()
    if whole:
        work: NodeRendering | None = None
        graph, warnings, environment, said = whole.graph, whole.warnings, whole.environment, whole.said
    else:
        work, graph, environment = _build_graph(project, target, files, cache, use_cache, problems)
        warnings, said = work.warnings, work.said
    compiled = Compiled(project, target, graph, warnings=warnings, said=said)
    compiled.macros = digest([(f.shown, f.digest) for f in files if f.role == "macro"])
    of_sources = Problems()
    source_columns = source_states(compiled, access, of_sources, check_contents, may_lack_data)
    if of_sources.found and leaves_out:
        compiled.columns = source_columns
        leave_out(compiled, of_sources.found)
    else:
        problems.found += of_sources.found
    compiled.target = target.reaching(
        place for state in compiled.sources.values() for place in places_of(state.relation)
    )
    states = digest(
        sorted((k, v.relation, v.version) for k, v in compiled.sources.items()), sorted(source_columns.items())
    )
    if (
        whole
        and not compiled.missing
        and whole.states == states
        and all(v.version for v in compiled.sources.values())
        and not problems.found
    ):
        compiled.columns = whole.columns
        compiled.definitions = whole.definitions
        compiled.kept_as = whole.kept_as
        return compiled
    if whole and whole.asks:  # columns that templates asked about are others now
        return compile_project(project, target, access, use_cache, check_contents, may_lack_data, True, leaves_out)
    bound = cache.parts["bound"]
    known = {k: [(a, b) for a, b in v] for k, v in bound.items()} if use_cache else {}
    ground = Ground(project, access.memory, target.settings, known)
    _bind_and_validate(compiled, source_columns, ground, problems, work, leaves_out)
    cache.parts["bound"] = known
    cache.changed |= len(known) != len(bound)
    if target.type != "duckdb" and not problems.found:
        _check_for_engine(compiled, problems, use_cache)
    if compiled.missing and problems.found and not compiled.questions:
        problems.found[:] = compiled.missing
    if not problems.found and not compiled.missing:
        compiled.kept_as = os.urandom(16).hex()
        cache.keep_whole(key, environment, {**_to_keep(compiled, states), "asks": bool(work and work.asking)})
    cache.save()
    problems.raise_if_any()
    return compiled


def _bind_and_validate(
    compiled: Compiled,
    source_columns: dict[str, Columns],
    ground: Ground,
    problems: Problems,
    work: NodeRendering | None,
    leaves_out: bool,
) -> None:
    """Note the columns of all nodes and the metrics' definitions, once all that is said of columns was held against them."""
    graph, project = compiled.graph, compiled.project
    if work and work.asking:
        finish = project.habits.finishing(compiled, work, ground.memory)
        compiled.columns = bind(graph, compiled.sources, source_columns, replace(ground, finish=finish), problems)
        if compiled.questions and leaves_out:
            take_out(
                compiled, {q.asker.unique_id for q in compiled.questions}, [q.unanswered for q in compiled.questions]
            )
            graph = compiled.graph
        else:
            problems.found += [q.unanswered for q in compiled.questions]
    else:
        compiled.columns = bind(graph, compiled.sources, source_columns, ground, problems)
    unit_tests.validate(graph, compiled.columns, project, problems)
    expression = Fragments(ground.memory, ground.cached).expression
    compiled.definitions = metric_checks.validate(project, graph, compiled.columns, problems, expression)


def _check_for_engine(compiled: Compiled, problems: Problems, use_cache: bool) -> None:
    """Note what the target's engine could not take: names that it would cut, and queries that have no translation."""
    from convsql.compiling.engine_limits import check_names
    from convsql.compiling.translation import Translations

    check_names(compiled, problems)
    translations = Translations(compiled, use_cache)
    translations.check(problems)
    translations.save()


@dataclass(slots=True)
class _Whole:
    """A compiled project as the cache holds it."""

    graph: Graph
    warnings: list[str]
    environment: dict[str, str | None]
    columns: dict[str, Columns]
    states: str
    definitions: list[dict[str, Any]]
    said: list[str]
    kept_as: str
    asks: bool


def _to_keep(compiled: Compiled, states: str) -> dict[str, Any]:
    """What `_remembered` reads again."""
    return {
        "nodes": [n.to_json() for n in compiled.graph.nodes.values()],
        "beside": [compiled.graph.exposures, compiled.graph.groups, compiled.graph.hooks],
        "columns": compiled.columns,
        "warnings": compiled.warnings,
        "states": states,
        "definitions": compiled.definitions,
        "said": compiled.said,
        "kept_as": compiled.kept_as,
    }


def _remembered(cache: CompileCache, key: str) -> _Whole | None:
    found = cache.whole_for(key)
    if found is None:
        return None
    try:
        return _Whole(
            Graph({n["unique_id"]: Node.from_json(n) for n in found["nodes"]}, *found["beside"]),
            list(found["warnings"]),
            dict(found["environment"]),
            {k: [(a, b) for a, b in v] for k, v in found["columns"].items()},
            found["states"],
            list(found["definitions"]),
            list(found["said"]),
            str(found["kept_as"]),
            bool(found["asks"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):  # of another shape, which is no cache
        return None


def _project_key(project: Project, target: Target, files: list[ProjectFile]) -> str:
    # what was read of the configuration, and not only the files' digests: they can have changed since it was read
    configured = [(p.name, p.prefix, p.paths, p.trees, p.vars, p.dispatch, p.hooks) for p in project.packages]
    return digest(
        [(f.shown, f.role, f.digest) for f in files],
        configured,
        str(project.root),
        target,
        project.cli_vars,
        project.file_vars,
        sorted(project.templates.variables.read.items()),
    )


def _build_graph(
    project: Project, target: Target, files: list[ProjectFile], cache: CompileCache, use_cache: bool, problems: Problems
) -> tuple[NodeRendering, Graph, dict[str, str | None]]:
    from convsql.compiling.node_rendering import NodeRendering
    from convsql.compiling.ordering import resolve
    from convsql.compiling.published_names import check_published_names
    from convsql.rendering.render import Renderer

    warnings = settings.validate(project, _templates(project, files), problems)
    problems.raise_if_any()
    declared = parse(project, target, files, problems)
    models = {(n.package, n.name) for n in declared.nodes.values() if n.kind == "model"}
    found = len(problems.found)
    settings.check_input_models(project, models, problems)
    if len(problems.found) > found:  # each would be said again, less plainly, by what reads such a model
        problems.raise_if_any()
    renderer = Renderer(project, target, declared, problems)
    work = NodeRendering(renderer, cache if use_cache else CompileCache(project.target_dir / "none"), problems)
    work.declare_tests()
    work.render_all()
    cache.parts["rendered"] = work.kept
    graph = resolve(declared.nodes, problems)
    graph.exposures, graph.groups = project.habits.exposures(renderer, problems), declared.groups
    graph.hooks = work.hooks.of_run(problems)
    check_published_names(graph, target, problems)
    environment = {**project.templates.variables.read, **renderer.environment_variables.read}
    work.warnings[:0] = [*warnings, *problems.warnings]
    return work, graph, environment


def _templates(project: Project, files: list[ProjectFile]) -> Iterator[str]:
    """The texts that may read a variable; one that is no text is said elsewhere."""
    for file in files:
        yield file.content.decode("utf-8", "replace")
    profiles = project.root / "profiles.yml"
    if profiles.is_file():
        yield profiles.read_text(encoding="utf-8", errors="replace")
