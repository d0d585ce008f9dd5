"""One rate and the conversations behind it, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from convsql.base.printable import one_line
from convsql.rates.members import Cell, missed, reason_of, why
from convsql.rates.words import bare, completeness, percent, projection

MEMBERS = ("conversation", "contact", "placed at", "status", "why")


def cell_view(
    cell: Cell, excluded: Sequence[Mapping[str, Any]], definition: Mapping[str, Any], confidence: float
) -> RenderableType:
    """What `convsql explain` prints first: the rate, and how its counts come about. `excluded`: rows of `exclusions_sql`."""
    title = Text(f"{cell.question.key}, {one_line(cell.words)}", style="bold")
    title.append(f"  as of {cell.rate['as_of']:%Y-%m-%d %H:%M} UTC", style="not bold")
    return Group(title, Text(), _counts(cell, excluded, definition), Text(), Text(_said(cell, confidence)))


def member_rows(members: Sequence[Mapping[str, Any]], definition: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """The conversations under MEMBERS, each with why it stands where it does. `members`: rows of `members_sql`."""
    return [
        (
            one_line(str(member["conversation_id"])),
            one_line(str(member["contact_id"])),
            f"{member['placed_at']:%Y-%m-%d %H:%M}",
            str(member["status"]).replace("_", " "),
            why(member, definition),
        )
        for member in members
    ]


def _counts(cell: Cell, excluded: Sequence[Mapping[str, Any]], definition: Mapping[str, Any]) -> Table:
    rate = cell.rate
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    rows = [
        ("conversations", rate["conversations"], ""),
        (
            "- below the kind",
            rate["below_kind"],
            missed(definition["kind"]),
        ),
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
        f" {confidence * 100:g}% interval {bare(rate['rate_low']).strip()}-{bare(rate['rate_high']).strip()}% ({state})"
    )
