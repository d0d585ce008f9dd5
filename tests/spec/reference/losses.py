"""What was given in an input and could not be read, column by column.

> Blank strings, and values that cannot be typed, are null … a sender type not listed counts as not given

Readings chosen: every row that is read counts, those set aside too; of the columns of text only the required ones are
looked at, and nothing in them is unreadable. Samples are the least, the greatest, and the one of least md5.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import md5

from tests.spec.reference.columns import CODE, DIRECTIONS, INPUTS, NUMBER, SENDER_TYPES, TEXT, TIME, Row, Rows
from tests.spec.reference.spans import ALWAYS
from tests.spec.reference.values import text, typed
from tests.spec.reference.world import World

LISTED = {"direction": DIRECTIONS, "sender_type": SENDER_TYPES}
REASONS = {TIME: "no_time", NUMBER: "no_number", CODE: "not_listed"}
SHOWN = 60


def unreadable_values(world: World, name: str, span: tuple[datetime, datetime]) -> Rows:
    """The rows of one input; none for one that is not switched on."""
    each = INPUTS[name]
    if each.optional and not world.has(name):
        return []
    return [
        _counted(world.raw(name), name, column, kind, span)
        for column, kind in each.types.items()
        if column in each.required or kind in (TIME, NUMBER) or (column in LISTED and name == "messages")
    ]


def _counted(raw: Rows, name: str, column: str, kind: str, span: tuple[datetime, datetime]) -> Row:
    always = (*ALWAYS, *INPUTS[name].required)  # a required time out of the span sets its row aside instead
    given = [row.get(column) for row in raw if text(row.get(column)) is not None]
    lost = [str(value) for value in given if not _is_read(typed(value, kind), column, span, always)]
    return {
        "input": name,
        "column_name": column,
        "reason": REASONS[kind] if lost and kind != TEXT else None,
        "is_required": column in INPUTS[name].required,
        "samples": samples(lost),
        "row_count": len(raw),
        "missing_count": len(raw) - len(given),
        "given_count": len(given),
        "read_count": len(given) - len(lost),
        "unreadable_count": len(lost),
    }


def _is_read(value: object, column: str, span: tuple[datetime, datetime], always: tuple[str, ...]) -> bool:
    """Whether a typed value counts as read; `always`: the columns in which a time out of the span does too."""
    if isinstance(value, datetime) and column not in always:
        return span[0] <= value < span[1]
    return value is not None and (column not in LISTED or value in LISTED[column])


def samples(lost: list[str]) -> str | None:
    """Strings compare by their UTF-8 bytes."""
    if not lost:
        return None
    encoded = sorted(value.encode() for value in lost)
    drawn = min(value for value in lost if md5(value.encode()).hexdigest() == min(md5(e).hexdigest() for e in encoded))
    chosen = [encoded[0].decode()[:SHOWN], encoded[-1].decode()[:SHOWN], drawn[:SHOWN]]
    return ", ".join(f"'{value}'" for value in dict.fromkeys(chosen))
