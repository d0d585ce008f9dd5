"""A report as one HTML file: the story, pictures with the rows behind each one, and the conversations behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from convsql.base.printable import html_text as escape
from convsql.base.printable import one_line
from convsql.pages.frame import asset, page, switch
from convsql.report.drawing import svg
from convsql.report.figure import Document, Figure, Headline, Row, Section, Sentence, shown

MOST_ROWS = 400
MOST_BESIDE = 2  # charts of a section that each have its width
MOST_WHOLE = 24  # rows of a table that is shown at its whole height
MOST_OPEN = 40  # rows of a table that stands open beside its chart
MOST_NARROW = 5  # columns of a table that needs no more than half the width
MOST_LETTERS = 60  # in the longest words of its columns together
_NUMBERS = ("share", "points", "count", "minutes", "number")
_POINTS = " points"
_LIST = "conversations"
# What a line must not part: a time, a count with its name, a period, a number of points.
_WHOLE = re.compile(r"((?:as of )?\b\d{4}-(?:\d\d(?:-\d\d(?: \d\d:\d\d UTC)?)?|Q\d)\b|\bn = [\d,]+)")
_SHORT = re.compile(r"(?=.*-)\S{2,12}")  # a cell that breaks nowhere: an id, a span
_DATE = re.compile(r"\d{4}-[Q\d][-\d]*( \d\d:\d\d)?")


def report_page(document: Document, with_charts: bool, catalogue: str = "") -> str:
    """The page; without charts the tables stand open in their place. `catalogue`: where it lies, beside the page, if it does."""
    names = {f.name for f in document.figures()} | {s.name for s in document.sections} | {"headlines"}
    body = "\n".join(
        [
            '<a class="skip" href="#content">Skip to the figures</a>',
            _top(document),
            '<main id="content">',
            _story(document, names),
            _contents(document),
            _headlines(document, with_charts, catalogue),
            *(_section(section, with_charts) for section in document.sections if not section.missing),
            _conversations(document),
            _missing(document),
            "</main>",
            _footer(document),
        ]
    )
    scripts = (asset("report.js"),)
    return page(f"{document.project}: conversion report", body, (asset("report.css"),), scripts)


def _footer(document: Document) -> str:
    made = (
        f"{document.project}, build {document.build} of {document.environment}. Made by convsql from published tables"
    )
    text = f"{made}, as of {document.as_of} UTC. Intervals at {document.confidence:.0%}."
    how = "What each table and metric means: convsql docs. All rows of one: convsql show NAME."
    return f'<footer><p class="muted">{escape(text)}<br>{escape(how)}</p></footer>'


def _top(document: Document) -> str:
    return (
        f'<header><div class="top"><div><h1>Conversion report</h1><p class="muted">{escape(document.project)} · '
        f'as of <span class="nowrap">{escape(document.as_of)}</span> UTC · build {document.build}</p></div>{switch()}</div></header>'
    )


def _contents(document: Document) -> str:
    """What else is in the report, below what happened: the first screen is for that."""
    links = [("headlines", "Rates"), *((s.name, s.title) for s in document.sections if not s.missing)]
    if document.conversations:
        links.append((_LIST, "Conversations"))
    items = "".join(f'<li><a href="#{escape(name)}">{escape(title)}</a></li>' for name, title in links)
    return f'<nav aria-label="Sections"><ul>{items}</ul></nav>'


def _story(document: Document, names: set[str]) -> str:
    if not document.story:
        return ""
    told = "".join(_sentence(s, names) for s in document.story)
    more = "".join(_sentence(s, names) for s in document.findings)
    besides = f'<h3 id="findings-title">Also in the data</h3><ul class="findings">{more}</ul>' if more else ""
    return (
        '<section id="story" aria-labelledby="story-title"><h2 id="story-title">What happened</h2>'
        f'<ol class="story">{told}</ol>{besides}</section>'
    )


def _sentence(sentence: Sentence, names: set[str]) -> str:
    links = [
        f'<a href="#{escape(name)}">{escape(words)}</a>' if name in names else escape(words)
        for words, name in sentence.evidence
        if name in names
    ]
    shown_by = f' <span class="evidence">[{", ".join(links)}]</span>' if links else ""
    return f"<li><strong>{escape(sentence.lead)}</strong> {_said(sentence.text)}{shown_by}</li>"


def _headlines(document: Document, with_charts: bool, catalogue: str) -> str:
    cards = "\n".join(_card(headline, with_charts, catalogue) for headline in document.headlines)
    empty = "" if cards else '<p class="left-out">No metric is active on the day of as_of.</p>'
    return (
        '<section id="headlines" aria-labelledby="headlines-title"><h2 id="headlines-title">Rates</h2>'
        '<p class="question">The latest complete period of each metric, compared with the period before and with the metric\'s own earlier level.</p>'
        f'{empty}<div class="cards">{cards}</div>'
        f'<p class="caption">Line and band: complete periods with their {document.confidence:.0%} interval. Circles: projections for periods that are '
        "still open, once some of their conversations have had their whole time.</p></section>"
    )


def _card(headline: Headline, with_charts: bool, catalogue: str) -> str:
    interval = (
        f'<span class="interval">{shown(headline.low, "share")} to {shown(headline.high, "share")}</span>'
        if headline.rate is not None
        else ""
    )
    said = [(headline.change, headline.has_moved), *headline.compared]
    compared = "".join(
        f"<li{' class=moved' if moved else ''}>{_said(text)}</li>" for text, moved in said if headline.is_complete
    )
    still_open = f'<p class="open">{_said(headline.open_note)}</p>' if headline.open_note else ""
    name = escape(headline.figure.name)
    return (
        f'<article class="card" id="{name}"><h3>{escape(headline.label or str(headline.key))}</h3>'
        f'<p class="key">{_key(headline, catalogue)}</p>'
        f'<p class="description">{escape(headline.description)}</p>'
        f'<p class="rate"><strong>{shown(headline.rate, "share")}</strong>{interval}</p>'
        f'<p class="of">{_of(headline)}</p>'
        f"{f'<ul class=compared>{compared}</ul>' if compared else ''}{still_open}"
        f"{_picture(headline.figure, with_charts)}</article>"
    )


def _key(headline: Headline, catalogue: str) -> str:
    """The metric's name and version, leading to its definition where the catalogue lies beside the page."""
    words = _words(str(headline.key))
    if not catalogue:
        return words
    name, version = headline.key
    return f'<a href="{escape(catalogue)}#metric-{escape(name)}-{version}">{words}</a>'


