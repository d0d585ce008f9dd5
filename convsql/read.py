"""The files of a project, with what tells whether they changed. Nothing is parsed here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from convsql.config import Package, Project
from convsql.errors import ConvsqlError, Problems, Where

Role = Literal["model", "seed", "properties", "macro", "test", "fixture", "config"]


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file: absolute path, path shown to people, package, role, size and modification time (ns)."""

    file: Path
    shown: str
    package: str
    role: Role
    folders: tuple[str, ...]
    size: int
    mtime_ns: int
    name: str


_ROLES: dict[tuple[str, str], Role] = {
    ("model-paths", ".sql"): "model",
    ("model-paths", ".yml"): "properties",
    ("model-paths", ".yaml"): "properties",
    ("macro-paths", ".sql"): "macro",
    ("seed-paths", ".csv"): "seed",
    ("seed-paths", ".yml"): "properties",
    ("seed-paths", ".yaml"): "properties",
    ("test-paths", ".sql"): "test",
    ("test-paths", ".yml"): "properties",
    ("test-paths", ".yaml"): "properties",
}


def read_project_files(project: Project) -> list[ProjectFile]:
    """Every file of the project and its packages, in path order.

    Raises ConvsqlError for Python models, snapshots, and links that lead out of the project.
    """
    found: dict[Path, ProjectFile] = {}
    problems = Problems()
    for package in project.packages:
        for name in ("dbt_project.yml", "packages.yml", "vars.yml"):
            if (package.root / name).is_file():
                _note(found, project, package, package.root / name, "config", ())
        for key, folders in package.paths.items():
            for folder in folders:
                _walk(found, project, package, key, package.root / folder, problems)
    problems.raise_if_any()
    return sorted(found.values(), key=lambda f: f.shown)


def _shown(package: Package, file: Path) -> str:
    return package.prefix + file.relative_to(package.root).as_posix()


def _walk(
    found: dict[Path, ProjectFile], project: Project, package: Package, key: str, top: Path, problems: Problems
) -> None:
    for directory, names, files in os.walk(top):
        names.sort()
        here = Path(directory)
        inner = here.relative_to(top).parts
        for name in sorted(files):
            suffix = os.path.splitext(name)[1]
            role = _ROLES.get((key, suffix))
            shown = _shown(package, here / name)
            if key == "model-paths" and suffix == ".py":
                problems.add("convsql does not support Python models", Where(shown), "write it in SQL")
            elif key == "snapshot-paths" and suffix in (".sql", ".yml", ".yaml"):
                problems.add("convsql does not support snapshots", Where(shown), "keep the history in a source")
            if inner[:1] == ("fixtures",) and key == "test-paths":
                role = "fixture" if suffix in (".csv", ".sql") else None
            if role == "test" and inner[:1] == ("generic",):
                role = "macro"
            if role:
                try:
                    _note(found, project, package, here / name, role, inner)
                except ConvsqlError as error:
                    problems.take(error)


def _note(
    found: dict[Path, ProjectFile], project: Project, package: Package, file: Path, role: Role, folders: tuple[str, ...]
) -> None:
    shown = _shown(package, file)
    try:
        status = file.stat()
        real = file.resolve()
    except OSError as error:
        raise ConvsqlError(f"can't be read: {error.strerror}", Where(shown)) from None
    if package.root not in real.parents and project.root not in real.parents:
        raise ConvsqlError("a link that leads out of the project", Where(shown), "copy the file into the project")
    found.setdefault(
        file, ProjectFile(file, shown, package.name, role, folders, status.st_size, status.st_mtime_ns, file.stem)
    )
