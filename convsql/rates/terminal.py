"""Rates as a table with small bars, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from convsql.base.printable import one_line
from convsql.definitions.vocabulary import FEW
from convsql.rates.question import Question
from convsql.rates.words import NOTHING, bare, completeness, percent, period_name, projection

WIDTH = 20
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
    question: Question, rows: Sequence[Mapping[str, Any]], confidence: float, reason: str = ""
) -> RenderableType:
    """What `convsql rates` prints: the question, one line per cohort, how to read it. Rows as of `rates_sql`.

    `reason`: why there are no conversations, where there are no rows.
    """
    if not rows:
        return Text(f"{question.key} has no conversations{f': {reason}' if reason else ' yet'}")
    shares = [row[c] for row in rows for c in ("rate_high", "projected_rate") if row[c] is not None]
    top = max(shares, default=0.0)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column(Text(question.grain if question.grain != "all" else "period"), no_wrap=True)
    for dimension in question.by:
        table.add_column(Text(one_line(dimension)), no_wrap=True)
    table.add_column("rate", justify="right", no_wrap=True)
    table.add_column(f"{confidence * 100:g} % interval", no_wrap=True)
    table.add_column("", no_wrap=True, width=WIDTH, style="cyan")
    table.add_column("converted / n", justify="right", no_wrap=True)
    table.add_column("projected", justify="right", no_wrap=True)
    table.add_column("complete?", no_wrap=True)
    for row in rows:
        done = bool(row["is_complete"])
        table.add_row(*_cells(question, row, top), style="" if done or question.grain == "all" else "dim")
    title = Text(f"{question.key}", style="bold")
    title.append(f"  as of {rows[0]['as_of']:%Y-%m-%d %H:%M} UTC", style="not bold")
    if any(row["uses_late_facts"] for row in rows):
        title.append("  (rests on facts later than the anchor)", style="not bold yellow")
    return Group(title, table, Text(_LEGEND, style="dim"))


def _cells(question: Question, row: Mapping[str, Any], top: float) -> list[Text]:
    rate = row["conversion_rate"]
    few = "*" if row["is_small"] and row["matured"] else " "
    cells = [
        period_name(row["cohort_period"], question.grain),
        *(one_line(str(row[dimension])) for dimension in question.by),
        NOTHING if rate is None else percent(rate),
        "" if rate is None else f"{bare(row['rate_low'])}-{bare(row['rate_high'])}",
        bar(row, top),
        f"{row['matured_converted']:,} / {row['matured']:,}{few}",
        projection(row, question.window_days),
        completeness(row),
    ]
    return [Text(cell) for cell in cells]
