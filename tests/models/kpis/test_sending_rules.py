"""What was sent beside rules of laws and carriers: generated messages and opt-outs against counting by hand, and the figures of the page."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.support.root import ROOT

START = datetime(2024, 3, 4)
ZONES = {"west": "America/Los_Angeles", "east": "America/New_York"}
RULES: Rows = [
    {"rule": "hours", "kind": "quiet_hours", "channel": "sms", "from_hour": 8, "until_hour": 21},
    {"rule": "confirm", "kind": "after_opt_out", "channel": "sms", "limit_value": 5},
    {"rule": "days", "kind": "honour_days", "channel": "sms", "limit_value": 10},
    {"rule": "days", "kind": "honour_days", "channel": "voice", "limit_value": 10},
    {"rule": "outs", "kind": "opt_out_share", "channel": "sms", "limit_value": 0.05},
    {"rule": "errors", "kind": "failure_share", "channel": "sms", "limit_value": 0.08},
]
HOLIDAY = date(2024, 3, 29)
DATES: Rows = [{"calendar_date": START.date() + timedelta(days=n), "weekday": n % 7 + 1} for n in range(70)]


@cache
def model(switched_on: bool = True) -> Alone:
    return Alone("sending_rules", kpi_grains=["month"], timezone="UTC", confidence=0.95, business_calendar="default", sending_rules={"enabled": switched_on, "territory_zones": ZONES})  # fmt: skip


def build(messages: Rows, opt_outs: Rows = (), talks: Rows = (), **more: Rows) -> dict[tuple[Any, ...], Row]:  # type: ignore[assignment]
    rows = model().build(
        messaging_rules=RULES, conversation_messages=messages, conversations=list(talks), stg_opt_outs=list(opt_outs), calendar_dates=DATES,
        map_channels=[{"raw_channel": "text", "channel": "sms"}], map_holidays=[{"calendar": "default", "holiday_date": HOLIDAY}, {"calendar": "other", "holiday_date": date(2024, 3, 6)}], **more,
    )  # fmt: skip
    return {(row["rule"], row["channel"], row["period_start"]): row for row in rows}


def message(number: int, contact: str, at: datetime, direction: str = "outbound", talk: str = "t", **more: Any) -> Row:
    return {"message_id": f"m{number}", "conversation_id": talk, "contact_id": contact, "channel": "sms", "sent_at": at, "direction": direction, "sender": "rep" if direction == "outbound" else "contact", "message_role": "message", **more}  # fmt: skip


def business_days(begins: date, ends: date) -> int:
    """Of the days after the first, up to the last."""
    days = [begins + timedelta(days=n + 1) for n in range((ends - begins).days)]
    return sum(day.weekday() < 5 and day != HOLIDAY for day in days)


@pytest.mark.parametrize("seed", range(5))
def test_opt_outs_are_followed_as_by_hand(seed: int) -> None:
    pick = Random(seed)
    messages: Rows = []
    given: Rows = []
    for contact in ("a", "b", "c", "d"):
        for n in range(pick.choice((0, 8, 40))):
            at = START + timedelta(days=pick.randint(0, 50), minutes=pick.choice((0, 1, 5, 6, 700)))
            if pick.random() < 0.15:
                given.append({"contact_id": contact, "channel": pick.choice((None, "text", "sms", "email")), "opted_out_at": at})  # fmt: skip
            inbound = pick.random() < 0.2
            stop = inbound and pick.random() < 0.4
            messages.append(message(n, contact, at, "inbound" if inbound else "outbound", non_reply_kind="opt_out" if stop else None))  # fmt: skip
    found = build(messages, given)
    told = {(m["contact_id"], "sms", m["sent_at"]) for m in messages if m["non_reply_kind"]}
    told |= {(o["contact_id"], "sms" if o["channel"] == "text" else o["channel"], o["opted_out_at"]) for o in given}
    first: dict[tuple[Any, ...], datetime] = {}
    for contact, channel, at in sorted(told, key=lambda each: each[2]):
        first.setdefault((contact, channel, at.date()), at)
    outs = {(contact, at) for (contact, channel, _), at in first.items() if channel in (None, "sms")}
    checked, sent_after, late, longest = 0, 0, 0, None
    for contact, at in outs:
        own = [m for m in messages if m["contact_id"] == contact and m["sent_at"] > at]
        again = min((m["sent_at"] for m in own if m["direction"] == "inbound" and not m["non_reply_kind"]), default=datetime.max)  # fmt: skip
        after = [m["sent_at"] for m in own if m["direction"] == "outbound" and at + timedelta(minutes=5) < m["sent_at"] < again]  # fmt: skip
        checked, sent_after = checked + 1, sent_after + bool(after)
        if after:
            days = business_days(at.date(), max(after).date())
            late, longest = late + (days > 10), days if longest is None else max(longest, days)
    if not checked:
        assert ("confirm", "sms", None) not in found
        return
    row, days_row = found["confirm", "sms", None], found["days", "sms", None]
    assert (row["checked"], row["found"], row["signal"]) == (checked, sent_after, "seen" if sent_after else "not_seen")
    assert (days_row["checked"], days_row["found"], days_row["longest_days"]) == (checked, late, longest)
    assert sum(r["checked"] for key, r in found.items() if key[0] == "days" and key[1] == "sms" and key[2]) == checked


def test_ten_business_days_are_no_breach_and_eleven_are() -> None:
    stop = datetime(2024, 3, 18, 12)
    for days, broken in ((14, 0), (15, 0), (16, 1)):
        messages = [message(1, "a", stop, "inbound", non_reply_kind="opt_out"), message(2, "a", stop + timedelta(days=days))]  # fmt: skip
        row = build(messages)["days", "sms", None]
        assert (row["longest_days"], row["found"]) == (business_days(stop.date(), stop.date() + timedelta(days=days)), broken), days  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_quiet_hours_are_those_of_the_contact_s_zone(seed: int) -> None:
    pick = Random(seed)
    talks: Rows = []
    messages: Rows = []
    counted: Counter[str] = Counter()
    for n in range(300):
        territory = pick.choice(("west", "east", "nowhere", None))
        at = START + timedelta(days=pick.choice((0, 6, 7, 20)), minutes=15 * pick.randint(0, 95))
        wrote = pick.choice((None, at - timedelta(seconds=1), at, at + timedelta(seconds=1)))
        talks.append({"conversation_id": f"t{n}", "territory": territory, "first_inbound_at": wrote})
        messages.append(message(n, "x", at, talk=f"t{n}"))
        if wrote is not None and wrote <= at:
            continue
        if territory not in ZONES:
            counted["unknown"] += 1
            continue
        hour = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(ZONES[territory]))
        counted["checked"] += 1
        counted["found"] += not 8 * 60 <= hour.hour * 60 + hour.minute < 21 * 60
    row = build(messages, talks=talks)["hours", "sms", None]
    assert {name: row[name] for name in ("checked", "found", "unknown")} == counted
    assert (row["share_low"], row["share_high"]) == pytest.approx(wilson(row["found"], row["checked"], 0.95), abs=1e-9)


def test_without_a_zone_nothing_is_said_of_quiet_hours() -> None:
    talks = [{"conversation_id": "t", "territory": "nowhere"}]
    row = build([message(1, "x", START)], talks=talks)["hours", "sms", None]
    assert (row["checked"], row["unknown"], row["found_share"], row["signal"]) == (0, 1, None, "not_instrumented")


@pytest.mark.parametrize(("kind", "limit"), [("outs", 0.05), ("errors", 0.08)])
def test_shares_are_held_to_their_limits(kind: str, limit: float) -> None:
    for checked, found, signal in ((29, 29, "too_few"), (100, round(100 * limit) - 1, "below"), (100, round(100 * limit), "beyond")):  # fmt: skip
        common = {"period_grain": "all", "period_start": None}
        known: dict[str, Rows] = (
            {"opt_out_rates": [{**common, "cut_by": by, "cut_value": "sms", "contacts": checked, "opted_out": found} for by in ("channel", "campaign_id")]} if kind == "outs"
            else {"message_volumes": [{**common, "channel": "sms", "direction": way, "tried_messages": checked, "failed_messages": found} for way in ("outbound", "inbound", None)]}
        )  # fmt: skip
        (row,) = build([], **known).values()
        assert (row["rule"], row["checked"], row["found"], row["signal"]) == (kind, checked, found, signal)


def test_it_can_be_switched_off() -> None:
    assert model(False).build(messaging_rules=RULES, conversation_messages=[message(1, "a", START)], conversations=[{"conversation_id": "t"}]) == []  # fmt: skip


def test_every_rule_that_is_shipped_has_its_source_and_date() -> None:
    import csv

    with (ROOT / "seeds/messaging_rules.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["kind"] for row in rows} == {"quiet_hours", "after_opt_out", "honour_days", "without_consent", "opt_out_share", "failure_share"}  # fmt: skip
    for row in rows:
        assert row["source"] and date.fromisoformat(row["source_date"])
        assert (row["kind"] == "quiet_hours") == bool(row["from_hour"]) == bool(row["until_hour"])
        assert bool(row["limit_value"]) == (row["kind"] not in ("quiet_hours", "without_consent"))


def test_the_worked_example_of_the_page() -> None:
    stop = datetime(2024, 3, 18, 12)
    messages = [message(1, "a", stop, "inbound", non_reply_kind="opt_out"), message(2, "a", stop + timedelta(minutes=2)), message(3, "a", stop + timedelta(days=16))]  # fmt: skip
    messages += [message(4, "b", stop, "inbound", non_reply_kind="opt_out"), message(5, "b", stop + timedelta(days=1), "inbound"), message(6, "b", stop + timedelta(days=2))]  # fmt: skip
    found = build(messages)
    page = (ROOT / "docs/kpis/sending_rules.md").read_text(encoding="utf-8")
    for rule in ("confirm", "days"):
        row = found[rule, "sms", None]
        cells = f"| {row['kind']} | {row['checked']} | {row['found']} | {'' if row['longest_days'] is None else row['longest_days']} | `{row['signal']}` |"
        assert cells in page, cells