def _of(headline: Headline) -> str:
    if headline.is_complete:
        counted = _led(headline.drill, f"{headline.converted:,} of {headline.matured:,} matured")
        return f"{counted} · {escape(headline.period)} · complete"
    if not headline.matured:
        return f"nothing matured yet · {escape(headline.period)}"
    counted = _led(headline.drill, f"{headline.converted:,} of {headline.matured:,} matured")
    return f"{counted} · all time · {escape(headline.period)}"


def _said(text: str) -> str:
    """A sentence whose numbers keep their units beside them, and whose dates are not parted."""
    return _WHOLE.sub(r'<span class="nowrap">\1</span>', escape(text).replace(" points", "&nbsp;points"))


def _words(name: str) -> str:
    """A name that may break at its underscores."""
    return escape(name).replace("_", "_<wbr>")


def _section(section: Section, with_charts: bool) -> str:
    name = escape(section.name)
    title = f'<h2 id="{name}-title">{escape(section.title)}</h2>'
    lines = "".join(f"<li>{_said(line)}</li>" for line in section.lines)
    listed = f'<ul class="lines">{lines}</ul>' if lines else ""
    beside = len([f for f in section.figures if f.spec]) <= MOST_BESIDE
    figures = "\n".join(_figure(figure, with_charts, beside) for figure in section.figures)
    caption = f'<p class="caption">{escape(section.caption)}</p>' if section.caption else ""
    few = " few" if beside else ""
    return (
        f'<section id="{name}" aria-labelledby="{name}-title">{title}'
        f'<p class="question">{escape(section.question)}</p>{listed}<div class="figures{few}">{figures}</div>{caption}</section>'
    )


def _missing(document: Document) -> str:
    """What is not there, with the reason, in one place at the end."""
    left = [s for s in document.sections if s.missing]
    if not left:
        return ""
    items = "".join(
        f'<li id="{escape(s.name)}"><strong>{escape(s.title)}</strong> Left out: {escape(s.missing)}.</li>'
        for s in left
    )
    return f'<section class="missing" aria-labelledby="missing-title"><h2 id="missing-title">Not shown</h2><ul class="lines">{items}</ul></section>'


def _figure(figure: Figure, with_charts: bool, beside: bool) -> str:
    """An article; `beside`: there are few, so that each has its table open at its side where the page is wide."""
    names = [] if figure.spec else ["wide"] if _is_wide(figure) else ["rows"]
    names += ["beside"] if beside and figure.spec and with_charts and len(figure.rows) <= MOST_OPEN else []
    wide = f' class="{" ".join(names)}"' if names else ""
    reading = f"<p>{escape(figure.reading)}</p>" if figure.reading else ""
    return f'<article id="{escape(figure.name)}"{wide}><h3>{_words(figure.title)}</h3>{reading}{_picture(figure, with_charts, "beside" in names)}</article>'


