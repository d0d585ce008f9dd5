"""`dbt_project.yml`, `vars.yml` and `packages.yml`, read into `Project`.

Unknown keys are errors with a suggestion; a dbt key that convsql does not support says so by name.
Precedence of vars, as in dbt: `--vars`, then `vars.yml`, then `dbt_project.yml` (a package's own
scope over the global one), then the default given to `var()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where, did_you_mean
from convsql.base.installed import INSTALLED_PREFIX, PROJECT_FILE, names_installed, package_root
from convsql.base.yaml_blanks import check_blanks
from convsql.base.yaml_file import YamlMap, is_there, parse_yaml, read_yaml_map
from convsql.base.yaml_shapes import drop_misshapen
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
    *_PATH_KEYS,
    *_TREE_KEYS,
}
_IGNORED = {
    "analysis-paths",
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
_UNSUPPORTED = {
    "on-run-start": "hooks run SQL outside the graph; make it a model or a macro",
    "on-run-end": "hooks run SQL outside the graph; make it a model or a macro",
    "dispatch": "macros are found in the project first, then in its packages",
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


@dataclass(frozen=True, slots=True)
class Project:
    """All that the configuration files say. `packages[0]` is the project itself."""

    name: str
    root: Path
    profile: str
    target_dir: Path
    clean_dirs: tuple[Path, ...]
    packages: tuple[Package, ...]
    cli_vars: Mapping[str, Any]
    file_vars: Mapping[str, Any]
    templates: StaticTemplates = field(compare=False)

    def vars_for(self, package: str) -> dict[str, Any]:
        """The variables a file of `package` sees, by dbt's precedence."""
        merged: dict[str, Any] = {}
        for owner in (next((p for p in self.packages if p.name == package), self.packages[0]), self.packages[0]):
            merged.update({k: v for k, v in owner.vars.items() if not _is_scope(k, v, self.packages)})
            scoped = owner.vars.get(package)
            if isinstance(scoped, Mapping):
                merged.update(scoped)
        merged.update(self.file_vars)
        merged.update(self.cli_vars)
        return merged


def _is_scope(key: str, value: Any, packages: tuple[Package, ...]) -> bool:
    return isinstance(value, Mapping) and any(p.name == key for p in packages)


def parse_cli_vars(text: str | None) -> YamlMap:
    """`--vars` as dbt takes it: a YAML or JSON mapping in one argument."""
    if not text:
        return YamlMap("--vars")
    value = parse_yaml(text, "--vars")
    if value is None:
        return YamlMap("--vars")
    if not isinstance(value, YamlMap):
        raise ConvsqlError("expected a mapping, such as '{raw_path: data}'", Where("--vars"))
    check_blanks(value)
    return value


def load_project(root: Path, cli_vars: str | None = None) -> Project:
    """Read the configuration of the project in `root` (a folder with `dbt_project.yml`).

    Raises ConvsqlError (several at once where there are several), each with file and line.
    """
    root = root.resolve()
    if not is_there(root / PROJECT_FILE, PROJECT_FILE):
        raise ConvsqlError(f"no {PROJECT_FILE} in {root}", hint="run in a project's folder or give --project-dir")
    overrides = parse_cli_vars(cli_vars)
    file_vars = _file_vars(root)
    check_blanks(file_vars)
    templates = StaticTemplates({**file_vars, **overrides})
    problems = Problems()
    raw = rendered_map(root / PROJECT_FILE, PROJECT_FILE, templates)
    main = _package(root, raw, "", problems)
    packages = [main, *_other_packages(root, templates, problems)]
    _check_names(packages, problems)
    problems.raise_if_any()
    return Project(
        name=main.name,
        root=root,
        profile=str(raw.get("profile") or main.name),
        target_dir=_target_dir(root, raw, packages),
        clean_dirs=_clean_dirs(root, raw, packages),
        packages=tuple(packages),
        cli_vars=overrides,
        file_vars=file_vars,
        templates=templates,
    )


def _target_dir(root: Path, raw: YamlMap, packages: list[Package]) -> Path:
    """The folder of `target-path`, of which convsql deletes what is old; one that holds other files is refused."""
    key = "target-path"
    folder = _inside(root, str(raw.get(key) or "target"), raw.where(key))
    _refuse_own(folder, key, root, raw, packages)
    return folder


