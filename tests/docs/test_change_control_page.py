"""The page about changing a definition is a script: its edits apply, its commands end as it says, its output is the output."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from convsql.change_control import rules
from convsql.cli.main import run
from tests.support.demo import copy_demo
from tests.support.root import ROOT

PAGE = (ROOT / "docs/change_control.md").read_text(encoding="utf-8")


def git(folder: Path, *arguments: str, text: str = "") -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def project(tmp_path: Path, demo_project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo project, built, in a repository of its own."""
    copy_demo(demo_project, tmp_path)
    shutil.copy(ROOT / ".gitignore", tmp_path)
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "demo")
    return tmp_path


@pytest.mark.slow
def test_the_change_goes_as_the_page_tells_it(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    walk = PAGE.split("## One change from edit to publish")[1].split("## When the code changes")[0]
    blocks = re.findall(r"```(diff|sh|text)\n(.*?)```", walk, re.DOTALL)
    assert [kind for kind, _ in blocks].count("diff") == 2
    said = ""
    for kind, block in blocks:
        if kind == "diff":
            git(project, "apply", "--recount", "-", text=block)
        elif kind == "text":
            assert said == block
        else:
            for line in block.splitlines():
                command, _, comment = line.partition("  # exits with ")
                capfd.readouterr()
                assert run(shlex.split(command)[1:]) == int(comment or 0), f"{line}: {capfd.readouterr().err}"
                said = capfd.readouterr().err
    run(
        [
            "show",
            "--inline",
            "select metric_version from {{ ref('current_rates') }} where metric = 'call_to_demo'",
            "--json",
        ]
    )
    assert '"rows": [[2]' in capfd.readouterr().out


def test_the_page_names_every_rule() -> None:
    named = set(
        re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", PAGE.split("## The rules")[1], re.MULTILINE)))
    )
    listed = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", rules.__doc__ or "", re.MULTILINE))))
    assert named == listed
    assert len(named) == 11
