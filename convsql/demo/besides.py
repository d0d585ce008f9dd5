"""Stories that stand beside the year and move nothing in it: who is in which test, what is sent of which no conversation comes, codes, consents, rosters.

What the people of a test do is what they do anyway. Where a story says that some of them do less, those are chosen of whom it is so. They are drawn from a
random source of their own, after `afterwards`, so that what was told before stays as it is.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

from convsql.demo import words
from convsql.demo.commerce import LOST, PROPOSAL, SIGNED, WON, Commerce
from convsql.demo.feed import crm_load, is_stop
from convsql.demo.people import Contact, Row, pick
from convsql.demo.season import CLOSES, DAY, END, FIRST_DAY, OPENS, midnight
from convsql.demo.stories import BOUGHT_LIST, COME_BACK, HOLDOUT, LATE_SHIFT, OUTAGE, PROPOSAL_REMINDERS
from convsql.demo.talk import Message

_NEW_TALK = timedelta(days=3)
_WINDOW = timedelta(days=30)
_CODES: dict[str, dict[str | None, int]] = {
    "sms": {"30003": 34, "30005": 22, "30006": 18, "30007": 14, "30008": 6, None: 6},
    "email": {"5.1.1": 60, "5.2.2": 24, "5.7.1": 10, None: 6},
}
_CONSENTS: dict[str, int] = {"web form": 60, "at the fair": 25, "in a contract": 15}


def _chats_and_texts(messages: Iterable[Message]) -> dict[str, list[datetime]]:
    """Return when each contact wrote in a chat or text, in the order of time."""
    wrote: dict[str, list[datetime]] = {}
    for message in messages:
        if message.direction == "inbound" and message.channel in ("sms", "chat"):
            wrote.setdefault(message.contact_id, []).append(message.sent_at)
    return {contact_id: sorted(times) for contact_id, times in wrote.items()}


def welcome_back(rng: Random, messages: Iterable[Message], commerce: Commerce) -> list[Row]:
    """Return who is assigned to the test of those who come back: with a talk whose window is over, and a new one."""
    story = COME_BACK
    opened: dict[str, list[datetime]] = {}
    for deal in commerce.deals:
        if isinstance(deal[5], datetime):
            opened.setdefault(str(deal[1]), []).append(deal[5])
    rows: list[Row] = []
    for contact_id, times in sorted(_chats_and_texts(messages).items()):
        for before, at in pairwise(times):
            old = [each for each in times if at - story.longest <= each <= at - _WINDOW - DAY]
            if not (story.starts <= at < story.ends and at - before > _NEW_TALK and old):
                continue
            deals = opened.get(contact_id, [])
            had = any(old[0] <= deal < at for deal in deals)
            has = any(at <= deal < at + _WINDOW for deal in deals)
            if had != has or (not had and rng.random() < story.share):
                assigned_at = at - timedelta(seconds=20)
                rows.append((contact_id, story.name, story.variant(contact_id), assigned_at, crm_load(assigned_at)))
            break
    return rows


def hold_out(rng: Random, contacts: Sequence[Contact], messages: Iterable[Message], commerce: Commerce) -> list[Row]:
    """Return who is on either side of the holdout: of the control nobody meets the channel, and fewer book a first meeting."""
    story = HOLDOUT
    met = {str(meeting[1]) for meeting in commerce.meetings if meeting[2] is None and meeting[3] != "demo"}
    shown = {message.contact_id for message in messages if message.channel == story.channel}
    free = {
        c.contact_id: max(c.created_at, FIRST_DAY)
        for c in contacts
        if c.experiment is None and c.created_at < story.ends
    }
    treated = set(rng.sample(sorted(free), story.contacts))
    others = [contact_id for contact_id in sorted(free) if contact_id not in treated and contact_id not in shown]
    booking = round(len(treated & met) * (1 - story.lost))
    control = {
        *rng.sample([each for each in others if each in met], booking),
        *rng.sample([each for each in others if each not in met], story.contacts - booking),
    }
    return [
        (each, story.name, story.control if each in control else story.treatment, free[each], crm_load(free[each]))
        for each in sorted(treated | control)
    ]


def remind_of_proposals(rng: Random, messages: Iterable[Message], commerce: Commerce) -> list[Message]:
    """Return reminders of proposals that are still open, a day or two after each was sent; of those that are signed in time more are reminded of."""
    story = PROPOSAL_REMINDERS
    people = {str(deal[0]): str(deal[1]) for deal in commerce.deals if deal[1] is not None}
    deaf = {message.contact_id for message in messages if is_stop(message)}
    offered: dict[str, datetime] = {}
    signed: dict[str, datetime] = {}
    ended: dict[str, datetime] = {}
    for deal_id, stage, at in sorted(commerce.deal_stages, key=lambda each: each[2]):
        for stages, first in (((PROPOSAL,), offered), ((SIGNED,), signed), ((SIGNED, WON, LOST), ended)):
            if stage in stages:
                first.setdefault(deal_id, at)
    sent = []
    for deal_id, at in sorted(offered.items()):
        landmark, contact_id = at + story.ahead, people.get(deal_id)
        if contact_id is None or contact_id in deaf or ended.get(deal_id, END) < landmark:
            continue
        share = story.share_of_signed if signed.get(deal_id, END) < landmark + story.window else story.share_of_others
        if rng.random() < share:
            body = words.PROPOSAL_REMINDER
            sent_at = at + DAY + timedelta(seconds=rng.randrange(86400))
            sent.append(Message(contact_id, "email", "outbound", sent_at, f"reminder-{deal_id}", "system", None, "delivered", campaign_id=story.campaign[0], body=body))  # fmt: skip
    return sent


def failure_rows(rng: Random, message_rows: Iterable[Row]) -> list[Row]:
    """Return with which code each failed text or mail was refused, some seconds after it was sent; of a few nobody says why."""
    failed = {str(row[0]): row for row in message_rows if row[8] in ("failed", "bounced") and row[3] == "outbound" and row[2] in _CODES}  # fmt: skip
    rows: list[Row] = []
    for message_id, row in sorted(failed.items()):
        sent_at = row[4]
        if not isinstance(sent_at, datetime):
            continue
        is_down = row[2] == OUTAGE.channel and OUTAGE.starts <= sent_at < OUTAGE.ends
        code = OUTAGE.code if is_down else pick(rng, _CODES[str(row[2])])
        if code is not None:
            rows.append((message_id, code, sent_at + timedelta(seconds=rng.randrange(1, 60)), row[-1]))
    return rows


def consent_rows(rng: Random, contacts: Iterable[Contact], messages: Iterable[Message]) -> list[Row]:
    """Return how each contact agreed to be written to, when it became one; most of those who say stop later are from the bought list."""
    story, stopped = BOUGHT_LIST, {message.contact_id for message in messages if is_stop(message)}
    rows: list[Row] = []
    for contact in contacts:
        share = story.share_of_stopped if contact.contact_id in stopped else story.share_of_others
        draw, own = rng.random(), pick(rng, _CONSENTS)
        if rng.random() >= story.unknown:
            source = story.source if draw < share else own
            rows.append((contact.contact_id, None, source, contact.created_at, crm_load(contact.created_at)))
    return rows


def roster_rows(state_rows: Iterable[Row]) -> list[Row]:
    """Return the shifts of the days on which a rep was there, written a week ahead."""
    days = sorted({(str(row[0]), midnight(row[2])) for row in state_rows if isinstance(row[2], datetime)})
    rows: list[Row] = []
    for rep_id, day in days:
        is_late = rep_id in LATE_SHIFT.rep_ids and LATE_SHIFT.starts <= day < LATE_SHIFT.ends
        until = LATE_SHIFT.until if is_late else CLOSES
        rows.append((rep_id, day + timedelta(hours=OPENS), day + timedelta(hours=until), crm_load(day - 7 * DAY)))
    return rows
