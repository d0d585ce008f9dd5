"""Files → declared nodes: models, seeds, sources and unit tests, their configuration merged.

Configuration follows dbt: `dbt_project.yml` by folder, then the YAML beside the model, then
`config()` in the file (which is read when the file is rendered).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.base.installed import INSTALLED_PREFIX
from convsql.base.installed import NAME as INSTALLED
from convsql.base.yaml_file import YamlMap, parse_yaml
from convsql.project.config import Project
from convsql.project.data_test_entries import DeclaredTest, render_test_configs
from convsql.project.files import NO_SNAPSHOTS, ProjectFile
from convsql.project.freshness import read_freshness
from convsql.project.hooks import UNRENDERED
from convsql.project.node_config import merge_config, tree_config
from convsql.project.nodes import Kind, Node, SourceTable
from convsql.project.profiles import Target
from convsql.project.properties import DeclaredSource, Patch, Properties, read_properties, without_semantic_layer
from convsql.project.unit_test_entries import Fixtures, declare_unit, fixtures_of
from convsql.templates.yaml_values import StaticTemplates

_KEYS = {"model": "models", "seed": "seeds", "test": "data_tests", "snapshot": "snapshots"}
_LOADED_AT = "loaded_at_field"
_SKIP_RENDERING = ("description", "tests", "data_tests", "unit_tests", "columns", *UNRENDERED)


@dataclass(slots=True)
class Declared:
    """All that the files declare, before any model is rendered."""

    nodes: dict[str, Node] = field(default_factory=dict)
    tests: list[tuple[Node, DeclaredTest]] = field(default_factory=list)
    macro_files: list[tuple[ProjectFile, str]] = field(default_factory=list)
    disabled: dict[str, str] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    exposures: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)


def parse(project: Project, target: Target, files: list[ProjectFile], problems: Problems) -> Declared:
    """Declarations of all files; every error is added to `problems`."""
    declared = Declared()
    patches: dict[tuple[str, str], Patch] = {}
    by_package = {
        p.name: project.templates.with_context(project.vars_for(p.name), {"target": target.facts})
        for p in project.packages
    }
    fixtures = fixtures_of(files)
    for file in files:
        if file.role == "properties":
            try:
                found = _properties(file, by_package[file.package], problems)
            except ConvsqlError as error:
                problems.take(error)
                continue
            for source in found.sources:
                _declare_source(declared, project, target, source, file, problems)
            _take_properties(declared, patches, found, file, fixtures, problems)
    for file in files:
        try:
            if file.role in ("model", "seed", "test"):
                _declare(declared, project, file, patches, problems)
            elif file.role == "macro":
                declared.macro_files.append((file, file.text()))
        except ConvsqlError as error:
            problems.take(error)
    _check_patches(declared, patches, problems)
    return declared


def _check_patches(declared: Declared, patches: Mapping[tuple[str, str], Patch], problems: Problems) -> None:
    """As under dbt: what stands below the key of another kind is not used, but for its tests."""
    there_are = {(n.kind, n.name): n for n in declared.nodes.values() if n.kind in ("model", "seed", "test")}
    for (kind, name), patch in patches.items():
        if (kind, name) in there_are or name in declared.disabled:
            continue
        others = [node for (k, n), node in there_are.items() if n == name and k != kind]
        if others:
            other = others[0]
            problems.warn(
                f"'{name}' is a {other.kind}, and stands below '{_KEYS[kind]}:': only its tests are used; "
                f"move it below '{_KEYS[other.kind]}:'",
                patch.where,
            )
            declared.tests += [(other, test) for test in patch.tests if other.kind != "test"]
            continue
        if kind == "snapshot":
            problems.add("convsql does not support snapshots", patch.where, NO_SNAPSHOTS)
            continue
        known = [n for k, n in there_are if k == kind]
        problems.add(f"describes {kind} '{name}', which does not exist", patch.where, did_you_mean(name, known))


def _properties(file: ProjectFile, templates: StaticTemplates, problems: Problems) -> Properties:
    content = without_semantic_layer(parse_yaml(file.text(), file.shown), problems)
    rendered = templates.render_tree(content, skip=_SKIP_RENDERING)
    render_test_configs(rendered, templates, file.text())
    return read_properties(rendered, file.shown, problems)


def _take_properties(
    declared: Declared,
    patches: dict[tuple[str, str], Patch],
    found: Properties,
    file: ProjectFile,
    fixtures: Fixtures,
    problems: Problems,
) -> None:
    for kind, listed in (
        ("model", found.models),
        ("seed", found.seeds),
        ("snapshot", found.snapshots),
        ("test", found.singular),
    ):
        for patch in listed:
            first = patches.setdefault((kind, patch.name), patch)
            for test in patch.tests:
                test.package = file.package
            if first is not patch:
                problems.add(f"{kind} '{patch.name}' is described twice (first in {first.where})", patch.where)
    for known, entries in ((declared.exposures, found.exposures), (declared.groups, found.groups)):
        for entry in entries:
            known[entry["name"]] = {"entry": dict(entry), "package": file.package, "path": file.shown}
    for unit in found.unit_tests:
        unit_id = f"unit_test.{file.package}.{unit.get('model')}.{unit['name']}"
        if unit_id in declared.nodes:
            problems.add(
                f"unit test '{unit['name']}' stands twice (first in {declared.nodes[unit_id].where})", unit.where()
            )
            continue
        config: dict[str, Any] = {}
        merge_config(config, {k: unit[k] for k in ("tags", "meta") if k in unit}, unit.where(), "test", problems)
        merge_config(config, unit.get("config", {}), unit.where(), "test", problems)
        if config.get("enabled") is False:
            continue
        declared.nodes[unit_id] = declare_unit(unit, file, config, fixtures, problems)


def _declare_source(
    declared: Declared, project: Project, target: Target, source: DeclaredSource, file: ProjectFile, problems: Problems
) -> None:
    unique_id = f"source.{file.package}.{source.source}.{source.patch.name}"
    if not source.enabled:
        declared.disabled[f"{source.source}.{source.patch.name}"] = unique_id
        return
    if unique_id in declared.nodes:
        problems.add(
            f"source '{source.source}.{source.patch.name}' stands twice (first in {declared.nodes[unique_id].where})",
            source.patch.where,
        )
        return
    if not _is_usable(source.source + source.patch.name, source.patch.where, problems):
        return
    external = _external(source, problems)
    _check_database(source, external, target, problems)
    path = (file.package, *file.folders, source.source, source.patch.name)
    layers = [*_tree_layers(project, file.package, ("sources",), path), *source.layers]
    loaded_at = next((str(layer[_LOADED_AT]) for layer in reversed(layers) if layer.get(_LOADED_AT)), "")
    node = Node(
        unique_id,
        "source",
        source.patch.name,
        file.package,
        file.shown,
        source.patch.where.line,
        config={"tags": source.tags, "meta": source.meta},
        columns=source.patch.columns,
        description=source.patch.description,
        source=SourceTable(
            source.source,
            source.schema,
            source.identifier,
            external,
            loaded_at,
            read_freshness(layers, problems),
        ),
    )
    declared.nodes[unique_id] = node
    for test in source.patch.tests:
        test.package = file.package
    declared.tests += [(node, test) for test in source.patch.tests]


def _check_database(source: DeclaredSource, external: str, target: Target, problems: Problems) -> None:
    if not external and source.database and source.database.lower() != target.database.lower():
        problems.add(
            f"source '{source.source}' is in the database '{source.database}', and the target's is '{target.database}'",
            source.patch.where,
            "convsql reads one database and files: leave `database` out, or say where the files lie (external_location)",
        )


def _external(source: DeclaredSource, problems: Problems) -> str:
    """The relation that `external_location` gives, empty without one."""
    location = source.meta.get("external_location")
    if not location:
        return ""
    facts = {
        "name": source.patch.name,
        "identifier": source.identifier,
        "schema": source.schema,
        "source_name": source.source,
        "meta": source.meta,
    }
    external = ""
    try:
        external = str(location).format_map(facts)
    except (KeyError, ValueError, IndexError) as error:
        problems.add(
            f"external_location can't be formatted: {error}", source.patch.where, f"known names: {', '.join(facts)}"
        )
    return external if "(" in external or external.startswith("'") else f"'{external}'"


def _declare(
    declared: Declared,
    project: Project,
    file: ProjectFile,
    patches: Mapping[tuple[str, str], Patch],
    problems: Problems,
) -> None:
    kind: Kind = cast("Kind", file.role)
    package = next(p for p in project.packages if p.name == file.package)
    patch = patches.get((kind, file.name))
    config = _merged(project, file, kind, patch, problems)
    unique_id = f"{kind}.{file.package}.{file.name}"
    if config.get("enabled") is False:
        declared.disabled[file.name] = file.shown
        return
    if not _is_free(declared, file, kind, problems) or not _is_usable(file.name, Where(file.shown, 1), problems):
        return
    raw = file.digest if kind == "seed" else file.text()
    node = Node(
        unique_id,
        kind,
        file.name,
        file.package,
        file.shown,
        1,
        raw=raw,
        config=config,
        columns=patch.columns if patch else [],
        description=patch.description if patch else "",
        patch_path=patch.where.path if patch else "",
        patch_line=patch.where.line if patch else 0,
        folders=list(file.folders),
        file="" if package.prefix != INSTALLED_PREFIX else str(file.file),
    )
    declared.nodes[unique_id] = node
    if patch:
        declared.tests += [(node, test) for test in patch.tests]


def _merged(project: Project, file: ProjectFile, kind: Kind, patch: Patch | None, problems: Problems) -> dict[str, Any]:
    """The configuration of a file's node: by folder, of its package and then of the project, and then of the YAML beside it."""
    tree = {"model": ("models",), "seed": ("seeds",), "test": ("tests", "data_tests")}[kind]
    layers = _tree_layers(project, file.package, tree, (file.package, *file.folders, file.name))
    if patch:
        layers.append(patch.config)
    config: dict[str, Any] = {}
    for layer in layers:
        merge_config(config, layer, layer.where(), kind, problems)
    return config


