"""The one door to git. A repository may have come from anywhere, in an archive with its `.git`: it is read, and runs nothing.

A repository's own configuration can name programs (fsmonitor, hooks, filters, pagers, transports …). What is set here through the
environment wins over every configuration file, those that it includes and those of work trees among them; no transport is
allowed, so that a missing object is not fetched; and filters, whose names are the repository's to choose, are switched off one by
one before git looks at files.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from convsql.base.errors import ConvsqlError, Where

SHORT, LONG = 5.0, 120.0  # seconds that git may take: for a label of a build, and where a comparison waits for it
_HASH = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NOTHING = os.devnull
# Of the caller's own environment git sees no variable of git's but these: a hook's would name another repository or index.
_KEPT = {
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CONFIG_SYSTEM",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
}
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": _NOTHING,
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.askPass": "",
    "core.pager": "cat",
    "core.editor": "false",
    "core.alternateRefsCommand": "",
    "core.untrackedCache": "false",
    "credential.helper": "",
    "diff.external": "",
    "gc.auto": "0",
    "gpg.program": "false",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "protocol.allow": "never",
    "protocol.ext.allow": "never",
    "protocol.file.allow": "never",
    "safe.bareRepository": "explicit",
    "submodule.recurse": "false",
    "uploadpack.packObjectsHook": "",
}
_FOR_OLDER = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    f"core.hooksPath={_NOTHING}",
)  # git before 2.31 takes none from the environment
_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ASKPASS": "false",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_EDITOR": "false",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_SSH_COMMAND": "false",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "SSH_ASKPASS": "false",
}


class GitFailed(ConvsqlError):
    """git is not there, took too long, or said no; `is_outside` where the folder is in no repository."""

    def __init__(self, reason: str, where: Where | None = None, hint: str = "", is_outside: bool = False) -> None:
        super().__init__(reason, where, hint)
        self.is_outside = is_outside


def git_commit(root: Path) -> str:
    """The commit that the project stands at, with `+changes` when files differ; empty outside git."""
    try:
        commit = run_git(root, "rev-parse", "--short=12", "HEAD", seconds=SHORT).decode().strip()
        if not re.fullmatch(r"[0-9a-f]{4,64}", commit):
            return ""
        changed = run_git(
            root,
            "status",
            "--porcelain",
            "--untracked-files=no",
            "--ignore-submodules=all",
            seconds=SHORT,
            settings=without_filters(root, SHORT),
        )
    except (GitFailed, UnicodeDecodeError):
        return ""
    return f"{commit}+changes" if changed.strip() else commit


def head_commit(root: Path) -> str:
    """The commit that HEAD names, as files of the repository say, without git; empty where they do not. For what must take no time."""
    try:
        folder = next((f / ".git" for f in (root, *root.parents) if (f / ".git").exists()), None)
        if folder is None:
            return ""
        if folder.is_file():  # a work tree of its own
            named = folder.read_text(encoding="utf-8").partition("gitdir:")[2].strip()
            folder = folder.parent / named
        common = folder / "commondir"
        home = folder / common.read_text(encoding="utf-8").strip() if common.is_file() else folder
        head = (folder / "HEAD").read_text(encoding="utf-8").strip()
        reference = head.removeprefix("ref: ")
        if head.startswith("ref: "):
            if not re.fullmatch(r"refs/[\w./+@-]+", reference) or ".." in reference:
                return ""
            head = _of_reference(home, reference)
    except (OSError, ValueError):
        return ""
    return head[:12] if _HASH.fullmatch(head) else ""


def _of_reference(home: Path, reference: str) -> str:
    if (home / reference).is_file():
        return (home / reference).read_text(encoding="utf-8").strip()
    for line in (home / "packed-refs").read_text(encoding="utf-8").splitlines():
        commit, _, name = line.partition(" ")
        if name == reference:
            return commit
    return ""


def full_hash(root: Path, ref: str, where: Where | None = None) -> str:
    """The hash of the commit that a ref names. Raises GitFailed where there is none; a ref is never taken as an option."""
    if ref and not ref.startswith("-") and "\0" not in ref:
        try:
            found = run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}").decode()
            if _HASH.fullmatch(found.strip()):
                return found.strip()
        except GitFailed as error:
            if "took longer" in error.reason:
                raise
    raise GitFailed(
        f"git knows no commit '{ref}'", where, "name a branch, tag or commit; in a shallow clone, fetch it first"
    )


def without_filters(root: Path, seconds: float = LONG) -> dict[str, str]:
    """Settings that switch off every filter that any configuration names: git runs them on files that may have changed."""
    listed = run_git(root, "config", "--null", "--name-only", "--list", seconds=seconds)
    keys = (os.fsdecode(key) for key in listed.split(b"\0"))
    drivers = {key.rpartition(".")[0] for key in keys if key.lower().startswith("filter.")}
    off = {"clean": "", "smudge": "", "process": "", "required": "false"}
    return {f"{driver}.{key}": value for driver in drivers for key, value in off.items()}


def run_git(
    folder: Path,
    *arguments: str,
    seconds: float = LONG,
    settings: Mapping[str, str] | None = None,
    given: bytes | None = None,
    into: IO[bytes] | None = None,
) -> bytes:
    """Ask git something about the repository of a folder; returns what it wrote, or writes it to the file `into`.

    `given` is its standard input. Raises GitFailed.
    """
    program = _program()
    if program is None:
        raise GitFailed("git can't be run: No such file or directory", None, "install git, or compare two versions")
    try:
        done = subprocess.run(
            [program, "--no-pager", *_FOR_OLDER, "-C", str(folder), *arguments],
            stdin=subprocess.DEVNULL if given is None else None,
            input=given,
            stdout=into or subprocess.PIPE,
            stderr=subprocess.PIPE,
            check=False,
            timeout=seconds,
            env=_environment(settings or {}),
        )
    except subprocess.TimeoutExpired:
        raise GitFailed(
            f"git {arguments[0]} took longer than {seconds:.0f} s", None, f"look at the repository of {folder}"
        ) from None
    except OSError as error:
        raise GitFailed(f"git can't be run: {error.strerror}", None, "install git, or compare two versions") from None
    if done.returncode:
        raise _refused(folder, arguments, done.returncode, done.stderr)
    return done.stdout or b""


def _program() -> str | None:
    """git as the absolute folders of PATH have it: never a file of the folder that the process stands in."""
    folders = [f for f in os.environ.get("PATH", os.defpath).split(os.pathsep) if os.path.isabs(f)]
    return shutil.which("git", path=os.pathsep.join(folders)) if folders else None


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in _KEPT}
    pairs = [*_given_settings(), *_SETTINGS.items(), *settings.items()]
    numbered = {f"GIT_CONFIG_KEY_{i}": key for i, (key, _) in enumerate(pairs)}
    numbered |= {f"GIT_CONFIG_VALUE_{i}": value for i, (_, value) in enumerate(pairs)}
    return {**own, **_VARIABLES, **numbered, "GIT_CONFIG_COUNT": str(len(pairs))}


def _given_settings() -> list[tuple[str, str]]:
    """Settings that the caller's environment holds, such as safe.directory in a container."""
    count = os.environ.get("GIT_CONFIG_COUNT", "")
    names = [(f"GIT_CONFIG_KEY_{i}", f"GIT_CONFIG_VALUE_{i}") for i in range(int(count))] if count.isdecimal() else []
    return [(os.environ[k], os.environ[v]) for k, v in names if k in os.environ and v in os.environ]


def _refused(folder: Path, arguments: Sequence[str], code: int, said: bytes) -> GitFailed:
    lines = said.decode(errors="replace").strip().splitlines()
    first = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0] if lines else str(code))
    if "not a git repository" in first:
        return GitFailed(f"{folder} is in no git repository", None, is_outside=True)
    if "cannot use bare repository" in first or "must be run in a work tree" in first:
        return GitFailed(f"{folder} is in no working tree of git", None, is_outside=True)
    if "dubious ownership" in first:
        return GitFailed(
            f"git does not trust the repository of {folder}, which belongs to another user",
            None,
            "if you trust it: git config --global --add safe.directory <its folder>",
        )
    return GitFailed(f"git {arguments[0]} failed: {first.removeprefix('fatal: ')}")
