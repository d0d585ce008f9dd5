"""A new project names the wheel or the repository that convsql came from: under its name alone an index could answer with anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from convsql.init import origin
from tests.support import convsql

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GIT = {"vcs": "git", "commit_id": COMMIT}
PLACEHOLDER = "${CONVSQL_WHEEL}"
ORIGINS: dict[str, tuple[Any, str]] = {
    "a repository": (
        {"url": "https://git.example/team/convsql.git", "vcs_info": GIT},
        f"convsql @ git+https://git.example/team/convsql.git@{COMMIT}",
    ),
    "a repository with a password": (
        {"url": "https://me:secret@git.example/convsql", "vcs_info": GIT},
        f"convsql @ git+https://git.example/convsql@{COMMIT}",
    ),
    "a repository over ssh": (
        {"url": "ssh://me@git.example/convsql", "vcs_info": GIT},
        f"convsql @ git+ssh://git@git.example/convsql@{COMMIT}",
    ),
    "a wheel with an address": (
        {"url": "https://x.example/a.whl?token=secret", "archive_info": {"hashes": {"sha256": "a" * 64}}},
        f"convsql @ https://x.example/a.whl#sha256={'a' * 64}",
    ),
    "a wheel with an address and no digest": ({"url": "https://x.example/a.whl", "archive_info": {}}, PLACEHOLDER),
    "a wheel of this machine": (
        {"url": "file:///home/me/a.whl", "archive_info": {"hashes": {"sha256": "a" * 64}}},
        PLACEHOLDER,
    ),
    "a checkout": ({"url": "file:///home/me/convsql", "dir_info": {"editable": True}}, PLACEHOLDER),
    "a repository of this machine": ({"url": "file:///home/me/convsql", "vcs_info": GIT}, PLACEHOLDER),
    "a line that would be two": (
        {"url": "https://x.example/a\nevil", "vcs_info": GIT},
        f"convsql @ git+https://x.example/aevil@{COMMIT}",
    ),
    "a branch": ({"url": "https://x.example/a", "vcs_info": {"vcs": "git", "commit_id": "main"}}, PLACEHOLDER),
    "an index": (None, PLACEHOLDER),
    "nonsense": ([1], PLACEHOLDER),
}


@pytest.mark.parametrize("kind", ORIGINS)
def test_the_requirement_names_the_origin_and_nothing_of_this_machine(kind: str) -> None:
    said, line = ORIGINS[kind]
    assert origin.requirement_of(json.dumps(said) if said else "") == line


def test_a_project_of_a_local_wheel_asks_for_it_in_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "_direct_url", lambda: json.dumps({"url": "file:///home/me/a.whl", "archive_info": {}}))
    assert convsql("init", str(tmp_path / "mine"), "--yes").code == 0
    text = (tmp_path / "mine/requirements.txt").read_text(encoding="utf-8")
    assert text.splitlines()[-1] == PLACEHOLDER
    workflow = yaml.safe_load((tmp_path / "mine/.github/workflows/convsql.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["build"]["steps"]
    check = next(s for s in steps if s.get("name") == "find convsql")
    assert check["env"] == {"CONVSQL_WHEEL": "${{ vars.CONVSQL_WHEEL }}"}
    assert "exit 1" in check["run"]
    assert steps.index(check) < steps.index({"run": "pip install -r requirements.txt"})
    whole = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "mine").rglob("*") if p.is_file())
    assert "/home/me" not in whole
    assert "convsql==" not in whole and "pip install convsql" not in whole


def test_a_project_of_a_repository_needs_no_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "_direct_url", lambda: json.dumps(ORIGINS["a repository"][0]))
    assert convsql("init", str(tmp_path / "mine"), "--yes").code == 0
    text = (tmp_path / "mine/requirements.txt").read_text(encoding="utf-8")
    assert text.splitlines()[-1] == ORIGINS["a repository"][1]
    for file in ("README.md", ".github/workflows/convsql.yml", "requirements.txt"):
        assert "CONVSQL_WHEEL" not in (tmp_path / "mine" / file).read_text(encoding="utf-8")
