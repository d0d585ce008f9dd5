"""`convsql report`: its figures are the published ones, it needs no network, and it says what it leaves out."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

import convsql
from convsql.base.quoting import literal
from convsql.report import drawing
from convsql.report.curve_section import curve_rows
from convsql.report.document import _scope, gather
from convsql.report.figure import Document
from convsql.report.markdown import report_markdown
from convsql.report.page import report_page
from tests.support import convsql as run
from tests.support.demo import copy_demo

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def document(demo_project: Path) -> Document:
    with convsql.Project(demo_project).published() as published:
        return gather(published, 1, None)


def ask(project: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project / "convsql.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


class Read(HTMLParser):
    """Notes the tags and attributes of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_headlines_are_the_newest_complete_cohorts(demo_project: Path, document: Document) -> None:
    expected = {
        f"{metric}@{version}": (rate, low, high, matured)
        for metric, version, rate, low, high, matured in ask(
            demo_project,
            "select metric, metric_version, conversion_rate, rate_low, rate_high, matured from current_rates where cohort_grain = 'month'"
            " and cohort_by = 'all' and is_complete qualify row_number() over (partition by metric order by cohort_period desc) = 1",
        )
    }
    assert len(expected) > 3
    assert {str(h.key): (h.rate, h.low, h.high, h.matured) for h in document.headlines} == expected


def test_a_curve_ends_at_the_projected_rate(demo_project: Path) -> None:
    compared = 0
    with convsql.Project(demo_project).published() as published:
        scope = _scope(published, None)
        for metric in scope.metrics:
            ends = {row["period"]: row["share"] for row in curve_rows(scope, metric)}
            for period, projected in ask(
                demo_project,
                f"select cohort_period, projected_rate from current_rates where metric = {literal(metric['metric'])} and"
                " cohort_grain = 'month' and cohort_by = 'all' and projected_rate is not null",
            ):
                if period in ends:
                    assert ends[period] == pytest.approx(projected, abs=1e-12)
                    compared += 1
    assert compared > 20


def test_every_figure_says_as_of_and_n_and_has_its_rows(document: Document) -> None:
    figures = document.figures()
    assert len({f.name for f in figures}) == len(figures) > 15
    for figure in figures:
        assert f"as of {document.as_of} UTC" in figure.footing
        assert figure.rows
        for row in figure.rows:
            assert {key for key, _, _ in figure.columns} <= set(row)
        if figure.spec:
            assert re.search(r"n = [\d,]+", figure.footing), figure.name
    keyed = [f for f in figures if f.name.startswith(("rate-", "curve-", "segments-"))]
    assert all(re.match(r"\w+@\d+ ", f.footing) for f in keyed)


def test_no_name_stands_twice_in_a_figure(document: Document) -> None:
    named = [
        f
        for f in document.figures()
        if f.name.startswith(("drop-off-", "segments-", "agents-", "funnel-", "send-freq", "first-"))
    ]
    assert len(named) > 10
    for figure in named:
        keys = (
            [key for key, _, form in figure.columns if form == "text"][:2]
            if figure.name == "first-response"
            else [figure.columns[0][0]]
        )
        names = [tuple(row[key] for key in keys) for row in figure.rows]
        assert len(names) == len(set(names)), figure.name


def test_reasons_of_drop_off_sum_to_all_that_did_not_convert(demo_project: Path, document: Document) -> None:
    figures = {f.footing.split("@")[0]: f for f in document.figures() if f.name.startswith("drop-off-")}
    assert len(figures) > 3
    for metric, lost in ask(
        demo_project,
        "select metric, matured - matured_converted from current_rates where cohort_grain = 'all' and cohort_by = 'all'",
    ):
        assert sum(row["unconverted"] for row in figures[metric].rows) == lost


def test_the_page_fetches_nothing_and_names_every_picture(document: Document) -> None:
    pytest.importorskip("vl_convert")
    text = report_page(document, True)
    assert len(text.encode()) < 5_000_000
    tags = Read(text).tags
    assert not [t for t, _ in tags if t in ("iframe", "object", "img", "embed")]
    for tag, attributes in tags:
        assert not [a for a in attributes if a.startswith("on")], tag
        for name in ("src", "href"):
            value = attributes.get(name) or ""
            assert not value or value.startswith(("#", "data:")), value
    assert "url(http" not in text
    assert "@import" not in text
    pictures = [a for t, a in tags if t == "svg"]
    drawn = [f for f in document.figures() if f.spec]
    assert len(pictures) == len(drawn)
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    for picture in pictures:
        assert picture["role"] == "img"
        assert all(part in ids for part in str(picture["aria-labelledby"]).split())
    assert set(re.findall(r'(?:fill|stroke)="(#\w+)"', text)) == set(), "a colour that can't follow the theme"


