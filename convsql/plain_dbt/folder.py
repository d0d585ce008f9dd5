"""A folder that convsql writes whole: new, or in place of what it wrote there itself and nobody changed since."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convsql.base.errors import ConvsqlError, Where
from convsql.base.redaction import redact_bytes
from convsql.base.whole_file import keep_inside
from convsql.project.config import Project

MARKER = "convsql_written.json"
_INTO = Where("--into")
# What dbt and its users put beside a project: files stay, folders are made again.
_KEPT = ("profiles.yml", ".user.yml")
_OF_DBT = ("target", "logs", "dbt_packages", "package-lock.yml")


def check_place(folder: Path, project: Project) -> None:
    """Raises ConvsqlError for a folder that may not be written: one with other things in it, or one that the project is made of."""
    if folder.is_relative_to(project.root):
        keep_inside(folder, project.root)
    real = folder.resolve()
    for package in project.packages:
        for paths in package.paths.values():
            for path in paths:
                if real.is_relative_to((package.root / path).resolve()):
                    raise ConvsqlError(
                        f"'{folder}' lies among the project's own files", _INTO, "name a folder outside of them"
                    )
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ConvsqlError(f"'{folder}' is not a folder", _INTO, "name a folder that is not there yet")
    if folder.is_dir() and any(folder.iterdir()):
        _check_own(folder)


def _check_own(folder: Path) -> None:
    written = _written(folder)
    if written is None:
        raise ConvsqlError(
            f"'{folder}' is not empty, and convsql did not write it",
            _INTO,
            "name a folder that is empty or not there yet",
        )
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_dir() and not file.is_symlink():
            continue
        if name in (MARKER, *_KEPT) or name.split("/")[0] in _OF_DBT:
            continue
        if name not in written:
            raise ConvsqlError(f"'{name}' in '{folder}' was not made by convsql", _INTO, "move it away")
        if file.is_symlink() or hashlib.sha256(file.read_bytes()).hexdigest() != written[name]:
            raise ConvsqlError(
                f"'{name}' in '{folder}' was changed since it was written", _INTO, "move it away, or delete it"
            )


def _written(folder: Path) -> dict[str, str] | None:
    try:
        content: Any = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        return {str(k): str(v) for k, v in content["files"].items()}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None


def write_folder(folder: Path, files: Mapping[str, str | Path], facts: Mapping[str, str]) -> None:
    """Write all files (text, or a file to copy), with `facts` in the marker; whoever looks sees the old folder or the new one.

    `check_place` was asked before. Raises ConvsqlError when it can't be written; what was there then stays.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=folder.parent) as home:
            draft = Path(home) / "new"
            _fill(draft, files, facts)
            if folder.exists():
                for name in _KEPT:
                    if (folder / name).is_file():
                        shutil.copy2(folder / name, draft / name)
            _put(draft, folder, Path(home) / "old")
    except OSError as error:
        raise ConvsqlError(f"can't write {folder}: {error.strerror or error}", _INTO) from None


def _fill(draft: Path, files: Mapping[str, str | Path], facts: Mapping[str, str]) -> None:
    digests = {}
    for name, content in sorted(files.items()):
        found = content.read_bytes() if isinstance(content, Path) else content.encode(errors="backslashreplace")
        found = redact_bytes(found)
        file = draft / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(found)
        digests[name] = hashlib.sha256(found).hexdigest()
    marker = {"written_by": "convsql compile --into", **facts, "files": digests}
    (draft / MARKER).write_text(json.dumps(marker, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _put(draft: Path, folder: Path, aside: Path) -> None:
    """The draft in the place of the folder; what stood there goes aside first and comes back when that fails."""
    if not folder.exists():
        os.rename(draft, folder)
        return
    os.rename(folder, aside)
    try:
        os.rename(draft, folder)
    except BaseException:
        os.rename(aside, folder)
        raise
