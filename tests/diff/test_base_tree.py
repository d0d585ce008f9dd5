"""The base's files: as a checkout would have them, from the repository's objects alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from convsql.dbt_habits.habits import load_project
from convsql.diff.base_tree import KEPT_TREES, BaseTree, base_tree
from tests.diff.project import GIT, git

FILES = {
    "dbt_project.yml": "name: tiny\nprofile: tiny\n",
    "models/a.sql": "select 1 as one\n",
    ".gitignore": "target/\nown_*\n",
    ".gitattributes": "models export-ignore\n",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed project of one model."""
    for name, value in GIT.items():
        monkeypatch.setenv(name, value)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path)
    return tmp_path


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", "another")


def tree(root: Path, ref: str = "HEAD") -> BaseTree:
    return base_tree(load_project(root), ref)


def files(folder: Path) -> set[str]:
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    return found - {".convsql_ignored.json"}


def test_all_committed_files_are_there_whatever_export_ignore_says(root: Path) -> None:
    found = tree(root)
    assert (found.ref, found.commit) == ("HEAD", git(root, "rev-parse", "HEAD"))
    assert found.root == root / "target/base" / found.commit
    assert files(found.root) == set(FILES)
    assert (found.root / "models/a.sql").read_text(encoding="utf-8") == FILES["models/a.sql"]


def test_index_and_working_tree_stay_as_they_are(root: Path) -> None:
    (root / "models/a.sql").write_text("select 2 as one\n", encoding="utf-8")
    git(root, "add", "models/a.sql")
    (root / "models/a.sql").write_text("select 3 as one\n", encoding="utf-8")
    (root / "models/b.sql").write_text("select 4 as four\n", encoding="utf-8")
    status = git(root, "status", "--porcelain")  # may refresh the index
    index = (root / ".git/index").read_bytes()
    assert files(tree(root).root) == set(FILES)
    assert (root / ".git/index").read_bytes() == index
    assert git(root, "status", "--porcelain") == status


def test_it_works_while_git_itself_runs_a_hook(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """git tells a hook where the repository is, and the index of the commit that it is making."""
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", str(root / ".git/next-index"))
    assert files(tree(root).root) == set(FILES)
    assert not (root / ".git/next-index").exists()


def test_a_tag_a_branch_and_a_commit_lead_to_one_tree(root: Path) -> None:
    git(root, "tag", "--annotate", "v1", "--message", "first")
    sha = git(root, "rev-parse", "HEAD")
    assert {tree(root, ref).root.name for ref in ("v1", "main", "HEAD~0", sha, sha[:10])} == {sha}


def test_what_git_ignores_is_the_working_trees_of_now(root: Path) -> None:
    own = root / "models/own_thing.sql"
    own.write_text("select 5 as five\n", encoding="utf-8")
    found = tree(root).root / "models/own_thing.sql"
    assert found.read_text(encoding="utf-8") == own.read_text(encoding="utf-8")
    own.write_text("select 6 as six\n", encoding="utf-8")
    tree(root)
    assert found.read_text(encoding="utf-8") == own.read_text(encoding="utf-8")
    own.unlink()
    tree(root)
    assert not found.exists()


def test_the_trees_used_last_are_kept(root: Path) -> None:
    used = []
    for number in range(KEPT_TREES + 2):
        commit(root)
        found = tree(root)
        used.append(found.commit)
        os.utime(found.root, (number, number))
    assert {p.name for p in (root / "target/base").iterdir()} == set(used[-KEPT_TREES:])
