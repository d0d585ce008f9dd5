"""The first table a newcomer sees: conversion rates by month and by channel, with what they rest on.

Takes plain rows of ``cohort_rates`` (mappings by column name), so that it needs no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from convsql.definitions.vocabulary import FEW
from convsql.rates.words import NOTHING, bare, completeness, month, percent

RateRow = Mapping[str, Any]

# On a terminal of fewer columns than these the columns of these places are left out.
_NARROW = ((94, (1, 2)), (76, (5,)))
NEXT_STEPS: tuple[tuple[str, str], ...] = (
    ("convsql build", "again: nothing changed, nothing is rebuilt"),
    ("window_days: 60 in vars.yml, then convsql build", "more time to convert: watch the rates move"),
    ("convsql --help", "everything else"),
)


def rates_table(
    rows: Iterable[RateRow],
    *,
    confidence: float = 0.95,
    next_steps: Sequence[tuple[str, str]] = NEXT_STEPS,
    columns: int | None = None,
) -> RenderableType:
    """Return what to print: for each metric version its rates by month and by channel, then how to read them.

    Of the rows, those by month over all channels and those by channel over all time are shown; the
    others are passed over. Rates are those of matured conversations only, as the rows have them. On a terminal of fewer `columns` the
    counts that the rate does not rest on are left out, then the projection: no number is cut.
    """
    versions: dict[tuple[str, int], list[RateRow]] = {}
    for row in rows:
        versions.setdefault((str(row["metric"]), int(row["metric_version"])), []).append(row)
    parts: list[RenderableType] = []
    for (metric, version), own in sorted(versions.items()):
        months = [r for r in own if r["cohort_grain"] == "month" and r["cohort_by"] == "all"]
        channels = [r for r in own if r["cohort_grain"] == "all" and r["cohort_by"] == "channel"]
        totals = [r for r in own if r["cohort_grain"] == "all" and r["cohort_by"] == "all"]
        if not months and not channels:
            continue
        parts.append(Text(f"{metric}, version {version}", style="bold"))
        if months:
            months.sort(key=lambda r: str(r["cohort_period"]))
            parts.append(_table("month", [(month(r["cohort_period"]), r) for r in months], [], confidence, columns))
        if channels:
            channels.sort(key=lambda r: (-int(r["matured"]), str(r["channel"])))
            named = [(str(r["channel"]), r) for r in channels]
            parts.append(_table("channel", named, [("all", r) for r in totals], confidence, columns))
    if not parts:
        return Text("No rates yet: cohort_rates has no rows by month or by channel. Run `convsql build` first.")
    return Group(*parts, _legend(confidence), Text(""), _steps(next_steps))


def _table(
    first: str,
    rows: Sequence[tuple[str, RateRow]],
    totals: Sequence[tuple[str, RateRow]],
    confidence: float,
    columns: int | None,
) -> Table:
    """Return one table; the totals stand below a line."""
    heads = (first, "conver-\nsations", "eligible", "converted\n/ matured ", f"rate, with its\n{confidence * 100:g}% interval", "pro-\njected", "complete?")  # fmt: skip
    left_out = {place for most, places in _NARROW if columns is not None and columns < most for place in places}
    kept = [place for place in range(len(heads)) if place not in left_out]
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for place in kept:
        if place == len(heads) - 1:
            table.add_column(heads[place], min_width=11)
        else:
            table.add_column(heads[place], justify="right" if place in (1, 2, 3, 5) else "left", no_wrap=True)

    def cells(name: str, row: RateRow) -> list[str]:
        made = _cells(name, row)
        return [made[place] for place in kept]

    for name, row in rows:
        table.add_row(*cells(name, row))
    if totals:
        table.add_section()
        for name, row in totals:
            table.add_row(*cells(name, row), style="bold")
    return table


def _cells(name: str, row: RateRow) -> list[str]:
    """Return the cells of one row."""
    rate = NOTHING
    few = "*" if row["is_small"] and row["matured"] else " "
    if row["conversion_rate"] is not None:
        rate = f"{percent(row['conversion_rate'])} ({bare(row['rate_low'])}-{bare(row['rate_high'])})"
    return [
        name,
        f"{int(row['conversations']):,}",
        f"{int(row['eligible']):,}",
        f"{int(row['matured_converted']):,} / {int(row['matured']):,}{few}",
        rate,
        NOTHING if row["projected_rate"] is None else percent(row["projected_rate"]),
        completeness(row),
    ]


def _legend(confidence: float) -> RenderableType:
    """Return in plain words how to read the columns."""
    lines = (
        ("conversations", "all of that month or channel; eligible are those that this metric counts"),
        ("matured", "eligible, and their time to convert is over: only these make the rate"),
        ("interval", f"where the true rate lies, {confidence * 100:g} times in 100; wide means few conversations"),
        ("projected", "what the rate will be, as far as one can tell, once nothing is open"),
        ("open", "this many conversations may still convert: do not compare this rate with a complete one"),
        ("*", f"fewer than {FEW} matured conversations: read with care"),
    )
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    for word, meaning in lines:
        table.add_row(word, meaning)
    return Group(Text("How to read this", style="bold"), Padding(table, (0, 0, 0, 2), expand=False))


def _steps(next_steps: Sequence[tuple[str, str]]) -> RenderableType:
    """Return what to try next."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan")
    table.add_column()
    for command, meaning in next_steps:
        table.add_row(command, meaning)
    return Group(Text("What to try next", style="bold"), Padding(table, (0, 0, 0, 2), expand=False))
