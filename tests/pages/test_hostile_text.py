"""Names and texts come from users and their data: on a page they are text and nothing else."""

from __future__ import annotations

import re

import pytest

from convsql.report import charts
from convsql.report.figure import Document, Figure, Headline, Section
from convsql.report.markdown import report_markdown
from convsql.report.page import report_page
from tests.pages.test_report import Read

EVIL = "</script><img src=x onerror=alert(1)>\"'&|`{x}"


@pytest.fixture(scope="module")
def document() -> Document:
    values = [{"name": f"{EVIL}{i}", "value": 0.2, "low": 0.1, "high": 0.3, "crude": 0.2} for i in range(2)]
    columns = (("name", EVIL, "text"), ("value", "rate", "share"))
    figure = Figure("evil", EVIL, EVIL, EVIL, columns, values, charts.dots(values, "crude"))
    headline = Headline(f"{EVIL}@1", EVIL, EVIL, 0.1, 0.0, 0.2, 1, 10, EVIL, True, EVIL, figure)
    section = Section("s", EVIL, EVIL, [Figure("other", EVIL, EVIL, EVIL, columns, values)], [EVIL])
    return Document(
        EVIL, EVIL, 1, "2026-01-01 00:00", 0.95, [headline], [section, Section("m", EVIL, EVIL, missing=EVIL)]
    )


@pytest.mark.parametrize("with_charts", [True, False])
def test_the_page_holds_it_as_text(document: Document, with_charts: bool) -> None:
    if with_charts:
        pytest.importorskip("vl_convert")
    text = report_page(document, with_charts)
    tags = Read(text).tags
    assert not [t for t, _ in tags if t == "img"]
    assert not [a for _, attributes in tags for a in attributes if a.startswith("on")]
    assert text.count("<script>") == 1


def test_markdown_holds_it_in_one_cell(document: Document) -> None:
    text = report_markdown(document)
    assert "<img" not in text
    for line in text.splitlines():
        if line.startswith("| ") and "&lt;" in line:
            assert len(re.findall(r"(?<!\\)\|", line)) in (3, 8)
