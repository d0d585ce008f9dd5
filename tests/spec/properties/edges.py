"""Says which edges of section 7 occur in a world, from the tables of the reading."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.values import hours
from tests.spec.reference.world import World

Tables = dict[str, Rows]
MICROSECOND = timedelta(microseconds=1)
CHANGES = (date(2024, 3, 10), date(2024, 3, 31), date(2024, 10, 27), date(2024, 11, 3))


def _gaps(tables: Tables) -> list[tuple[Row, Row, timedelta]]:
    """Neighbours in a thread, with how much longer the gap is than the later message's."""
    gap_of = {row["message_id"]: timedelta(seconds=row["gap_seconds"]) for row in tables["stg_messages"]}
    threads: dict[tuple[object, ...], Rows] = defaultdict(list)
    for row in tables["conversation_messages"]:
        key = (row["contact_id"], row["thread_id"], row["thread_id"] is None and row["channel"])
        threads[key].append(row)
    found = []
    for rows in threads.values():
        rows.sort(key=lambda row: (row["sent_at"], row["message_id"]))
        for before, after in pairwise(rows):
            excess = after["sent_at"] - before["sent_at"] - gap_of[after["message_id"]]
            found.append((before, after, excess))
    return found


def _spans(world: World, tables: Tables) -> list[tuple[timedelta, timedelta]]:
    """Of each subject and each outcome of its unit: how long after the anchor, and how long before the end."""
    wanted = {(each["name"], each["version"]): each for each in world.metrics}
    found = []
    for row in tables["metric_conversations"]:
        metric = wanted[row["metric"], row["metric_version"]]
        unit = f"{metric.get('unit', 'contact')}_id"
        for outcome in tables["outcomes"]:
            same = outcome["outcome"] == metric["outcome"] and outcome[unit] == row["unit_id"]
            if same and row["unit_id"] is not None:
                at = outcome["occurred_at"]
                found.append((at - row["anchor_at"], row["window_ends_at"] - at))
    return found


def _roles(tables: Tables) -> list[tuple[Row, Row]]:
    """Each conversation with one of its messages."""
    rows = {row["conversation_id"]: row for row in tables["conversations"]}
    return [
        (rows[each["conversation_id"]], each)
        for each in tables["conversation_messages"]
        if each["conversation_id"] is not None and each["message_role"] == "message"
    ]


def _touch_counts(tables: Tables) -> list[int]:
    return [row["touch_count"] for row in tables["attributed_outcomes"]]


def _outcomes_touched(tables: Tables) -> Counter[tuple[object, ...]]:
    return Counter(
        (row["metric"], row["metric_version"], row["conversation_id"]) for row in tables["attributed_outcomes"]
    )


def _late_by(world: World, tables: Tables) -> list[timedelta]:
    """How much later than allowed the dispositions of messages were recorded."""
    grace = hours(world.setting("disposition_grace_hours", 24))
    of_message = {row["message_id"]: row["conversation_id"] for row in tables["conversation_messages"]}
    last = {row["conversation_id"]: row["last_message_at"] for row in tables["conversations"]}
    return [
        row["recorded_at"] - last[of_message[row["message_id"]]] - grace
        for row in tables["stg_dispositions"]
        if of_message.get(row["message_id"]) is not None and row["category"] is not None
    ]


def _set_aside(tables: Tables, reason: str) -> bool:
    return any(row["reason"] == reason and row["input"] == "messages" for row in tables["staging_set_aside"])


def _rates(tables: Tables, test: Callable[[Row], bool]) -> bool:
    return any(test(row) for row in tables["cohort_rates"] if row["cohort_grain"] == "all")


def _has_quote_or_emoji(tables: Tables) -> bool:
    return any("'" in row["contact_id"] or "🙂" in row["contact_id"] for row in tables["conversations"])


def _re_entered(tables: Tables) -> bool:
    entries = Counter((row["deal_id"], row["stage"]) for row in tables["stg_deal_stages"])
    return any(count > 1 for count in entries.values())


