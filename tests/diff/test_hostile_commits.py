"""What a commit holds is written inside its own folder, as plain files, and deletes nothing: a table of ways to try."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from convsql.base.errors import ConvsqlError
from convsql.dbt_habits.habits import load_project
from convsql.diff import base_files
from convsql.diff.base_tree import BaseTree, base_tree
from tests.diff.project import GIT, git

FILES = {"dbt_project.yml": "name: tiny\nprofile: tiny\n", "models/a.sql": "select 1 as one\n"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed project, and files beside it that are nobody's business."""
    for name, value in GIT.items():
        monkeypatch.setenv(name, value)
    folder = tmp_path / "project"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (tmp_path / "victim").mkdir()
    for name in "12":
        (tmp_path / "victim" / name).write_text("precious", encoding="utf-8")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    return folder


@pytest.fixture
def victim(root: Path) -> Path:
    return root.parent / "victim"


def precious(victim: Path) -> bool:
    return {p.name: p.read_text("utf-8") for p in victim.iterdir()} == {"1": "precious", "2": "precious"}


def commit(root: Path) -> None:
    git(root, "add", "--all", "--force")
    git(root, "commit", "--quiet", "--message", "a harmless commit")


def crafted(root: Path, *entries: tuple[str, str, str]) -> str:
    """A commit with a tree that git itself would refuse to make: (mode, name, content or hash of a tree)."""
    tree = b""
    for mode, name, content in entries:
        held = content if mode == "40000" else _kept(root, "blob", content.encode())
        tree += f"{mode} {name}".encode() + b"\0" + bytes.fromhex(held)
    return git(root, "commit-tree", _kept(root, "tree", tree), "-m", "crafted")


def _kept(root: Path, kind: str, content: bytes) -> str:
    done = subprocess.run(
        ["git", "hash-object", "-t", kind, "-w", "--stdin", "--literally"],
        cwd=root,
        input=content,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


def tree(root: Path, ref: str = "HEAD") -> BaseTree:
    found = base_tree(load_project(root), ref)
    assert not [p for p in found.root.rglob("*") if p.is_symlink()]
    return found


def test_a_committed_list_of_ignored_files_deletes_nothing(root: Path, victim: Path) -> None:
    names = ["../../../../victim/1", str(victim / "2")]
    (root / ".convsql_ignored.json").write_text(json.dumps(names), encoding="utf-8")
    commit(root)
    for _ in range(2):
        assert (tree(root).root / ".convsql_ignored.json").is_file()
        assert precious(victim)


@pytest.mark.parametrize("name", [".convsql_ignored.json", "notes", "docs/link", ".hidden/x"])
@pytest.mark.parametrize(
    "goal", ["{victim}/1", "../../../../victim/1", "{victim}", "{victim}/new", "/dev/zero", "link"]
)
def test_a_committed_link_is_not_written_through(root: Path, victim: Path, name: str, goal: str) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).symlink_to(goal.format(victim=victim))
    commit(root)
    for _ in range(2):
        if "/" in name:
            assert not (tree(root).root / name).exists()
        else:
            with pytest.raises(ConvsqlError, match=r"is a link to .* which is not a file of that commit's project"):
                tree(root)
    assert precious(victim)


def test_a_link_within_the_project_becomes_what_it_leads_to(root: Path) -> None:
    (root / "models/b.sql").symlink_to("a.sql")
    (root / "macros").symlink_to("models")
    commit(root)
    found = tree(root).root
    for name in ("models/b.sql", "macros/a.sql"):
        assert (found / name).read_text("utf-8") == FILES["models/a.sql"]


@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "git~1", ".git ", "a/../../x", "/abs"])
def test_a_name_that_leads_out_is_refused(root: Path, victim: Path, name: str) -> None:
    commit(root)
    ref = crafted(root, ("100644", name, "x"))
    with pytest.raises(ConvsqlError, match=r"holds a file called .* which would be written elsewhere"):
        tree(root, ref)
    assert precious(victim)


