"""Project → `Compiled`: every query rendered, ordered, canonical and bound, or all errors at once.

Nothing here writes to the database; it is read only for the columns and versions of warehouse
sources. An unchanged project comes whole from the cache; a changed file costs only itself and what
its change touches.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from convsql import generic_tests, metrics, unit_tests
from convsql.bind import bind
from convsql.cache import CompileCache, digest
from convsql.config import Project, Target
from convsql.engine import Columns, Session
from convsql.errors import ConvsqlError, Problems, Where
from convsql.manifest import Graph, Node
from convsql.parse import Declared, merge_config, parse, tree_config
from convsql.read import ProjectFile, read_project_files
from convsql.sources import SourceState, external_state, is_warehouse, missing_source, warehouse_state


@dataclass(frozen=True, slots=True)
class Engines:
    """How to open what compiling needs: an empty database, and the target read-only (None: no file yet)."""

    memory: Callable[[], Session]
    read: Callable[[], Session | None]


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


def compile_project(project: Project, target: Target, engines: Engines, use_cache: bool = True) -> Compiled:
    """Compile the whole project for one target.

    Raises ConvsqlError, or ProjectErrors with all that is wrong, each with file and line.
    """
    files = read_project_files(project)
    cache = CompileCache(project.target_dir)
    key = _project_key(project, target, files)
    whole = cache.whole_for(key) if use_cache else None
    problems = Problems()
    if whole:
        graph = Graph({n["unique_id"]: Node.from_json(n) for n in whole["nodes"]})
        warnings = list(whole["warnings"])
    else:
        graph, warnings, environment = _build_graph(project, target, files, cache, use_cache, problems)
    compiled = Compiled(project, target, graph, warnings=warnings)
    source_columns = _sources(compiled, engines, problems)
    states = digest(
        sorted((k, v.relation, v.version) for k, v in compiled.sources.items()), sorted(source_columns.items())
    )
    if whole and whole["states"] == states and all(v.version for v in compiled.sources.values()) and not problems.found:
        compiled.columns = {k: [(a, b) for a, b in v] for k, v in whole["columns"].items()}
        compiled.definitions = whole["definitions"]
        return compiled
    before = len(cache.bound)
    cached = {k: [(a, b) for a, b in v] for k, v in cache.bound.items()} if use_cache else {}
    compiled.columns = bind(graph, project.root, compiled.sources, source_columns, engines.memory, cached, problems)
    unit_tests.validate(graph, compiled.columns, project.root, problems)
    compiled.definitions = metrics.validate(project, graph, compiled.columns, problems)
    cache.bound = cached
    cache.changed |= len(cached) != before
    if not problems.found:
        environment_read = environment if not whole else whole["environment"]
        cache.keep_whole(
            key,
            environment_read,
            {
                "nodes": [n.to_json() for n in graph.nodes.values()],
                "columns": compiled.columns,
                "warnings": warnings,
                "states": states,
                "definitions": compiled.definitions,
            },
        )
    cache.save()
    problems.raise_if_any()
    return compiled


def _project_key(project: Project, target: Target, files: list[ProjectFile]) -> str:
    stats = [(f.shown, f.role, f.size, f.mtime_ns) for f in files]
    return digest(
        stats,
        str(project.root),
        target,
        project.cli_vars,
        project.file_vars,
        sorted(project.templates.variables.read.items()),
    )


def _build_graph(
    project: Project, target: Target, files: list[ProjectFile], cache: CompileCache, use_cache: bool, problems: Problems
) -> tuple[Graph, list[str], dict[str, str | None]]:
    from convsql.render import Renderer
    from convsql.resolve import resolve

    declared = parse(project, target, files, problems)
    renderer = Renderer(project, target, declared, problems)
    work = _Rendering(
        project, target, declared, renderer, cache if use_cache else CompileCache(project.target_dir / "none"), problems
    )
    work.declare_tests()
    for node in list(declared.nodes.values()):
        if node.kind in ("model", "test"):
            work.render(node)
    for node in list(declared.nodes.values()):
        if node.kind == "unit_test":
            work.unit_test(node)
    cache.rendered = work.kept
    graph = resolve(declared.nodes, problems)
    _check_published_names(graph, target, problems)
    environment = {**project.templates.variables.read, **renderer.environment_variables.read}
    return graph, work.warnings, environment


class _Rendering:
    """Renders nodes through the cache; a failed node is dropped from the graph with its problem noted."""

    def __init__(
        self,
        project: Project,
        target: Target,
        declared: Declared,
        renderer: Any,
        cache: CompileCache,
        problems: Problems,
    ) -> None:
        self.project = project
        self.declared = declared
        self.renderer = renderer
        self.problems = problems
        self.warnings: list[str] = []
        self.cached = cache.rendered
        self.kept: dict[str, Any] = {}
        names = sorted(
            (n.unique_id, n.config.get("alias"), n.config.get("schema"), n.identifier, n.schema)
            for n in declared.nodes.values()
        )
        self.context = digest(
            [(f.shown, text) for f, text in declared.macro_files],
            target,
            {p.name: project.vars_for(p.name) for p in project.packages},
            names,
        )

    def declare_tests(self) -> None:
        for attached, test in self.declared.tests:
            node = generic_tests.declare_test(test, attached, self.renderer.macros, self.declared.nodes, self.problems)
            if node is None:
                continue
            tree: dict[str, Any] = {}
            for key in ("tests", "data_tests"):
                tree.update(tree_config(self.project.packages[0].trees.get(key), (attached.package, node.name)))
            config: dict[str, Any] = {}
            merge_config(config, tree, node.where, "test", self.problems)
            merge_config(config, node.config, node.where, "test", self.problems)
            node.config = config
            if config.get("enabled") is not False:
                self.declared.nodes[node.unique_id] = node

    def render(self, node: Node) -> None:
        text = generic_tests.call_of(node) if node.test_name else node.raw
        attached = (node.attached, node.column_name, node.arguments) if node.test_name else None
        key = digest(self.context, node.unique_id, text, node.config, attached)
        kept = self.cached.get(key)
        if kept and any(os.environ.get(n) != v for n, v in kept["environment"].items()):
            kept = None
        if kept is None:
            kept = self._fresh(node, text)
        if kept is None:
            self.declared.nodes.pop(node.unique_id)
            return
        self.kept[key] = kept
        node.sql, node.parents, node.config, node.canonical = (
            kept["sql"],
            kept["parents"],
            kept["config"],
            kept["canonical"],
        )
        self.renderer.environment_variables.read.update(kept["environment"])
        self.warnings += [f"{node.where}: {w}" for w in kept["warnings"]]

    def _fresh(self, node: Node, text: str) -> dict[str, Any] | None:
        from convsql import sql

        read = self.renderer.environment_variables.read
        self.renderer.environment_variables.read = {}
        try:
            rendered = self.renderer.render(node, text)
            found = sql.tokens(rendered.sql)
            if not found and rendered.config.get("enabled") is not False:
                raise ConvsqlError("the file holds no SQL", node.where)
            if any(t.token_type.name == "SEMICOLON" for t in found[:-1]):
                raise ConvsqlError("more than one statement", node.where, "a model is one query; drop the ';'")
            aliased = sql.with_aliases(rendered.sql, self._name_of, found)
        except ConvsqlError as error:
            for problem in error.problems:
                problem.where = problem.where or node.where
            self.problems.take(error)
            return None
        finally:
            mine, self.renderer.environment_variables.read = self.renderer.environment_variables.read, read
        return {
            "sql": aliased.rstrip().rstrip(";"),
            "parents": rendered.parents,
            "config": rendered.config,
            "canonical": sql.canonical(found),
            "environment": mine,
            "warnings": rendered.warnings,
        }

    def _name_of(self, unique_id: str) -> str:
        node = self.declared.nodes.get(unique_id)
        if node is None:
            return unique_id.split(".")[-1]
        return node.identifier if node.kind == "source" else str(node.config.get("alias") or node.name)

    def unit_test(self, node: Node) -> None:
        model = next(
            (n for n in self.declared.nodes.values() if n.kind == "model" and n.name == node.unit.get("model")), None
        )
        if model is None:
            from convsql.errors import did_you_mean

            names = [n.name for n in self.declared.nodes.values() if n.kind == "model"]
            self.problems.add(
                f"unit test '{node.name}' is about model '{node.unit.get('model')}', and there is none",
                node.where,
                did_you_mean(str(node.unit.get("model")), names),
            )
            self.declared.nodes.pop(node.unique_id)
            return
        node.attached = model.unique_id
        overrides = node.unit.get("overrides") or {}
        if overrides:
            self._overridden(node, model, overrides)
        else:
            node.sql, node.canonical = model.sql, model.canonical
            node.arguments = {"parents": model.parents}

    def _overridden(self, node: Node, model: Node, overrides: Mapping[str, Any]) -> None:
        variables = {**self.project.vars_for(model.package), **(overrides.get("vars") or {})}
        before = {k: os.environ.get(k) for k in overrides.get("env_vars") or {}}
        self.renderer.macro_overrides = dict(overrides.get("macros") or {})
        os.environ.update({k: str(v) for k, v in (overrides.get("env_vars") or {}).items()})
        try:
            from convsql import sql

            rendered = self.renderer.render(model, model.raw, variables=variables)
            found = sql.tokens(rendered.sql)
            node.sql = sql.with_aliases(rendered.sql, self._name_of, found).rstrip().rstrip(";")
            node.canonical = sql.canonical(found)
            node.arguments = {"parents": rendered.parents}
        except ConvsqlError as error:
            self.problems.take(ConvsqlError(f"unit test '{node.name}': {error.problems[0].reason}", node.where))
            self.declared.nodes.pop(node.unique_id)
        finally:
            self.renderer.macro_overrides = {}
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def _check_published_names(graph: Graph, target: Target, problems: Problems) -> None:
    from convsql.render import published_schema

    taken: dict[tuple[str, str], Node] = {}
    for node in graph.of("model", "seed"):
        key = (published_schema(target, node).lower(), str(node.config.get("alias") or node.name).lower())
        other = taken.setdefault(key, node)
        if other is not node and node.is_built and other.is_built:
            problems.add(
                f"'{node.name}' would be published as {'.'.join(key)}, like '{other.name}' ({other.path})",
                node.where,
                "give one of them another name or alias",
            )


def _sources(compiled: Compiled, engines: Engines, problems: Problems) -> dict[str, Columns]:
    """Note the state of every source that something reads; columns of those that stand in the warehouse."""
    used = {p for n in compiled.graph.nodes.values() for p in n.parents if p.startswith("source.")}
    columns: dict[str, Columns] = {}
    warehouse = []
    for node in compiled.graph.of("source"):
        if node.unique_id not in used:
            continue
        if is_warehouse(node):
            warehouse.append(node)
        else:
            state = external_state(node, problems)
            if state:
                compiled.sources[node.unique_id] = state
    if not warehouse:
        return columns
    session = engines.read()
    try:
        for node in warehouse:
            if session is None:
                problems.take(missing_source(node, FileNotFoundError("the database file is not there yet")))
                continue
            try:
                state = warehouse_state(node, session)
                columns[node.unique_id] = session.columns(state.relation)
                compiled.sources[node.unique_id] = state
            except Exception as error:
                problems.take(missing_source(node, error))
    finally:
        if session is not None:
            session.close()
    return columns


def place_of(compiled: Compiled, unique_id: str) -> Where:
    """Where a node is written."""
    return compiled.graph.nodes[unique_id].where
