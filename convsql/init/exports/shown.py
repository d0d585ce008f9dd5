"""A plan for people: which column comes from where, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsql.base.printable import one_line
from convsql.init.exports.plan import Plan

if TYPE_CHECKING:
    from rich.table import Table


def plan_table(plan: Plan) -> Table:
    """One row per column of each input that is made of exports; what does not fit is folded, never cut."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, expand=False)
    for heading in ("input", "column", "from", "why"):
        table.add_column(heading, overflow="fold")
    for name, parts in plan.inputs.items():
        for part in parts:
            table.add_row(name, "", one_line(part.sheet.place), "", style="bold")
            for column, picked in part.columns.items():
                table.add_row("", column, one_line(picked.shown), one_line(picked.evidence))
    return table
