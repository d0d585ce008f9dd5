"""What is sent, and who opts out (section 5): `message_volumes` and `opt_out_rates`, message by message.

> `message_volumes` (by channel, direction, period), `opt_out_rates` · Opt-outs by channel and by the campaign and frequency before them.

Silent there: a call of a contact is answered where it is live, else abandoned where its status says so or, without a status, where nobody
talked; short where it is known to have lasted no longer than a limit. Its rate is of the answered and the abandoned that are not short.

And: what we send a contact on one day, in one channel and of one campaign is a touch. An opt-out, a STOP or a row of the input,
belongs to the last touch begun before it (in its channel, where it names one). The rate is of contacts touched. Frequency is the number of our
messages in the 30 days before the day.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from tests.spec.reference.cohorts import local, period_of
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson

Key = tuple[Any, ...]


def message_volumes(messages: Rows, abandoned: dict[str, bool | None], limit: float, grains: tuple[str, ...], zone: str, confidence: float) -> Rows:  # fmt: skip
    """Messages have status, talk_seconds and is_live_channel too; abandoned says of each mapped status whether a caller left."""
    groups: dict[Key, Rows] = defaultdict(list)
    for message in messages:
        if message["conversation_id"] is None:
            continue
        for grain in grains:
            for channel in (None, message["channel"]):
                for direction in (None, message["direction"]):
                    groups[(grain, period_of(message["sent_at"], grain, zone), channel, direction)].append(message)
    return [
        {**_volume(key, found, confidence), **_calls(found, abandoned, limit, confidence)}
        for key, found in groups.items()
    ]


def _calls(found: Rows, abandoned: dict[str, bool | None], limit: float, confidence: float) -> Row:
    calls = [each for each in found if each["message_role"] == "message" and each["direction"] == "inbound" and each["is_live_channel"]]  # fmt: skip
    fates = [_fate(each, abandoned, limit) for each in calls]
    answered, left = fates.count("answered"), fates.count("long") + fates.count("unmeasured")
    limits = wilson(left, answered + left, confidence) or (None, None)
    return {
        "inbound_calls": len(calls),
        "answered_calls": answered,
        "abandoned_calls": left,
        "unmeasured_abandoned_calls": fates.count("unmeasured"),
        "short_abandoned_calls": fates.count("short"),
        "diverted_calls": fates.count("diverted"),
        "unknown_calls": fates.count("unknown"),
        "answered_or_abandoned_calls": answered + left,
        "call_abandonment_rate": left / (answered + left) if answered + left else None,
        "call_abandonment_low": limits[0],
        "call_abandonment_high": limits[1],
    }


def _fate(call: Row, abandoned: dict[str, bool | None], limit: float) -> str:
    if call["is_live"]:
        return "answered"
    has_left = abandoned.get(call["status"]) if call["status"] is not None else True if call["talk_seconds"] == 0 else None  # fmt: skip
    if has_left is None:
        return "unknown"
    if not has_left:
        return "diverted"
    return "unmeasured" if not call["talk_seconds"] else "short" if call["talk_seconds"] <= limit else "long"


def _volume(key: Key, found: Rows, confidence: float) -> Row:
    spoken = [each for each in found if each["message_role"] == "message"]
    failed = sum(each["message_role"] == "failed" for each in found)
    tried = len(spoken) + failed
    limits = wilson(failed, tried, confidence) or (None, None)
    return {
        **dict(zip(("period_grain", "period_start", "channel", "direction"), key, strict=True)),
        "messages": len(spoken),
        **{f"{who}_messages": sum(each["sender"] == who for each in spoken) for who in ("contact", "rep", "bot")},
        "live_messages": sum(each["is_live"] for each in spoken),
        "failed_messages": failed,
        "system_messages": sum(each["message_role"] == "system" for each in found),
        "tried_messages": tried,
        "failure_rate": failed / tried if tried else None,
        "rate_low": limits[0],
        "rate_high": limits[1],
        "is_small": tried < 30,
    }


def opt_out_rates(messages: Rows, opt_outs: Rows, grains: tuple[str, ...], zone: str, confidence: float) -> Rows:
    touches = _touches(messages, zone)
    written = [each for each in messages if each["non_reply_kind"] == "opt_out" and each["sender"] == "contact" and each["message_role"] == "message"]  # fmt: skip
    events = [(each["contact_id"], each["channel"], each["sent_at"]) for each in written]
    events += [(each["contact_id"], each["channel"], each["opted_out_at"]) for each in opt_outs]
    for contact_id, channel, at in events:
        begun = [each for each in touches if each["contact_id"] == contact_id and each["at"] <= at and channel in (None, each["channel"])]  # fmt: skip
        begun.sort(key=lambda each: (each["channel"], each["campaign_id"] or ""))
        if begun:
            max(begun, key=lambda each: each["at"])["is_last"] = True  # of several the first
    groups: dict[Key, Rows] = defaultdict(list)
    for touch in touches:
        for grain in grains:
            period = period_of(touch["at"], grain, zone)
            for cut, value in (("all", None), ("channel", touch["channel"]), ("campaign_id", touch["campaign_id"] or "unknown"), ("frequency", touch["frequency"])):  # fmt: skip
                groups[(grain, period, cut, value)].append(touch)
    return [_opted_out(key, found, confidence) for key, found in groups.items()]


def _touches(messages: Rows, zone: str) -> Rows:
    sent = [each for each in messages if each["message_role"] == "message" and each["direction"] == "outbound"]
    touches: dict[Key, Row] = {}
    for each in sorted(sent, key=lambda each: each["sent_at"]):
        day = local(each["sent_at"], zone).date()
        before = sum(
            day - timedelta(days=30) <= local(other["sent_at"], zone).date() < day
            for other in sent
            if other["contact_id"] == each["contact_id"]
        )
        band = "none" if before == 0 else "1_to_3" if before < 4 else "4_to_9" if before < 10 else "10_plus"
        key = (each["contact_id"], day, each["channel"], each["campaign_id"])
        touches.setdefault(key, {
            "contact_id": each["contact_id"], "channel": each["channel"], "campaign_id": each["campaign_id"], "at": each["sent_at"],
            "frequency": band, "is_last": False,
        })  # fmt: skip
    return list(touches.values())


def _opted_out(key: Key, found: Rows, confidence: float) -> Row:
    contacts = {each["contact_id"] for each in found}
    gone = {each["contact_id"] for each in found if each["is_last"]}
    limits = wilson(len(gone), len(contacts), confidence) or (None, None)
    return {
        **dict(zip(("period_grain", "period_start", "cut_by", "cut_value"), key, strict=True)),
        "touches": len(found),
        "contacts": len(contacts),
        "opted_out": len(gone),
        "opt_out_rate": len(gone) / len(contacts),
        "rate_low": limits[0],
        "rate_high": limits[1],
        "is_small": len(contacts) < 30,
    }
