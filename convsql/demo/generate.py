"""The demo year of a small software company: everything is drawn from one seeded generator, but for what `afterwards` adds from another."""

from datetime import datetime, timedelta
from random import Random

from convsql.demo import afterwards, besides, flaws
from convsql.demo.channels import FIRST_TALKS, LATER_TALKS, Channel, email_in, farewell, sms_in, sms_out
from convsql.demo.commerce import Commerce
from convsql.demo.feed import (
    assignment_rows,
    campaign_rows,
    change_rows,
    crm_load,
    message_load,
    message_row,
    number_messages,
    opt_out_rows,
    rep_state_rows,
)
from convsql.demo.people import Contact, Rep, Row, account_industries, make_contacts, make_reps, pick, rep_rows
from convsql.demo.season import END, FIRST_DAY, Season
from convsql.demo.stories import MIX_SHIFT, WRONG_PERSON
from convsql.demo.talk import Message, Talker

CONTACTS = 7610
TALKS_GO_ON = 0.53
REPEATED = 180


def generate(seed: int = 7) -> dict[str, list[Row]]:
    """Return the rows of every input table, in the order in which the feeds brought them."""
    rng = Random(seed)
    season = Season(rng)
    reps = make_reps(rng)
    people = make_contacts(rng, season, reps, CONTACTS)
    account_industries(people)
    talker, commerce = Talker(rng, season, reps), Commerce(rng, season, reps)
    messages: list[Message] = []
    for contact, first_at in people:
        commerce.welcome(contact)
        messages += _year_of(rng, season, talker, commerce, contact, first_at)
    messages += _farewells(rng, talker, commerce)
    messages = [m for m in messages if m.sent_at < END]
    number_messages(messages)
    contacts = [contact for contact, _ in people]
    _deals_without_talks(rng, season, commerce, contacts)
    reps, added = _afterwards(Random(f"{seed} afterwards"), reps, contacts, messages, commerce)
    later = Random(f"{seed} besides")
    tests = besides.welcome_back(later, messages, commerce) + besides.hold_out(later, contacts, messages, commerce)
    reminders = besides.remind_of_proposals(later, messages, commerce)
    tables: dict[str, list[Row]] = {
        "messages": _message_rows(rng, messages),
        "contacts": [
            *flaws.contact_rows(rng, contacts),
            (None, None, None, None, "event", "north", FIRST_DAY, None, FIRST_DAY),
        ],
        "deals": [(*d, crm_load(_time(d[5]))) for d in commerce.deals if _time(d[5]) < END],
        "deal_stages": [*_stage_rows(commerce.deal_stages), ("d-0001", None, FIRST_DAY, FIRST_DAY)],
        "lifecycle_stages": _stage_rows(commerce.lifecycle_stages),
        "meetings": _meeting_rows(commerce.meetings),
        "dispositions": _disposition_rows(commerce),
        "opt_outs": opt_out_rows(messages),
        "reps": rep_rows(reps),
        "rep_states": rep_state_rows(messages),
        "campaigns": campaign_rows(),
        "link_clicks": _click_rows(rng, messages),
        "experiment_assignments": [*assignment_rows(contacts), *tests],
        "operational_changes": change_rows(),
    }
    tables["messages"] += [*afterwards.added_rows(added, "a"), *afterwards.added_rows(reminders, "b")]
    tables["delivery_failures"] = besides.failure_rows(later, tables["messages"])
    tables["consents"] = besides.consent_rows(later, contacts, messages)
    tables["rosters"] = besides.roster_rows(tables["rep_states"])
    for rows in tables.values():
        rows.sort(key=lambda row: str(row[-1]))
    return tables


def _afterwards(
    rng: Random, reps: list[Rep], contacts: list[Contact], messages: list[Message], commerce: Commerce
) -> tuple[list[Rep], list[Message]]:
    """Lay the later stories over the year; return the reps and what is sent besides."""
    reps = reps + afterwards.let_new_reps_begin(rng, reps, contacts, messages, commerce)
    afterwards.let_reps_keep_deals(rng, contacts, commerce)
    added = afterwards.remind(rng, commerce.meetings)
    added += afterwards.fail_at_first(rng, messages)
    added += afterwards.text_the_deaf_way(rng, messages)
    return reps, added


def _year_of(
    rng: Random, season: Season, talker: Talker, commerce: Commerce, contact: Contact, first_at: datetime
) -> list[Message]:
    """Return a contact's messages of the year, and let each talk have its consequences."""
    messages: list[Message] = []
    at, channel = first_at, _channel(rng, FIRST_TALKS[contact.source], first_at)
    while at < END:
        if not (contact.opted_out and channel is sms_out):
            talk = channel(talker, contact, at, _intent(rng, contact, at))
            commerce.follow(talk)
            messages += talk.messages
            at = talk.messages[-1].sent_at
        if rng.random() > TALKS_GO_ON:
            break
        at = season.around(at + timedelta(days=0.2 + rng.expovariate(1 / 19)))
        channel = _channel(rng, LATER_TALKS, at)
    return messages


