"""What is sent and who opts out: generated messages against the plain reading, and the figures of the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from random import Random

import pytest

from tests.models.comparisons.alone import Alone
from tests.models.kpis.drawn_settings import Settings, drawn
from tests.spec.properties.compare import KEYS, first_difference
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.sending import message_volumes, opt_out_rates
from tests.support.root import ROOT

USUAL = Settings(("week", "month", "all"), "Europe/Amsterdam", 0.9)
START = datetime(2024, 3, 20)
CHANNELS = ("sms", "email")
# What statuses say of a caller; of "odd" nobody has said anything.
LEFT = {"answered": False, "missed": True, "busy": False, "sent": None}
SHORT = 5
STAGED = ("status", "talk_seconds", "is_live_channel")


@cache
def alone(model: str, settings: Settings) -> Alone:
    return Alone(model, **settings.variables, inputs=["opt_outs"], short_abandonment_seconds=SHORT)


def message(n: int, **columns: object) -> Row:
    return {
        "message_id": f"m{n}", "contact_id": "p", "conversation_id": "c", "channel": "sms", "direction": "outbound", "sender": "rep",
        "message_role": "message", "is_live": False, "is_live_channel": False, "status": None, "talk_seconds": None, "campaign_id": None, "non_reply_kind": None, "sent_at": START, **columns,
    }  # fmt: skip


def called(pick: Random) -> Row:
    """A call, or none: answered where its status says so or, without one, where somebody talked."""
    status, talk = pick.choice((None, "odd", *LEFT)), pick.choice((None, 0, 0.5, 5, 5.5, 90))
    is_call = pick.random() < 0.5
    return {"is_live_channel": is_call, "status": status, "talk_seconds": talk, "is_live": is_call and (status == "answered" or (status is None and bool(talk)))}  # fmt: skip


def generated(pick: Random) -> tuple[Rows, Rows]:
    people = pick.choice((2, 40))
    messages: Rows = []
    for n in range(pick.choice((0, 30, 220))):
        sender = pick.choice(("contact", "rep", "rep", "bot", "system"))
        messages.append(message(
            n, contact_id=f"p{pick.randint(0, people)}", conversation_id=pick.choice(("c", "c", "c", None)), channel=pick.choice(CHANNELS),
            direction="inbound" if sender == "contact" else "outbound", sender=sender,
            message_role="system" if sender == "system" else pick.choice(("message", "message", "failed")),
            **called(pick), campaign_id=pick.choice((None, "k1", "k2")),
            sent_at=START + timedelta(days=pick.randint(0, 70), hours=pick.choice((0, 9, 22, 23))),
            non_reply_kind="opt_out" if sender == "contact" and pick.random() < 0.3 else None,
        ))  # fmt: skip
    opt_outs: Rows = [
        {"contact_id": f"p{pick.randint(0, people)}", "channel": pick.choice((None, *CHANNELS)), "opted_out_at": START + timedelta(days=pick.randint(0, 80), hours=9)}
        for _ in range(pick.choice((0, 10)))
    ]  # fmt: skip
    return messages, opt_outs


def calls(messages: Rows, settings: Settings) -> Rows:
    staged = [
        {
            **{name: each[name] for name in ("message_id", "sent_at", "direction", *STAGED)},
            "canonical_channel": each["channel"], "sender_type": each["sender"], "is_answered": each["status"] == "answered",
            "is_attempt": each["message_role"] != "failed",
        }
        for each in messages if each["conversation_id"] is not None
    ]  # fmt: skip
    mapped: Rows = [{"status": status, "is_abandoned": has_left} for status, has_left in LEFT.items()]
    return alone("inbound_calls", settings).build(stg_messages=staged, map_message_statuses=mapped)


def build(messages: Rows, opt_outs: Rows, settings: Settings = USUAL) -> dict[str, Rows]:
    spoken = [{name: value for name, value in each.items() if name not in STAGED} for each in messages]
    days = alone("message_days", settings).build(conversation_messages=spoken)
    touches = alone("contact_touches", settings).build(conversation_messages=spoken)
    mapped = [{"raw_channel": f"raw {name}", "channel": name} for name in CHANNELS]
    renamed = [{**row, "channel": row["channel"] and f"raw {row['channel']}"} for row in opt_outs]
    return {
        "message_volumes": alone("message_volumes", settings).build(
            message_days=days, inbound_calls=calls(messages, settings)
        ),
        "opt_out_rates": alone("opt_out_rates", settings).build(
            contact_touches=touches, map_channels=mapped, conversation_messages=spoken, stg_opt_outs=renamed
        ),
    }


def read(messages: Rows, opt_outs: Rows, settings: Settings = USUAL) -> dict[str, Rows]:
    return {
        "message_volumes": message_volumes(messages, LEFT, SHORT, settings.grains, settings.zone, settings.confidence),
        "opt_out_rates": opt_out_rates(messages, opt_outs, settings.grains, settings.zone, settings.confidence),
    }


@pytest.mark.parametrize("seed", range(24))
def test_volumes_and_opt_outs_are_those_of_the_reading(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KEYS, "message_volumes", ("period_grain", "period_start", "channel", "direction"))
    monkeypatch.setitem(KEYS, "opt_out_rates", ("period_grain", "period_start", "cut_by", "cut_value"))
    given = generated(Random(seed))
    settings = drawn(seed, USUAL)
    difference = first_difference(read(*given, settings), build(*given, settings))
    assert difference is None, str(difference)


def test_what_is_generated_is_of_every_kind() -> None:
    volumes = [row for seed in range(24) for row in read(*generated(Random(seed)))["message_volumes"]]
    for fate in ("answered", "abandoned", "unmeasured_abandoned", "short_abandoned", "diverted", "unknown"):
        assert sum(row[f"{fate}_calls"] > 0 for row in volumes) > 20, fate
    found = [row for seed in range(24) for row in read(*generated(Random(seed)))["opt_out_rates"]]
    assert {row["cut_value"] for row in found if row["cut_by"] == "frequency"} == {
        "none",
        "1_to_3",
        "4_to_9",
        "10_plus",
    }
    assert {row["is_small"] for row in found} == {True, False}
    assert any(0 < row["opted_out"] < row["contacts"] for row in found)


def test_the_table_of_the_page_on_opt_outs() -> None:
    """Eighty contacts get the offer, sixty of them a second one within the week; two opt out after the first, six after the second."""
    messages = [message(n, contact_id=f"p{n}", campaign_id="offer") for n in range(80)]
    messages += [message(100 + n, contact_id=f"p{n}", campaign_id="again", sent_at=START + timedelta(days=5)) for n in range(60)]  # fmt: skip
    opt_outs: Rows = [
        {"contact_id": f"p{70 + n}", "channel": None, "opted_out_at": START + timedelta(hours=1)} for n in range(2)
    ]
    opt_outs += [{"contact_id": f"p{n}", "channel": "sms", "opted_out_at": START + timedelta(days=6)} for n in range(6)]
    page = (ROOT / "docs/kpis/opt_out_rates.md").read_text(encoding="utf-8")
    rows = [row for row in build(messages, opt_outs)["opt_out_rates"] if row["period_grain"] == "all"]
    shown = [row for row in rows if row["cut_by"] in ("all", "campaign_id", "frequency")]
    assert len(shown) == 5
    for row in shown:
        name = f"`{row['cut_value']}`" if row["cut_value"] else ""
        assert (
            f"| `{row['cut_by']}` | {name} | {row['contacts']} | {row['opted_out']} | {row['opt_out_rate']:.3f} |"
            in page
        )
