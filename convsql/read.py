"""The files of a project, with what tells whether they changed. Nothing is parsed here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from convsql.config import Package, Project
from convsql.errors import ConvsqlError, Where

Role = Literal["model", "seed", "properties", "macro", "test", "config"]


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

    Raises ConvsqlError for a Python model, or for a link that leads out of the project.
    """
    found: dict[Path, ProjectFile] = {}
    for package in project.packages:
        for name in ("dbt_project.yml", "packages.yml", "vars.yml"):
            if (package.root / name).is_file():
                _note(found, project, package, package.root / name, "config", ())
        for key, folders in package.paths.items():
            for folder in folders:
                _walk(found, project, package, key, package.root / folder)
    return sorted(found.values(), key=lambda f: f.shown)


def _walk(found: dict[Path, ProjectFile], project: Project, package: Package, key: str, top: Path) -> None:
    for directory, names, files in os.walk(top):
        names.sort()
        here = Path(directory)
        inner = here.relative_to(top).parts
        for name in sorted(files):
            suffix = os.path.splitext(name)[1]
            role = _ROLES.get((key, suffix))
            if key == "model-paths" and suffix == ".py":
                shown = (here / name).relative_to(project.root).as_posix()
                raise ConvsqlError("convsql does not support Python models", Where(shown), "write it in SQL")
            if role == "test" and inner[:1] == ("fixtures",):
                continue
            if role == "test" and inner[:1] == ("generic",):
                role = "macro"
            if role:
                _note(found, project, package, here / name, role, inner)


def _note(
    found: dict[Path, ProjectFile], project: Project, package: Package, file: Path, role: Role, folders: tuple[str, ...]
) -> None:
    shown = file.relative_to(project.root).as_posix()
    try:
        status = file.stat()
        real = file.resolve()
    except OSError as error:
        raise ConvsqlError(f"can't be read: {error.strerror}", Where(shown)) from None
    if project.root not in real.parents:
        raise ConvsqlError("a link that leads out of the project", Where(shown), "copy the file into the project")
    found.setdefault(
        file, ProjectFile(file, shown, package.name, role, folders, status.st_size, status.st_mtime_ns, file.stem)
    )
