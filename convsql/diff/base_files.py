"""Files out of git's objects, onto the disk: plain files inside one folder, whatever names and kinds a commit gives them.

A tree can be made by hand, without what git itself would refuse: every name is checked here. No link is ever written, so that no
file can be written through one: a link to another file of the tree becomes that file.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from convsql.base.errors import ConvsqlError, Where
from convsql.base.git import run_git
from convsql.base.whole_file import write_whole

MOST_BYTES, MOST_IN_ALL, MOST_FILES = 256 << 20, 2 << 30, 100_000
_LINK, _SUBMODULE = "120000", "160000"
_OF_A_PROJECT = (".sql", ".yml", ".yaml", ".csv", ".md")
_OPTION = Where("--base")


@dataclass(frozen=True, slots=True)
class Blob:
    """One file of a commit: the hash of its content, and its size in bytes."""

    hash: str
    size: int


def blobs_of(folder: Path, tree: str, ref: str, left_out: Collection[str]) -> dict[str, Blob]:
    """Path → content of every file of a tree (`commit:folder`) but those below the folders `left_out`.

    Raises ConvsqlError for a name that leads out of the tree, for more than can be compared, and for a link of a project's
    files that leads elsewhere; GitFailed. Submodules are no files of the tree.
    """
    listed = run_git(folder, "ls-tree", "-r", "-z", "--long", "--full-tree", tree)
    found: dict[str, Blob] = {}
    links: dict[str, Blob] = {}
    for entry in filter(None, listed.split(b"\0")):
        facts, _, raw = entry.partition(b"\t")
        name = os.fsdecode(raw)
        mode, _, digest, size = facts.decode().split()
        _check_name(name, ref)
        if mode == _SUBMODULE or any(name == f or name.startswith(f"{f}/") for f in left_out):
            continue
        (links if mode == _LINK else found)[name] = Blob(digest, int(size))
    _check_sizes({**found, **links}, ref)
    for name, content in _read(folder, links):
        _follow(name, os.fsdecode(content), found, ref)
    return found


def _check_name(name: str, ref: str) -> None:
    parts = name.split("/")
    if any(p in ("", ".", "..") or p.lower().rstrip(". ") == ".git" or p.lower().startswith("git~") for p in parts):
        raise ConvsqlError(
            f"'{ref}' holds a file called '{name}', which would be written elsewhere",
            _OPTION,
            "do not trust that commit",
        )


def _check_sizes(blobs: Mapping[str, Blob], ref: str) -> None:
    for name, blob in blobs.items():
        if blob.size > MOST_BYTES:
            raise ConvsqlError(
                f"'{name}' of '{ref}' has {blob.size >> 20:,} MiB, and a comparison reads files up to {MOST_BYTES >> 20} MiB",
                _OPTION,
                "keep data outside the repository",
            )
    if len(blobs) > MOST_FILES or sum(b.size for b in blobs.values()) > MOST_IN_ALL:
        raise ConvsqlError(
            f"'{ref}' holds {len(blobs):,} files of {sum(b.size for b in blobs.values()) >> 20:,} MiB below the project's"
            f" folder, and a comparison reads {MOST_FILES:,} of {MOST_IN_ALL >> 20:,} MiB",
            _OPTION,
            "keep data outside the repository",
        )


def _follow(name: str, goal: str, found: dict[str, Blob], ref: str) -> None:
    """Let a link be the file, or the folder of files, of the same tree to which it leads."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(name), goal))
    if not goal.startswith("/") and path in found:
        found[name] = found[path]
        return
    below = {n: b for n, b in found.items() if n.startswith(f"{path}/")} if not goal.startswith("/") else {}
    if below and not name.startswith(f"{path}/"):
        found.update({name + n[len(path) :]: blob for n, blob in below.items()})
    elif "/" not in name or name.endswith(_OF_A_PROJECT):
        raise ConvsqlError(
            f"'{name}' of '{ref}' is a link to '{goal}', which is not a file of that commit's project",
            _OPTION,
            "a comparison follows links to files of the project only",
        )


def write_blobs(folder: Path, blobs: Mapping[str, Blob], root: Path) -> None:
    """Write files below `root`, an empty folder. Raises OSError, GitFailed, and ConvsqlError where two names are one on this disk."""
    for name, content in _read(folder, blobs):
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file.open("xb") as opened:
                opened.write(content)
        except FileExistsError:
            raise ConvsqlError(
                f"'{name}' is a name that this disk can't tell from another one of the same commit", _OPTION
            ) from None


def write_missing(folder: Path, blobs: Mapping[str, Blob], root: Path) -> None:
    """Write those files below `root`, a tree written earlier, that are not there as git has them."""
    wrong = {name: blob for name, blob in blobs.items() if not _is_there(root, name, blob)}
    for name, content in _read(folder, wrong):
        _clear_way(root, name)
        write_whole(root / name, content)


def _is_there(root: Path, name: str, blob: Blob) -> bool:
    file = root / name
    if any(p.is_symlink() for p in (file, *list(file.parents)[: name.count("/")])) or not file.is_file():
        return False
    if file.stat().st_size != blob.size:
        return False
    content = file.read_bytes()
    made = hashlib.new("sha1" if len(blob.hash) == 40 else "sha256", usedforsecurity=False)
    made.update(b"blob %d\0" % len(content))
    made.update(content)
    return made.hexdigest() == blob.hash


def _clear_way(root: Path, name: str) -> None:
    """Take away links, and files in the place of folders, on the way to a file."""
    way = root
    for part in name.split("/"):
        way = way / part
        if way.is_symlink() or (way.is_file() and part != name.rpartition("/")[2]):
            way.unlink()


def remove_all_but(root: Path, kept: Collection[str]) -> None:
    """Delete every file and link below `root` that is not named, but for its target folder; links are not followed."""
    for folder, names, files in os.walk(root):
        at = Path(folder)
        inside = at.relative_to(root)
        if at == root and "target" in names and not (root / "target").is_symlink():
            names.remove("target")
        for name in [*files, *(n for n in names if (at / n).is_symlink())]:
            if (inside / name).as_posix() not in kept:
                (at / name).unlink(missing_ok=True)


def _read(folder: Path, blobs: Mapping[str, Blob]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file, as git's objects have it."""
    if not blobs:
        return
    with tempfile.TemporaryFile() as objects:
        asked = "".join(f"{blob.hash}\n" for blob in blobs.values()).encode()
        run_git(folder, "cat-file", "--batch", given=asked, into=objects)
        objects.seek(0)
        for name, blob in blobs.items():
            yield name, _next(objects, name, blob)


def _next(objects: IO[bytes], name: str, blob: Blob) -> bytes:
    head = objects.readline().split()
    if len(head) != 3 or head[1] != b"blob" or int(head[2]) != blob.size:
        raise ConvsqlError(
            f"git has no content of '{name}' here",
            _OPTION,
            "fetch it first: the clone holds a part of the objects only",
        )
    content = objects.read(blob.size)
    objects.read(1)
    return content
