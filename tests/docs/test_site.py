"""The site of the documents: its menu names every page, its links are turned to its pages, and it builds where its tool is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.docs_site import PAGES, on_config, turned
from tests.support.root import ROOT


class Loader(yaml.SafeLoader):
    """Reads mkdocs.yml, whose one Python tag is of no concern here."""


Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)  # type: ignore[no-untyped-call]


def pages(items: Any) -> list[str]:
    if isinstance(items, str):
        return [items]
    values = items.values() if isinstance(items, dict) else items
    return [page for value in values for page in pages(value)]


def test_the_menu_names_every_document_once() -> None:
    config = on_config(yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader))
    documents = {str(p.relative_to(ROOT / "docs")) for p in (ROOT / "docs").glob("**/*.md")}
    assert sorted(pages(config["nav"])) == sorted(documents | set(PAGES.values()))


@pytest.mark.parametrize(
    ("at", "link", "there"),
    [
        ("README.md", "docs/kpis/README.md", "kpis/README.md"),
        ("README.md", "CONTRIBUTING.md", "contributing.md"),
        ("CONTRIBUTING.md", "docs/losses.md#keys", "losses.md#keys"),
        ("docs/how_to.md", "../CHANGELOG.md", "changelog.md"),
        ("docs/kpis/measures.md", "../tables.md", "../tables.md"),
        ("docs/reference/commands.md", "../../README.md#start", "../index.md#start"),
        ("docs/init.md", "https://example.org/a", "https://example.org/a"),
        ("docs/init.md", "#seeds", "#seeds"),
    ],
)
def test_links_lead_to_where_pages_are_in_the_site(at: str, link: str, there: str) -> None:
    assert turned(f"see [it]({link}).", at) == f"see [it]({there})."


def test_a_link_to_code_becomes_its_words_and_a_picture_stays() -> None:
    assert turned("[formats](../macros/exports) and ![a](images/x.webp)", "docs/inputs.md") == (
        "formats and ![a](images/x.webp)"
    )
    assert turned("![the top](docs/images/report.webp)", "README.md") == "![the top](images/report.webp)"


@pytest.mark.slow
def test_the_site_builds_and_a_broken_link_or_anchor_fails_it(tmp_path: Path) -> None:
    pytest.importorskip("material")
    for part in ("docs", "scripts"):
        shutil.copytree(ROOT / part, tmp_path / part)
    for name in ("mkdocs.yml", *PAGES):
        shutil.copy(ROOT / name, tmp_path / name)

    def build() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = build()
    assert done.returncode == 0, done.stderr
    assert "make demo" in (tmp_path / "target/site/index.html").read_text(encoding="utf-8")
    for broken in ("[gone](nowhere.md)", "[gone](tables.md#nowhere)"):
        faq = tmp_path / "docs/faq.md"
        whole = (ROOT / "docs/faq.md").read_text(encoding="utf-8")
        faq.write_text(f"{whole}\n{broken}\n", encoding="utf-8")
        failed = build()
        assert failed.returncode != 0, broken
        assert "nowhere" in failed.stderr
