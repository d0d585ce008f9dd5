"""What a report is made of, as values: sections of figures, each with its rows, its footing and a chart's plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from convsql.base.durations import duration
from convsql.definitions.metric_key import MetricKey

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """One picture with the rows behind it.

    `name` is what `--chart` calls it; `footing` says metric@version, as_of and n; `columns` are (key of a row, heading, form),
    forms as of `shown`. `spec` is a Vega-Lite chart; without one the rows are the figure.
    `in_text`: whether Markdown, which has no pictures, shows the rows. `scale`: what the lightest and the darkest cell of a heat map stand for.
    A row may say by a key `drill` of which conversations it is, as `drill.drill` or `Lists.add` has it, and by `mark` how the chart calls it. `folded`: whether the rows are closed until somebody asks for them.
    """

    name: str
    title: str
    reading: str
    footing: str
    columns: Sequence[tuple[str, str, str]]
    rows: Sequence[Row]
    spec: Mapping[str, Any] | None = None
    in_text: bool = True
    scale: tuple[str, str] | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that the tables say: how it begins (a time, a name), what it is, and where the evidence stands (words, name of a figure)."""

    lead: str
    text: str
    evidence: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Section:
    """A question and the figures that answer it. `missing` says why there are none; `caption` is true of all of them."""

    name: str
    title: str
    question: str
    figures: list[Figure] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    missing: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Headline:
    """One metric's card: its newest complete cohort, what that is compared with, and the periods still open. Shares of 1.

    Without a complete period the rate is that of all time, and `is_complete` false. `compared` are comparisons with the metric's own level
    before, its target and the year before, each with whether chance does not explain it.
    """

    key: MetricKey
    description: str
    period: str
    rate: float | None
    low: float | None
    high: float | None
    converted: int
    matured: int
    change: str
    has_moved: bool
    open_note: str
    figure: Figure
    label: str = ""
    is_complete: bool = True
    compared: tuple[tuple[str, bool], ...] = ()
    drill: Mapping[str, str] | None = None


@dataclass(slots=True)
class Document:
    """A whole report."""

    project: str
    environment: str
    build: int
    as_of: str
    confidence: float
    headlines: list[Headline] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    story: list[Sentence] = field(default_factory=list)
    findings: list[Sentence] = field(default_factory=list)
    conversations: Mapping[str, Any] | None = None

    def figures(self) -> list[Figure]:
        """Every figure, in the order of the page."""
        return [h.figure for h in self.headlines] + [f for s in self.sections for f in s.figures]


def shown(value: Any, form: str) -> str:
    """A cell as text. Forms: share (of 1, as a percentage), points (a difference of shares), number, count, date, minutes, text, and prose (text that is long)."""
    if value is None or value == "":
        return "–"
    if form == "share":
        return f"{float(value) * 100:.1f}%"
    if form == "points":
        return f"{_signed(float(value) * 100)} points"
    if form == "count":
        return f"{round(value):,}"
    if form == "minutes":
        return duration(float(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return _number(float(value))
    return str(value)


def _signed(value: float) -> str:
    """To a tenth, with its sign; none where nothing is left to sign."""
    text = f"{value:+.1f}"
    return text[1:] if float(text) == 0 else text


def _number(value: float) -> str:
    """With as many decimals as its size deserves: whole from 1,000, a tenth from 10, a hundredth below, and two digits of what is smaller."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.01 or not size else f"{value:.2g}"


def slug(*parts: object) -> str:
    """A figure's name from its parts: letters, digits, hyphens."""
    text = "-".join(str(p) for p in parts if p not in (None, "")).lower()
    return "-".join(filter(None, "".join(c if c.isalnum() else "-" for c in text).split("-")))
