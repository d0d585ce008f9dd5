"""`clean` deletes folders that can be made again: a table of what else clean-targets can name, and nothing is deleted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import Folder

FILES = {"models/a.sql": "select 1 as id"}
SOURCE = "sources: [{name: raw, meta: {external_location: \"'inputs/{name}.csv'\"}, tables: [{name: t}]}]\n"


def project(root: Path, targets: str, files: dict[str, str] | None = None) -> Folder:
    made = Folder(root, {**FILES, **(files or {})})
    made.write("dbt_project.yml", f"name: tiny\nversion: 1.0.0\nprofile: tiny\nclean-targets: {targets}\n")
    return made


def all_files(root: Path) -> set[str]:
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file() and "target" not in p.parts}


HELD = {
    "the history": ("[.git]", {".git/HEAD": "ref"}, "names '.git', in which git keeps the history"),
    "a part of the history": ("[.git/objects]", {".git/objects/x": ""}, "in which git keeps the history"),
    "a repository inside": ("[out]", {"out/sub/.git/HEAD": "ref"}, "which holds a repository of git, 'out/sub'"),
    "a work tree inside": ("[out]", {"out/.git": "gitdir: /x"}, "which holds a repository of git, 'out'"),
    "models": ("[models]", {}, "which holds files of the project"),
    "a folder of models": ("[models/deeper]", {}, "which holds files of the project"),
    "a folder around macros": (
        "[code]",
        {"code/macros/m.sql": ""},
        "which holds",
    ),
    "the project": ('["."]', {}, "names '.', which holds files of the project"),
    "the parent": ('[".."]', {}, "leads out of the project"),
    "another folder": ("[/tmp]", {}, "leads out of the project"),
    "the target's database": ("[data]", {}, "which holds the database 'data/tiny.duckdb'"),
    "another target's database": ("[other]", {"other/ci.duckdb": "x"}, "which holds the database 'other/ci.duckdb'"),
    "a database of nobody": ("[some]", {"some/x.duckdb": "x"}, "which holds a database, 'some/x.duckdb'"),
    "a source": (
        "[inputs]",
        {"inputs/t.csv": "id\n1\n", "models/s.yml": SOURCE},
        "which holds raw tables 'inputs/t.csv'",
    ),
    "raw_path": (
        "[raw]",
        {"raw/deals.csv": "", "vars.yml": "raw_path: raw\n"},
        "which holds the raw tables of raw_path",
    ),
    "around raw_path": ("[a]", {"a/b/c.txt": "", "vars.yml": "raw_path: a/b\n"}, "the raw tables of raw_path, 'a/b'"),
    "data of a project that does not compile": (
        "[inputs]",
        {"inputs/t.csv": "id\n", "models/b.sql": "select {{ ref('nothing') }}"},
        "'inputs/t.csv': as the project does not compile",
    ),
}
PROFILES = """\
tiny:
  target: dev
  outputs:
    dev: {type: duckdb, path: data/tiny.duckdb, schema: main, threads: 1}
    ci: {type: duckdb, path: other/ci.duckdb}
"""


@pytest.mark.parametrize("kind", HELD)
def test_what_cannot_be_made_again_is_refused_by_name(tmp_path: Path, kind: str) -> None:
    targets, files, said = HELD[kind]
    made = project(tmp_path, "[target]", {"profiles.yml": PROFILES})
    made.build()
    for path, text in files.items():
        made.write(path, text)
    extra = "macro-paths: [code/macros]\n" if "macros" in kind else ""
    made.write("dbt_project.yml", f"name: tiny\nversion: 1.0.0\nprofile: tiny\n{extra}clean-targets: {targets}\n")
    before = all_files(tmp_path)
    done = made.run("clean")
    assert done.code == 2
    assert said in done.err
    assert all_files(tmp_path) == before


def test_one_bad_folder_keeps_the_others(tmp_path: Path) -> None:
    made = project(tmp_path, "[target, logs, data]", {"profiles.yml": PROFILES, "logs/x.log": "said"})
    made.build()
    assert made.run("clean").code == 2
    assert (tmp_path / "logs/x.log").is_file()
    assert (tmp_path / "target").is_dir()


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("precious", encoding="utf-8")
    made = project(tmp_path / "project", "[out]")
    (made.root / "out").symlink_to(outside)
    done = made.run("clean")
    assert (done.code, "leads out of the project" in done.err) == (2, True)
    (made.root / "out").unlink()
    (made.root / "out").mkdir()
    (made.root / "out/deeper").symlink_to(outside)
    assert made.run("clean").code == 0
    assert not (made.root / "out").exists()
    assert (outside / "file").read_text(encoding="utf-8") == "precious"


def test_packages_that_dbt_fetched_are_made_again(tmp_path: Path) -> None:
    made = project(tmp_path, "[target, dbt_packages]", {"dbt_packages/x/.git/HEAD": "ref"})
    assert made.run("clean").code == 0
    assert not (tmp_path / "dbt_packages").exists()


def test_build_writes_again_what_clean_deleted(tmp_path: Path) -> None:
    made = project(tmp_path, "[target, logs]", {"logs/x.log": "said"})
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    made.build()
    done = made.run("clean")
    assert (done.code, "removed target, logs" in done.err) == (0, True)
    assert not (tmp_path / "target").exists()
    assert "nothing to do" in made.build().err


def test_packages_that_were_fetched_are_deleted_as_they_can_be_fetched_again(tmp_path: Path) -> None:
    files = {
        "packages.yml": "packages: [{package: a/b, version: 1.0.0}]\n",
        "dbt_packages/b/dbt_project.yml": "name: b\n",
    }
    made = project(tmp_path, "[target, dbt_packages]", files)
    assert made.run("compile").code == 0
    assert made.run("clean").code == 0
    assert not (tmp_path / "dbt_packages").exists()
    made.write("dbt_packages/b/dbt_project.yml", "name: b\n")
    made.write("dbt_project.yml", "name: tiny\nprofile: tiny\ntarget-path: dbt_packages\n")
    assert "target-path names 'dbt_packages', which holds files of the project" in made.run("compile").err
