"""Whole generated inputs, small and rich in the edges of section 7."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random

from hypothesis import strategies as st

from tests.properties.picking import JITTERS, MICROSECOND, SHORT_STEPS, STEPS, Picker
from tests.properties.settings import seeds, variables
from tests.reference.columns import INPUTS, NUMBER, TIME, Row, Rows
from tests.reference.world import World

PLAIN = ("ann", "ann", "O'Brien", "🙂")
MERGED = ("ann-2", "ann-3", "loop-b", "loop-a", "into-loop", "gone")
CONTACTS = PLAIN * 4 + MERGED + ("שלום", "nobody")
ACCOUNTS = ("acme", "acme", "zeta")
THREADS = ("t1", "sms")
REPS = ("r1", "r1", "r2", "r'3")
BODIES = ("hello", "hello", "yes please")
STOP = ("STOP", " stop \n", "Stop it", "STOP OUT OF OFFICE")
AWAY = ("I am out of office", "stop out of office")
DEALS = ("d1", "d1", "d2", "d3", "d4")
STAGES = ("won", "won", " Won", "signed", "open", "Open", "lost", "mql")
CODES = ("won", "interested", " WON ", "support", "wrong", "zz_no", "unmapped")

KINDS_OF_MESSAGE: tuple[tuple[str, Row], ...] = tuple(
    (kind, fields)
    for weight, kind, fields in (
        (6, "text", {"direction": "inbound"}),
        (4, "text", {"direction": "outbound", "rep": True}),
        (3, "text", {"direction": "outbound"}),
        (1, "stop", {"direction": "inbound"}),
        (2, "away", {"direction": "inbound"}),
        (1, "away", {"direction": "outbound"}),
        (2, "text", {"direction": "outbound", "rep": True, "status": "failed"}),
        (1, "text", {"direction": "inbound", "status": "busy", "sender_type": "system"}),
        (1, "text", {"direction": "outbound", "sender_type": "system"}),
        (1, "text", {"direction": "inbound", "sender_type": " Contact "}),
        (1, "text", {"direction": "outbound", "sender_type": "contact"}),
        (1, "text", {"direction": "outbound", "sender_type": "rep"}),
        (1, "text", {"direction": "inbound", "sender_type": "robot", "rep": True}),
        (2, "call", {"direction": "outbound", "rep": True, "status": "answered", "talk_seconds": 60.0}),
        (1, "call", {"direction": "inbound", "talk_seconds": 12.5}),
        (1, "call", {"direction": "inbound", "rep": True, "talk_seconds": 1.0}),
        (1, "call", {"direction": "outbound", "sender_type": "bot", "rep": True, "talk_seconds": 3.0}),
        (1, "call", {"direction": "outbound", "sender_type": "bot", "status": "answered"}),
        (1, "call", {"direction": "outbound", "rep": True, "talk_seconds": 0.0}),
        (1, "call", {"direction": "outbound", "rep": True, "status": "voicemail", "talk_seconds": 20.0}),
        (1, "call", {"direction": "outbound", "rep": True, "status": "odd", "talk_seconds": 20.0}),
        (1, "text", {"direction": "sideways"}),
        (1, "text", {"direction": " "}),
    )
    for _ in range(weight)
)
CHANNELS = {
    "text": ("sms",) * 14 + (" SMS", "chat", "chat", "mail", "pigeon"),
    "call": ("voice", "voice", "Call", "sms"),
}


@dataclass(frozen=True)
class Setup:
    """What worlds have in common that are built with the same plan."""

    variables: Row
    typed: bool
    instants: tuple[datetime, ...]


@cache
def setup(number: int) -> Setup:
    """The setup of a number: variables and metrics, how the raw tables are typed, a few instants."""
    pick = Picker(Random(f"setup {number}"))
    pick.add_instants(pick.count(2, 4))
    return Setup(variables(pick), pick.chance(50), tuple(pick.instants))


def worlds(number: int) -> st.SearchStrategy[World]:
    """Worlds of one setup. Each is known by a number; `shrinking` makes a failing one small."""
    return st.integers(0, 2**63 - 1).map(lambda seed: world(number, seed))


def world(number: int, seed: int, max_messages: int = 40) -> World:
    """A world; its raw tables are typed, or all strings of several spellings."""
    common = setup(number)
    pick = Picker(Random(f"world {number} {seed}"), common.instants)
    pick.is_dense = pick.chance(50)
    if pick.is_dense:
        pick.instants = [pick.at()]
        pick.add_instants(pick.count(4, 9), SHORT_STEPS)
        pick.instants += common.instants[:1]
    else:
        pick.add_instants(pick.count(2, 6))
    pick.people = _people(pick)
    pick.lengths = [timedelta(days=each["window_days"]) for each in common.variables["conversion_metrics"]]
    messages = [_message(pick, each) for each in range(_some(pick, min(8, max_messages), max_messages))]
    grace_hours = common.variables.get("disposition_grace_hours", 24)
    tables = {
        "messages": _repeated(pick, messages, "m"),
        "contacts": _repeated(pick, _contacts(pick), "c"),
        "deals": _repeated(pick, [_deal(pick, each) for each in DEALS[1:] if pick.chance(85)], "d"),
        "deal_stages": [_deal_stage(pick, messages) for _ in range(_some(pick, 3, 10))],
        "lifecycle_stages": [_lifecycle_stage(pick, messages) for _ in range(_some(pick, 1, 4))],
        "meetings": [_meeting(pick, each, messages) for each in range(_some(pick, 1, 4))],
        "dispositions": [_disposition(pick, messages, grace_hours) for _ in range(_some(pick, 2, 6))],
        "reps": [_rep(pick) for _ in range(_some(pick, 2, 5))],
        **_others(pick),
    }
    load_percent = pick.of((0, 15, 60))
    for rows in tables.values():
        for row in rows:
            row["loaded_at"] = row.get("loaded_at") or pick.maybe_at(load_percent)
    if not common.typed:
        for name, rows in tables.items():
            _as_text(pick, name, rows)
    return World(tables, seeds(pick), common.variables, common.typed)


def _some(pick: Picker, enough: int, at_most: int) -> int:
    """Mostly enough rows for things to meet; sometimes none."""
    return pick.count(enough, at_most) if pick.chance(85) else pick.count(0, at_most)


def _near(pick: Picker, messages: Rows) -> datetime:
    """An instant of the pool, or a telling step from a message."""
    sent_at = pick.of(messages)["sent_at"] if messages else None
    if sent_at is None or pick.chance(30):
        return pick.at()
    step = pick.of(pick.lengths) if pick.lengths and pick.chance(50) else pick.of(STEPS)
    found: datetime = sent_at + step + pick.of(JITTERS)
    return found


def _people(pick: Picker) -> tuple[str, ...]:
    """Those the world is about: few, so that their messages meet; with ids merged into them."""
    few = [pick.of(PLAIN) for _ in range(1 if pick.is_dense else pick.count(1, 2))]
    merged = [pick.of(MERGED) for _ in range(pick.count(0, 2))]
    return tuple(few * (15 if pick.is_dense else 5) + merged * 2 + [pick.of(CONTACTS)])


def _message(pick: Picker, number: int) -> Row:
    kind, fields = pick.of(KINDS_OF_MESSAGE)
    return {
        "message_id": pick.of((f"m{number:02}", f"m{99 - number:02}", f"m'{number}")),
        "contact_id": pick.of(pick.people) if pick.chance(97) else pick.of((None, "", "  ")),
        "channel": _channel(pick, "call" if kind == "call" else "text"),
        "direction": fields["direction"],
        "sent_at": pick.at() if pick.chance(97) else None,
        "thread_id": _thread(pick),
        "sender_type": fields.get("sender_type"),
        "rep_id": pick.of(REPS) if "rep" in fields else None,
        "status": fields.get("status"),
        "talk_seconds": fields.get("talk_seconds"),
        "campaign_id": pick.maybe(20, ("k1", "k2")),
        "body": pick.of({"stop": STOP, "away": AWAY}.get(kind, BODIES)),
        "cost": pick.maybe(10, (0.05, 1.5)),
    }


def _channel(pick: Picker, kind: str) -> str:
    return pick.of(CHANNELS[kind][:3] if pick.is_dense else CHANNELS[kind])


def _thread(pick: Picker) -> str | None:
    """In a dense world most messages, calls too, are of one thread."""
    return "t1" if pick.is_dense and pick.chance(80) else pick.maybe(15, THREADS)


def _repeated(pick: Picker, rows: Rows, letter: str) -> Rows:
    """The rows, some twice: word for word, or with something changed."""
    found: Rows = []
    for row in rows:
        found.append(row)
        if pick.chance(6):
            change: Row = {"loaded_at": pick.maybe_at(60)}
            if letter == "m":
                change |= {"sent_at": pick.at(), "body": pick.of(STOP + BODIES)}
            elif letter == "c":
                change |= {"persona": pick.of(("large", None)), "merged_into": pick.maybe(30, CONTACTS)}
            else:
                change |= {"amount": pick.of((1.0, None)), "contact_id": pick.maybe(70, pick.people)}
            found.append({**row, **change} if pick.chance(80) else dict(row))
    return found


def _contacts(pick: Picker) -> Rows:
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


def _deal(pick: Picker, deal_id: str) -> Row:
    return {
        "deal_id": deal_id,
        "contact_id": pick.maybe(85, pick.people),
        "account_id": pick.maybe(40, ACCOUNTS),
        "owner_id": None,
        "amount": pick.maybe(80, (100.0, 33.33, 0.0, 1234567.891)),
        "created_at": pick.instants[0] if pick.chance(75) else pick.maybe_at(90),
    }


def _deal_stage(pick: Picker, messages: Rows) -> Row:
    return {
        "deal_id": pick.of((*DEALS * 2, "d9")),
        "stage": pick.of(STAGES) if pick.chance(97) else " ",
        "entered_at": _near(pick, messages),
    }


def _lifecycle_stage(pick: Picker, messages: Rows) -> Row:
    return {
        "contact_id": pick.of(pick.people),
        "stage": pick.of(STAGES),
        "entered_at": _near(pick, messages),
    }


def _meeting(pick: Picker, number: int, messages: Rows) -> Row:
    return {
        "meeting_id": f"meet{number}",
        "contact_id": pick.of(pick.people),
        "deal_id": pick.maybe(50, DEALS),
        "kind": pick.of(("demo", " Demo", None, "meeting")),
        "booked_at": _near(pick, messages),
        "starts_at": pick.maybe_at(50),
        "status": pick.of(("held", None)),
        "attended_at": _near(pick, messages) if pick.chance(60) else None,
    }


def _disposition(pick: Picker, messages: Rows, grace_hours: float) -> Row:
    about = pick.of(messages) if messages else {"contact_id": "ann", "message_id": "m00", "thread_id": None}
    recorded_at = _near(pick, messages)
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


def _rep(pick: Picker) -> Row:
    return {
        "rep_id": pick.of(REPS),
        "valid_from": pick.maybe_at(70),
        "valid_to": pick.maybe_at(40),
        "name": pick.of(("Zoë", "علي", None)),
        "team": pick.of(("blue", "red", None)),
        "role": pick.of(("sales", "sales", " Sales", "support", None)),
        "territory": pick.maybe(60, ("north", "east")),
    }


def _others(pick: Picker) -> dict[str, Rows]:
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


def _as_text(pick: Picker, name: str, rows: Rows) -> None:
    """Times and numbers as the strings of a file; a few that say nothing."""
    for row in rows:
        for column, kind in INPUTS[name].types.items():
            value = row.get(column)
            if isinstance(value, datetime):
                row[column] = _spelled(pick, value)
            elif isinstance(value, float):
                row[column] = repr(value)
            elif value is None and kind in (TIME, NUMBER) and column not in INPUTS[name].required:
                row[column] = pick.of((None, None, None, "", "n/a"))
            elif value is None and kind == TIME:
                row[column] = pick.of((None, "2022-02-30 10:00:00", "soon"))


def _spelled(pick: Picker, at: datetime) -> str:
    spelling = pick.of((0, 0, 0, 1, 2, 3))
    if spelling == 1:
        return at.isoformat(sep="T") + "Z"
    if spelling == 2:
        return (at + timedelta(hours=2)).isoformat(sep=" ") + "+02:00"
    if spelling == 3:
        return " " + (at - timedelta(hours=4, minutes=30)).isoformat(sep="T") + "-0430 "
    return at.isoformat(sep=" ")
