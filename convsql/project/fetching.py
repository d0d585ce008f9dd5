"""Packages that lie elsewhere on this machine, copied to where they are read: only what is in the project is."""

from __future__ import annotations

import shutil
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.base.installed import PROJECT_FILE, names_installed
from convsql.base.yaml_file import is_there, read_yaml_map
from convsql.project.config import parse_cli_vars
from convsql.project.packages import inside, listed_packages
from convsql.templates.yaml_values import StaticTemplates

_LEFT_OUT = shutil.ignore_patterns("target", "dbt_packages", "logs", ".git", "*.duckdb", "*.wal")


def copy_local(root: Path, cli_vars: str | None = None) -> tuple[list[tuple[str, str]], list[str]]:
    """Copy each `local:` package outside of `root` to its place in `dbt_packages/`, in place of what is there.

    Returns name and place of what was copied, and what has to be fetched by dbt and is not there. Raises ConvsqlError.
    """
    if not is_there(root / PROJECT_FILE, PROJECT_FILE):
        raise ConvsqlError(f"no {PROJECT_FILE} in {root}", hint="run in a project's folder or give --project-dir")
    raw = read_yaml_map(root / PROJECT_FILE, PROJECT_FILE)
    folder = inside(root, str(raw.get("packages-install-path") or "dbt_packages"), raw.where("packages-install-path"))
    copied, left = [], []
    for entry in listed_packages(root, StaticTemplates(parse_cli_vars(cli_vars))):
        if names_installed(entry, root, entry.where()):
            continue
        if "local" not in entry:
            name = str(entry.get("package") or entry.get("git") or entry.get("tarball") or entry.get("private"))
            if not (folder / name.rpartition("/")[2] / PROJECT_FILE).is_file():
                left.append(name)
            continue
        source = (root / str(entry["local"])).resolve()
        if root in source.parents:
            continue
        if not (source / PROJECT_FILE).is_file():
            raise ConvsqlError(f"no {PROJECT_FILE} in '{entry['local']}'", entry.where("local"))
        name = str(read_yaml_map(source / PROJECT_FILE, str(entry["local"])).get("name") or "")
        if not name.replace("_", "").isalnum():
            raise ConvsqlError(f"'{entry['local']}' has no name that is a word", Where(PROJECT_FILE))
        place = folder / name
        if place.is_symlink():  # as `dbt deps` leaves it
            place.unlink()
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(source, place, ignore=_LEFT_OUT, symlinks=True)
        copied.append((name, f"{folder.name}/{name}/"))
    return copied, left
