"""What mkdocs needs to make a site of docs/ (mkdocs.yml names this file): the pages that stand beside the folder, and the folders of the menu.

README.md becomes index.md, and CONTRIBUTING.md and CHANGELOG.md pages too; links between these and docs/ are turned to where the pages
are in the site. A link to a folder or file of the code has no page, and becomes plain text.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGES = {"README.md": "index.md", "CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changelog.md"}
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
_PICTURE = re.compile(r"(!\[[^\]]*\]\()docs/")


def turned(text: str, at: str) -> str:
    """The text of a document that stands `at` a path of the repository, with its links as the site has them."""
    here = posixpath.dirname(at)
    in_site = posixpath.dirname(site_path(at) or "")

    def turn(found: re.Match[str]) -> str:
        words, link = found.groups()
        path, mark, anchor = link.partition("#")
        if not path or "://" in path or path.startswith("mailto:"):
            return found[0]
        there = site_path(posixpath.normpath(posixpath.join(here, path)))
        if there is None:
            return words
        return f"[{words}]({posixpath.relpath(there, in_site or '.')}{mark}{anchor})"

    return _LINK.sub(turn, _PICTURE.sub(r"\1", text) if not here else text)


def site_path(path: str) -> str | None:
    """Where a file of the repository is in the site; None where it has no page."""
    if path in PAGES:
        return PAGES[path]
    return path.removeprefix("docs/") if path.startswith("docs/") and path.endswith(".md") else None


def on_config(config: Any) -> Any:
    """A folder in the menu stands for its pages, README.md first."""
    config["nav"] = [_opened(item) for item in config["nav"]]
    return config


def _opened(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    ((title, value),) = item.items()
    if isinstance(value, list):
        return {title: [_opened(each) for each in value]}
    if not value.endswith("/"):
        return item
    pages = sorted((ROOT / "docs" / value).glob("*.md"), key=lambda page: (page.name != "README.md", page.name))
    return {title: [f"{value}{page.name}" for page in pages]}


def on_files(files: Any, config: Any) -> Any:
    """The documents beside docs/ as pages."""
    from mkdocs.structure.files import File

    for name, page in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, page, content=turned(text, name)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Pages of docs/ with links that the site can follow."""
    path = page.file.src_uri
    return markdown if path in PAGES.values() else turned(markdown, f"docs/{path}")