def test_a_link_and_a_folder_of_one_name_do_not_meet(root: Path, victim: Path) -> None:
    """The folder would be written into what the link names."""
    commit(root)
    inner = git(root, "rev-parse", "HEAD:models")
    ref = crafted(root, ("120000", "x", str(victim)), ("40000", "x", inner))
    with pytest.raises(ConvsqlError):
        tree(root, ref)
    assert precious(victim)


def test_attributes_change_nothing_in_what_is_read(root: Path) -> None:
    text = "select '$Format:%H$ $Id$' as one\n"
    (root / "models/a.sql").write_text(text, encoding="utf-8")
    (root / ".gitattributes").write_text(
        "*.sql export-subst export-ignore ident eol=crlf text working-tree-encoding=UTF-16\n", encoding="utf-8"
    )
    (root / "models/b.sql").write_bytes(b"")
    git(root, "add", "dbt_project.yml", ".gitattributes")
    blob = _kept(root, "blob", text.encode())
    git(root, "update-index", "--add", "--cacheinfo", f"100644,{blob},models/a.sql")
    git(root, "commit", "--quiet", "--message", "attributes")
    assert (tree(root).root / "models/a.sql").read_bytes() == text.encode()


def test_files_too_large_to_be_compared_are_named(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "data.bin").write_bytes(b"x" * 2000)
    commit(root)
    monkeypatch.setattr(base_files, "MOST_BYTES", 1000)
    with pytest.raises(ConvsqlError, match=r"'data.bin' of 'HEAD' has"):
        tree(root)
    monkeypatch.setattr(base_files, "MOST_BYTES", 10_000)
    monkeypatch.setattr(base_files, "MOST_FILES", 2)
    with pytest.raises(ConvsqlError, match="'HEAD' holds 3 files"):
        tree(root)


def test_a_base_that_came_with_the_project_is_put_right(root: Path, victim: Path) -> None:
    """Whoever knows the commit that will be compared with could lay another tree where it is kept."""
    commit(root)
    base = git(root, "rev-parse", "HEAD")
    forged = root / "target/base" / base
    (forged / "models").mkdir(parents=True)
    (forged / "models/a.sql").write_text("select 2 as one\n", encoding="utf-8")
    (forged / "models/more.sql").write_text("select 3 as one\n", encoding="utf-8")
    (forged / "macros").symlink_to(victim)
    (forged / "dbt_project.yml").symlink_to(victim / "1")
    found = tree(root, base).root
    assert {p.relative_to(found).as_posix() for p in found.rglob("*") if p.is_file()} == set(FILES)
    assert (found / "models/a.sql").read_text("utf-8") == FILES["models/a.sql"]
    assert precious(victim)


@pytest.mark.parametrize("link", ["target/base", "target/base/{commit}"])
def test_a_link_in_the_place_of_the_trees_is_refused_or_replaced(root: Path, victim: Path, link: str) -> None:
    for number in range(6):  # folders that would be forgotten as old trees
        (victim.parent / f"home/{number}").mkdir(parents=True)
    commit(root)
    place = root / link.format(commit=git(root, "rev-parse", "HEAD"))
    place.parent.mkdir(parents=True)
    place.symlink_to(victim.parent / "home")
    with pytest.raises(ConvsqlError, match="is a link that leads out of the project"):
        tree(root)
    assert len(os.listdir(victim.parent / "home")) == 6


def test_nothing_of_the_target_folder_comes_from_git(root: Path) -> None:
    (root / "target").mkdir()
    (root / "target/convsql_cache.json").write_text("{}", encoding="utf-8")
    commit(root)
    assert not (tree(root).root / "target").exists()


def test_an_ignored_link_out_of_the_project_is_not_copied(root: Path, victim: Path) -> None:
    (root / ".gitignore").write_text("target/\nown_*\n", encoding="utf-8")
    commit(root)
    (root / "models/own_secret.sql").symlink_to(victim / "1")
    assert not (tree(root).root / "models/own_secret.sql").exists()


def test_a_submodule_is_no_file(root: Path) -> None:
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendored")
    commit(root)
    assert not (tree(root).root / "vendored").exists()
