"""Phrases in messages, against a plain reading of their words."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.topics import message_phrases

START = datetime(2024, 1, 1)
KEYWORDS = (
    ("Price", "pricing"),
    ("not working", "support"),
    ("soc 2", "security"),
    ("cost", "pricing"),
    ("سعر", "pricing"),
    ("-", "dash"),
)
PHRASES = ("i'll call you", "next step", "calendly.com")
PIECES = (
    "price", "PRICES", "surprise", "not", "working", "Working", "soc", "2", "sock", "upcost", "costs", "السعر", "سعر", "🙂", "i", "I", "ll", "will",
    "call", "you", "your", "next", "steps", "calendly", "com", "commerce", "soc-2", "soc 2", "not working",
)  # fmt: skip
BETWEEN = (" ", " ", " ", "-", "'", "’", ".", "  ", "\n", "\u00a0", ", ", "? ", "", "…")


def said(pick: Random) -> str | None:
    return pick.choice((None, *["".join(pick.choice(PIECES) + pick.choice(BETWEEN) for _ in range(pick.randint(1, 9))) for _ in range(6)]))  # fmt: skip


def generated(pick: Random) -> Rows:
    rows: Rows = []
    for n in range(60):
        sender = pick.choice(("contact", "contact", "rep", "bot"))
        role = pick.choice(("message", "message", "message", "failed", "system"))
        rows.append({
            "message_id": f"m{n}", "conversation_id": f"c{n % 20}", "sent_at": START + timedelta(hours=pick.randint(0, 2)),
            "direction": "inbound" if sender == "contact" else "outbound", "sender": sender, "message_role": role,
            "is_attempt": role != "failed", "non_reply_kind": pick.choice((None, None, None, "opt_out")), "body": said(pick),
        })  # fmt: skip
    return rows


def conversations(messages: Rows) -> Rows:
    first: dict[str, datetime | None] = {}
    for row in messages:
        if row["message_role"] == "message":
            known = first.setdefault(row["conversation_id"], None)
            if row["direction"] == "outbound":
                first[row["conversation_id"]] = min(known or row["sent_at"], row["sent_at"])
    return [{"conversation_id": name, "first_outbound_at": at} for name, at in first.items()]


def build(messages: Rows) -> Rows:
    topics = [{"keyword": keyword, "topic": topic} for keyword, topic in KEYWORDS]
    with Alone("map_topics") as seed, Alone("map_next_step_phrases") as steps, Alone("message_phrases") as phrases:
        return phrases.build(
            map_topics=seed.build(topics=topics),
            map_next_step_phrases=steps.build(next_step_phrases=[{"phrase": phrase} for phrase in PHRASES]),
            stg_messages=[{name: row[name] for name in ("message_id", "body", "is_attempt", "non_reply_kind")} for row in messages],
            conversation_messages=[{name: value for name, value in row.items() if name not in ("body", "is_attempt")} for row in messages],
            conversations=conversations(messages),
        )  # fmt: skip


def read(messages: Rows) -> set[tuple[str, str, str | None]]:
    topics: list[Row] = [{"keyword": keyword, "topic": topic} for keyword, topic in KEYWORDS if keyword != "-"]
    return message_phrases(messages, topics, [{"phrase": phrase} for phrase in PHRASES])


@pytest.mark.parametrize("seed", range(20))
def test_phrases_are_those_of_the_reading(seed: int) -> None:
    messages = generated(Random(seed))
    built = build(messages)
    assert Counter((row["message_id"], row["phrase_kind"], row["topic"]) for row in built) == Counter(read(messages))
    senders = {row["message_id"]: row["sender"] == "contact" for row in messages}
    assert all(row["is_from_contact"] == senders[row["message_id"]] for row in built)


def test_what_is_generated_holds_each_kind_and_topic() -> None:
    found = set().union(*(read(generated(Random(seed))) for seed in range(20)))
    assert {(kind, topic) for _, kind, topic in found} == {
        ("next_step", None), ("topic", "pricing"), ("topic", "support"), ("topic", "security"),
    }  # fmt: skip
