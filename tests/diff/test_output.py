"""The three forms of the output: a terminal's text and Markdown as golden files, JSON by its keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from convsql.diff.markdown import SHOWN_COHORTS, markdown
from tests.diff.project import Repository, git
from tests.support.root import ROOT

HERE = Path(__file__).parent
VERSIONS = ("sms_to_won@1", "sms_to_won@2")


def plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


@pytest.mark.parametrize(("option", "golden"), [((), "versions.txt"), (("--markdown",), "versions.md")])
def test_versions_read_as_the_golden_text(repository: Repository, option: tuple[str, ...], golden: str) -> None:
    assert plain(repository.diff(*VERSIONS, *option).out) == (HERE / golden).read_text(encoding="utf-8")


@pytest.mark.parametrize(("option", "golden"), [((), "code.txt"), (("--markdown",), "code.md")])
def test_code_reads_as_the_golden_text(repository: Repository, option: tuple[str, ...], golden: str) -> None:
    repository.json("--base", "start")
    repository.edit("seeds/channels.csv", "sms,sms,24,24", "sms,sms,48,48")
    repository.json("--base", "start")
    text = repository.diff("--base", "start", "--grain", "all", *option).out
    commit = git(repository.root, "rev-parse", "start")[:12]
    assert plain(text.replace(commit, "0123456789ab")) == (HERE / golden).read_text(encoding="utf-8")


def test_quiet_shows_the_headlines_only(repository: Repository) -> None:
    golden = (HERE / "versions.txt").read_text(encoding="utf-8")
    assert golden.startswith(plain(repository.diff(*VERSIONS, "--quiet").out))


def test_the_page_names_every_key_of_the_document(repository: Repository) -> None:
    def keys(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*map(keys, value))
        if isinstance(value, dict):
            return set(value) | set().union(*map(keys, value.values()))
        return set()

    named = set(re.findall(r"`(\w+)`", (ROOT / "docs/diff.md").read_text(encoding="utf-8")))
    assert keys(repository.json(*VERSIONS)) <= named


def test_the_page_shows_the_golden_text(repository: Repository) -> None:
    page = (ROOT / "docs/diff.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"\$ convsql metrics diff sms_to_won@1 sms_to_won@2 --quiet\n(.*?)```", page, re.DOTALL)
    assert shown == plain(repository.diff(*VERSIONS, "--quiet").out).lstrip("\n")


def test_ids_are_no_markup_and_long_lists_are_cut(repository: Repository) -> None:
    found = repository.json(*VERSIONS)
    (metric,) = found["metrics"]
    metric["examples"][0]["contact_id"] = "<b>|`*[x](y)\n@all"
    metric["cohorts"] = metric["cohorts"][:1] * (SHOWN_COHORTS + 3)
    text = markdown(found)
    assert "<b>" not in text and "@all" not in text and "[x]" not in text
    assert all(line.count("|") == 5 for line in text.splitlines() if "&#64;all" in line)
    assert "… and 3 more cohorts." in text


def test_no_movement_is_said_in_every_form(repository: Repository) -> None:
    text = repository.diff("--base", "start").out
    assert text.count("no conversation moved, of 9") == 2 and "from" not in text
    comment = repository.diff("--base", "start", "--markdown").out
    assert "No conversation moved." in comment
    assert re.findall("<summary>(.*?)</summary>", comment) == ["Relations"]
