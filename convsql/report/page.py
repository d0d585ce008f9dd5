"""A report as one HTML file: pictures inside it, the rows behind each one beside it."""

from __future__ import annotations

from convsql.base.printable import html_text as escape
from convsql.pages.frame import asset, page, switch
from convsql.report.drawing import svg
from convsql.report.figure import Document, Figure, Headline, Section, shown

MOST_ROWS = 400
_NUMBERS = ("share", "points", "count", "minutes", "number")


def report_page(document: Document, with_charts: bool) -> str:
    """The page; without charts the tables stand open in their place."""
    body = "\n".join(
        [
            '<a class="skip" href="#content">Skip to the figures</a>',
            _top(document),
            '<main id="content">',
            _headlines(document, with_charts),
            *(_section(section, with_charts) for section in document.sections),
            "</main>",
            _footer(document),
        ]
    )
    return page(f"{document.project}: conversion report", body, (asset("report.css"),), ())


def _footer(document: Document) -> str:
    made = (
        f"{document.project}, build {document.build} of {document.environment}. Made by convsql from published tables"
    )
    text = f"{made}, as of {document.as_of} UTC. Intervals at {document.confidence:.0%}."
    return f'<footer><p class="muted">{escape(text)}</p></footer>'


def _top(document: Document) -> str:
    links = [("headlines", "Rates"), *((s.name, s.title) for s in document.sections if not s.missing)]
    items = "".join(f'<li><a href="#{escape(name)}">{escape(title)}</a></li>' for name, title in links)
    return (
        f'<header><div class="top"><div><h1>Conversion report</h1><p class="muted">{escape(document.project)} · '
        f"as of {escape(document.as_of)} UTC · build {document.build}</p></div>{switch()}</div>"
        f'<nav aria-label="Sections"><ul>{items}</ul></nav></header>'
    )


def _headlines(document: Document, with_charts: bool) -> str:
    cards = "\n".join(_card(headline, with_charts) for headline in document.headlines)
    empty = "" if cards else '<p class="left-out">No metric is active on the day of as_of.</p>'
    return (
        '<section id="headlines" aria-labelledby="headlines-title"><h2 id="headlines-title">Rates</h2>'
        '<p class="question">The newest complete period of each metric. What is still open is not compared.</p>'
        f'{empty}<div class="cards">{cards}</div></section>'
    )


def _card(headline: Headline, with_charts: bool) -> str:
    interval = (
        f'<span class="interval">{shown(headline.low, "share")} to {shown(headline.high, "share")}</span>'
        if headline.rate is not None
        else ""
    )
    moved = ' class="moved"' if headline.has_moved else ""
    still_open = f'<p class="open">{escape(headline.open_note)}</p>' if headline.open_note else ""
    name, version = headline.key
    return (
        f'<article class="card" id="{escape(headline.figure.name)}"><h3>{_words(name)} <span class="version">@{escape(str(version))}</span></h3>'
        f'<p class="description">{escape(headline.description)}</p>'
        f'<p class="rate"><strong>{shown(headline.rate, "share")}</strong>{interval}</p>'
        f'<p class="of">{headline.converted:,} of {headline.matured:,} matured · {escape(headline.period)} · complete</p>'
        f"<p><span{moved}>{escape(headline.change)}</span></p>{still_open}"
        f"{_picture(headline.figure, with_charts)}</article>"
    )


def _words(name: str) -> str:
    """A name that may break at its underscores."""
    return escape(name).replace("_", "_<wbr>")


def _section(section: Section, with_charts: bool) -> str:
    name = escape(section.name)
    title = f'<h2 id="{name}-title">{escape(section.title)}</h2>'
    if section.missing:
        inner = f'<p class="left-out">Left out: {escape(section.missing)}.</p>'
        return f'<section id="{name}" class="missing" aria-labelledby="{name}-title">{title}{inner}</section>'
    lines = "".join(f"<li>{escape(line)}</li>" for line in section.lines)
    listed = f'<ul class="lines">{lines}</ul>' if lines else ""
    figures = "\n".join(_figure(figure, with_charts) for figure in section.figures)
    return (
        f'<section id="{name}" aria-labelledby="{name}-title">{title}'
        f'<p class="question">{escape(section.question)}</p>{listed}<div class="figures">{figures}</div></section>'
    )


def _figure(figure: Figure, with_charts: bool) -> str:
    wide = "" if figure.spec else ' class="wide"'
    reading = f"<p>{escape(figure.reading)}</p>" if figure.reading else ""
    return f'<article id="{escape(figure.name)}"{wide}><h3>{_words(figure.title)}</h3>{reading}{_picture(figure, with_charts)}</article>'


def _picture(figure: Figure, with_charts: bool) -> str:
    footing = f'<p class="footing">{escape(figure.footing)}</p>'
    if not figure.spec:
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(figure.title)}">{table(figure)}</div>{footing}'
    if not with_charts:
        return f"<details open><summary>Table</summary>{_scrolled(figure)}</details>{footing}"
    described = " ".join(p for p in (figure.reading, figure.footing, "The table below has every value.") if p)
    drawn = svg(figure.spec, figure.name, figure.title, described)
    return f"<figure>{drawn}</figure>{footing}<details><summary>Table</summary>{_scrolled(figure)}</details>"


def _scrolled(figure: Figure) -> str:
    return f'<div class="scroll" tabindex="0" role="region" aria-label="Table: {escape(figure.title)}">{table(figure)}</div>'


def table(figure: Figure) -> str:
    """The rows of a figure as an HTML table, cut at MOST_ROWS."""
    head = "".join(
        f'<th scope="col"{" class=number" if form in _NUMBERS else ""}>{escape(heading)}</th>'
        for _, heading, form in figure.columns
    )
    rows = []
    for row in list(figure.rows)[:MOST_ROWS]:
        cells = "".join(
            f"<td{' class=number' if form in _NUMBERS else ''}>{escape(shown(row[key], form))}</td>"
            for key, _, form in figure.columns
        )
        rows.append(f"<tr>{cells}</tr>")
    more = len(figure.rows) - MOST_ROWS
    cut = f'<p class="muted">{more:,} more rows are left out.</p>' if more > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{cut}"
