"""A real Chromium (Debian's package `chromium`), driven by Playwright; pages made once from the demo."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.support import convsql

SIZES = {
    "desk": (1280, 900),
    "phone": (380, 800),
    "tablet": (768, 1024),
    "wall": (1920, 1080),
    "paper": (718, 1000),
}  # paper: A4 between its margins


@dataclass
class Opened:
    """A page, and what went wrong on it."""

    page: Any
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium here")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Opens a file at a size, in a colour scheme; closed afterwards."""
    contexts = []

    def open_it(file: Path, size: str = "desk", scheme: str = "light") -> Opened:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("console", lambda m: opened.errors.append(m.text) if m.type in ("error", "warning") else None)
        opened.page.on("pageerror", lambda e: opened.errors.append(str(e)))
        opened.page.on("request", lambda r: opened.requests.append(r.url))
        opened.page.goto(file.as_uri())
        return opened

    yield open_it
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def report_file(demo_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("vl_convert")
    file = tmp_path_factory.mktemp("pages") / "report.html"
    done = convsql("report", "-o", str(file), "--project-dir", str(demo_project))
    assert done.code == 0, done.err
    return file


@pytest.fixture(scope="session")
def catalogue_file(demo_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    done = convsql("docs", "-o", str(folder), "--project-dir", str(demo_project))
    assert done.code == 0, done.err
    return folder / "index.html"