def _tree_layers(project: Project, package: str, keys: Iterable[str], path: tuple[str, ...]) -> list[YamlMap]:
    """What dbt_project.yml says of a node: its package's own, then the project's."""
    layers: list[YamlMap] = []
    for owner in dict.fromkeys((package, project.name)):
        trees = next(p for p in project.packages if p.name == owner).trees
        layers += [tree_config(trees.get(key), path) for key in keys]
    return layers


def _is_free(declared: Declared, file: ProjectFile, kind: Kind, problems: Problems) -> bool:
    space = "test" if kind == "test" else "relation"  # models and seeds share the names that ref() finds
    first = declared.names.setdefault((space, file.name), file.shown)
    if first == file.shown:
        return True
    off = f"{kind}s: {{{INSTALLED}: {{{file.name}: {{+enabled: false}}}}}}"
    of_package = any(each.startswith(INSTALLED_PREFIX) for each in (first, file.shown))
    hint = (
        f"to put yours in its place, switch it off in dbt_project.yml: {off}" if of_package else "rename one of the two"
    )
    problems.add(f"duplicate name '{file.name}' (also {first})", Where(file.shown, 1), hint)
    return False


def _is_usable(name: str, where: Where, problems: Problems) -> bool:
    wrong = set(name) & set('"⟦⟧|')
    if wrong:
        problems.add(f"a name can't hold {' '.join(sorted(wrong))}", where, "use letters, digits and _")
    return not wrong
