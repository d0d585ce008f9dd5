"""The page of dbt's documentation opens over convsql's manifest and catalog."""

from __future__ import annotations

import functools
import importlib.util
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.clients.shop import FILES
from tests.support import Folder

pytestmark = [pytest.mark.slow, pytest.mark.browser]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return None


@pytest.fixture
def address(folder: Callable[..., Folder]) -> Iterator[str]:
    """Where the shop's `target/` is served, with dbt's page in it."""
    found = importlib.util.find_spec("dbt.task.docs") if importlib.util.find_spec("dbt") else None
    if found is None or found.origin is None:
        pytest.skip("dbt is not installed")
    project = folder(FILES)
    project.build()
    assert project.run("docs", "generate").code == 0
    target = project.root / "target"
    shutil.copy(Path(found.origin).with_name("index.html"), target)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(target)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_page_of_a_model_shows_its_columns_tests_and_sql(browser: Any, address: str) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{address}#!/model/model.shop.stg_orders")
    page.wait_for_selector("h1:has-text('stg_orders')", timeout=60_000)
    said = page.inner_text("body")
    for expected in ("Orders.", "order_id", "INTEGER", "Key.", "customers", "view"):
        assert expected in said, expected
    page.goto(f"{address}#!/source/source.shop.crm.raw_customers")
    page.wait_for_selector("h1:has-text('raw_customers')")
    assert "stg_customers" in page.inner_text("body")
    page.goto(f"{address}#!/exposure/exposure.shop.weekly")
    page.wait_for_selector("h1:has-text('weekly')")
    assert errors == []
    page.close()
