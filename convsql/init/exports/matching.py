"""Which table is which input, by names and by content."""

from __future__ import annotations

from collections.abc import Sequence

from convsql.definitions.read_inputs import declared_inputs
from convsql.init.exports.calls import talked
from convsql.init.exports.columns import Column
from convsql.init.exports.formats import Formats
from convsql.init.exports.names import (
    CLOCK,
    CLOSED_AT,
    DAY,
    FILE_WORDS,
    FROM,
    NAMES,
    OBJECT_WORDS,
    STAGE,
    TO,
    rank,
    spoken_of,
)
from convsql.init.exports.senders import meanings
from convsql.init.exports.sheets import Sheet

LEAST = 3.0  # points that make a table an input
TIMES = ("sent_at", "created_at", "entered_at")


def input_of(sheet: Sheet) -> str:
    """The input that a table is; empty where it is none."""
    points = {name: _points(sheet, name) for name in NAMES if _has_key(sheet, name)}
    best = max(points, key=lambda name: points[name], default="")
    return best if best and points[best] >= LEAST else ""


def _has_key(sheet: Sheet, name: str) -> bool:
    """Whether a table has the ids that an input can't do without; an id of a message can be made."""
    key = {"contacts": "contact_id", "deals": "deal_id", "deal_stages": "deal_id"}.get(name)
    return key is None or pick(sheet, name, key) is not None


def _points(sheet: Sheet, name: str) -> float:
    stem = sheet.opened.file.name.split(".")[0].lower()
    points = 10.0 if stem == name and not sheet.where and not sheet.listed else 0.0
    if sheet.kind and name in OBJECT_WORDS:
        points += 6.0 if spoken_of(sheet.kind, OBJECT_WORDS[name]) else 0.0
    points += 3.0 if spoken_of(sheet.words, FILE_WORDS[name]) else 0.0
    has_time = any(c.time is not None and c.filled for c in sheet.columns)
    amount, stage = pick(sheet, "deals", "amount"), column_named(sheet, STAGE)
    closes = column_named(sheet, CLOSED_AT)
    if name == "messages":
        is_directed = any(c.tells_sides for c in sheet.columns) or ends_of(sheet) is not None
        talks = sum(1 for key in ("body", "talk_seconds", "direction", "channel") if pick(sheet, name, key))
        return points + 3.0 * is_directed + talks - 3.0 * (closes is not None) - (0.0 if has_time else 20.0)
    if name == "contacts":
        reached = sum(1 for c in sheet.columns if c.emails > 0.6 or c.phones > 0.6)
        named = any(rank(c.words, "first name, last name, full name, name, vorname, nachname") for c in sheet.columns)
        talks = any(c.tells_sides for c in sheet.columns) or ends_of(sheet) is not None
        key = pick(sheet, name, "contact_id")
        is_person = key is not None and key.is_unique and rank(key.words, NAMES["messages"]["contact_id"]) > 0
        return (
            points
            + min(reached, 2)
            + named
            + is_person
            - 3.0 * talks
            - 3.0 * (amount is not None)
            - 2.0 * (closes is not None)
        )
    if name == "deals":
        talks = any(c.tells_sides for c in sheet.columns)
        return points + (amount is not None) + (stage is not None) + 2.0 * (closes is not None) - 3.0 * talks
    key = pick(sheet, name, "deal_id")
    repeats = key is not None and key.distinct < key.filled
    return (
        points
        + (stage is not None)
        + 2.0 * repeats
        - 3.0 * (amount is not None)
        - (0.0 if has_time and stage else 20.0)
    )


def column_named(sheet: Sheet, names: str) -> Column | None:
    """The column that is called by one of these names, the likeliest."""
    found = [c for c in sheet.columns if rank(c.words, names) and c.filled]
    return max(found, key=lambda c: rank(c.words, names), default=None)