def _channel(rng: Random, weights: dict[Channel, int], at: datetime) -> Channel:
    """Return the channel of the next talk; while the mix is shifted, most of some channels' contacts write instead."""
    channel = pick(rng, weights)
    is_moved = channel.__name__.removesuffix("_in").removesuffix("_out") in MIX_SHIFT.channels
    if is_moved and MIX_SHIFT.starts <= at < MIX_SHIFT.ends and rng.random() < MIX_SHIFT.share:
        return rng.choice((sms_in, email_in))
    return channel


def _farewells(rng: Random, talker: Talker, commerce: Commerce) -> list[Message]:
    """Return what closers and contacts wrote after lost deals, and let each farewell be noted."""
    messages: list[Message] = []
    for contact, lost_at in commerce.losses:
        if rng.random() < WRONG_PERSON.farewells and lost_at < END and not contact.opted_out:
            talk = farewell(talker, contact, lost_at)
            commerce.part(talk)
            messages += talk.messages
    return messages


def _intent(rng: Random, contact: Contact, at: datetime) -> str:
    """Return what a contact wants: customers mostly support, others mostly to buy."""
    draw = rng.random()
    if contact.is_customer and contact.deal_ends_at is not None and at > contact.deal_ends_at:
        return "support" if draw < 0.75 else "buy"
    return "wrong" if draw < 0.025 else "support" if draw < 0.1 else "buy"


def _deals_without_talks(rng: Random, season: Season, commerce: Commerce, contacts: list[Contact]) -> None:
    """Add deals that no conversation explains: signed up alone, or known by account only; and demos without a deal."""
    for contact in rng.sample(contacts, 110):
        opens_at = season.at_work(max(contact.created_at, FIRST_DAY) + timedelta(days=rng.randrange(1, 60)))
        of_account = rng.random() < 0.2
        contact_id = None if of_account and contact.account_id else contact.contact_id
        commerce.add_deal(
            contact_id, contact.account_id, contact.closer.rep_id, float(rng.randrange(2000, 20000)), opens_at
        )
    for contact in rng.sample(contacts, 90):
        booked_at = season.at_work(max(contact.created_at, FIRST_DAY) + timedelta(days=rng.randrange(1, 20)))
        starts_at = season.at_work(booked_at + timedelta(days=4)).replace(minute=30, second=0)
        commerce.add_meeting(contact, None, "demo", booked_at, starts_at)


def _message_rows(rng: Random, messages: list[Message]) -> list[Row]:
    """Return the messages with their repeated copies and the rows nobody can use."""
    first_copies = flaws.repeated_messages(rng, messages, REPEATED)
    repeated = {row[0] for row in first_copies}
    rows = [
        message_row(m, flaws.reload_at(rng, m.sent_at) if m.message_id in repeated else message_load(m.sent_at))
        for m in messages
    ]
    return rows + first_copies + flaws.unusable_messages(rng, messages)


def _stage_rows(stages: list[tuple[str, str, datetime]]) -> list[Row]:
    """Return the stages entered in time."""
    return [(key, stage, at, crm_load(at)) for key, stage, at in stages if at < END]


def _disposition_rows(commerce: Commerce) -> list[Row]:
    """Return the dispositions with the ids of the messages they are about, and two without a code."""
    rows: list[Row] = []
    for contact_id, thread_id, message, code, at, rep_id in commerce.dispositions:
        if at < END:
            rows.append(
                (contact_id, thread_id, message.message_id if message else None, code, at, rep_id, crm_load(at))
            )
    rows += [(*row[:3], None, *row[4:]) for row in rows[100:102]]
    return rows


def _click_rows(rng: Random, messages: list[Message]) -> list[Row]:
    """Return the clicks on links in what campaigns sent."""
    rows: list[Row] = []
    for message in messages:
        if (
            message.direction == "outbound"
            and message.campaign_id is not None
            and message.status == "delivered"
            and rng.random() < 0.11
        ):
            at = message.sent_at + timedelta(seconds=int(rng.lognormvariate(7.5, 1.2)))
            if at < END:
                rows.append((message.message_id, at, message_load(at)))
    return rows


def _time(value: object) -> datetime:
    """Return a value of a row that is known to be a time."""
    assert isinstance(value, datetime)
    return value


def _meeting_rows(meetings: list[tuple[object, ...]]) -> list[Row]:
    """Return each meeting as it was booked, and again once it took place or did not."""
    rows: list[Row] = []
    for meeting in meetings:
        booked_at, starts_at, status = _time(meeting[4]), _time(meeting[5]), meeting[6]
        if booked_at < END:
            rows.append((*meeting[:6], "booked", None, crm_load(booked_at)))
            if status != "booked":
                rows.append((*meeting, crm_load(starts_at + timedelta(minutes=50))))
    return rows
