"""What `convsql clean` may delete: folders that can be made again, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from convsql.base.errors import ConvsqlError, ProjectErrors, Where
from convsql.base.installed import PROJECT_FILE
from convsql.project.config import Project

_DATA = (".parquet", ".csv", ".json", ".xlsx")
_FETCHED = ("dbt_packages", "dbt_modules")  # where `dbt deps` clones packages, their .git with them
_FOLDERS_OF_DATA = ("raw_path", "connector_path")


def check_clean(project: Project, databases: Iterable[Path], raw_files: Iterable[Path] | None) -> None:
    """Raises ConvsqlError naming every folder of clean-targets that holds what could not be made again, and what that is.

    `databases` are those of all targets; `raw_files` are the sources' files, None where the project can't be read: then
    every file of data counts as one.
    """
    where = Where(PROJECT_FILE)
    kept = {file.resolve(): "the database" for file in databases}
    kept |= {file.resolve(): "raw tables" for file in raw_files or []}
    found = []
    for folder in project.clean_dirs:
        what = next(_reasons(project, folder, kept, raw_files is None), "")
        if what:
            shown = folder.relative_to(project.root).as_posix()
            hint = "take it out of clean-targets, or move what can't be made again"
            found.append(ConvsqlError(f"clean-targets names '{shown}', {what}; nothing was deleted", where, hint))
    if found:
        raise found[0] if len(found) == 1 else ProjectErrors(found)


def _reasons(project: Project, folder: Path, kept: dict[Path, str], takes_all: bool) -> Iterator[str]:
    """Why a folder may not be deleted."""
    if not folder.is_dir():
        return
    for file, what in kept.items():
        if folder in file.parents and file.exists():
            yield f"which holds {what} '{_shown(file, project.root)}'"
    for variable in _FOLDERS_OF_DATA:
        named = str(project.vars_for(project.name).get(variable) or "")
        place = (project.root / named).resolve()
        if named and "://" not in named and place.is_dir() and (place == folder or folder in place.parents):
            yield f"which holds the raw tables of {variable}, '{_shown(place, project.root)}'"
    for at, names, files in os.walk(folder):
        if ".git" in (*names, *files) and folder.name not in _FETCHED:
            yield f"which holds a repository of git, '{_shown(Path(at), project.root)}'"
        for name in files:
            suffix = Path(name).suffix.lower()
            if suffix == ".duckdb":
                yield f"which holds a database, '{_shown(Path(at, name), project.root)}'"
            if takes_all and suffix in _DATA and folder != project.target_dir:
                yield (
                    f"which holds '{_shown(Path(at, name), project.root)}': as the project does not compile, it can't be"
                    " told whether that is a raw table"
                )


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
