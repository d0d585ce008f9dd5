"""Generated rows of the inputs beside messages, their times near those of messages."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.spec.properties.messages import CONTACTS, MERGED, PLAIN, REPS, THREADS
from tests.spec.properties.picking import JITTERS, MICROSECOND, STEPS, Picker
from tests.spec.reference.columns import Row, Rows

ACCOUNTS = ("acme", "acme", "zeta")
DEALS = ("d1", "d1", "d2", "d3", "d4")
STAGES = ("won", "won", " Won", "signed", "open", "Open", "lost", "mql")
CODES = ("won", "interested", " WON ", "support", "wrong", "zz_no", "unmapped")


def near(pick: Picker, messages: Rows) -> datetime:
    """An instant of the pool, or a telling step from a message."""
    sent_at = pick.of(messages)["sent_at"] if messages else None
    if sent_at is None or pick.chance(30):
        return pick.at()
    step = pick.of(pick.lengths) if pick.lengths and pick.chance(50) else pick.of(STEPS)
    found: datetime = sent_at + step + pick.of(JITTERS)
    return found


def contacts(pick: Picker) -> Rows:
    merges = {
        "ann-2": "ann",
        "ann-3": "ann-2",
        "loop-b": "loop-a",
        "loop-a": "loop-b",
        "into-loop": "loop-b",
        "gone": "nobody",
    }
    return [
        {
            "contact_id": each,
            "account_id": pick.maybe(75, ACCOUNTS),
            "persona": pick.of(("small", "large", None, " ")),
            "industry": pick.of(("bank", " BANK ", "retail", "mining", None)),
            "source": pick.maybe(50, ("ads", "fair")),
            "territory": pick.maybe(50, ("north", "south")),
            "created_at": pick.maybe_at(30),
            "merged_into": merges.get(each) if pick.chance(85) else pick.maybe(10, CONTACTS),
        }
        for each in (*dict.fromkeys(PLAIN), *MERGED, "שלום")
        if pick.chance(75)
    ]


def deal(pick: Picker, deal_id: str) -> Row:
    return {
        "deal_id": deal_id,
        "contact_id": pick.maybe(85, pick.people),
        "account_id": pick.maybe(40, ACCOUNTS),
        "owner_id": None,
        "amount": pick.maybe(80, (100.0, 33.33, 0.0, 1234567.891)),
        "created_at": pick.instants[0] if pick.chance(75) else pick.maybe_at(90),
    }


def deal_stage(pick: Picker, messages: Rows) -> Row:
    return {
        "deal_id": pick.of((*DEALS * 2, "d9")),
        "stage": pick.of(STAGES) if pick.chance(97) else " ",
        "entered_at": near(pick, messages),
    }


def lifecycle_stage(pick: Picker, messages: Rows) -> Row:
    return {
        "contact_id": pick.of(pick.people),
        "stage": pick.of(STAGES),
        "entered_at": near(pick, messages),
    }


def meeting(pick: Picker, number: int, messages: Rows) -> Row:
    return {
        "meeting_id": f"meet{number}",
        "contact_id": pick.of(pick.people),
        "deal_id": pick.maybe(50, DEALS),
        "kind": pick.of(("demo", " Demo", None, "meeting")),
        "booked_at": near(pick, messages),
        "starts_at": pick.maybe_at(50),
        "status": pick.of(("held", None)),
        "attended_at": near(pick, messages) if pick.chance(60) else None,
    }


def disposition(pick: Picker, messages: Rows, grace_hours: float) -> Row:
    about = pick.of(messages) if messages else {"contact_id": "ann", "message_id": "m00", "thread_id": None}
    recorded_at = near(pick, messages)
    if about.get("sent_at") is not None and pick.chance(40):
        later = pick.of((timedelta(), MICROSECOND, timedelta(seconds=1)))
        recorded_at = about["sent_at"] + timedelta(hours=grace_hours) + later
    return {
        "contact_id": about["contact_id"] if pick.chance(80) else pick.of(pick.people),
        "thread_id": about["thread_id"] if pick.chance(50) else pick.maybe(40, THREADS),
        "message_id": pick.of((None, about["message_id"], "m-unknown")),
        "code": pick.of(CODES),
        "recorded_at": recorded_at,
        "rep_id": pick.maybe(50, REPS),
    }


def rep(pick: Picker) -> Row:
    return {
        "rep_id": pick.of(REPS),
        "valid_from": pick.maybe_at(70),
        "valid_to": pick.maybe_at(40),
        "name": pick.of(("Zoë", "علي", None)),
        "team": pick.of(("blue", "red", None)),
        "role": pick.of(("sales", "sales", " Sales", "support", None)),
        "territory": pick.maybe(60, ("north", "east")),
    }


def others(pick: Picker) -> dict[str, Rows]:
    """The inputs that only staging reads."""
    plain: dict[str, dict[str, tuple[str | float | None, ...] | None]] = {
        "opt_outs": {"contact_id": (), "channel": ("sms", " SMS", None), "opted_out_at": None},
        "rep_states": {"rep_id": REPS, "state": ("talk", " Pause"), "started_at": None, "ended_at": None},
        "campaigns": {"campaign_id": ("k1", "k2", ""), "name": ("Spring", None), "kind": ("Ads",), "cost": (9.5, None)},
        "link_clicks": {"message_id": ("m00", "m01", None), "clicked_at": None},
        "experiment_assignments": {
            "contact_id": (),
            "experiment": ("tone", "tone", "time"),
            "variant": ("a", "b", None),
            "assigned_at": None,
        },
        "operational_changes": {
            "change_id": ("x1", "x2"),
            "kind": ("Hire", "tool"),
            "effective_at": None,
            "scope": (None, "all"),
            "description": (None, "text"),
        },
    }
    return {
        name: [
            {
                column: pick.at() if values is None else pick.of(values or pick.people)
                for column, values in columns.items()
            }
            for _ in range(pick.count(0, 3) if pick.chance(40) else 0)
        ]
        for name, columns in plain.items()
    }
