"""Waits (section 2), over the thread key.

> A contact message that is not live and no non-reply opens a wait when none is open; the next human message,
> or live one not of a bot, strictly later closes it (at one instant, closings come first). A wait belongs to
> the conversation of the message that opened it.
> `first_bot_response_seconds`: from the first wait's opening to the first bot message strictly later, null
> when the wait was closed before.

"Before" is strictly before, by the clock: a bot message at the closing instant is still a bot response.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.spec.reference.business_hours import Calendar, business_seconds
from tests.spec.reference.columns import Row
from tests.spec.reference.conversations import Message
from tests.spec.reference.values import seconds


@dataclass
class Wait:
    """One wait of a thread."""

    opening: Message
    closing: Message | None = None
    bot_at: datetime | None = None

    @property
    def wait_seconds(self) -> float | None:
        if self.closing is None:
            return None
        return seconds(self.closing.sent_at - self.opening.sent_at)

    @property
    def bot_seconds(self) -> float | None:
        if self.bot_at is None or (self.closing is not None and self.closing.sent_at < self.bot_at):
            return None
        return seconds(self.bot_at - self.opening.sent_at)


def closes(message: Message) -> bool:
    return message.is_human or (message.is_live and not message.is_bot)


def opens(message: Message) -> bool:
    return message.sender == "contact" and not message.is_live and message.non_reply_kind is None


def waits_of(thread: list[Message]) -> list[Wait]:
    """The waits of a thread in the order they opened; failed and system messages do not take part."""
    messages = [each for each in thread if each.role == "message" and each.conversation_id is not None]
    messages.sort(key=lambda each: (each.sent_at, not closes(each), each.message_id))
    found: list[Wait] = []
    for each in messages:
        is_open = bool(found) and found[-1].closing is None
        if closes(each):
            if is_open and each.sent_at > found[-1].opening.sent_at:
                found[-1].closing = each
        elif opens(each) and not is_open:
            found.append(Wait(each))
    for wait in found:
        later = [each.sent_at for each in messages if each.is_bot and each.sent_at > wait.opening.sent_at]
        wait.bot_at = min(later, default=None)
    return found


def wait_row(wait: Wait, calendar: Calendar | None) -> Row:
    """A row of `waits`."""
    business: float | None = None
    if wait.closing is not None and calendar is not None:
        business = business_seconds(calendar, wait.opening.sent_at, wait.closing.sent_at)
    return {
        "conversation_id": wait.opening.conversation_id,
        "contact_id": wait.opening.contact_id,
        "channel": wait.opening.channel,
        "opening_message_id": wait.opening.message_id,
        "opened_at": wait.opening.sent_at,
        "closing_message_id": wait.closing.message_id if wait.closing else None,
        "closed_at": wait.closing.sent_at if wait.closing else None,
        "wait_seconds": wait.wait_seconds,
        "business_seconds": business,
    }


def wait_facts(waits: list[Wait], rows: list[Row]) -> Row:
    """The wait columns of one conversation, from its waits in order and their rows."""
    facts: Row = {
        "wait_count": len(waits),
        "open_wait_since": next((each.opening.sent_at for each in waits if each.closing is None), None),
        "first_bot_response_seconds": waits[0].bot_seconds if waits else None,
    }
    for column, suffix in (("wait_seconds", ""), ("business_seconds", "_business")):
        lengths = [row[column] for row in rows if row[column] is not None]
        facts[f"first_response{suffix}_seconds"] = rows[0][column] if rows else None
        facts[f"average_response{suffix}_seconds"] = _mean(lengths)
        facts[f"longest_wait{suffix}_seconds"] = max(lengths, default=None)
    return facts


def _mean(lengths: list[float]) -> float | None:
    if not lengths:
        return None
    total = sum(round(Fraction(each) * 1_000_000) for each in lengths)
    return float(Fraction(total, 1_000_000 * len(lengths)))