def _is_wide(figure: Figure) -> bool:
    """Whether rows need more than half the width: many columns, or words so long that they would not stand beside each other."""
    texts = [[heading, *(shown(row[key], form) for row in figure.rows)] for key, heading, form in figure.columns]
    return (
        len(figure.columns) > MOST_NARROW
        or sum(max(len(w) for t in column for w in t.split() or [""]) for column in texts) > MOST_LETTERS
    )


def _picture(figure: Figure, with_charts: bool, is_open: bool = False) -> str:
    footing = f'<p class="footing">{_said(figure.footing)}</p>'
    if not figure.spec:
        if figure.folded:
            return f"<details><summary>Show</summary>{_scrolled(figure)}</details>{footing}"
        return _scrolled(figure, "") + footing
    if not with_charts:
        return f"<details open><summary>Table</summary>{_scrolled(figure)}</details>{footing}"
    described = " ".join(p for p in (figure.reading, figure.footing, "The table below has every value.") if p)
    drawn = svg(figure.spec, figure.name, figure.title, described)
    return f"<figure>{drawn}{_scale(figure)}</figure>{footing}<details{' open' if is_open else ''}><summary>Table</summary>{_scrolled(figure)}</details>"


def _scale(figure: Figure) -> str:
    if figure.scale is None:
        return ""
    low, high = figure.scale
    return f'<figcaption class="scale"><span>{escape(low)}</span><i></i><span>{escape(high)}</span></figcaption>'


def _scrolled(figure: Figure, label: str = "Table: ") -> str:
    long = " long" if len(figure.rows) > MOST_WHOLE else ""
    return f'<div class="scroll{long}" tabindex="0" role="region" aria-label="{label}{escape(figure.title)}">{table(figure)}</div>'


def table(figure: Figure) -> str:
    """The rows of a figure as an HTML table, cut at MOST_ROWS."""
    head = "".join(
        f'<th scope="col"{" class=number" if form in _NUMBERS else ""}>{escape(heading)}{_unit(form)}</th>'
        for _, heading, form in figure.columns
    )
    rows = []
    for row in list(figure.rows)[:MOST_ROWS]:
        cells = "".join(_cell(figure, row, place) for place in range(len(figure.columns)))
        rows.append(f"<tr>{cells}</tr>")
    more = len(figure.rows) - MOST_ROWS
    cut = f'<p class="muted">{more:,} more rows are left out.</p>' if more > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{cut}"


def _unit(form: str) -> str:
    return f" ({_POINTS.strip()})" if form == "points" else ""


def _cell(figure: Figure, row: Row, place: int) -> str:
    key, _, form = figure.columns[place]
    text = shown(row[key], form).removesuffix(_POINTS if form == "points" else "")
    kind = (
        " class=number"
        if form in _NUMBERS
        else " class=date"
        if _DATE.fullmatch(text) or _SHORT.fullmatch(text)
        else ""
    )
    kind = kind or (" class=prose" if form == "prose" else "")
    return f"<td{kind}>{_linked(row, escape(text), place)}</td>"


def _linked(row: Row, text: str, place: int) -> str:
    """The first cell of a row leads to its conversations, where the list can tell them."""
    return text if place else _led(row.get("drill"), text, str(row.get("mark") or ""))


def _led(asked: Mapping[str, str] | None, text: str, mark: str = "") -> str:
    """Text that leads to the conversations that are asked for, where any are; `mark`: how the chart's mark is called, if not by the text."""
    if not asked:
        return text
    address = urlencode({key: one_line(value) for key, value in asked.items()})
    named = f' data-mark="{escape(mark)}"' if mark else ""
    return f'<a class="drill"{named} href="#{_LIST}?{escape(address)}">{text}</a>'


def _conversations(document: Document) -> str:
    if not document.conversations:
        return ""
    data = json.dumps(document.conversations, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    left = document.conversations["left_out"]
    note = f" {left:,} older ones are left out." if left else ""
    return (
        f'<section id="{_LIST}" aria-labelledby="{_LIST}-title"><h2 id="{_LIST}-title">Conversations</h2>'
        f'<p class="question">Which conversations is a figure made of? Choose, or follow a dotted link of any figure or a mark of a chart.{note} '
        "Only ids are in this file; what was said is in the tables.</p>"
        '<noscript><p class="left-out">This list needs the page\'s own script.</p></noscript>'
        '<form class="filters" hidden></form><div class="found" aria-live="polite"></div>'
        f'<script type="application/json" id="{_LIST}-data">{data}</script></section>'
    )
