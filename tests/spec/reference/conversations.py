"""Runs of messages and their roles (section 2).

> Key of a thread: (`contact_id`, `thread_id`) where `thread_id` is present, else (`contact_id`, `channel`).
> Within a key, ordered by (`sent_at`, `message_id`), a new run starts where the gap to the message before is
> **greater than** the later message's channel gap: `gap_hours_threaded` with a `thread_id`, else `gap_hours`;
> 0 = every message its own.
> A run with no delivered message of a non-system sender is no conversation: its messages are counted as
> set aside. In the others, undelivered messages and delivered system ones are counted and otherwise ignored.
> `first_message_id` is the first of them; `conversation_id` = md5 of it.

`channel` is the canonical one, in keys too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import md5

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.mappings import Mappings

ThreadKey = tuple[str, bool, str]


@dataclass
class Message:
    """A staged message with what section 2 says of it."""

    message_id: str
    contact_id: str
    thread_id: str | None
    channel: str
    direction: str
    sent_at: datetime
    sender: str
    rep_id: str | None
    campaign_id: str | None
    role: str  # message, failed, system
    is_live: bool
    is_human: bool
    non_reply_kind: str | None
    gap: timedelta
    conversation_id: str | None = None

    @property
    def thread_key(self) -> ThreadKey:
        if self.thread_id is not None:
            return (self.contact_id, True, self.thread_id)
        return (self.contact_id, False, self.channel)

    @property
    def is_bot(self) -> bool:
        return self.sender == "bot"


@dataclass
class Conversation:
    """A run that is a conversation; `messages` are those that are neither failed nor system ones."""

    conversation_id: str
    messages: list[Message]
    failed_count: int
    system_count: int
    row: Row = field(default_factory=dict)

    @property
    def first(self) -> Message:
        return self.messages[0]

    @property
    def last(self) -> Message:
        return self.messages[-1]

    @property
    def started_at(self) -> datetime:
        return self.first.sent_at

    @property
    def order(self) -> tuple[datetime, str]:
        return (self.started_at, self.first.message_id)


def read_message(row: Row, maps: Mappings) -> Message:
    """> *Live* = in an `is_live` channel with an answered status, or with no status and `talk_seconds` > 0.
    > *Human* = sent by a rep, or live with a `rep_id`."""
    channel = maps.channel(row["channel"])
    status = maps.status(row["status"])
    talked = row["status"] is None and (row["talk_seconds"] or 0) > 0
    is_live = channel.is_live and (status.is_answered or talked)
    sender = row["sender_type"]
    if sender is None:
        inbound = row["direction"] == "inbound"
        sender = "contact" if inbound else "rep" if row["rep_id"] is not None else "bot"
    role = "failed" if not status.is_attempt else "system" if sender == "system" else "message"
    return Message(
        message_id=row["message_id"],
        contact_id=row["contact_id"],
        thread_id=row["thread_id"],
        channel=channel.channel,
        direction=row["direction"],
        sent_at=row["sent_at"],
        sender=sender,
        rep_id=row["rep_id"],
        campaign_id=row["campaign_id"],
        role=role,
        is_live=is_live,
        is_human=sender == "rep" or (is_live and row["rep_id"] is not None),
        non_reply_kind=maps.non_reply_kind(row["body"]),
        gap=channel.gap if row["thread_id"] is None else channel.gap_threaded,
    )


def threads(messages: Rows, maps: Mappings) -> dict[ThreadKey, list[Message]]:
    """All staged messages by thread key, in order."""
    found: dict[ThreadKey, list[Message]] = defaultdict(list)
    for row in messages:
        message = read_message(row, maps)
        found[message.thread_key].append(message)
    for thread in found.values():
        thread.sort(key=lambda each: (each.sent_at, each.message_id))
    return found


def runs(thread: list[Message]) -> list[list[Message]]:
    """Cut a thread where the gap is greater than the later message's."""
    found: list[list[Message]] = []
    for message in thread:
        same = bool(found) and message.gap > timedelta() and message.sent_at - found[-1][-1].sent_at <= message.gap
        if same:
            found[-1].append(message)
        else:
            found.append([message])
    return found


def conversation_of(run: list[Message]) -> Conversation | None:
    """The conversation a run is; none where it has no delivered message of a non-system sender."""
    messages = [each for each in run if each.role == "message"]
    if not messages:
        return None
    conversation_id = md5(messages[0].message_id.encode()).hexdigest()
    for each in run:
        each.conversation_id = conversation_id
    return Conversation(
        conversation_id,
        messages,
        failed_count=sum(each.role == "failed" for each in run),
        system_count=sum(each.role == "system" for each in run),
    )


def message_row(message: Message) -> Row:
    """A row of `conversation_messages`."""
    return {
        "message_id": message.message_id,
        "conversation_id": message.conversation_id,
        "contact_id": message.contact_id,
        "thread_id": message.thread_id,
        "channel": message.channel,
        "direction": message.direction,
        "sent_at": message.sent_at,
        "sender": message.sender,
        "rep_id": message.rep_id,
        "campaign_id": message.campaign_id,
        "message_role": message.role,
        "is_live": message.is_live,
        "is_human": message.is_human,
        "non_reply_kind": message.non_reply_kind,
    }
