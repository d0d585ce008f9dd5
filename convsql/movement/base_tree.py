"""The files of a project as they stood at a git ref, in a folder of their own.

The tree is written to `target/base/<commit>/`, and kept there with its compile cache. The repository is only read: its
objects go through an index of their own, so that neither HEAD, the index, nor the working tree is touched, whatever state they
are in; and unlike `git archive` this honours no `export-ignore`. A file that git ignores has no history (an installed package, a
vars.yml of one's own): there the base gets the working tree's.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from convsql.config import Project
from convsql.errors import ConvsqlError, Where
from convsql.installed import INSTALLED_PREFIX

KEPT_TREES = 3
_IGNORED_LIST = ".convsql_ignored.json"
_OPTION = Where("--base")
_OF_A_HOOK = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
)  # what git sets for hooks; here the folder decides


@dataclass(frozen=True, slots=True)
class BaseTree:
    """A project's files at a commit: `ref` as the user wrote it, the full commit, and the folder."""

    ref: str
    commit: str
    root: Path


def base_tree(project: Project, ref: str) -> BaseTree:
    """Write the project's files as of `ref` below its target folder, or find them there.

    Raises ConvsqlError when git is missing, the project is in no repository, or the ref or the folder is not known.
    """
    top = Path(_git(project.root, "rev-parse", "--show-toplevel").strip())
    prefix = _git(project.root, "rev-parse", "--show-prefix").strip().rstrip("/")
    commit = _commit(project.root, ref)
    home = project.target_dir / "base"
    root = home / commit
    if not root.is_dir():
        _write(top, prefix, ref, commit, root)
    os.utime(root)
    _take_ignored(project, root)
    _forget_older(home, root)
    return BaseTree(ref, commit, root)


def _git(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            check=False,
            env={k: v for k, v in os.environ.items() if k not in _OF_A_HOOK} | dict(environment or {}),
        )
    except OSError as error:
        raise ConvsqlError(
            f"git can't be run: {error.strerror}", _OPTION, "install git, or compare two versions"
        ) from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        if said and "not a git repository" in said[0]:
            raise ConvsqlError(
                f"{folder} is in no git repository",
                _OPTION,
                "compare two versions instead: convsql metrics diff m@1 m@2",
            )
        raise ConvsqlError(f"git {arguments[0]} failed: {said[0] if said else done.returncode}", _OPTION)
    return done.stdout.decode(errors="surrogateescape")


def _commit(root: Path, ref: str) -> str:
    if ref and not ref.startswith("-"):
        try:
            return _git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()
        except ConvsqlError:
            pass
    raise ConvsqlError(
        f"git knows no commit '{ref}'", _OPTION, "name a branch, tag or commit; in a shallow clone, fetch it first"
    )


def _write(top: Path, prefix: str, ref: str, commit: str, root: Path) -> None:
    """Write the folder `prefix` of a commit to `root`, whole or not at all."""
    tree = f"{commit}:{prefix}"
    try:
        kind = _git(top, "cat-file", "-t", tree).strip()
    except ConvsqlError:
        kind = ""
    if kind != "tree":
        raise ConvsqlError(f"the project's folder '{prefix}' does not stand in '{ref}'", _OPTION)
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=root.parent))
    try:
        index = {"GIT_INDEX_FILE": str(draft / ".index")}
        _git(top, "read-tree", tree, environment=index)
        _git(top, "checkout-index", "--all", f"--prefix={draft / 'tree'}/", environment=index)
        (draft / "tree").mkdir(exist_ok=True)
        if not root.is_dir():  # another process may have been faster
            (draft / "tree").rename(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _take_ignored(project: Project, root: Path) -> None:
    """Copy what git ignores of the files that a project is made of; what was copied last time goes first."""
    noted = root / _IGNORED_LIST
    for name in json.loads(noted.read_text(encoding="utf-8")) if noted.is_file() else []:
        (root / name).unlink(missing_ok=True)
    parts = {"vars.yml", "packages.yml"}
    for package in project.packages:
        if package.prefix == INSTALLED_PREFIX:  # of one version for both sides
            continue
        inside = package.root.relative_to(project.root)
        folders = [folder for listed in package.paths.values() for folder in listed]
        parts.update((inside / name).as_posix() for name in [*folders, "dbt_project.yml"])
    listed = _git(
        project.root,
        "ls-files",
        "-z",
        "--others",
        "--ignored",
        "--exclude-standard",
        "--",
        *(f":(literal){p}" for p in sorted(parts)),
    )
    copied = []
    for name in filter(None, listed.split("\0")):
        if not (root / name).exists() and (project.root / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(project.root / name, root / name)
            copied.append(name)
    noted.write_text(json.dumps(copied), encoding="utf-8")


def _forget_older(home: Path, root: Path) -> None:
    """Delete all but the trees used last; a process may be reading one of the others."""
    others = sorted(
        (p for p in home.iterdir() if p != root and p.is_dir()), key=lambda p: p.stat().st_mtime, reverse=True
    )
    for folder in others[KEPT_TREES - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
