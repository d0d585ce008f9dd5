"""One row per conversation (section 2): kinds, counts, as-of facts, dispositions and waits.

> Persona, industry, source, territory, account and deal amount are the inputs' current values.
> `lifecycle_stage_at_start`, `deal_stage_at_start` (last stage entered at or before `started_at`; ties:
> greatest name).

A deal's stages are those of the deals of the conversation's contact.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from tests.spec.reference.business_hours import calendars_of
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.conversations import (
    Conversation,
    Message,
    ThreadKey,
    conversation_of,
    message_row,
    runs,
    threads,
)
from tests.spec.reference.dispositions import Attaching, attached, disposition_facts
from tests.spec.reference.kinds import owner_facts, reached_at, sales_handled_at, two_way_at
from tests.spec.reference.mappings import Mappings
from tests.spec.reference.staging import Staged
from tests.spec.reference.values import hours
from tests.spec.reference.waits import Wait, wait_facts, wait_row, waits_of
from tests.spec.reference.world import World

NO_CONTACT: Row = dict.fromkeys(("account_id", "persona", "industry", "source", "territory"))


@dataclass
class Talk:
    """What section 2 makes of the staged inputs."""

    conversations: list[Conversation]
    conversation_messages: Rows
    waits: Rows
    no_conversation_count: int


def talk(world: World, staged: Staged, maps: Mappings) -> Talk:
    """Read section 2."""
    by_thread = threads(staged.tables["messages"], maps)
    conversations = [
        found for thread in by_thread.values() for run in runs(thread) if (found := conversation_of(run)) is not None
    ]
    rows = [message_row(each) for thread in by_thread.values() for each in thread]
    contacts = {row["contact_id"]: row for row in staged.tables["contacts"]}
    facts = {
        each.conversation_id: {
            **_contact_facts(contacts.get(each.first.contact_id)),
            **owner_facts(each.messages, staged.tables["reps"]),
        }
        for each in conversations
    }
    waits = _waits(world, by_thread, facts)
    stages = _Stages(staged)
    attaching = Attaching(conversations, {row["message_id"]: row["conversation_id"] for row in rows})
    dispositions = attached(staged.tables["dispositions"], attaching, maps)
    reps = staged.tables["reps"] if world.has("reps") else None
    grace = hours(world.setting("disposition_grace_hours", 24))
    for each in conversations:
        each.row = {
            **_message_facts(each),
            **facts[each.conversation_id],
            **stages.facts(each),
            **disposition_facts(dispositions.get(each.conversation_id, []), each.last.sent_at, grace),
        }
        own_waits = waits.get(each.conversation_id, [])
        each.row |= wait_facts([wait for wait, _ in own_waits], [row for _, row in own_waits])
        two_way = two_way_at(each.messages)
        each.row["reached_at"] = reached_at(each.messages)
        each.row["two_way_at"] = two_way
        each.row["sales_handled_at"] = sales_handled_at(each.messages, two_way, reps)
    return Talk(
        conversations,
        rows,
        [row for own in waits.values() for _, row in own],
        sum(row["conversation_id"] is None for row in rows),
    )


def _waits(
    world: World, by_thread: dict[ThreadKey, list[Message]], facts: dict[str, Row]
) -> dict[str, list[tuple[Wait, Row]]]:
    """The waits of each conversation, in the order they opened."""
    calendars = calendars_of(world)
    found: dict[str, list[tuple[Wait, Row]]] = defaultdict(list)
    for thread in by_thread.values():
        for wait in waits_of(thread):
            name = str(wait.opening.conversation_id)
            found[name].append((wait, wait_row(wait, calendars.of(facts[name]))))
    return found


def _message_facts(each: Conversation) -> Row:
    messages = each.messages

    def first(**wanted: object) -> datetime | None:
        times = (
            message.sent_at
            for message in messages
            if all(getattr(message, name) == value for name, value in wanted.items())
        )
        return next(times, None)

    return {
        "conversation_id": each.conversation_id,
        "first_message_id": each.first.message_id,
        "contact_id": each.first.contact_id,
        "thread_id": each.first.thread_id,
        "campaign_id": each.first.campaign_id,
        "started_at": each.started_at,
        "first_human_at": first(is_human=True),
        "first_bot_at": first(is_bot=True),
        "first_inbound_at": first(direction="inbound"),
        "first_outbound_at": first(direction="outbound"),
        "last_message_at": each.last.sent_at,
        "open_until": each.last.sent_at + each.last.gap,
        "channel": each.first.channel,
        "initiated_by": each.first.sender,
        "message_count": len(messages),
        "inbound_count": sum(message.direction == "inbound" for message in messages),
        "outbound_count": sum(message.direction == "outbound" for message in messages),
        "failed_count": each.failed_count,
        "system_count": each.system_count,
    }


def _contact_facts(contact: Row | None) -> Row:
    """> a missing survivor: its id is used, attributes null"""
    if contact is None:
        return {**NO_CONTACT, "is_regulated": False}
    return {column: contact[column] for column in (*NO_CONTACT, "is_regulated")}


class _Stages:
    """The stages each contact, and the deals of each contact, entered."""

    def __init__(self, staged: Staged) -> None:
        self._lifecycle: dict[str, Rows] = defaultdict(list)
        self._deal: dict[str, Rows] = defaultdict(list)
        for row in staged.tables["lifecycle_stages"]:
            self._lifecycle[row["contact_id"]].append(row)
        contact_of = {row["deal_id"]: row["contact_id"] for row in staged.tables["deals"]}
        for row in staged.tables["deal_stages"]:
            contact_id = contact_of.get(row["deal_id"])
            if contact_id is not None:
                self._deal[contact_id].append(row)

    def facts(self, each: Conversation) -> Row:
        contact_id = each.first.contact_id
        return {
            "lifecycle_stage_at_start": _stage_at(self._lifecycle.get(contact_id, []), each.started_at),
            "deal_stage_at_start": _stage_at(self._deal.get(contact_id, []), each.started_at),
        }


def _stage_at(rows: Rows, at: datetime) -> str | None:
    entered = [(row["entered_at"], row["stage"]) for row in rows if row["entered_at"] <= at]
    return max(entered)[1] if entered else None
