"""Files of a new project onto the disk. Nothing that is there is ever written over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.base.installed import PROJECT_FILE
from convsql.base.whole_file import keep_inside


def check_free(folder: Path, may_propose: bool = False) -> bool:
    """Whether a project stands there already. Raises ConvsqlError where it may not, or where a file has the folder's name."""
    is_there = (folder / PROJECT_FILE).exists()
    if is_there and not may_propose:
        raise ConvsqlError(
            f"{folder} already holds a project",
            Where(PROJECT_FILE),
            "choose another folder; to use convsql in this one, name it in packages.yml",
        )
    if folder.is_dir():
        for name in ("seeds", ".github", ".github/workflows"):
            keep_inside(folder / name, folder)
    if folder.exists() and not folder.is_dir():
        raise ConvsqlError(f"{folder} is a file", hint="name a folder")
    return is_there


def write_files(folder: Path, files: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Write what is not there yet; returns the paths written and the paths kept as they were.

    Raises ConvsqlError when a file can't be written. `dbt_project.yml` comes last, so that half a project is none.
    """
    written, kept = [], []
    for path, text in sorted(files.items(), key=lambda item: (item[0] == PROJECT_FILE, item[0])):
        file = folder / path
        try:
            keep_inside(file.parent, folder)
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("x", encoding="utf-8", newline="\n") as opened:
                opened.write(text)
        except FileExistsError:
            kept.append(path)
        except OSError as error:
            raise ConvsqlError(f"can't be written: {error.strerror}", Where(path)) from None
        else:
            written.append(path)
    return written, kept
