"""A compiled project as the files of a plain dbt project."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from convsql import __version__
from convsql.base.errors import ConvsqlError, Problems, Where
from convsql.compiling.project import Compiled
from convsql.compiling.sources import is_warehouse
from convsql.dialects import layer_version
from convsql.plain_dbt.data_tests import DataTests
from convsql.plain_dbt.folder import check_place, write_folder
from convsql.plain_dbt.pages import fingerprint, profiles_yml, project_yml, readme
from convsql.plain_dbt.properties import Properties
from convsql.plain_dbt.queries import Queries
from convsql.plain_dbt.templated import templated
from convsql.project.nodes import Node

# The schemas of a project with a generate_schema_name of its own are written as that gave them.
_SCHEMA_AS_SAID = (
    "{% macro generate_schema_name(custom_schema_name, node) %}"
    "{{ custom_schema_name or target.schema }}{% endmacro %}\n"
)


_NO_HOOKS = "leave it out there (a condition on target.name), and add it to what is written"


def write_project(compiled: Compiled, dialect: str, folder: Path, use_cache: bool = True) -> Queries:
    """Write the whole project into `folder`, in `dialect`; returns the queries, which know whether they are proven and what to look at.

    Raises ConvsqlError for a folder that may not be written, ProjectErrors with every query that has no translation; then nothing is
    written.
    """
    folder = Path(os.path.abspath(folder))
    check_place(folder, compiled.project)
    _check_names(compiled)
    queries = Queries(compiled, dialect, use_cache)
    files = _files(compiled, queries, folder)
    queries.problems.raise_if_any()
    queries.save()
    facts = {
        "convsql_version": __version__,
        "dialect": dialect,
        "dialect_layer": layer_version(),
        "fingerprint": fingerprint(compiled),
        "standing": "supported" if queries.is_proven else "written, not proven",
    }
    write_folder(folder, files, facts)
    return queries


def _check_names(compiled: Compiled) -> None:
    """dbt has one model or seed of a name in a project; a package may have another one of that name. A hook is one engine's SQL."""
    problems = Problems()
    seen: dict[str, Node] = {}
    for node in compiled.graph.of("model", "seed"):
        if node.is_built and node.name in seen:
            problems.add(
                f"two nodes are called '{node.name}' (the other: {seen[node.name].path}), which one project can't have",
                node.where,
                "rename one of them",
            )
        elif node.is_built:
            seen[node.name] = node
        for _, place in [*node.after, *node.with_publish]:
            problems.add(
                f"{node.kind} '{node.name}' has a hook ({place}), which is not written for another engine",
                node.where,
                _NO_HOOKS,
            )
    for hooks in compiled.graph.hooks.values():
        problems.add(
            f"the project has hooks of a run ({hooks[0][1]}), which are not written for another engine", hint=_NO_HOOKS
        )
    problems.raise_if_any()


def _files(compiled: Compiled, queries: Queries, folder: Path) -> Mapping[str, str | Path]:
    graph = compiled.graph
    tests = DataTests(compiled, queries.dialect)
    properties = Properties(compiled, queries, tests)
    found: dict[str, str | Path] = {}
    by_folder: dict[str, list[Node]] = {}
    for node in graph.of("model"):
        if node.is_built:
            place = _folder_of(node, compiled)
            by_folder.setdefault(place, []).append(node)
            found[f"{place}/{node.name}.sql"] = templated(queries.model(node), graph) + "\n"
    for place, nodes in by_folder.items():
        found[f"{place}/_models.yml"] = properties.models(nodes)
    seeds = list(graph.of("seed"))
    for node in seeds:
        file = node.file_in(compiled.project.root)
        if not file.is_file():
            raise ConvsqlError("the file is gone", node.where, "run again when it is there")
        found[f"seeds/{node.name}.csv"] = file
    if seeds:
        found["seeds/_seeds.yml"] = properties.seeds(seeds)
    if sources := properties.sources():
        found["models/sources.yml"] = sources
    if any(node.given_schema for node in graph.of("model", "seed")):
        found["macros/generate_schema_name.sql"] = _SCHEMA_AS_SAID
    found |= tests.files(queries)
    has_files = queries.dialect == "duckdb" and any(not is_warehouse(graph.nodes[i]) for i in compiled.sources)
    root = os.path.relpath(compiled.project.root, folder).replace(os.sep, "/")
    found["dbt_project.yml"] = project_yml(compiled, root, has_files)
    found["profiles.example.yml"] = profiles_yml(compiled, queries.dialect)
    found["README.md"] = readme(compiled, queries, has_files)
    return found


def _folder_of(node: Node, compiled: Compiled) -> str:
    package = [] if node.package == compiled.project.name else [node.package]
    return "/".join(["models", *package, *node.folders])


def check_dialect(dialect: str) -> None:
    """Raises ConvsqlError for a dialect that nothing is written in."""
    from convsql.base.errors import did_you_mean
    from convsql.plain_dbt.queries import WRITTEN

    if dialect not in WRITTEN:
        raise ConvsqlError(
            f"no dialect '{dialect}'",
            Where("--dialect"),
            did_you_mean(dialect, WRITTEN) or f"known: {', '.join(WRITTEN)}",
        )