def pick(sheet: Sheet, name: str, target: str, used: Sequence[Column] = ()) -> Column | None:
    """The column of a table that is a column of an input: by what it is called, where its values can be that."""
    exact = sheet.column(target)
    kinds = {c.name: c.kind for c in declared_inputs()[name].columns}
    scored = []
    for column in sheet.columns:
        if column in used or not column.filled or (target == "channel" and _is_line(column)):
            continue
        named = 1.5 if column is exact else rank(column.words, NAMES[name].get(target, ""))
        if named and (column is exact or _can_be(column, target, kinds[target])):
            named += talked(column) if target == "talk_seconds" and named < 1.5 else 0.0
            is_key = target in declared_inputs()[name].key and name != "deal_stages"
            scored.append((named + 0.6 * (is_key and column.is_unique), column))
    return max(scored, key=lambda each: each[0])[1] if scored else None


def _is_line(column: Column) -> bool:
    """Whether a column called `channel` names the line of each call, as those of telephone exchanges do: PJSIP/201-00000003."""
    is_of_rows = column.distinct > max(5, column.filled // 2)
    return is_of_rows and all(any(c.isdigit() for c in value) for value in column.values)


def _can_be(column: Column, target: str, kind: str) -> bool:
    if kind in ("time", "open_time"):
        return column.time is not None
    if target == "talk_seconds":
        return column.is_duration or (column.number is not None and column.number.is_plain)
    if kind == "number":
        return column.number is not None and column.time is None
    if kind == "direction":
        return bool(column.directions)
    if target == "channel":
        return column.distinct <= 30 and not column.directions and column.number is None
    if target == "status":
        return column.distinct <= 60 and column.number is None
    if target == "message_id":
        return column.is_unique and column.time is None
    if target in ("contact_id", "deal_id"):
        return column.time is None
    return True


def ends_of(sheet: Sheet) -> tuple[Column, Column] | None:
    """The columns of who sent and who received, where there are both."""
    sender = sheet.column(sheet.ends[0]) or column_named(sheet, FROM)
    receiver = sheet.column(sheet.ends[1]) or column_named(sheet, TO)
    if sender is None or receiver is None or sender is receiver:
        return None
    if (sender.name.lower(), receiver.name.lower()) == tuple(each.lower() for each in sheet.ends):
        return sender, receiver
    is_number = all(c.phones > 0.5 or c.emails > 0.5 or c.number is not None for c in (sender, receiver))
    return (sender, receiver) if is_number else None


def day_and_clock(sheet: Sheet) -> tuple[Column, Column] | None:
    """A day and a time of day in columns of their own."""
    day, clock = column_named(sheet, DAY), column_named(sheet, CLOCK)
    if day is None or clock is None or day.time is None or day.time.has_clock or clock.time is not None:
        return None
    is_clock = bool(clock.values) and all(":" in v and len(v) <= 11 for v in clock.values)
    return (day, clock) if is_clock else None


def is_direct(sheet: Sheet, name: str, formats: Formats) -> bool:
    """Whether a table is an input as it stands: its file's name and columns are the standard's, and so are its values."""
    known = declared_inputs()[name]
    stem = sheet.opened.file.name.split(".")[0]
    if stem != name or sheet.where or sheet.listed:
        return False
    named = {c.name.lower(): c for c in sheet.columns}
    if any(column not in named for column in known.must):
        return False
    for each in known.columns:
        column = named.get(each.name)
        if column is None or not column.filled:
            continue
        if each.kind == "time" and column.time is not None and column.time.text not in ("ISO", "epoch"):
            return False
        if each.kind == "number" and column.number is not None and not column.number.is_plain:
            return False
        if each.name == "sender_type" and any(s and v.lower() != s for v, s in meanings(column).items()):
            return False
        if (
            each.kind == "direction"
            and column.directions
            and not {v.lower() for v in column.values} <= {"inbound", "outbound"}
        ):
            return False
    return True