def _merged(world: World, tables: Tables, length: int) -> bool:
    """Whether a message's contact moved, through a chain at least so long."""
    into = {row["contact_id"]: row["merged_into"] for row in tables["stg_contacts"]}
    for row in world.tables["messages"]:
        at, steps = row["contact_id"], 0
        while into.get(at) is not None and steps <= len(into):
            at, steps = into[at], steps + 1
        if steps >= length:
            return True
    return False


EDGES: dict[str, Callable[[World, Tables], bool]] = {
    "gap exactly as long as allowed": lambda w, t: any(
        not excess and before["sent_at"] < after["sent_at"] for before, after, excess in _gaps(t)
    ),
    "gap one microsecond longer": lambda w, t: any(excess == MICROSECOND for *_, excess in _gaps(t)),
    "tie in sent_at within a thread": lambda w, t: any(a["sent_at"] == b["sent_at"] for a, b, _ in _gaps(t)),
    "messages of one instant with a gap of 0": lambda w, t: any(
        not excess and a["sent_at"] == b["sent_at"] for a, b, excess in _gaps(t)
    ),
    "outcome at the anchor": lambda w, t: any(not after for after, _ in _spans(w, t)),
    "outcome a microsecond before the end": lambda w, t: any(left == MICROSECOND for _, left in _spans(w, t)),
    "outcome at the end": lambda w, t: any(not left for _, left in _spans(w, t)),
    "outcome before the anchor": lambda w, t: any(after < timedelta() for after, _ in _spans(w, t)),
    "two outcomes on one conversation": lambda w, t: any(n > 1 for n in _outcomes_touched(t).values()),
    "one outcome, three conversations": lambda w, t: any(n > 2 for n in _touch_counts(t)),
    "answer in a later conversation": lambda w, t: any(
        row["closing_message_id"] is not None
        and {m["message_id"]: m["conversation_id"] for m in t["conversation_messages"]}[row["closing_message_id"]]
        != row["conversation_id"]
        for row in t["waits"]
    ),
    "opt-out that reaches": lambda w, t: any(
        m["non_reply_kind"] == "opt_out" and m["sent_at"] == c["reached_at"] for c, m in _roles(t)
    ),
    "autoresponders on both sides": lambda w, t: any(
        {m["direction"] for c2, m in _roles(t) if c2 is c and m["non_reply_kind"] == "autoresponder"}
        == {"inbound", "outbound"}
        for c in t["conversations"]
    ),
    "live call without a status": lambda w, t: any(
        row["is_live"] and {m["message_id"]: m["status"] for m in t["stg_messages"]}[row["message_id"]] is None
        for row in t["conversation_messages"]
    ),
    "voicemail with talk time": lambda w, t: any(
        m["status"] == "voicemail" and m["is_live_channel"] and m["talk_seconds"] for m in t["stg_messages"]
    ),
    "run of no conversation": lambda w, t: _set_aside(t, "no_conversation"),
    "message at no plausible time": lambda w, t: _set_aside(t, "implausible_time"),
    "message after as_of": lambda w, t: _set_aside(t, "after_as_of"),
    "message twice": lambda w, t: _set_aside(t, "repeated_key"),
    "message without a required value": lambda w, t: _set_aside(t, "missing_required"),
    "column with values read and not": lambda w, t: any(
        row["unreadable_count"] and row["read_count"] for row in t["staging_unreadable"]
    ),
    "required time that was given and not read": lambda w, t: any(
        row["unreadable_count"] and row["is_required"] for row in t["staging_unreadable"]
    ),
    "unknown direction": lambda w, t: _set_aside(t, "unknown_direction"),
    "nothing eligible": lambda w, t: _rates(t, lambda row: row["conversations"] > 0 == row["eligible"]),
    "all pending": lambda w, t: _rates(t, lambda row: row["pending"] == row["eligible"] > 0),
    "all converted": lambda w, t: _rates(t, lambda row: row["converted"] == row["eligible"] > 0),
    "converted after complete_at": lambda w, t: any(
        row["converted_at"] is not None and row["converted_at"] > at
        for row in t["metric_conversations"]
        for each in w.metrics
        if (each["name"], each["version"]) == (row["metric"], row["metric_version"])
        for clock in t["outcome_clocks"]
        if clock["outcome"] == each["outcome"] and (at := clock["complete_at"]) is not None
    ),
    "contact merged": lambda w, t: _merged(w, t, 1),
    "contact merged twice": lambda w, t: _merged(w, t, 2),
    "contact merged in a cycle": lambda w, t: _merged(w, t, len(t["stg_contacts"]) + 1),
    "outcome of a deal with no contact": lambda w, t: any(
        row["source"] == "deal_stages" and row["contact_id"] is None for row in t["outcomes"]
    ),
    "account metric, no account": lambda w, t: any(r["eligibility"] == "no_unit" for r in t["metric_conversations"]),
    "stage re-entered": lambda w, t: _re_entered(t),
    "qualified after its outcome": lambda w, t: any(
        row["qualified_at"] is not None
        and any(o["contact_id"] == row["contact_id"] and o["occurred_at"] < row["qualified_at"] for o in t["outcomes"])
        for row in t["conversations"]
    ),
    "disposition at the last instant": lambda w, t: any(not late for late in _late_by(w, t)),
    "disposition a moment too late": lambda w, t: any(
        timedelta() < late <= timedelta(seconds=1) for late in _late_by(w, t)
    ),
    "unanswered wait": lambda w, t: any(row["closed_at"] is None for row in t["waits"]),
    "bot response": lambda w, t: any(r["first_bot_response_seconds"] is not None for r in t["conversations"]),
    "human conversation not handled by sales": lambda w, t: (
        w.has("reps")
        and any(
            row["two_way_at"] is not None and row["first_human_at"] is not None and row["sales_handled_at"] is None
            for row in t["conversations"]
        )
    ),
    "business hours across a DST change": lambda w, t: any(
        row["business_seconds"]
        and any(
            row["opened_at"].date() <= day <= row["closed_at"].date()
            and row["closed_at"] - row["opened_at"] >= timedelta(hours=4)
            for day in CHANGES
        )
        for row in t["waits"]
    ),
    "amount converted on its rate's first day": lambda w, t: any(
        row["amount"] != row["given_amount"]
        and any(row["created_at"].date() == rate["valid_from"] for rate in w.seed("currency_rates"))
        for row in t["stg_deals"]
    ),
    "amount without a rate": lambda w, t: any(
        row["amount"] is None and row["given_amount"] is not None for row in t["stg_deals"]
    ),
    "null persona": lambda w, t: any(row["persona"] is None for row in t["conversations"]),
    "quote or emoji in an id": lambda w, t: _has_quote_or_emoji(t),
    "no messages": lambda w, t: not t["stg_messages"],
    "late disposition": lambda w, t: any(row["late_disposition_count"] for row in t["conversations"]),
    "complete cohort": lambda w, t: any(row["is_complete"] for row in t["cohort_rates"]),
    "metric version retired": lambda w, t: any(row["is_retired"] for row in t["metric_definitions"]),
    "metric version not yet retired": lambda w, t: any(
        row["retired_on"] is not None and not row["is_retired"] for row in t["metric_definitions"]
    ),
    "active version not yet in force": lambda w, t: any(
        row["status"] == "active" and row["effective_from"] is not None and not row["is_current"]
        for row in t["metric_definitions"]
    ),
    "active version superseded": lambda w, t: any(
        row["status"] == "active" and row["effective_until"] is not None for row in t["metric_definitions"]
    ),
    "limits of a projection": lambda w, t: any(row["projected_low"] is not None for row in t["cohort_rates"]),
}
