"""Generated messages, of every kind that section 2 tells apart, and whose they are."""

from __future__ import annotations

from tests.spec.properties.picking import Picker
from tests.spec.reference.columns import Row

PLAIN = ("ann", "ann", "O'Brien", "🙂")
MERGED = ("ann-2", "ann-3", "loop-b", "loop-a", "into-loop", "gone")
CONTACTS = PLAIN * 4 + MERGED + ("שלום", "nobody")
THREADS = ("t1", "sms")
REPS = ("r1", "r1", "r2", "r'3")
BODIES = ("hello", "hello", "yes please")
STOP = ("STOP", " stop \n", "Stop it", "STOP OUT OF OFFICE")
AWAY = ("I am out of office", "stop out of office")

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


def people(pick: Picker) -> tuple[str, ...]:
    """Those the world is about: few, so that their messages meet; with ids merged into them."""
    few = [pick.of(PLAIN) for _ in range(1 if pick.is_dense else pick.count(1, 2))]
    merged = [pick.of(MERGED) for _ in range(pick.count(0, 2))]
    return tuple(few * (15 if pick.is_dense else 5) + merged * 2 + [pick.of(CONTACTS)])


def message(pick: Picker, number: int) -> Row:
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
