"""The tutorial and the recipes are scripts: their files are written, their commands run in order, and each ends as the page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from convsql.cli.main import run
from tests.support.root import ROOT

PAGES = ("tutorial", "how_to")
_BLOCK = re.compile(r"(?:<!-- (file|append): (\S+) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)


def blocks(page: str) -> Iterator[tuple[str, str, str, str]]:
    """What is to be done with a block (file, append, or nothing), where, its language and its text."""
    for found in _BLOCK.finditer((ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")):
        yield found[1] or "", found[2] or "", found[3], found[4]


def commands(language: str, text: str) -> list[str]:
    """The commands of a block, of a line of cron those after its times and its `cd`."""
    if language == "sh":
        return text.splitlines()
    return [each.strip() for line in text.splitlines() for each in line.split("&&")[1:]]


@pytest.mark.slow
def test_the_guides_run_as_they_are_written(
    tmp_path: Path, part_of_demo_raw: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "exports").symlink_to(part_of_demo_raw)
    monkeypatch.chdir(tmp_path)
    ran = 0
    for page in PAGES:
        if page == "how_to":
            (Path.cwd() / "exports").symlink_to(part_of_demo_raw)
        for what, where, language, text in blocks(page):
            if what == "file":
                Path(where).parent.mkdir(exist_ok=True)
                Path(where).write_text(text, encoding="utf-8")
            elif what == "append":
                assert Path(where).is_file(), where
                before = Path(where).read_text(encoding="utf-8")
                Path(where).write_text(before.rstrip("\n") + "\n" + text, encoding="utf-8")
            elif language in ("sh", "cron"):
                for line in filter(None, commands(language, text)):
                    command, _, comment = line.partition("  # exits with ")
                    program, *arguments = shlex.split(command)
                    if program == "cd":
                        monkeypatch.chdir(arguments[0])
                        continue
                    assert program == "convsql", line
                    assert run(arguments) == int(comment or 0), f"{page}: {line}: {capfd.readouterr().err}"
                    ran += 1
    assert ran > 30


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_guide_is_run_written_or_said_to_be_neither(page: str) -> None:
    for what, _, language, _ in blocks(page):
        assert what or language in ("sh", "cron"), language


def test_the_glossary_is_in_order_and_names_what_the_concepts_explain() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| \*\*(.+?)\*\* \|", text, re.MULTILINE)
    assert words == sorted(words)
    concepts = (ROOT / "docs/concepts.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"\*\*([a-z]+)\*\*", concepts))
    assert len(explained) > 5
    assert explained <= set(words)
