"""One rate with the conversations behind it, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from convsql.base.printable import one_line
from convsql.rates.members import Cell, reason_of, why
from convsql.rates.words import bare, completeness, percent, projection


def members_view(
    cell: Cell,
    excluded: Sequence[Mapping[str, Any]],
    members: Sequence[Mapping[str, Any]],
    definition: Mapping[str, Any],
    confidence: float,
    total: int,
) -> RenderableType:
    """What `convsql explain` prints: the rate, how its counts come about, and its conversations, each with why.

    `excluded`: rows of `exclusions_sql`; `members`: rows of `members_sql`, `total` of them without the limit.
    """
    rate = cell.rate
    title = Text(f"{cell.question.key}, {one_line(cell.words)}", style="bold")
    title.append(f"  as of {rate['as_of']:%Y-%m-%d %H:%M} UTC", style="not bold")
    parts: list[RenderableType] = [
        title,
        Text(),
        _counts(cell, excluded, definition),
        Text(),
        Text(_said(cell, confidence)),
    ]
    if members:
        parts += [_members(members, definition)]
        if len(members) < total:
            parts.append(Text(f"{total - len(members):,} more: --limit, or --status for some of them", style="dim"))
    else:
        parts.append(Text("No conversation of that status."))
    return Group(*parts)


def _counts(cell: Cell, excluded: Sequence[Mapping[str, Any]], definition: Mapping[str, Any]) -> Table:
    rate = cell.rate
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    rows = [
        ("conversations", rate["conversations"], ""),
        ("- below the kind", rate["below_kind"], f"never became {definition['kind']}"),
        *(("- excluded", row["conversations"], reason_of(str(row["eligibility"]), definition)) for row in excluded),
        ("= eligible", rate["eligible"], ""),
        ("- not over", rate["eligible"] - rate["matured"], "their window is still open, whatever they did"),
        ("= matured", rate["matured"], "n of the rate"),
        ("  of them converted", rate["matured_converted"], f"{definition['outcome']} in the window"),
    ]
    for name, count, note in rows:
        table.add_row(Text(name), Text(f"{count:,}"), Text(note, style="dim"))
    return table


def _said(cell: Cell, confidence: float) -> str:
    rate = cell.rate
    state = completeness(rate)
    if rate["conversion_rate"] is None:
        if rate["projected_rate"] is None:
            return f"No rate: nothing is matured ({state})."
        return f"No rate yet: nothing is matured ({state}); projected {projection(rate, cell.question.window_days)}."
    return (
        f"{percent(rate['conversion_rate']).strip()} = {rate['matured_converted']:,} / {rate['matured']:,},"
        f" {confidence * 100:g} % interval {bare(rate['rate_low']).strip()}-{bare(rate['rate_high']).strip()} % ({state})"
    )


def _members(members: Sequence[Mapping[str, Any]], definition: Mapping[str, Any]) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    for column in ("conversation", "contact", "placed at"):
        table.add_column(column, no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("why")
    for member in members:
        cells = (
            str(member["conversation_id"]),
            str(member["contact_id"]),
            f"{member['placed_at']:%Y-%m-%d %H:%M}",
            str(member["status"]).replace("_", " "),
            why(member, definition),
        )
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    return table
