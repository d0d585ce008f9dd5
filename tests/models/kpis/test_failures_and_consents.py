"""Codes of what failed, and consents: generated messages against counting by hand, and the figures of the pages."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.support.root import ROOT

START = datetime(2024, 3, 4)
CHANNELS = ("sms", "email")
BASIS: dict[str, Any] = {"kpi_grains": ["month"], "timezone": "UTC", "confidence": 0.95, "business_calendar": "default"}
EVERY: dict[str, Any] = {"inputs": ["delivery_failures", "consents"]}


@cache
def alone(model: str, given: bool = True, switched_on: bool = True) -> Alone:
    return Alone(model, **BASIS, **(EVERY if given else {"inputs": []}), sending_rules={"enabled": switched_on})


def failed(number: int, at: datetime = START, **more: Any) -> Row:
    return {"message_id": f"m{number}", "conversation_id": "t", "contact_id": "x", "channel": "sms", "sent_at": at, "direction": "outbound", "sender": "rep", "message_role": "failed", **more}  # fmt: skip


def reasons(messages: Rows, refusals: Rows, codes: Rows = (), *, given: bool = True, switched_on: bool = True) -> Rows:  # type: ignore[assignment]
    days = alone("message_days").build(conversation_messages=messages)
    volumes = alone("message_volumes").build(message_days=days)
    return alone("failure_reasons", given, switched_on).build(conversation_messages=messages, message_volumes=volumes, stg_delivery_failures=refusals, failure_codes=list(codes))  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_codes_are_counted_as_by_hand_and_add_up_to_what_failed(seed: int) -> None:
    pick = Random(seed)
    messages = [failed(n, START + timedelta(days=pick.randint(0, 60)), channel=pick.choice(CHANNELS), message_role=pick.choice(("failed", "message", "system")), direction=pick.choice(("outbound", "outbound", "inbound")), conversation_id=pick.choice(("t", "t", "t", None))) for n in range(200)]  # fmt: skip
    refusals = [{"message_id": f"m{pick.randint(0, 220)}", "code": pick.choice(("a", "b", "c")), "failed_at": START + timedelta(days=pick.choice((70, 80)))} for _ in range(150)]  # fmt: skip
    refusals = list({tuple(row.values()): row for row in refusals}.values())
    last: dict[str, str] = {}
    for row in sorted(refusals, key=lambda each: (-each["failed_at"].timestamp(), each["code"])):
        last.setdefault(row["message_id"], row["code"])
    expected: dict[tuple[Any, ...], int] = defaultdict(int)
    tried: dict[tuple[Any, ...], int] = defaultdict(int)
    for row in messages:
        for month in (None, row["sent_at"].date().replace(day=1)):
            if row["direction"] == "outbound" and row["conversation_id"] and row["message_role"] != "system":
                tried[row["channel"], month] += 1
                if row["message_role"] == "failed":
                    expected[row["channel"], last.get(row["message_id"], "not_given"), month] += 1
    codes = [{"code": " A ", "category": "invalid", "meaning": "no such number"}]
    found = reasons(messages, refusals, codes)
    assert {(row["channel"], row["code"], row["period_start"]): row["failed_messages"] for row in found} == expected
    assert {row["code"] for row in found} == {"a", "b", "c", "not_given"}
    for row in found:
        key = row["channel"], row["period_start"]
        assert row["tried_messages"] == tried[key]
        assert (row["share_low"], row["share_high"]) == pytest.approx(wilson(row["failed_messages"], tried[key], 0.95), abs=1e-9)  # fmt: skip
        assert row["category"] == {"a": "invalid", "not_given": "not_given"}.get(row["code"], "unknown")
        own = [each for each in found if (each["channel"], each["period_start"]) == key]
        assert sum(each["share_of_failed"] for each in own) == pytest.approx(1)


def test_without_the_input_or_switched_off_there_are_no_rows() -> None:
    refusals = [{"message_id": "m1", "code": "a", "failed_at": START}]
    assert len(reasons([failed(1)], refusals)) == 2
    assert reasons([failed(1)], refusals, switched_on=False) == []
    assert reasons([failed(1)], refusals, given=False) == []


def touched(contact: str, at: datetime, number: int, **more: Any) -> Row:
    return failed(number, at, contact_id=contact, message_role="message", **more)


@pytest.mark.parametrize("seed", range(3))
def test_each_touch_has_the_last_consent_before_it(seed: int) -> None:
    pick = Random(seed)
    messages = [touched(pick.choice("abcd"), START + timedelta(hours=pick.randint(0, 400)), n, channel=pick.choice(CHANNELS), campaign_id=pick.choice((None, "c"))) for n in range(60)]  # fmt: skip
    given = [{"contact_id": pick.choice("abc"), "channel": pick.choice((None, "raw sms", "email")), "source": pick.choice((None, "form", "list")), "consented_at": START + timedelta(hours=pick.randint(0, 400))} for _ in range(12)]  # fmt: skip
    given = list({(row["contact_id"], row["channel"], row["consented_at"]): row for row in given}.values())
    touches = alone("contact_touches").build(conversation_messages=messages, stg_consents=given, map_channels=[{"raw_channel": "raw sms", "channel": "sms"}])  # fmt: skip
    contacts: dict[str, set[str]] = defaultdict(set)
    for row in touches:
        fits = [each for each in given if each["contact_id"] == row["contact_id"] and each["consented_at"] <= row["first_sent_at"] and each["channel"] in (None, row["channel"], f"raw {row['channel']}")]  # fmt: skip
        best = max(fits, key=lambda each: (each["consented_at"], each["channel"] is not None), default=None)
        wanted = "none" if best is None else best["source"] or "not_given"
        assert row["consent_source"] == wanted
        contacts[wanted].add(row["contact_id"])
    assert len(contacts) >= 3
    rates = alone("opt_out_rates").build(contact_touches=touches, conversation_messages=messages)
    own = {row["cut_value"]: row["contacts"] for row in rates if row["cut_by"] == "consent_source" and row["period_grain"] == "all"}  # fmt: skip
    assert own == {source: len(each) for source, each in contacts.items()}
    rules = [{"rule": "c", "kind": "without_consent", "channel": channel} for channel in CHANNELS]
    for channel in CHANNELS:
        people = {row["contact_id"] for row in touches if row["channel"] == channel}
        without = {row["contact_id"] for row in touches if row["channel"] == channel and row["consent_source"] == "none"}  # fmt: skip
        rows = alone("sending_rules").build(messaging_rules=rules, contact_touches=touches, conversation_messages=messages)  # fmt: skip
        (row,) = (each for each in rows if each["channel"] == channel and each["period_grain"] == "all")
        assert (row["checked"], row["found"], row["signal"]) == (len(people), len(without), "seen" if without else "not_seen")  # fmt: skip


def test_without_the_input_no_consent_is_asked_for() -> None:
    messages = [touched("a", START, 1)]
    touches = alone("contact_touches", False).build(conversation_messages=messages)
    assert [row["consent_source"] for row in touches] == [None]
    rates = alone("opt_out_rates", False).build(contact_touches=touches, conversation_messages=messages)
    assert {row["cut_by"] for row in rates} == {"all", "channel", "campaign_id", "frequency"}
    rules = [{"rule": "c", "kind": "without_consent", "channel": "sms"}]
    rows = alone("sending_rules", False).build(messaging_rules=rules, contact_touches=touches, conversation_messages=messages)  # fmt: skip
    assert {(row["checked"], row["unknown"], row["signal"]) for row in rows} == {(0, 1, "not_instrumented")}


def test_the_worked_example_of_the_page() -> None:
    messages = [failed(n, message_role="failed" if n < 10 else "message") for n in range(200)]
    refusals = [{"message_id": f"m{n}", "code": "30007" if n < 6 else "30003", "failed_at": START} for n in range(9)]
    refusals.append({"message_id": "m150", "code": "30003", "failed_at": START})
    codes = [{"code": "30007", "category": "filtered"}, {"code": "30003", "category": "unreachable"}]
    page = (ROOT / "docs/kpis/failure_reasons.md").read_text(encoding="utf-8")
    rows = [row for row in reasons(messages, refusals, codes) if row["period_grain"] == "all"]
    assert {row["failed_messages"] for row in rows} == {6, 3, 1}
    for row in rows:
        cells = f"| `{row['code']}` | {row['category']} | {row['failed_messages']} | {row['share_of_failed']:.2f} | {row['failure_share']:.3f} | {row['share_low']:.3f} to {row['share_high']:.3f} |"
        assert cells in page, cells


def test_every_code_that_is_shipped_has_its_source_and_date() -> None:
    import csv

    with (ROOT / "seeds/failure_codes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["category"] for row in rows} == {"opted_out", "queue", "unreachable", "blocked", "invalid", "filtered", "unknown"}  # fmt: skip
    for row in rows:
        assert row["code"] == row["code"].strip().lower() and row["meaning"] and row["source"]
        assert date.fromisoformat(row["source_date"]) <= date(2026, 11, 30)