@pytest.mark.slow
def test_the_same_build_gives_the_same_bytes(demo_project: Path, document: Document) -> None:
    with convsql.Project(demo_project).published() as published:
        again = gather(published, 1, None)
    assert report_page(again, False) == report_page(document, False)
    assert report_markdown(again) == report_markdown(document)


def test_markdown_holds_every_headline_and_table(document: Document) -> None:
    text = report_markdown(document)
    for headline in document.headlines:
        assert f"| {headline.key} |" in text
    widths = [{line.count("|") for line in block.splitlines() if line.startswith("|")} for block in text.split("\n\n")]
    assert max(len(w) for w in widths) == 1
    assert "<svg" not in text


def test_a_section_without_its_table_says_so(document: Document) -> None:
    missing = [s for s in document.sections if s.missing]
    page, text = report_page(document, False), report_markdown(document)
    for section in missing:
        assert not section.figures
        assert f"Left out: {section.missing}." in text
        assert section.missing.split()[0] in page


@pytest.mark.slow
def test_one_chart_is_a_picture(demo_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("vl_convert")
    monkeypatch.chdir(tmp_path)
    names = run("report", "--list", "--project-dir", str(demo_project)).out.split()
    assert "funnel-sales" in names
    done = run("report", "--chart", "funnel-sales", "-o", "funnel.png", "--project-dir", str(demo_project))
    assert done.code == 0, done.err
    assert (tmp_path / "funnel.png").read_bytes().startswith(b"\x89PNG")
    wrong = run("report", "--chart", "funel-sales", "--project-dir", str(demo_project))
    assert (wrong.code, "did you mean 'funnel-sales'?" in wrong.err) == (2, True)
    assert run("report", "--chart", "funnel-sales", "-o", "f.jpg", "--project-dir", str(demo_project)).code == 2


@pytest.mark.slow
def test_without_the_library_there_are_tables_and_a_note(
    demo_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convsql.report.drawing.can_draw", lambda: False)
    monkeypatch.setattr(drawing, "can_draw", lambda: False)
    file = tmp_path / "report.html"
    done = run("report", "-o", str(file), "--project-dir", str(demo_project))
    assert done.code == 0, done.err
    assert "vl-convert-python" in done.err
    text = file.read_text(encoding="utf-8")
    assert "<svg" not in text
    assert text.count("<table") > 15
    picture = run("report", "--chart", "funnel-sales", "--project-dir", str(demo_project))
    assert (picture.code, "vl-convert-python" in picture.err) == (2, True)


@pytest.mark.slow
def test_news_of_definitions_are_those_since_the_last_report(demo_project: Path, tmp_path: Path) -> None:
    folder = copy_demo(demo_project, tmp_path / "own")
    (folder / "target" / "report.json").unlink(missing_ok=True)
    (latest,) = ask(folder, "select max(locked_at) from metric_changes")[0]
    arguments = ("--format", "md", "--project-dir", str(folder))

    def events(*more: str) -> bool:
        return "No definition changed." not in run("report", *arguments, *more).out

    assert events()
    assert events(), "Markdown on stdout is no report to remember"
    assert run("report", "-o", str(tmp_path / "r.md"), *arguments).code == 0
    remembered = json.loads((folder / "target" / "report.json").read_text(encoding="utf-8"))
    assert remembered["definitions_seen_to"] == str(latest)
    assert not events()
    assert events("--since", "2000-01-01")
    assert run("report", *arguments, "--since", "yesterday").code == 2


def test_a_project_without_rates_is_told(folder: Any) -> None:
    project = folder({"models/one.sql": "select 1 as n"})
    project.build()
    done = project.run("report")
    assert (done.code, "the project has no model 'cohort_rates', which this is read from" in done.err) == (2, True)
    assert "`convsql init`" in done.err
