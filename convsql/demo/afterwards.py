"""Stories that are laid over the year when it is told, drawn from a random source of their own: what was told before stays as it is.

Messages keep their ids and conversations theirs. Where a story makes something rarer, those to whom it happens are chosen so that it is: new reps
are given contacts of whom fewer book a meeting, and no meeting goes. So the rates of all are what they were, and only who is behind them tells.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from convsql.demo import words
from convsql.demo.commerce import PROPOSAL, Commerce
from convsql.demo.feed import is_stop, message_load, message_row
from convsql.demo.people import Contact, Rep, Row
from convsql.demo.season import CLOSES, DAY, END, OPENS, is_open
from convsql.demo.stories import DEAF_CAMPAIGN, KEPT_DEALS, NEW_REPS, OUTAGE, REMINDERS, SLOW_TEAM
from convsql.demo.talk import Message

Meeting = tuple[object, ...]
_FAILED_BEFORE = timedelta(minutes=4)


def let_new_reps_begin(rng: Random, reps: Sequence[Rep], people: Iterable[Contact], messages: Iterable[Message], commerce: Commerce) -> list[Rep]:  # fmt: skip
    """Give new reps contacts of their colleagues, with all that is said and noted, and fewer of those who book a meeting; return the new reps."""
    story, known = NEW_REPS, {rep.rep_id: rep for rep in reps}
    new = {colleague: replace(known[colleague], rep_id=rep_id, name=name) for rep_id, (name, colleague) in story.beginners.items()}  # fmt: skip
    met = {str(m[1]): m[4] for m in reversed(commerce.meetings) if m[2] is None and m[3] != "demo"}
    given: dict[str, Rep] = {}
    for contact in people:
        booked_at = met.get(contact.contact_id)
        loss = story.loss_at(booked_at) if isinstance(booked_at, datetime) else 0.0
        if contact.owner.rep_id in new and rng.random() < story.share * (1 - loss):
            given[contact.contact_id] = contact.owner
            contact.owner = new[contact.owner.rep_id]
    for message in messages:
        before = given.get(message.contact_id)
        if before is not None and message.rep_id == before.rep_id and message.sent_at >= story.starts:
            message.rep_id = new[before.rep_id].rep_id
    for place, noted in enumerate(commerce.dispositions):
        before = given.get(noted[0])
        if before is not None and noted[-1] == before.rep_id and noted[4] >= story.starts:
            commerce.dispositions[place] = (*noted[:-1], new[before.rep_id].rep_id)
    return list(new.values())


def let_reps_keep_deals(rng: Random, people: Iterable[Contact], commerce: Commerce) -> None:
    """Leave deals with those who led the talks. Who closes from June on hands nothing over to anybody and is left out."""
    story, owners = KEPT_DEALS, {contact.contact_id: contact.owner for contact in people}
    offered = {deal_id for deal_id, stage, _ in commerce.deal_stages if stage == PROPOSAL}
    for place, deal in enumerate(commerce.deals):
        owner = owners.get(str(deal[1]))
        if owner is None or owner.rep_id in SLOW_TEAM.rep_ids or owner.rep_id == "r-03":
            continue
        if rng.random() < story.share * (1 - story.loss if deal[0] in offered else 1):
            commerce.deals[place] = (*deal[:3], owner.rep_id, *deal[4:])


def remind(rng: Random, meetings: list[Meeting]) -> list[Message]:
    """Return reminders of demos, sent a day before by the calendar; some who would have stayed away come."""
    story, sent = REMINDERS, []
    for place, (meeting_id, contact_id, deal_id, kind, booked_at, starts_at, status, attended_at) in enumerate(meetings):  # fmt: skip
        assert isinstance(booked_at, datetime) and isinstance(starts_at, datetime)
        if kind != "demo" or starts_at - booked_at <= story.ahead or rng.random() >= story.share:
            continue
        at = starts_at - DAY + timedelta(seconds=rng.randrange(60))
        body = words.REMINDER.format(time=f"{starts_at:%H:%M}")
        sent.append(Message(str(contact_id), "email", "outbound", at, f"reminder-{meeting_id}", "system", None, "delivered", campaign_id=story.campaign[0], body=body))  # fmt: skip
        comes = rng.random() < story.comes
        if status == "no_show" and comes:
            attended_at = starts_at + timedelta(minutes=rng.randrange(0, 6))
            meetings[place] = (meeting_id, contact_id, deal_id, kind, booked_at, starts_at, "attended", attended_at)
    return sent


def fail_at_first(rng: Random, messages: Iterable[Message]) -> list[Message]:
    """Return the failed first tries of what we sent while the provider was down."""
    return [
        replace(message, sent_at=message.sent_at - _FAILED_BEFORE, status="failed", cost=None)
        for message in messages
        if message.channel == OUTAGE.channel
        and message.direction == "outbound"
        and message.status == "delivered"
        and OUTAGE.starts <= message.sent_at < OUTAGE.ends
        and is_open(message.sent_at - _FAILED_BEFORE)
        and rng.random() < OUTAGE.share
    ]


def text_the_deaf_way(rng: Random, messages: Iterable[Message]) -> list[Message]:
    """Return the texts of a campaign to people who had said stop before it."""
    story = DEAF_CAMPAIGN
    told = {m.contact_id: None for m in messages if m.sent_at < story.starts and is_stop(m)}
    sent = []
    for contact_id in told:
        if rng.random() < story.share:
            day = story.starts + DAY * rng.randrange((story.ends - story.starts).days)
            at = day + timedelta(hours=OPENS, seconds=rng.randrange((CLOSES - OPENS) * 3600))
            sent.append(Message(contact_id, story.channel, "outbound", at, None, "bot", None, "delivered", campaign_id=story.campaign_id, body=words.CAMPAIGN_TEXT.format(topic="the trial"), cost=0.0079))  # fmt: skip
    return sent


def added_rows(messages: Iterable[Message], letter: str) -> list[Row]:
    """Return the rows of what is sent besides, with ids of their own (by a ``letter``), so that all others keep theirs."""
    known = sorted((m for m in messages if m.sent_at < END), key=lambda m: (m.sent_at, m.contact_id, m.status or "", m.body or ""))  # fmt: skip
    return [message_row(replace(m, message_id=f"m-{letter}{number:05}"), message_load(m.sent_at)) for number, m in enumerate(known, 1)]  # fmt: skip
