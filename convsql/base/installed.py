"""The convsql models as a package: where the installed convsql keeps them, and which entry of `packages.yml` names them.

A wheel carries them in `convsql/package/`; in a checkout they are the repository's own tree. The runner and the models of
one version belong together, so an entry that names convsql is answered by what is installed, whatever `dbt deps` has fetched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convsql import __version__
from convsql.base.errors import ConvsqlError, Where

NAME = "convsql"
PROJECT_FILE = "dbt_project.yml"
INSTALLED_PREFIX = f"dbt_packages/{NAME}/"  # how its files are shown: where `dbt deps` would put them
_HERE = Path(__file__).resolve().parents[1]
_SHIPPED = (_HERE / "package", _HERE.parent)
PLACES = _SHIPPED


def package_root() -> Path:
    """The folder with the dbt_project.yml of the convsql package; raises ConvsqlError where it is not installed."""
    for folder in PLACES:
        if (folder / PROJECT_FILE).is_file() and (folder / "models").is_dir():
            return folder
    raise ConvsqlError(f"the installed {NAME} has no models", hint="install it again, from its wheel")


def shipped_file(path: str) -> Path:
    """A file of the models that came with this very code, whatever package a project builds; ConvsqlError where there is none."""
    found = next((folder / path for folder in _SHIPPED if (folder / path).is_file()), None)
    if found is None:
        raise ConvsqlError(f"the installed {NAME} has no {path}", hint="install it again, from its wheel")
    return found


def names_installed(entry: Mapping[str, Any], root: Path, where: Where) -> bool:
    """Whether an entry of `packages.yml` in the project `root` means the installed package.

    It does as `local: convsql` where the project has no such folder, as `local:` with the package's own path, and as
    `git:` of a repository called convsql. Raises ConvsqlError when `revision` is a version, and another than the installed one.
    """
    local, git = entry.get("local"), entry.get("git")
    if local is not None:
        if (root / str(local)).resolve() == package_root():
            return True
        return str(local) == NAME and not (root / NAME / PROJECT_FILE).is_file()
    if git is None or not re.search(rf"(^|[/:]){NAME}(\.git)?/?$", str(git)):
        return False
    revision = str(entry.get("revision") or "")
    if re.fullmatch(r"v?\d+(\.\d+)+\w*", revision) and revision.removeprefix("v") != __version__:
        raise ConvsqlError(
            f"revision {revision} of {NAME} is asked for, and {__version__} is installed",
            where,
            f"install the wheel of {revision.removeprefix('v')}, or set revision: v{__version__}",
        )
    return True


def require(library: str, version: str | None, floor: str) -> None:
    """Raises ConvsqlError where a library is older than what convsql works with, safely; `version` None: it does not say."""

    def parts(text: str) -> list[int]:
        return [int(part) for part in re.findall(r"\d+", text)[:3]]

    if version is not None and parts(version) < parts(floor):
        raise ConvsqlError(
            f"{library} {version} is installed, and {NAME} needs {floor} or later",
            hint=f"pip install '{library}>={floor}'",
        )
