"""Times that nobody could read: which column should have them, an example of its values, and what to do."""

from __future__ import annotations

import re

from convsql.init.exports.columns import Column
from convsql.init.exports.names import CLOSED_AT, NAMES, STAGE_CHANGED_AT, rank
from convsql.init.exports.sheets import Sheet

_NAMED = (NAMES["messages"]["sent_at"], NAMES["deals"]["created_at"], CLOSED_AT, STAGE_CHANGED_AT)
_DAY_NUMBER = re.compile(r"[2-7]\d{4}([.,]\d+)?")  # 1954 to 2118 as a spreadsheet counts days
_ZONE = re.compile(r"\d\s*(am|pm)?\s+[a-z]{2,5}$", re.IGNORECASE)


def unread_times(sheet: Sheet, names: tuple[str, ...] = _NAMED) -> str:
    """The first column that is named like a time, and whose values are none that can be read; empty where there is no such column."""
    for name in names:
        for column in sheet.columns:
            if rank(column.words, name) and (unread := unread_column(column)):
                return f"{unread[0]}: {unread[1]}"
    return ""


def unread_column(column: Column) -> tuple[str, str] | None:
    """That a column's values, which hold digits, are not read as times, and what to do; None where they are, or hold none."""
    if column.time is not None or not any(re.search(r"\d", v) for v in column.values):
        return None
    return f"{column.name} has '{column.values[0]}', which is not read as a time", _to_do(column)


def _to_do(column: Column) -> str:
    values = column.values
    if all(_DAY_NUMBER.fullmatch(v) for v in values):
        return "it is a spreadsheet's number of a day; format the column as a date there, and export it again"
    if any(_ZONE.search(v) for v in values):
        return "a zone in letters has several meanings; write an offset (-05:00), or leave it out and say --set zone=Area/City"
    return "write all times of the column in one way, such as 2026-01-31 14:05"
