"""Stages out of columns that each say when a deal entered one: HubSpot's `Date entered "Closed Won (Sales Pipeline)"`, Pipedrive's `Won time`."""

from __future__ import annotations

import re

from convsql.base.quoting import literal
from convsql.init.exports.columns import Column
from convsql.init.exports.formats import Formats
from convsql.init.exports.plan import Part, Picked

# The label of people's exports, and HubSpot's internal names; `Date entered current stage` is the time of the last change.
_ENTERED = re.compile(
    r"""\s*(?:hs_(?:v2_)?date_entered_(?P<inner>.+?)|date entered (?:stage )?["'“‘]?(?P<label>.+?)["'”’]?)\s*""",
    re.IGNORECASE,
)
_ENDED = re.compile(r"(?:deal )?(?:date )?(?P<stage>won|lost)(?: (?:time|date|at|on))?")


def stage_entered(column: Column) -> str:
    """The stage whose entering a column dates, without its pipeline; empty where it dates none."""
    ended = _ENDED.fullmatch(column.words)
    if ended is not None and column.time is not None:
        return ended["stage"].capitalize()
    found = _ENTERED.fullmatch(column.name)
    if found is None or "current" in column.words or (column.filled and column.time is None):
        return ""
    return without_pipeline(found["inner"] or found["label"])


def without_pipeline(stage: str) -> str:
    """A stage without the pipeline that stands behind it in brackets: `Closed Won (Sales Pipeline)` → `Closed Won`."""
    return re.sub(r"\s*\([^()]*\)$", "", stage).strip()


def parts_of(deals: Part, formats: Formats) -> dict[str, Part]:
    """Stage, in small letters → the rows in which a deal entered it: one part a column.

    A column that is empty so far is read as its neighbours are, so that the first deal to get there counts.
    """
    columns = [(c, s) for c in deals.sheet.columns if (s := stage_entered(c))]
    if {s for _, s in columns} in (
        {"Won"},
        {"Lost"},
    ):  # a lone date of closing says when a deal got to the stage that it is in
        return {}
    pattern = next((c for c, _ in columns if c.time is not None), None)
    if pattern is None:
        return {}
    parts: dict[str, Part] = {}
    for column, stage in columns:
        part = Part(deals.sheet, {"deal_id": deals.columns["deal_id"]}, [column], where=f"{column.sql} is not null")
        part.columns["stage"] = Picked(
            literal(stage), literal(stage), "", f"{column.name} says when each deal got there"
        )
        entered = formats.time("deals", deals.sheet, column if column.time is not None else pattern)
        if column.time is None:
            sql, plain = (text.replace(pattern.sql, column.sql) for text in (entered.sql, entered.plain))
            entered = Picked(sql, plain, column.name, f"empty so far, read as {pattern.name}")
        part.columns["entered_at"] = entered
        parts[f"{stage.lower()} {len(parts)}" if stage.lower() in parts else stage.lower()] = part
    return parts
