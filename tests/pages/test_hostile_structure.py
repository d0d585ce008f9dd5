"""Whatever names and values hold, a page is made of the same elements and attributes as with harmless ones."""

from __future__ import annotations

import dataclasses
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from convsql.base.printable import markdown_text
from convsql.catalogue import content
from convsql.catalogue.content import Catalogue, MetricPage, NodePage
from convsql.catalogue.page import catalogue_page
from convsql.definitions.metric_key import MetricKey
from convsql.engines.duckdb import open_memory
from convsql.engines.duckdb_reader import Table
from convsql.project.nodes import Node
from convsql.report import charts
from convsql.report.figure import Document, Figure, Headline, Section
from convsql.report.markdown import report_markdown
from convsql.report.page import report_page

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onload=alert(1) x="',
    "' onclick='alert(1)",
    "<!--<script>",
    "--><svg/onload=alert(1)>",
    "]]><a href=javascript:alert(1)>",
    "</style><style>*{display:none}",
    "</title><base href=//evil>",
    "javascript:alert(1)",
    "&lt;b&gt;&#x3c;i&#x3e;",
    "a\u2028b\u2029c",
    "\x00\x1b[2J\u202e\ud800",
    "{{7*7}}${7*7}",
]


class Structure(HTMLParser):
    """The elements of a page with the names of their attributes, and what could act: addresses and scripts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self.comments = 0
        self._in_script = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(sorted(n for n, _ in attrs))))
        self.addresses += [v or "" for n, v in attrs if n in ("href", "src", "action", "xlink:href")]
        self._in_script = tag == "script" and ("type", "application/json") not in attrs

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments += 1


def report_with(text: str) -> Document:
    values = [{"name": f"{text}{i}", "value": 0.2, "low": 0.1, "high": 0.3, "crude": 0.2} for i in range(2)]
    columns = (("name", text, "text"), ("value", "rate", "share"))
    figure = Figure(text, text, text, text, columns, values, charts.dots(values, "crude"))
    table = Figure(text, text, text, text, columns, values)
    headline = Headline(MetricKey(text, 1), text, text, 0.1, 0.0, 0.2, 1, 10, text, True, text, figure)
    sections = [Section(text, text, text, [table, figure], [text]), Section(text, text, text, missing=text)]
    return Document(text, text, 1, text, 0.95, [headline], sections)


def catalogue_with(text: str) -> Catalogue:
    def page(number: int, parents: list[str]) -> NodePage:
        name = f"{text}{number}"
        filled: dict[str, Any] = {
            "unique_id": f"model.{number}", "name": name, "path": text, "description": text, "kind": "model",
        }  # fmt: skip
        given = {f.name: filled[f.name] for f in dataclasses.fields(Node) if f.name in filled}
        required = {
            f.name: text
            for f in dataclasses.fields(Node)
            if f.name not in given and f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        }
        columns = [(text, text, text)]
        tests = [content.TestLine(text, text, text, text, text), content.TestLine(text, "", text, "passed", text)]
        known: dict[str, Any] = {
            "node": Node(**given, **required), "anchor": f"model-{name}", "group": text, "columns": columns, "tests": tests,
            "parents": parents, "children": [], "origins": {text.lower(): [(p, text) for p in parents]},
        }  # fmt: skip
        return NodePage(**{f.name: known[f.name] for f in dataclasses.fields(NodePage)})

    known: dict[str, Any] = {
        "settings": [(text, text)], "models": [f"{text}0", text], "is_current": True, "reading": text,
    }  # fmt: skip
    metric = MetricPage(**{f.name: known.get(f.name, text) for f in dataclasses.fields(MetricPage)})
    nodes = {"model.0": page(0, []), "model.1": page(1, ["model.0"])}
    return Catalogue(text, "", [metric], nodes, [content.TestLine(text, "", text, text, text)], [text])


def notebook_with(text: str) -> str:
    session = open_memory()
    column = text.replace('"', '""').replace("\0", "").encode("utf-8", "replace").decode()
    value = text.replace("'", "''").replace("\0", "").encode("utf-8", "replace").decode()
    session.execute(f"create table kept as select '{value}' as \"{column}\"")
    return Table(session, "kept")._repr_html_()


PAGES = {
    "report": lambda text: report_page(report_with(text), False),
    "drawn report": lambda text: report_page(report_with(text), True),
    "catalogue": lambda text: catalogue_page(catalogue_with(text)),
    "notebook": notebook_with,
}


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_made_of_the_same_elements_whatever_names_hold(kind: str, hostile: str) -> None:
    if kind == "drawn report":
        pytest.importorskip("vl_convert")
    harmless, tried = Structure(PAGES[kind]("harmless")), Structure(PAGES[kind](hostile))
    if kind == "drawn report":  # marks and axes stand elsewhere where names are longer
        assert {t for t, _ in tried.elements} <= {t for t, _ in harmless.elements}
        assert not [n for _, names in tried.elements for n in names if n.startswith("on")]
    else:
        assert tried.elements == harmless.elements
    assert tried.scripts == harmless.scripts
    assert tried.comments == harmless.comments
    assert not [a for a in tried.addresses if not a.startswith(("#", "data:,"))]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_search_of_the_catalogue_reads_what_it_was_given(hostile: str) -> None:
    text = catalogue_page(catalogue_with(hostile))
    found = re.search(r'<script type="application/json" id="index">(.*?)</script>', text, re.DOTALL)
    assert found
    assert "<" not in found[1]
    assert json.loads(found[1])[0][1] == "".join(hostile)


MARKUP = {
    "[a](javascript:alert(1))": "[a](",
    "![i](http://evil/x.png)": "![",
    "https://evil.example": "://",
    "www.evil.example": "www.",
    "mail@evil.example": "l@e",
    "@everyone": "@e",
    "see #12": "#1",
    "`code`": "`",
    "a | b": "|",
    "<b>": "<b",
    "**bold**": "**",
    "_emphasis_": "_e",
    "~~gone~~": "~~",
    "$math$": "$m",
    ":octocat:": ":o",
    "- item": "- ",
    "1. item": "1. ",
    "--- ": "---",
    "# title": "# ",
    "line\nline": "\n",
    "\\": "\\",
}


@pytest.mark.parametrize("text", MARKUP)
def test_markdown_has_no_markup_of_names_and_values(text: str) -> None:
    assert MARKUP[text] not in markdown_text(text)
    whole = report_markdown(report_with(text))
    harmless = report_markdown(report_with("harmless"))
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in whole.splitlines()] == [
        len(re.findall(r"(?<!\\)\|", line)) for line in harmless.splitlines()
    ]
    if text.strip() not in ("\\", "a | b", "- item", "1. item", "--- ", "---", "# title", "line\nline", "**bold**"):
        assert text not in whole


@pytest.mark.parametrize(
    "text", ["sms_to_won", "sms_to_won@2", "12.5 % (3 of 24)", "2026-03-01: 10:30", "-6.94", "zażółć 東京 שלום"]
)
def test_markdown_leaves_ordinary_text_as_it_is(text: str) -> None:
    assert markdown_text(text) == text
