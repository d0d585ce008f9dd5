"""What packages.yml names and this machine has, copied to its place in `dbt_packages/`; nothing is fetched from a network."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from convsql.base.errors import ConvsqlError
from convsql.base.installed import PROJECT_FILE, names_installed
from convsql.base.yaml_file import YamlMap, is_there, read_yaml_map
from convsql.dbt_habits.packages import listed_packages
from convsql.deps.archives import unpack
from convsql.deps.repositories import check_out
from convsql.project.config import parse_cli_vars
from convsql.project.packages import inside
from convsql.templates.yaml_values import StaticTemplates

_LEFT_OUT = shutil.ignore_patterns("target", "dbt_packages", "logs", ".git", "*.duckdb", "*.wal")


@dataclass(slots=True)
class Installed:
    """What was done: name and place of each package that was copied, and what has to be fetched by dbt and is not there."""

    copied: list[tuple[str, str]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def install(root: Path, cli_vars: str | None = None) -> Installed:
    """Copy each package that lies on this machine outside of `root`, in place of what is there: a folder (`local`), a git
    repository (`git`, a path or `file://`), an archive (`tarball`, likewise). Raises ConvsqlError.
    """
    if not is_there(root / PROJECT_FILE, PROJECT_FILE):
        raise ConvsqlError(f"no {PROJECT_FILE} in {root}", hint="run in a project's folder or give --project-dir")
    raw = read_yaml_map(root / PROJECT_FILE, PROJECT_FILE)
    folder = inside(root, str(raw.get("packages-install-path") or "dbt_packages"), raw.where("packages-install-path"))
    done = Installed()
    for entry in listed_packages(root, StaticTemplates(parse_cli_vars(cli_vars))):
        if names_installed(entry, root, entry.where()):
            continue
        kind = next((k for k in ("local", "git", "tarball") if k in entry), "")
        source = _on_this_machine(root, str(entry[kind])) if kind else None
        if source is None:
            named = str(entry.get("package") or entry.get("git") or entry.get("tarball") or entry.get("private"))
            if not (folder / named.rpartition("/")[2].removesuffix(".git") / PROJECT_FILE).is_file():
                done.left.append(named)
        elif kind != "local" or root not in source.parents:
            name = _put(entry, kind, source, folder)
            done.copied.append((name, f"{folder.name}/{name}/"))
    return done


def _on_this_machine(root: Path, said: str) -> Path | None:
    """The path that an entry names, None for an address on a network."""
    if said.startswith("file://"):
        return Path(said.removeprefix("file://"))
    if "://" in said or said.startswith("git@"):
        return None
    return (root / Path(said).expanduser()).resolve()


def _put(entry: YamlMap, kind: str, source: Path, folder: Path) -> str:
    """Copy one package to its place; returns its name."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".convsql_", dir=folder) as made:
        there = Path(made) / "package"
        if kind == "git":
            check_out(source, str(entry.get("revision") or "HEAD"), str(entry.get("subdirectory") or ""), there, entry)
        elif kind == "tarball":
            unpack(source, there, entry.where("tarball"))
        elif (source / PROJECT_FILE).is_file():
            shutil.copytree(source, there, ignore=_LEFT_OUT, symlinks=True)
        if not (there / PROJECT_FILE).is_file():
            raise ConvsqlError(f"no {PROJECT_FILE} in '{entry[kind]}'", entry.where(kind))
        name = str(read_yaml_map(there / PROJECT_FILE, str(entry[kind])).get("name") or "")
        if not name.replace("_", "").isalnum():
            raise ConvsqlError(f"'{entry[kind]}' has no name that is a word", entry.where(kind))
        place = folder / name
        if place.is_symlink():  # as `dbt deps` leaves it
            place.unlink()
        shutil.rmtree(place, ignore_errors=True)
        there.rename(place)
    return name
