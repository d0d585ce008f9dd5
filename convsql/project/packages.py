"""One package's `dbt_project.yml`.

Unknown keys are errors with a suggestion; a dbt key that convsql does not support says so by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.base.installed import PROJECT_FILE
from convsql.base.yaml_blanks import check_blanks
from convsql.base.yaml_file import YamlMap, read_yaml_map
from convsql.base.yaml_shapes import drop_misshapen
from convsql.project.hooks import RUN_HOOKS, UNRENDERED, Hook, read_hooks
from convsql.templates.yaml_values import StaticTemplates

_PATH_KEYS = {
    "model-paths": ["models"],
    "macro-paths": ["macros"],
    "seed-paths": ["seeds"],
    "test-paths": ["tests"],
    "snapshot-paths": ["snapshots"],
}
_TREE_KEYS = ("models", "seeds", "tests", "data_tests", "sources", "unit_tests")
_KNOWN = {
    "name",
    "version",
    "config-version",
    "profile",
    "target-path",
    "clean-targets",
    "packages-install-path",
    "vars",
    "flags",
    "require-dbt-version",
    "quoting",
    "dispatch",
    *RUN_HOOKS,
    *_PATH_KEYS,
    *_TREE_KEYS,
}
_IGNORED = {
    "analysis-paths",
    "analyses",
    "functions",
    "asset-paths",
    "docs-paths",
    "log-path",
    "exposures",
    "function-paths",
    "restrict-access",
    "dbt-cloud",
    "query-comment",
    "semantic-models",
    "saved-queries",
    "metrics",
    "snapshots",
}


@dataclass(frozen=True, slots=True)
class Package:
    """One dbt package: the project itself, a `local:` one or the installed convsql.

    `root` is absolute; `prefix` stands before the paths of its files in errors and artifacts.
    """

    name: str
    root: Path
    prefix: str
    paths: Mapping[str, list[str]]
    trees: Mapping[str, YamlMap]
    vars: Mapping[str, Any]
    dispatch: Mapping[str, list[str]] = field(
        default_factory=dict
    )  # name of a package → packages that are searched for it
    hooks: Mapping[str, list[Hook]] = field(default_factory=dict)  # on-run-start, on-run-end


def rendered_map(file: Path, shown: str, templates: StaticTemplates) -> YamlMap:
    """The mapping in a YAML file with its Jinja rendered."""
    value = templates.render_tree(read_yaml_map(file, shown), skip=("description", *UNRENDERED, "query-comment"))
    assert isinstance(value, YamlMap)
    return value


def read_package(root: Path, raw: YamlMap, prefix: str, problems: Problems) -> Package:
    drop_misshapen(raw, problems)
    for key in raw:
        if key not in _KNOWN | _IGNORED and not prefix:  # in a package of others it is no affair of ours
            problems.add(f"unknown key '{key}'", raw.where(key), did_you_mean(key, _KNOWN))
    name = raw.get("name")
    if not isinstance(name, str) or not name.replace("_", "").isalnum() or name[0].isdigit():
        problems.add(f"'name' must be a word of letters, digits and _, not {name!r}", raw.where("name"))
        name = "project"
    paths: dict[str, list[str]] = {}
    for key, default in _PATH_KEYS.items():
        value = raw.get(key, default)
        if not isinstance(value, list) or not all(isinstance(p, str) for p in value):
            problems.add(f"'{key}' must be a list of folders", raw.where(key))
            continue
        for folder in value:
            try:
                inside(root, folder, raw.where(key))
            except ConvsqlError as error:
                problems.take(error)
        paths[key] = list(value)
    trees: dict[str, YamlMap] = {}
    for key in _TREE_KEYS:
        tree = raw.get(key)
        if isinstance(tree, YamlMap):
            trees[key] = tree
        elif tree is not None:
            problems.add(f"'{key}' must be a mapping", raw.where(key))
    own_vars = raw.get("vars") or {}
    check_blanks(own_vars)
    if not isinstance(own_vars, Mapping):
        problems.add("'vars' must be a mapping", raw.where("vars"))
        own_vars = {}
    hooks = {key: read_hooks(key, raw[key], raw.where(key), problems) for key in RUN_HOOKS if raw.get(key)}
    return Package(name, root, prefix, paths, trees, own_vars, _dispatch(raw, problems), hooks)


def _dispatch(raw: YamlMap, problems: Problems) -> dict[str, list[str]]:
    """Where `adapter.dispatch` looks for the macros of a package."""
    found: dict[str, list[str]] = {}
    for entry in raw.get("dispatch") or []:
        order = entry.get("search_order") if isinstance(entry, Mapping) else None
        if not isinstance(order, list) or not isinstance(entry.get("macro_namespace"), str):
            problems.add(
                "an entry of 'dispatch' needs 'macro_namespace' and 'search_order', a list", raw.where("dispatch")
            )
            continue
        found[entry["macro_namespace"]] = [str(name) for name in order]
    return found


def package_in(folder: Path, prefix: str, templates: StaticTemplates, problems: Problems) -> Package:
    """The package in a folder. Raises ConvsqlError where its dbt_project.yml can't be read; what is wrong in it is noted."""
    return read_package(folder, rendered_map(folder / PROJECT_FILE, prefix + PROJECT_FILE, templates), prefix, problems)


def check_names(packages: list[Package], problems: Problems) -> None:
    for index, package in enumerate(packages):
        if package.name in [p.name for p in packages[:index]]:
            problems.add(f"two packages are called '{package.name}'", Where("packages.yml"), "rename the project")


def inside(root: Path, relative: str, where: Where) -> Path:
    """`root/relative`, refused when it leads out of the project."""
    if "\0" in relative:
        raise ConvsqlError(f"{relative!r} is no path", where, "name a folder below the project's")
    path = (root / relative).resolve()
    if path != root and root not in path.parents:
        raise ConvsqlError(f"'{relative}' leads out of the project", where, "keep the project's files below its folder")
    return path
