"""The files of a project as they stood at a git ref, in a folder of their own.

The tree is written to `target/base/<commit>/`, and kept there with its compile cache. The repository is only read, object by
object: neither HEAD, the index, nor the working tree is touched, whatever state they are in; no filter, attribute or hook has a
part in it, unlike in a checkout or in `git archive`. What comes from git is written as plain files and nowhere but inside the
folder (`base_files`). A file that git ignores has no history (an installed package, a vars.yml of one's own): there the base gets
the working tree's.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.base.git import GitFailed, full_hash, run_git
from convsql.base.installed import INSTALLED_PREFIX
from convsql.base.whole_file import keep_inside, write_whole
from convsql.diff.base_files import Blob, blobs_of, remove_all_but, write_blobs, write_missing
from convsql.project.config import Project

KEPT_TREES = 3
_OPTION = Where("--base")


@dataclass(frozen=True, slots=True)
class BaseTree:
    """A project's files at a commit: `ref` as the user wrote it, the full commit, and the folder."""

    ref: str
    commit: str
    root: Path


def base_tree(project: Project, ref: str) -> BaseTree:
    """Write the project's files as of `ref` below its target folder, or find them there.

    Raises ConvsqlError when git is missing, the project is in no repository, the ref or the folder is not known, or the tree
    holds what can't be written safely.
    """
    try:
        prefix = os.fsdecode(run_git(project.root, "rev-parse", "--show-prefix")).rstrip("\n").rstrip("/")
        commit = full_hash(project.root, ref, _OPTION)
        blobs = _blobs(project, prefix, ref, commit)
        home = project.target_dir / "base"
        root = home / commit
        keep_inside(root / "any", project.root)
        if root.is_symlink() or not root.is_dir():
            _write(project, blobs, root)
        else:
            write_missing(project.root, blobs, root)
        os.utime(root)
        _take_ignored(project, blobs, root)
        _forget_older(home, root)
    except GitFailed as error:
        hint = "compare two versions instead: convsql metrics diff m@1 m@2" if error.is_outside else error.hint
        raise ConvsqlError(error.reason, _OPTION, hint) from None
    except OSError as error:
        raise ConvsqlError(
            f"the files of '{ref}' can't be written: {error.filename}: {error.strerror}", _OPTION
        ) from None
    return BaseTree(ref, commit, root)


def _blobs(project: Project, prefix: str, ref: str, commit: str) -> dict[str, Blob]:
    """The files of the project's folder at a commit; those below its target folder are never read."""
    tree = f"{commit}:{prefix}"
    try:
        kind = run_git(project.root, "cat-file", "-t", tree).strip()
    except GitFailed:
        kind = b""
    if kind != b"tree":
        raise ConvsqlError(f"the project's folder '{prefix}' does not stand in '{ref}'", _OPTION)
    own = {"target", project.target_dir.relative_to(project.root).as_posix()}
    return blobs_of(project.root, tree, ref, own)


def _write(project: Project, blobs: dict[str, Blob], root: Path) -> None:
    """Write a tree to `root`, whole or not at all."""
    root.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".new-", dir=root.parent))
    try:
        tree = draft / "tree"
        tree.mkdir()
        write_blobs(project.root, blobs, tree)
        if root.is_symlink():
            root.unlink()
        if not root.is_dir():  # another process may have been faster
            tree.rename(root)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _take_ignored(project: Project, blobs: dict[str, Blob], root: Path) -> None:
    """Copy what git ignores of the files that a project is made of; whatever else lies in the tree is deleted."""
    parts = {"vars.yml", "packages.yml"}
    for package in project.packages:
        if package.prefix == INSTALLED_PREFIX:  # of one version for both sides
            continue
        inside = package.root.relative_to(project.root)
        folders = [folder for listed in package.paths.values() for folder in listed]
        parts.update((inside / name).as_posix() for name in [*folders, "dbt_project.yml"])
    listed = run_git(
        project.root, "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--", *sorted(parts)
    )
    copied = {name for name in map(os.fsdecode, listed.split(b"\0")) if _is_own(project, name) and name not in blobs}
    remove_all_but(root, {*blobs, *copied})
    for name in sorted(copied):
        content = (project.root / name).read_bytes()
        file = root / name
        if not file.is_file() or file.read_bytes() != content:
            write_whole(file, content)


def _is_own(project: Project, name: str) -> bool:
    """Whether an ignored path is a regular file of the project: not a link that leads out of it."""
    file = project.root / name
    return bool(name) and file.is_file() and file.resolve().is_relative_to(project.root)


def _forget_older(home: Path, root: Path) -> None:
    """Delete all but the trees used last; a process may be reading one of the others."""
    others = sorted(
        (p for p in home.iterdir() if p != root and p.is_dir() and not p.is_symlink()),
        key=lambda p: p.stat().st_mtime,
        reverse=True,
    )
    for folder in others[KEPT_TREES - 1 :]:
        shutil.rmtree(folder, ignore_errors=True)
