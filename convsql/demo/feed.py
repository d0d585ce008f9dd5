"""From the story to the rows of the feeds: ids in the order of time, and when each row was loaded."""

from datetime import datetime, timedelta

from convsql.demo.people import CAMPAIGNS, Contact, Row
from convsql.demo.season import FIRST_DAY, NEW_PHONES_FROM
from convsql.demo.stories import LONG_PAUSE, PROPOSAL_REMINDERS, REMINDERS
from convsql.demo.talk import Message, is_live

CHANGES: tuple[tuple[str, str, datetime, str, str], ...] = (
    ("ch-1", "tooling", NEW_PHONES_FROM, "voice", "New telephone system: every call has a status."),
    ("ch-2", "staffing", datetime(2026, 3, 2), "support", "One of support moves to inbound sales."),
    ("ch-3", "bot", datetime(2026, 4, 1), "chat", "A bot answers every chat first."),
    (
        "ch-4",
        "definition",
        datetime(2026, 5, 1),
        "conversation_to_opportunity",
        "Version 2: 30 days instead of 14, after the April cohort review.",
    ),
)


def message_load(at: datetime) -> datetime:
    """Return when a message of ``at`` was loaded: the feed runs each quarter of an hour."""
    return (
        at
        - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
        + timedelta(minutes=15, seconds=80)
    )


def crm_load(at: datetime) -> datetime:
    """Return when a row of the customer system was loaded: hourly, and all the past at the start."""
    at = max(at, FIRST_DAY)
    return at - timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond) + timedelta(minutes=64)


def number_messages(messages: list[Message]) -> None:
    """Put messages in the order of time and give them their ids."""
    messages.sort(key=lambda m: (m.sent_at, m.contact_id, m.channel, m.direction, m.body or ""))
    for number, message in enumerate(messages, 1):
        message.message_id = f"m-{number:06}"


def message_row(message: Message, loaded_at: datetime) -> Row:
    """Return the row of one message."""
    return (
        message.message_id,
        message.contact_id,
        message.channel,
        message.direction,
        message.sent_at,
        message.thread_id,
        message.sender_type,
        message.rep_id,
        message.status,
        message.talk_seconds,
        message.campaign_id,
        message.body,
        message.cost,
        loaded_at,
    )


def rep_state_rows(messages: list[Message]) -> list[Row]:
    """Return what the telephone system saw of reps on days with a call: free, talking, wrapping up, at lunch."""
    days: dict[tuple[datetime, str], list[Message]] = {}
    for message in messages:
        if is_live(message) and message.rep_id is not None:
            day = message.sent_at.replace(hour=0, minute=0, second=0, microsecond=0)
            days.setdefault((day, message.rep_id), []).append(message)
    rows: list[Row] = []
    for (day, rep_id), calls in sorted(days.items(), key=lambda item: item[0]):
        free_from = day + timedelta(hours=9)
        lunch = day + timedelta(hours=12, minutes=30)
        pause = LONG_PAUSE.minutes if rep_id in LONG_PAUSE.rep_ids else LONG_PAUSE.usual
        blocks = [(call.sent_at, call.talk_seconds or 0, "talk") for call in calls] + [(lunch, 60 * pause, "pause")]
        for start, seconds, state in sorted(blocks):
            start = max(start, free_from)
            end = start + timedelta(seconds=seconds)
            if start > free_from:
                rows.append((rep_id, "available", free_from, start, crm_load(start)))
            rows.append((rep_id, state, start, end, crm_load(end)))
            free_from = end
            if state == "talk":
                free_from = end + timedelta(seconds=90)
                rows.append((rep_id, "wrap_up", end, free_from, crm_load(free_from)))
        closing = day + timedelta(hours=17)
        if closing > free_from:
            rows.append((rep_id, "available", free_from, closing, crm_load(closing)))
    return rows


def assignment_rows(contacts: list[Contact]) -> list[Row]:
    """Return who was in which test, and got what."""
    return [
        (c.contact_id, c.experiment.name, c.variant, c.created_at, crm_load(c.created_at))
        for c in contacts
        if c.experiment is not None
    ]


def is_stop(message: Message) -> bool:
    """Tell whether a contact says stop."""
    return message.direction == "inbound" and (message.body or "").lower() in ("stop", "unsubscribe")


def opt_out_rows(messages: list[Message]) -> list[Row]:
    """Return the opt-outs that STOP messages led to: of texts, some minutes later."""
    rows: list[Row] = []
    for message in messages:
        if is_stop(message):
            at = message.sent_at + timedelta(seconds=40)
            rows.append((message.contact_id, "sms", at, crm_load(at)))
    return rows


def change_rows() -> list[Row]:
    """Return what changed in the way the team works."""
    return [(*change, crm_load(change[2])) for change in CHANGES]


def campaign_rows() -> list[Row]:
    """Return the campaigns with what each cost in the year."""
    known = [(key, name, kind, cost) for key, name, kind, _, cost in CAMPAIGNS]
    return [(*campaign, FIRST_DAY) for campaign in [*known, REMINDERS.campaign, PROPOSAL_REMINDERS.campaign]]
