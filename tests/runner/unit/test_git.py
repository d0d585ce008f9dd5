"""A repository is read, and runs nothing: whatever programs its own configuration names, wherever it was unpacked from."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from convsql.base.errors import ConvsqlError
from convsql.base.git import GitFailed, full_hash, git_commit, run_git
from convsql.dbt_habits.habits import load_project
from convsql.diff.base_tree import base_tree
from tests.support.root import ROOT

CONVSQL = ROOT / "convsql"
ISOLATED = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    **{f"GIT_{who}_{what}": "tester@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}
PROGRAM = "touch {pwned}; false"
# What a configuration can say to have a program run, and what must stand in .gitattributes for it.
RUNS = {
    "fsmonitor": ({"core.fsmonitor": PROGRAM}, ""),
    "clean filter": ({"filter.x.clean": PROGRAM}, "* filter=x\n"),
    "smudge filter": ({"filter.x.smudge": PROGRAM, "filter.x.required": "true"}, "* filter=x\n"),
    "filter process": ({"filter.x.process": PROGRAM}, "* filter=x\n"),
    "a filter with dots and equals signs": ({"filter.a.b=c.clean": PROGRAM}, "* filter=a.b=c\n"),
    "textconv": ({"diff.x.textconv": PROGRAM, "diff.x.command": PROGRAM}, "* diff=x\n"),
    "external diff": ({"diff.external": PROGRAM}, ""),
    "pager": ({"core.pager": PROGRAM, "pager.status": PROGRAM, "pager.rev-parse": PROGRAM}, ""),
    "alias": ({"alias.status": "!" + PROGRAM, "alias.rev-parse": "!" + PROGRAM}, ""),
    "transport": (
        {
            "core.sshCommand": PROGRAM,
            "core.gitProxy": PROGRAM,
            "core.repositoryFormatVersion": "1",
            "extensions.partialClone": "origin",
            "remote.origin.promisor": "true",
            "remote.origin.url": "ext::sh -c 'touch {pwned}'",
            "remote.origin.uploadpack": PROGRAM,
            "protocol.ext.allow": "always",
            "credential.helper": "!" + PROGRAM,
        },
        "",
    ),
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed project whose file has changed since, so that git looks at its content."""
    for name, value in ISOLATED.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "dbt_project.yml").write_text("name: tiny\nprofile: tiny\n", encoding="utf-8")
    (folder / ".gitignore").write_text("target/\n", encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder)
    return folder


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "another")


def touched(folder: Path) -> None:
    """A file that may have changed, as far as git's index can tell."""
    file = folder / "dbt_project.yml"
    os.utime(file, (1, 1))


@pytest.mark.parametrize("kind", RUNS)
@pytest.mark.parametrize("place", ["config", "included", "work tree"])
def test_no_program_of_a_repository_runs(root: Path, kind: str, place: str) -> None:
    settings, attributes = RUNS[kind]
    pwned = root.parent / "pwned"
    (root / ".gitattributes").write_text(attributes, encoding="utf-8")
    commit(root)
    for key, value in settings.items():
        target = {
            "config": ["--local"],
            "included": ["--file", str(root / ".git/more")],
            "work tree": ["--file", str(root / ".git/config.worktree")],
        }[place]
        git(root, "config", *target, key, value.format(pwned=pwned))
    if place == "included":
        git(root, "config", "include.path", "more")
    if place == "work tree":
        git(root, "config", "core.repositoryFormatVersion", "1")
        git(root, "config", "extensions.worktreeConfig", "true")
    touched(root)
    assert git_commit(root)
    base_tree(load_project(root), "HEAD")
    with pytest.raises(ConvsqlError):
        base_tree(load_project(root), "0" * 40)
    assert not pwned.exists()


def test_no_hook_of_a_repository_runs(root: Path) -> None:
    for name in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman"):
        hook = root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {root.parent}/pwned\n", encoding="utf-8")
        hook.chmod(0o755)
    touched(root)
    base_tree(load_project(root), "main")
    assert git_commit(root)
    assert not (root.parent / "pwned").exists()


def test_no_program_of_a_submodule_runs(root: Path) -> None:
    inner = root / "inner"
    inner.mkdir()
    git(inner, "init", "--quiet")
    (inner / "a").write_text("a", encoding="utf-8")
    commit(inner)
    commit(root)
    git(inner, "config", "core.fsmonitor", f"touch {root.parent}/pwned; false")
    assert git_commit(root)
    base_tree(load_project(root), "main")
    assert not (root.parent / "pwned").exists()


def test_a_git_of_the_projects_own_folder_is_not_taken_for_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = root / "git"
    fake.write_text(f"#!/bin/sh\ntouch {root.parent}/pwned\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.chdir(root)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    assert git_commit(root)
    assert not (root.parent / "pwned").exists()


def test_changed_files_are_told_with_and_without_filters(root: Path) -> None:
    label = git(root, "rev-parse", "--short=12", "HEAD")
    assert git_commit(root) == label
    touched(root)
    assert git_commit(root) == label
    (root / "dbt_project.yml").write_text("name: tiny\nprofile: other\n", encoding="utf-8")
    assert git_commit(root) == f"{label}+changes"


def test_what_is_no_repository_or_has_no_commit_has_no_label(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ISOLATED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for name in ("none", "unborn", "bare"):
        (tmp_path / name).mkdir()
    git(tmp_path / "unborn", "init", "--quiet")
    git(tmp_path / "bare", "init", "--quiet", "--bare")
    assert [git_commit(tmp_path / name) for name in ("none", "unborn", "bare")] == ["", "", ""]


def test_a_git_that_hangs_is_given_up(root: Path) -> None:
    os.mkfifo(root / ".git/pipe")
    git(root, "config", "include.path", "pipe")
    with pytest.raises(GitFailed, match=r"^git rev-parse took longer than 0 s"):
        run_git(root, "rev-parse", "HEAD", seconds=0.2)


@pytest.mark.parametrize("ref", ["--help", "-", "--output=x", "", "nothing", "HEAD^{tree}", "a\0b"])
def test_what_names_no_commit_is_said_so(root: Path, ref: str) -> None:
    with pytest.raises(ConvsqlError) as caught:
        full_hash(root, ref)
    assert caught.value.reason == f"git knows no commit '{ref}'"


def test_settings_of_the_callers_environment_are_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "own.setting")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "kept")
    assert run_git(root, "config", "own.setting") == b"kept\n"
    assert run_git(root, "config", "core.fsmonitor") == b"false\n"


def test_no_other_module_runs_a_program() -> None:
    doors = re.compile(r"\bsubprocess\b|\bos\.(system|popen|exec|spawn|posix_spawn)|\bpty\.")
    runs = {p.relative_to(CONVSQL).as_posix() for p in CONVSQL.rglob("*.py") if doors.search(p.read_text("utf-8"))}
    assert runs == {
        "base/git.py",
        "notify/sending.py",
    }  # that one: what notify.yml names, when a run is asked to notify
