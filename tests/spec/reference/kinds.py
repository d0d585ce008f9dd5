"""When a conversation first became each kind, and who handled it (section 2)."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.conversations import Message


def reached_at(messages: list[Message]) -> datetime | None:
    """> first message from the contact that is no autoresponder, or first live one"""
    for each in messages:
        if each.is_live or (each.sender == "contact" and each.non_reply_kind != "autoresponder"):
            return each.sent_at
    return None


def two_way_at(messages: list[Message]) -> datetime | None:
    """> first message with an earlier one (strictly, by `sent_at`) of the other direction, non-replies left
    > out on both sides; or first live one."""
    first: dict[str, datetime] = {}
    for each in messages:
        if each.is_live:
            return each.sent_at
        if each.non_reply_kind is not None:
            continue
        other = first.get("outbound" if each.direction == "inbound" else "inbound")
        if other is not None and other < each.sent_at:
            return each.sent_at
        first.setdefault(each.direction, each.sent_at)
    return None


def sales_handled_at(messages: list[Message], two_way: datetime | None, reps: Rows | None) -> datetime | None:
    """> first human message at or after `two_way_at` by a rep whose role at that instant
    > (`valid_from <= t < valid_to`) is sales; any rep when `reps` is absent

    Absent means not switched on. A null `valid_from` is since ever, a null `valid_to` still.
    """
    if two_way is None:
        return None
    for each in messages:
        if not each.is_human or each.sent_at < two_way:
            continue
        if reps is None:
            return each.sent_at
        if any(rep["role"] == "sales" for rep in rep_rows(reps, each.rep_id, each.sent_at)):
            return each.sent_at
    return None


def rep_rows(reps: Rows, rep_id: str | None, at: datetime) -> Rows:
    """The rows of a rep that hold at an instant, the latest begun last."""
    held = [
        rep
        for rep in reps
        if rep["rep_id"] == rep_id
        and (rep["valid_from"] is None or rep["valid_from"] <= at)
        and (rep["valid_to"] is None or at < rep["valid_to"])
    ]
    return sorted(held, key=lambda rep: (rep["valid_from"] is not None, rep["valid_from"] or datetime.min))


def handled_by(messages: list[Message], until: datetime | None) -> str:
    """> handled_by: human, bot, mixed, none: over messages up to the anchor (below kind: at the end)"""
    seen = [each for each in messages if until is None or each.sent_at <= until]
    human = any(each.is_human for each in seen)
    bot = any(each.is_bot for each in seen)
    if human and bot:
        return "mixed"
    return "human" if human else "bot" if bot else "none"


def owner_facts(messages: list[Message], reps: Rows) -> Row:
    """> `owner_id` (the first human message's `rep_id` that is not null), … `owner_team`,
    > `owner_territory` (at the owner's first message)

    `rep_count` counts the distinct reps of human messages; `handoff_count` the human messages of a rep other
    than the rep of the human message before, those without a `rep_id` left out.
    """
    named = [each for each in messages if each.is_human and each.rep_id is not None]
    changes = sum(following.rep_id != each.rep_id for each, following in pairwise(named))
    facts: Row = {
        "owner_id": None,
        "owner_team": None,
        "owner_territory": None,
        "rep_count": len({each.rep_id for each in named}),
        "handoff_count": changes,
    }
    if named:
        facts["owner_id"] = named[0].rep_id
        held = rep_rows(reps, named[0].rep_id, named[0].sent_at)
        if held:
            facts["owner_team"] = held[-1]["team"]
            facts["owner_territory"] = held[-1]["territory"]
    return facts
