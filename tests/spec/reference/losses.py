"""What was given in an input and could not be read, column by column.

> Blank strings, and values that cannot be typed, are null … a sender type not listed counts as not given

Readings chosen: every row that is read counts, those set aside too, and every column. Samples are the least, the greatest, and
the one of least md5, each with the key of its row. What has two readings is told from the samples.
"""

from __future__ import annotations

import re
from datetime import datetime
from hashlib import md5

from tests.spec.reference.columns import CODE, DIRECTIONS, ID, INPUTS, LENGTH, NUMBER, SENDER_TYPES, TIME, Row, Rows
from tests.spec.reference.spans import ALWAYS
from tests.spec.reference.values import given, typed
from tests.spec.reference.world import World

LISTED = {"direction": DIRECTIONS, "sender_type": SENDER_TYPES}
REASONS = {TIME: "no_time", NUMBER: "no_number", LENGTH: "no_duration", CODE: "not_listed", ID: "digits_lost"}
DATE = r"'[^0-9']*\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})[^0-9]"
GROUP = r"'[^0-9']*[1-9]\d{0,2}[.,]\d{3}[^0-9.,']*'"
SHOWN = 60


def unreadable_values(world: World, name: str, span: tuple[datetime, datetime]) -> Rows:
    """The rows of one input; none for one that is not switched on."""
    each = INPUTS[name]
    if each.optional and not world.has(name):
        return []
    return [_counted(world.raw(name), name, column, kind, span) for column, kind in each.types.items()]


def _counted(raw: Rows, name: str, column: str, kind: str, span: tuple[datetime, datetime]) -> Row:
    always = (*ALWAYS, *INPUTS[name].required)  # a required time out of the span sets its row aside instead
    key = INPUTS[name].key[0]
    rows = [row for row in raw if given(row.get(column), kind) is not None]
    lost = [row for row in rows if not _is_read(typed(row.get(column), kind), column, span, always)]
    samples = _samples(
        [(str(row[column])[:SHOWN], (given(row.get(key), ID) or "?")[:SHOWN]) for row in lost],
        None if column == key else key,
    )
    return {
        "input": name,
        "column_name": column,
        "reason": _reason(kind, samples) if samples else None,
        "is_required": column in INPUTS[name].required,
        "samples": samples,
        "row_count": len(raw),
        "missing_count": len(raw) - len(rows),
        "given_count": len(rows),
        "read_count": len(rows) - len(lost),
        "unreadable_count": len(lost),
    }


def _reason(kind: str, samples: str) -> str:
    if kind == TIME and re.search(DATE, samples):
        return "two_dates"
    return "two_numbers" if kind == NUMBER and re.search(GROUP, samples) else REASONS[kind]


def _is_read(value: object, column: str, span: tuple[datetime, datetime], always: tuple[str, ...]) -> bool:
    """Whether a typed value counts as read; `always`: the columns in which a time out of the span does too."""
    if isinstance(value, datetime) and column not in always:
        return span[0] <= value < span[1]
    return value is not None and (column not in LISTED or value in LISTED[column])


def _samples(lost: list[tuple[str, str]], key: str | None) -> str | None:
    """Strings compare by their UTF-8 bytes; of rows with one value the least shows the least key, the greatest the greatest."""
    if not lost:
        return None
    ordered = sorted(lost, key=lambda pair: (pair[0].encode(), pair[1].encode()))
    drawn = min(ordered, key=lambda pair: md5(pair[0].encode()).hexdigest())
    shown: dict[str, str] = {}
    for value, name in (ordered[0], ordered[-1], drawn):
        shown.setdefault(value, name)
    return ", ".join(f"'{value}'" + (f" ({key} {name})" if key else "") for value, name in shown.items())
