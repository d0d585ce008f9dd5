"""Pages whose names and values are markup, in a browser: nothing runs, nothing is fetched, nothing but text is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pages.test_hostile_structure import HOSTILE, PAGES

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ELEMENTS = "[...document.querySelectorAll('*')].map(e => e.tagName)"


@pytest.mark.parametrize("kind", ["report", "drawn report", "catalogue"])
def test_names_and_values_are_text_to_a_browser(visit: Any, tmp_path: Path, kind: str) -> None:
    if kind == "drawn report":
        pytest.importorskip("vl_convert")
    found = {}
    for name, text in {"harmless": "harmless", **{f"hostile{i}": text for i, text in enumerate(HOSTILE)}}.items():
        file = tmp_path / f"{name}.html"
        file.write_text(PAGES[kind](text), encoding="utf-8")
        opened = visit(file)
        assert opened.errors == [], text
        assert [u for u in opened.requests if not u.startswith(("file:", "data:"))] == [], text
        assert not opened.page.query_selector_all(
            "img, iframe, object, embed, base, form, [onload], [onclick], [onerror]"
        )
        found[name] = opened.page.evaluate(ELEMENTS)
    for name, elements in found.items():
        if kind == "drawn report":
            assert set(elements) <= set(found["harmless"]), name
        else:
            assert elements == found["harmless"], name
