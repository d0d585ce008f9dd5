"""The files of a project, each read once: what is compiled is what its digest is of. Nothing is parsed here."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from convsql.config import Package, Project
from convsql.errors import ConvsqlError, Problems, Where
from convsql.standing import content_digest
from convsql.yaml_file import as_text

Role = Literal["model", "seed", "properties", "macro", "test", "fixture", "config"]


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A file: absolute path, path shown to people, package, role, and the SHA-256 of its bytes (hex digits).

    `content` are the bytes themselves; a seed's are left where they are, because a seed can be large.
    """

    file: Path
    shown: str
    package: str
    role: Role
    folders: tuple[str, ...]
    digest: str
    name: str
    content: bytes = field(default=b"", repr=False)

    def text(self) -> str:
        """The text that was read. Raises ConvsqlError when it is not UTF-8."""
        return as_text(self.content, self.shown)


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
                _note(found, project, package, package.root / name, "config", (), package.root)
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
        real = here.resolve()
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
                    _note(found, project, package, here / name, role, inner, real)
                except ConvsqlError as error:
                    problems.take(error)


def _note(
    found: dict[Path, ProjectFile],
    project: Project,
    package: Package,
    file: Path,
    role: Role,
    folders: tuple[str, ...],
    real_folder: Path,
) -> None:
    shown = _shown(package, file)
    try:
        is_link = stat.S_ISLNK(file.lstat().st_mode)
        is_regular = stat.S_ISREG(file.stat().st_mode)
        folder = file.resolve().parent if is_link else real_folder
    except OSError as error:
        raise ConvsqlError(f"can't be read: {error.strerror}", Where(shown)) from None
    if not any(root == folder or root in folder.parents for root in (package.root, project.root)):
        raise ConvsqlError("a link that leads out of the project", Where(shown), "copy the file into the project")
    if not is_regular:
        raise ConvsqlError("is no file that can be read to its end", Where(shown), "put a regular file in its place")
    if file in found:
        return
    try:
        content = b"" if role == "seed" else file.read_bytes()
        digest = content_digest(file) if role == "seed" else hashlib.sha256(content).hexdigest()
    except OSError as error:
        raise ConvsqlError(f"can't be read: {error.strerror}", Where(shown)) from None
    found[file] = ProjectFile(file, shown, package.name, role, folders, digest, file.stem, content)
