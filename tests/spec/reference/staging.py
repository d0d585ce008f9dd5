"""Staging (section 1), one raw table after the other.

> in this order: type …; set aside rows without a required value or with a direction not listed; hide what
> `as_of` hides …; move contact ids to their survivor through chains of `merged_into` …; keep one row per
> key (latest `loaded_at`, nulls lowest; then the greatest row in the column order above, nulls lowest,
> strings by UTF-8 bytes).

Readings chosen where the page leaves room: the default `as_of` looks at rows not set aside by then, that
is, before one row is kept per key; an experiment assignment's kept row is the earliest by `assigned_at`
("the earliest counts") before the usual order; a rep state's later end is null like a later `attended_at`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.spec.reference.columns import DIRECTIONS, INPUTS, SENDER_TYPES, TIME, Input, Row, Rows
from tests.spec.reference.currencies import convert, currency_of
from tests.spec.reference.losses import unreadable_values
from tests.spec.reference.mappings import Mappings
from tests.spec.reference.merges import survivors
from tests.spec.reference.spans import ALWAYS, plausible_span
from tests.spec.reference.values import seconds, time, typed
from tests.spec.reference.world import World

LATER_TIMES = {"meetings": "attended_at", "rep_states": "ended_at"}
CLOCKED = ("messages", "deal_stages", "lifecycle_stages", "meetings")


@dataclass
class Staged:
    """The staged inputs with the clocks and the counts of what was set aside."""

    tables: dict[str, Rows]
    as_of: datetime | None
    latest: dict[str, datetime]
    survivors: dict[str, str]
    set_aside: Counter[tuple[str, str]]
    unreadable: Rows


def stage(world: World, maps: Mappings) -> Staged:
    """Stage every input of the world."""
    set_aside: Counter[tuple[str, str]] = Counter()
    span = plausible_span(world)
    usable = {name: _usable(world.raw(name), each, span, set_aside) for name, each in INPUTS.items()}
    as_of = time(world.setting("as_of", None))
    if as_of is None:
        as_of = _default_as_of(usable)
    visible = {name: _visible(usable[name], each, as_of, set_aside) for name, each in INPUTS.items()}
    contacts = _one_per_key(visible["contacts"], INPUTS["contacts"], set_aside)
    moves = survivors(contacts)
    tables = {"contacts": contacts}
    for name, each in INPUTS.items():
        if name == "contacts":
            continue
        for row in visible[name]:
            if "contact_id" in row and row["contact_id"] is not None:
                row["contact_id"] = moves.get(row["contact_id"], row["contact_id"])
        tables[name] = _one_per_key(visible[name], each, set_aside)
    convert(world, tables["deals"])
    for row in contacts:
        row["is_regulated"] = maps.regulated.get(row["industry"] or "", False)
    for row in tables["messages"]:
        row |= _meaning(row, maps)
    for row in tables["dispositions"]:
        row["category"], row["is_win"] = maps.categories.get(row["code"], (None, None))
    unreadable = [row for name in INPUTS for row in unreadable_values(world, name, span)]
    return Staged(tables, as_of, _latest(visible), moves, set_aside, unreadable)


def _meaning(message: Row, maps: Mappings) -> Row:
    """What the mappings say of a message."""
    channel = maps.channel(message["channel"])
    status = maps.status(message["status"])
    gap = channel.gap if message["thread_id"] is None else channel.gap_threaded
    return {
        "canonical_channel": channel.channel,
        "gap_seconds": seconds(gap),
        "is_live_channel": channel.is_live,
        "is_attempt": status.is_attempt,
        "is_answered": status.is_answered,
        "non_reply_kind": maps.non_reply_kind(message["body"]),
    }


def _usable(raw: Rows, each: Input, span: tuple[datetime, datetime], set_aside: Counter[tuple[str, str]]) -> Rows:
    """Type the rows; set aside those without a required value, with an unknown direction, or with a required time
    out of the span. Other times out of it are null, but for the validity of reps, whose ends need never be reached."""
    kept: Rows = []
    for raw_row in raw:
        row = {column: typed(raw_row.get(column), kind) for column, kind in each.types.items()}
        if each.name == "deals":
            row["currency"] = currency_of(raw_row)
        if any(row[column] is None for column in each.required):
            set_aside[each.name, "missing_required"] += 1
            continue
        if each.name == "messages":
            if row["direction"] not in DIRECTIONS:
                set_aside[each.name, "unknown_direction"] += 1
                continue
            if row["sender_type"] not in SENDER_TYPES:
                row["sender_type"] = None
        implausible = [
            column
            for column, kind in each.types.items()
            if kind == TIME
            and column not in ALWAYS
            and row[column] is not None
            and not span[0] <= row[column] < span[1]
        ]
        if set(implausible) & set(each.required):
            set_aside[each.name, "implausible_time"] += 1
            continue
        kept.append(row | dict.fromkeys(implausible))
    return kept


def _default_as_of(usable: dict[str, Rows]) -> datetime | None:
    """> when not given it is the latest `sent_at`, `entered_at` or `loaded_at` in `messages` and
    > `deal_stages` (of rows not set aside)"""
    times = [row[column] for row in usable["messages"] for column in ("sent_at", "loaded_at")]
    times += [row[column] for row in usable["deal_stages"] for column in ("entered_at", "loaded_at")]
    return max((each for each in times if each is not None), default=None)


def _visible(rows: Rows, each: Input, as_of: datetime | None, set_aside: Counter[tuple[str, str]]) -> Rows:
    """> `as_of` hides every row whose event time or `loaded_at` is later"""
    if as_of is None:
        return rows
    kept: Rows = []
    for row in rows:
        times = [row["loaded_at"]]
        if each.event_time is not None:
            times.append(row[each.event_time])
        if any(at is not None and at > as_of for at in times):
            set_aside[each.name, "after_as_of"] += 1
            continue
        later = LATER_TIMES.get(each.name)
        if later is not None and row[later] is not None and row[later] > as_of:
            row[later] = None
        kept.append(row)
    return kept


def _latest(visible: dict[str, Rows]) -> dict[str, datetime]:
    """> the latest visible `coalesce(loaded_at, event time)` (before one row is kept per key)"""
    latest: dict[str, datetime] = {}
    for name in CLOCKED:
        for row in visible[name]:
            times = [row["loaded_at"]]
            if row["loaded_at"] is None:
                times = [row[str(INPUTS[name].event_time)], row.get("attended_at")]
            for at in times:
                if at is not None and (name not in latest or at > latest[name]):
                    latest[name] = at
    return latest


def _one_per_key(rows: Rows, each: Input, set_aside: Counter[tuple[str, str]]) -> Rows:
    groups: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in each.key)].append(row)
    kept: Rows = []
    for group in groups.values():
        if each.name == "experiment_assignments":
            earliest = min(row["assigned_at"] for row in group)
            best = max((row for row in group if row["assigned_at"] == earliest), key=_rank(each))
        else:
            best = max(group, key=_rank(each))
        kept.append(best)
        if len(group) > 1:
            set_aside[each.name, "repeated_key"] += len(group) - 1
    return kept


def _rank(each: Input) -> Any:
    def rank(row: Row) -> tuple[tuple[bool, Any], ...]:
        values = [row["loaded_at"], *(row[column] for column in each.columns)]
        return tuple((value is not None, value if value is not None else 0) for value in values)

    return rank
