"""Rates as a table with small bars, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from convsql.base.printable import one_line
from convsql.definitions.vocabulary import FEW
from convsql.rates.question import Question
from convsql.rates.words import NOTHING, bare, completeness, percent, period_name, projection

WIDTH = 20
LEAST_WIDTH = 6  # of a bar that says anything
_BAR = 3  # its place after the period and the dimensions
_NUMBERS = (1, 4, 5)  # the places of rate, counts and projection, counted so
_LEGEND = (
    "█ up to the interval's lower limit, ▓ to the rate, ░ to its upper limit; · projected, nothing is over yet; ≥ at least, nobody has been followed to the window's end. "
    f"* fewer than {FEW} matured. Compare complete rows only."
)


def bar(row: Mapping[str, Any], top: float, width: int = WIDTH) -> str:
    """A rate with its interval as `width` characters, of which the last stands for the share `top`."""
    if row["conversion_rate"] is None:
        projected = row["projected_rate"]
        return "·" * (0 if projected is None or not top else round(projected / top * width))
    low, rate, high = (round(row[c] / top * width) if top else 0 for c in ("rate_low", "conversion_rate", "rate_high"))
    return "█" * low + "▓" * (rate - low) + "░" * (high - rate)


def rates_view(
    question: Question,
    rows: Sequence[Mapping[str, Any]],
    confidence: float,
    reason: str = "",
    columns: int | None = None,
    note: str = "",
) -> RenderableType:
    """What `convsql rates` prints: the question, one line per cohort, how to read it. Rows as of `rates_sql`.

    `reason`: why there are no conversations, where there are no rows. `columns`: of the terminal, where there is one; the bars give way first,
    then each cohort has lines of its own: no name and no number is cut. `note`: a sentence that stands below the table.
    """
    if not rows:
        return Text(f"{question.key} has no conversations{f': {reason}' if reason else ' yet'}")
    shares = [row[c] for row in rows for c in ("rate_high", "projected_rate") if row[c] is not None]
    top = max(shares, default=0.0)
    lines = [_texts(question, row, top, 0) for row in rows]
    layout = _layout(_heads(question, confidence), lines, columns)
    title = _title(question, rows)
    below = [Text(note)] if note else []
    if layout is None:
        heads = _heads(question, confidence)
        blocks = [_lines(heads, question, row) for row in rows]
        return Group(title, Text(""), *blocks, *below, Text(_narrow_legend(confidence), style="dim"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, layout.gap - 1, 0, 0), header_style="bold")
    for place, head in enumerate(layout.heads):
        is_number = place > len(question.by) and place - len(question.by) in _NUMBERS
        if place == len(question.by) + _BAR:
            if layout.bar:
                table.add_column("", no_wrap=True, width=layout.bar, style="cyan")
        else:
            table.add_column(Text(head), no_wrap=True, justify="right" if is_number else "left")
    for row in rows:
        done = bool(row["is_complete"])
        cells = _texts(question, row, top, layout.bar)
        shown = [Text(cell) for place, cell in enumerate(cells) if layout.bar or place != len(question.by) + _BAR]
        table.add_row(*shown, style="" if done or question.grain == "all" else "dim")
    return Group(title, table, *below, Text(_LEGEND if layout.bar else _narrow_legend(confidence), style="dim"))


def _narrow_legend(confidence: float) -> str:
    return (
        f"Intervals at {confidence * 100:g}%. ≥ at least: nobody has been followed to the window's end."
        f" * fewer than {FEW} matured. Compare complete rows only."
    )


def _title(question: Question, rows: Sequence[Mapping[str, Any]]) -> Text:
    title = Text(f"{question.key}", style="bold")
    title.append(f"  as of {rows[0]['as_of']:%Y-%m-%d %H:%M} UTC", style="not bold")
    if any(row["uses_late_facts"] for row in rows):
        title.append("  (rests on facts later than the anchor)", style="not bold yellow")
    return title


def _heads(question: Question, confidence: float) -> list[str]:
    first = question.grain if question.grain != "all" else "period"
    dimensions = [one_line(dimension) for dimension in question.by]
    return [
        first,
        *dimensions,
        "rate",
        f"{confidence * 100:g}% interval",
        "",
        "converted / n",
        "projected",
        "complete?",
    ]


@dataclass(frozen=True, slots=True)
class _Layout:
    """What a table has room for: its heads, the width of its bars (0: none), and the blanks between two columns."""

    heads: list[str]
    bar: int
    gap: int


def _layout(heads: list[str], rows: list[list[str]], columns: int | None) -> _Layout | None:
    """Bars give way first, then the blanks between columns; None where even the rest is wider than the terminal."""
    if columns is None:
        return _Layout(heads, WIDTH, 2)
    short = ["interval" if head.endswith(" interval") else head for head in heads]
    free = columns - _width(heads, rows, 2)
    if free >= LEAST_WIDTH:
        return _Layout(heads, min(WIDTH, free), 2)
    for each, gap in ((heads, 2), (short, 1)):
        if _width(each, rows, gap) - gap <= columns:
            return _Layout(each, 0, gap)
    return None


def _width(heads: list[str], rows: list[list[str]], gap: int) -> int:
    """How wide a table is, with a bar of no width."""
    return 2 + sum(max(cell_len(line[place]) for line in [heads, *rows]) + gap for place in range(len(heads)))


def _lines(heads: list[str], question: Question, row: Mapping[str, Any]) -> Text:
    """One cohort in lines of its own."""
    cells = _texts(question, row, 0.0, 0)
    named = [f"{head} {cell}" for head, cell in zip(heads[1 : 1 + len(question.by)], cells[1:], strict=False)]
    rate, interval, _, counts, projected, complete = cells[1 + len(question.by) :]
    between = f" ({heads[2 + len(question.by)]} {interval.strip()})" if interval else ""
    text = Text(", ".join([cells[0], *named]), style="bold")
    text.append(
        f"\n  {rate.strip()}{between}, {counts.strip()}\n  projected {projected.strip()}, {complete}", style="not bold"
    )
    return text


def _texts(question: Question, row: Mapping[str, Any], top: float, width: int) -> list[str]:
    rate = row["conversion_rate"]
    few = "*" if row["is_small"] and row["matured"] else " "
    return [
        period_name(row["cohort_period"], question.grain),
        *(one_line(str(row[dimension])) for dimension in question.by),
        NOTHING if rate is None else percent(rate),
        "" if rate is None else f"{bare(row['rate_low'])}-{bare(row['rate_high'])}",
        bar(row, top, width),
        f"{row['matured_converted']:,} / {row['matured']:,}{few}",
        projection(row, question.window_days),
        completeness(row),
    ]
