"""Packages that lie on this machine are put where they are read; package-lock.yml is held against what is there."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import Folder

Make = Callable[..., Folder]
SHARED = {"dbt_project.yml": "name: shared\nversion: 1.0.0\n", "macros/m.sql": "{% macro one() %}1{% endmacro %}"}
MODEL = {"models/a.sql": "select {{ shared.one() }} as id"}


def git(folder: Path, *arguments: str) -> None:
    names = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env={**os.environ, **names})


def repository(folder: Path, below: str = "") -> None:
    """One commit, tagged v1, whose macro gives 1; and a second, whose macro gives 2."""
    for path, text in SHARED.items():
        file = folder / below / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    git(folder, "tag", "v1")
    (folder / below / "macros/m.sql").write_text("{% macro one() %}2{% endmacro %}")
    git(folder, "commit", "-qam", "two")


def archive(file: Path, names: dict[str, str]) -> None:
    with tarfile.open(file, "w:gz") as opened:
        for name, text in names.items():
            member = tarfile.TarInfo(name)
            member.size = len(text)
            opened.addfile(member, io.BytesIO(text.encode()))


@pytest.mark.parametrize(("revision", "gives"), [("v1", 1), ("HEAD", 2)])
def test_a_repository_is_read_as_of_its_revision(
    revision: str, gives: int, folder: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    there = tmp_path_factory.mktemp("shared")
    repository(there, "deep")
    project = folder(
        {**MODEL, "packages.yml": f"packages: [{{git: 'file://{there}', revision: {revision}, subdirectory: deep}}]\n"}
    )
    assert "shared: copied to dbt_packages/shared/" in project.run("deps").err
    assert not (project.root / "dbt_packages/shared/.git").exists()
    project.build()
    assert project.query("select id from a") == [(gives,)]


def test_a_revision_that_is_not_there_is_said(folder: Make, tmp_path_factory: pytest.TempPathFactory) -> None:
    there = tmp_path_factory.mktemp("shared")
    repository(there)
    project = folder({**MODEL, "packages.yml": f"packages: [{{git: '{there}', revision: v9}}]\n"})
    done = project.run("deps")
    assert (done.code, "git knows no commit 'v9'" in done.err, "packages.yml:1" in done.err) == (2, True, True)
    assert list((project.root / "dbt_packages").iterdir()) == []


def test_an_archive_is_unpacked(folder: Make, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("shared") / "shared.tar.gz"
    archive(file, {f"shared-1.0.0/{path}": text for path, text in SHARED.items()})
    project = folder({**MODEL, "packages.yml": f"packages: [{{tarball: 'file://{file}', name: shared}}]\n"})
    assert "run `convsql deps`" in project.errors()[0]
    assert project.run("deps").code == 0
    project.build()
    assert project.query("select id from a") == [(1,)]


def test_nothing_of_an_archive_is_written_elsewhere(folder: Make, tmp_path_factory: pytest.TempPathFactory) -> None:
    away = tmp_path_factory.mktemp("shared")
    archive(away / "x.tar.gz", {"shared/dbt_project.yml": "name: shared\n", "shared/../../../out.sql": "x"})
    project = folder({**MODEL, "packages.yml": f"packages: [{{tarball: '{away / 'x.tar.gz'}', name: shared}}]\n"})
    done = project.run("deps")
    assert (done.code, "which would be written elsewhere" in done.err) == (2, True)
    assert not list(project.root.rglob("out.sql"))
    (away / "x.tar.gz").write_text("no archive")
    assert "can't be read" in project.run("deps").err


def test_what_lies_on_a_network_is_for_dbt(folder: Make) -> None:
    project = folder(
        {**MODEL, "packages.yml": "packages: [{git: 'https://example.com/shared.git', revision: v1}, {package: a/b, version: 1.0.0}]\n"}
    )  # fmt: skip
    done = project.run("deps")
    assert (done.code, "run `dbt deps`" in done.err) == (2, True)
    assert "fetches nothing from a network: https://example.com/shared.git, a/b" in done.err
    assert "run `dbt deps`" in project.errors()[0]


def test_the_lock_is_held_against_what_is_asked_for_and_what_is_there(folder: Make) -> None:
    there = {f"dbt_packages/b/{path}": text.replace("shared", "b") for path, text in SHARED.items()}
    lock = "packages:\n  - {name: b, package: a/b, version: 1.0.0}\n  - {name: c, package: a/c, version: 2.0.0}\nsha1_hash: x\n"
    project = folder(
        {
            **there,
            "packages.yml": "packages: [{package: a/b, version: 1.1.0}]\n",
            "package-lock.yml": lock,
            "models/a.sql": "select {{ b.one() }} as id",
        }
    )
    assert project.errors() == [
        "package-lock.yml:3: package 'c' of package-lock.yml is not in dbt_packages/ | run `dbt deps`, which brings it there",
        "packages.yml:1: package 'a/b' is asked for in version 1.1.0, and package-lock.yml has version 1.0.0 | run `dbt deps`, which brings what is asked for",
    ]
    project.write(
        "package-lock.yml", lock.replace("1.0.0", "1.1.0").replace("  - {name: c, package: a/c, version: 2.0.0}\n", "")
    )
    assert project.errors() == []
