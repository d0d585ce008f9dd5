"""Projects with mistakes, and what is said of each: every error in one run, with file and line.

`expected.txt` is what `convsql compile` writes to stderr. After a change that is meant, run these
tests with CONVSQL_UPDATE=1 in the environment and read the difference.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.support import Folder

ERRORS = Path(__file__).parent / "errors"
CASES = sorted(p.name for p in ERRORS.iterdir() if p.is_dir())


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Folder]:
    monkeypatch.chdir(tmp_path)
    name = str(request.param)
    given = {p.relative_to(ERRORS / name).as_posix(): p.read_bytes() for p in (ERRORS / name).rglob("*") if p.is_file()}
    shutil.rmtree(tmp_path)
    tmp_path.mkdir()
    monkeypatch.chdir(tmp_path)
    return ERRORS / name, Folder(tmp_path, {n: b for n, b in given.items() if n != "expected.txt"})


def test_everything_that_is_wrong_is_said_at_once_with_its_place(case: tuple[Path, Folder]) -> None:
    kept, project = case
    done = project.run("compile")
    assert (done.code, done.out) == (2, "")
    said = done.err.replace(str(project.root), "<project>")
    if os.environ.get("CONVSQL_UPDATE"):
        (kept / "expected.txt").write_text(said, encoding="utf-8")
    assert said == (kept / "expected.txt").read_text(encoding="utf-8")


def test_a_build_says_the_same_and_touches_nothing(case: tuple[Path, Folder]) -> None:
    kept, project = case
    done = project.run("build")
    assert done.code == 2
    assert done.err.replace(str(project.root), "<project>") == (kept / "expected.txt").read_text(encoding="utf-8")
    assert {p.name for p in project.root.glob("*.duckdb*")} <= {"tiny.duckdb.runs.jsonl"}


def test_the_json_document_carries_the_same_facts(case: tuple[Path, Folder]) -> None:
    _, project = case
    done = project.run("compile", "--json")
    assert done.err == ""
    assert (done.json["status"], done.json["exit_code"]) == ("error", 2)
    said = [e for e in re.split(r"^error: ", project.run("compile").err, flags=re.MULTILINE) if e]
    for text, error in zip(said, done.json["errors"], strict=True):
        assert error["reason"] in text
        assert (error["hint"] or "") in text
        if error["path"]:
            assert text.startswith(error["path"] + (f":{error['line']}: " if error["line"] else ": "))