def _clean_dirs(root: Path, raw: YamlMap, packages: list[Package]) -> tuple[Path, ...]:
    """The folders of `clean-targets`; one that holds the project's own files is refused."""
    key = "clean-targets"
    listed = raw.get(key) or [str(raw.get("target-path") or "target")]
    folders = tuple(_inside(root, str(p), raw.where(key)) for p in ([listed] if isinstance(listed, str) else listed))
    for folder in folders:
        _refuse_own(folder, key, root, raw, packages)
    return folders


def _refuse_own(folder: Path, key: str, root: Path, raw: YamlMap, packages: list[Package]) -> None:
    """Raises ConvsqlError where a folder is, holds or lies in the project, a folder of its files, or what git keeps."""
    shown = folder.relative_to(root).as_posix()
    own = [p.root / path for p in packages for paths in p.paths.values() for path in paths]
    own += [p.root for p in packages if p.root.is_relative_to(root)]
    what = ""
    if ".git" in (part.lower() for part in folder.relative_to(root).parts):
        what = "in which git keeps the history"
    elif folder == root or any(folder == o or folder in o.parents or (o in folder.parents and o != root) for o in own):
        what = "which holds files of the project"
    if what:
        raise ConvsqlError(f"{key} names '{shown}', {what}", raw.where(key), "name only folders that can be made again")


def rendered_map(file: Path, shown: str, templates: StaticTemplates) -> YamlMap:
    """The mapping in a YAML file with its Jinja rendered."""
    value = templates.render_tree(read_yaml_map(file, shown))
    assert isinstance(value, YamlMap)
    return value


def _file_vars(root: Path) -> Mapping[str, Any]:
    """`vars.yml`: dbt's form (a top-level `vars:`), or a bare mapping of variables."""
    file = root / "vars.yml"
    if not is_there(file, "vars.yml"):
        return YamlMap("vars.yml")
    content = read_yaml_map(file, "vars.yml")
    if set(content) == {"vars"}:
        inner = content["vars"]
        if inner is None:
            return YamlMap("vars.yml")
        if not isinstance(inner, YamlMap):
            raise ConvsqlError("'vars' must be a mapping", content.where("vars"))
        return inner
    if "vars" in content:
        other = next(k for k in content if k != "vars")
        raise ConvsqlError(f"'{other}' stands beside 'vars'", content.where(other), "move it below 'vars:'")
    return content


def _package(root: Path, raw: YamlMap, prefix: str, problems: Problems) -> Package:
    drop_misshapen(raw, problems)
    for key in raw:
        if key in _UNSUPPORTED:
            problems.add(f"convsql does not support '{key}'", raw.where(key), _UNSUPPORTED[key])
        elif key not in _KNOWN | _IGNORED:
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
                _inside(root, folder, raw.where(key))
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
    return Package(name, root, prefix, paths, trees, own_vars)


def _other_packages(root: Path, templates: StaticTemplates, problems: Problems) -> list[Package]:
    file = root / "packages.yml"
    if not is_there(file, "packages.yml"):
        return []
    listed = rendered_map(file, "packages.yml", templates)
    found: list[Package] = []
    drop_misshapen(listed, problems)
    for entry in listed.get("packages", []):
        try:
            if names_installed(entry, root, entry.where()):
                folder, prefix = package_root(), INSTALLED_PREFIX
            elif "local" in entry:
                folder = _inside(root, str(entry["local"]), entry.where("local"))
                prefix = folder.relative_to(root).as_posix() + "/"
            else:
                raise ConvsqlError(
                    "only 'local:' packages are supported",
                    entry.where(),
                    "copy the package into the project and name its folder",
                )
            if not is_there(folder / PROJECT_FILE, prefix + PROJECT_FILE):
                raise ConvsqlError(f"no {PROJECT_FILE} in '{entry['local']}'", entry.where("local"))
            raw = rendered_map(folder / PROJECT_FILE, prefix + PROJECT_FILE, templates)
            found.append(_package(folder, raw, prefix, problems))
        except ConvsqlError as error:
            problems.take(error)
    return found


def _check_names(packages: list[Package], problems: Problems) -> None:
    for index, package in enumerate(packages):
        if package.name in [p.name for p in packages[:index]]:
            problems.add(f"two packages are called '{package.name}'", Where("packages.yml"), "rename the project")


def _inside(root: Path, relative: str, where: Where) -> Path:
    """`root/relative`, refused when it leads out of the project."""
    if "\0" in relative:
        raise ConvsqlError(f"{relative!r} is no path", where, "name a folder below the project's")
    path = (root / relative).resolve()
    if path != root and root not in path.parents:
        raise ConvsqlError(f"'{relative}' leads out of the project", where, "keep the project's files below its folder")
    return path
