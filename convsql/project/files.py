"""The files of a project, each read once: what is compiled is what its digest is of. Nothing is parsed here."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from convsql.base.errors import ConvsqlError, Problems, Where
from convsql.base.file_facts import content_digest
from convsql.base.yaml_file import MAX_BYTES, MAX_TEXT_BYTES, as_text, check_regular, is_there
from convsql.project.config import Package, Project

MAX_SEED_BYTES = 200_000_000
NO_SNAPSHOTS = "a snapshot keeps rows of the past, which can't be made again from the data: let dbt keep it, and read its table as a source"
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

# The most bytes of a file, and what to do with more.
_MOST: dict[Role, tuple[int, str]] = {
    "seed": (MAX_SEED_BYTES, "put it among the raw files and declare a source"),
    "properties": (MAX_BYTES, "split it"),
    "config": (MAX_BYTES, "split it"),
}


def read_project_files(project: Project) -> list[ProjectFile]:
    """Every file of the project and its packages, in path order.

    Raises ConvsqlError for Python models, snapshots, and links that lead out of the project.
    """
    found: dict[Path, ProjectFile] = {}
    problems = Problems()
    for package in project.packages:
        for name in ("dbt_project.yml", "packages.yml", "dependencies.yml", "vars.yml"):
            if is_there(package.root / name, package.prefix + name):
                _note(found, project, package, package.root / name, package.prefix + name, "config", (), package.root)
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
    def unreadable(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError) or Path(error.filename) != top or top.is_symlink():
            where = Where(_shown(package, Path(error.filename)))
            problems.add(f"can't be read as a folder: {error.strerror}", where)

    seen: dict[Path, str] = {}
    for directory, names, files in os.walk(top, onerror=unreadable, followlinks=True):
        here = Path(directory)
        names[:] = [n for n in sorted(names) if _is_to_be_read(here / n, project, package, problems)]
        if not _is_new(here, seen, package, problems):
            names[:] = []
            continue
        real = here.resolve()
        inner = here.relative_to(top).parts
        beginning = "" if here == package.root else _shown(package, here) + "/"
        for name in sorted(files):
            suffix = os.path.splitext(name)[1].lower()
            role = _ROLES.get((key, suffix))
            shown = (beginning or package.prefix) + name
            if key == "model-paths" and suffix == ".py":
                problems.add("convsql does not support Python models", Where(shown), "write it in SQL")
            elif key == "snapshot-paths" and suffix in (".sql", ".yml", ".yaml"):
                problems.add("convsql does not support snapshots", Where(shown), NO_SNAPSHOTS)
            if inner[:1] == ("fixtures",) and key == "test-paths":
                role = "fixture" if suffix in (".csv", ".sql") else None
            if role == "test" and inner[:1] == ("generic",):
                role = "macro"
            if role:
                try:
                    _note(found, project, package, here / name, shown, role, inner, real)
                except ConvsqlError as error:
                    problems.take(error)


def _is_to_be_read(folder: Path, project: Project, package: Package, problems: Problems) -> bool:
    """Whether a folder is the project's; a link that leads out of it is refused by name."""
    if not folder.is_symlink():
        return True
    try:
        real = folder.resolve()
    except (OSError, RuntimeError) as error:
        problems.add(f"can't be read as a folder: {error}", Where(_shown(package, folder)))
        return False
    if package.root in real.parents or project.root in real.parents:
        return True
    if real in (package.root, project.root):
        problems.add("a link to the project itself", Where(_shown(package, folder)), "take it away")
    else:
        problems.add(
            "a link that leads out of the project", Where(_shown(package, folder)), "copy the folder into the project"
        )
    return False


def _is_new(folder: Path, seen: dict[Path, str], package: Package, problems: Problems) -> bool:
    """Whether a folder is come to for the first time: links may lead round in a circle."""
    shown = _shown(package, folder)
    first = seen.setdefault(folder.resolve(), shown)
    if first != shown:
        problems.add(f"a link to a folder that is read already (as {first})", Where(shown), "take the link away")
    return first == shown


def _note(  # eight, as it is told where the walk stands
    found: dict[Path, ProjectFile],
    project: Project,
    package: Package,
    file: Path,
    shown: str,
    role: Role,
    folders: tuple[str, ...],
    real_folder: Path,
) -> None:
    try:
        shown.encode()
    except UnicodeEncodeError:
        raise ConvsqlError(
            "the name of the file is not UTF-8", Where(ascii(shown)[1:-1]), "rename it: letters, digits and _"
        ) from None
    try:
        status = file.lstat()
        folder = real_folder
        if stat.S_ISLNK(status.st_mode):
            status, folder = file.stat(), file.resolve().parent
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, before Python 3.13
        raise ConvsqlError(f"can't be read: {getattr(error, 'strerror', error)}", Where(shown)) from None
    if folder != package.root and package.root not in folder.parents and project.root not in (folder, *folder.parents):
        raise ConvsqlError("a link that leads out of the project", Where(shown), "copy the file into the project")
    check_regular(status, shown)
    if file in found:
        return
    most, remedy = _MOST.get(role, (MAX_TEXT_BYTES, "split it"))
    if status.st_size > most:
        raise ConvsqlError(f"a file of {status.st_size:,} bytes (at most {most:,})", Where(shown), remedy)
    try:
        content = b"" if role == "seed" else file.read_bytes()
        digest = content_digest(file) if role == "seed" else hashlib.sha256(content).hexdigest()
    except OSError as error:
        raise ConvsqlError(f"can't be read: {error.strerror}", Where(shown)) from None
    found[file] = ProjectFile(file, shown, package.name, role, folders, digest, file.stem, content)
