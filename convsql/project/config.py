"""`dbt_project.yml`, `vars.yml` and `packages.yml`, read into `Project`.

Precedence of vars, as in dbt: `--vars`, then `vars.yml`, then `dbt_project.yml` (a package's own
scope over the global one), then the default given to `var()`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Problems, Where
from convsql.base.installed import PROJECT_FILE
from convsql.base.yaml_blanks import check_blanks
from convsql.base.yaml_file import YamlMap, is_there, parse_yaml, read_yaml_map
from convsql.project.habits import Habits
from convsql.project.packages import Package, check_names, inside, read_package, rendered_map
from convsql.templates.yaml_values import StaticTemplates


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
    habits: Habits = field(compare=False, repr=False)

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


def load_project(
    root: Path,
    habits: Habits,
    cli_vars: str | None = None,
    target: TargetFacts | None = None,
    said: Mapping[str, str] | None = None,
) -> Project:
    """Read the configuration of the project in `root` (a folder with `dbt_project.yml`).

    `target` gives what its templates see as `target`, by the profile's name: it is asked for only where one reads it.
    `said`: keys of dbt_project.yml (`profile`, `target-path`) that the command line gives. Raises ConvsqlError (several at once where there are several), each with file and line.
    """
    root = root.resolve()
    if not is_there(root / PROJECT_FILE, PROJECT_FILE):
        raise ConvsqlError(f"no {PROJECT_FILE} in {root}", hint="run in a project's folder or give --project-dir")
    overrides = parse_cli_vars(cli_vars)
    file_vars = _file_vars(root)
    check_blanks(file_vars)
    templates = StaticTemplates({**file_vars, **overrides})
    if target is not None:
        templates.context["target"] = _LazyTarget(
            lambda: target((said or {}).get("profile") or _profile_name(root, templates), templates)
        )
    problems = Problems()
    raw = rendered_map(root / PROJECT_FILE, PROJECT_FILE, templates)
    raw.update(said or {})
    main = read_package(root, raw, "", problems)
    packages = [main, *habits.packages(root, raw, templates, problems)]
    check_names(packages, problems)
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
        habits=habits,
    )


__all__ = ["Package", "Project", "TargetFacts", "load_project", "parse_cli_vars", "rendered_map"]
TargetFacts = Callable[[str, StaticTemplates], Mapping[str, Any]]


class _LazyTarget:
    """`target` in dbt_project.yml: profiles.yml is read when somebody looks at it."""

    def __init__(self, facts: Callable[[], Mapping[str, Any]]) -> None:
        self._facts = functools.cache(facts)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in (facts := self._facts()):
            raise AttributeError(name)
        return facts[name]

    __getitem__ = __getattr__


def _profile_name(root: Path, templates: StaticTemplates) -> str:
    raw = read_yaml_map(root / PROJECT_FILE, PROJECT_FILE)
    return str(templates.render_tree(raw.get("profile") or raw.get("name"), where=raw.where("profile")))


def _target_dir(root: Path, raw: YamlMap, packages: list[Package]) -> Path:
    """The folder of `target-path`, of which convsql deletes what is old; one that holds other files is refused."""
    key = "target-path"
    folder = inside(root, str(raw.get(key) or "target"), raw.where(key))
    _refuse_own(folder, key, root, raw, packages)
    return folder


def _clean_dirs(root: Path, raw: YamlMap, packages: list[Package]) -> tuple[Path, ...]:
    """The folders of `clean-targets`; one that holds the project's own files is refused."""
    key = "clean-targets"
    listed = raw.get(key) or [str(raw.get("target-path") or "target")]
    folders = tuple(inside(root, str(p), raw.where(key)) for p in ([listed] if isinstance(listed, str) else listed))
    for folder in folders:
        _refuse_own(folder, key, root, raw, packages)
    return folders


def _refuse_own(folder: Path, key: str, root: Path, raw: YamlMap, packages: list[Package]) -> None:
    """Raises ConvsqlError where a folder is, holds or lies in the project, a folder of its files, or what git keeps."""
    shown = folder.relative_to(root).as_posix()
    fetched = (root / str(raw.get("packages-install-path") or "dbt_packages")).resolve()
    if key == "clean-targets":  # what was fetched can be fetched again
        packages = [p for p in packages if fetched not in p.root.parents]
    own = [p.root / path for p in packages for paths in p.paths.values() for path in paths]
    own += [p.root for p in packages if p.root.is_relative_to(root)]
    what = ""
    if ".git" in (part.lower() for part in folder.relative_to(root).parts):
        what = "in which git keeps the history"
    elif folder == root or any(folder == o or folder in o.parents or (o in folder.parents and o != root) for o in own):
        what = "which holds files of the project"
    if what:
        raise ConvsqlError(f"{key} names '{shown}', {what}", raw.where(key), "name only folders that can be made again")


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
