"""What real feeds do to good data: late copies, merged contacts and rows that cannot be used."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from convsql.demo.feed import crm_load, message_load, message_row
from convsql.demo.people import Contact, Row, contact_row
from convsql.demo.season import END
from convsql.demo.talk import Message


def repeated_messages(rng: Random, messages: list[Message], count: int) -> list[Row]:
    """Return the first, unfinished copies of some outgoing messages: each was loaded again a day or two later.

    The list of messages holds the copy that counts; its ``loaded_at`` stays later than the copy's.
    """
    outgoing = [
        m
        for m in messages
        if m.direction == "outbound" and m.status == "delivered" and m.sent_at < END - timedelta(days=3)
    ]
    return [message_row(replace(m, status="sent"), message_load(m.sent_at)) for m in rng.sample(outgoing, count)]


def reload_at(rng: Random, sent_at: datetime) -> datetime:
    """Return when a message was loaded for the second time."""
    return message_load(sent_at + timedelta(hours=rng.randrange(20, 52)))


def contact_rows(rng: Random, contacts: list[Contact]) -> list[Row]:
    """Return the contacts as the feed brought them: some completed later, some merged into another one.

    Two are merged twice, a chain: the first into the second, the second into a third.
    """
    rows: list[Row] = []
    for contact in contacts:
        loaded_at = crm_load(contact.created_at)
        if contact.persona is not None and rng.random() < 0.02:
            rows.append(contact_row(replace(contact, persona=None), loaded_at))
            loaded_at = min(
                crm_load(loaded_at + timedelta(days=rng.randrange(2, 20))), crm_load(END - timedelta(hours=2))
            )
        rows.append(contact_row(contact, loaded_at))
    chosen = rng.sample([c for c in contacts if c.created_at < END - timedelta(days=40)], 141)
    pairs = [(chosen[n], chosen[n + 1]) for n in range(0, 138, 2)]
    pairs += [(chosen[138], chosen[139]), (chosen[139], chosen[140])]
    for lost, kept in pairs:
        merged_at = crm_load(max(lost.created_at, kept.created_at) + timedelta(days=rng.randrange(1, 30)))
        rows.append(contact_row(lost, merged_at, merged_into=kept.contact_id))
    return rows


def unusable_messages(rng: Random, messages: list[Message]) -> list[Row]:
    """Return rows that staging sets aside: no contact, no id, an unknown direction, a day that does not exist."""
    rows: list[Row] = []
    for number, message in enumerate(rng.sample(messages, 14)):
        row = list(message_row(replace(message, message_id=f"m-bad-{number:02}"), message_load(message.sent_at)))
        if number < 2:
            row[0] = None
        elif number < 7:
            row[1] = None
        elif number < 11:
            row[3] = "internal"
        else:
            row[4] = f"2026-02-30 1{number % 10}:20:00"
        rows.append(tuple(row))
    return rows
