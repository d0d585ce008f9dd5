"""How long contacts wait: generated waits against the plain reading, and the figures of the page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from random import Random

import pytest

from tests.models.comparisons.alone import Alone
from tests.models.kpis.drawn_settings import Settings, drawn
from tests.spec.properties.compare import KEYS, first_difference
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.responses import response_kpis, wait_hotspots
from tests.spec.reference.values import seconds
from tests.support.root import ROOT

USUAL = Settings(("week", "month", "all"), "America/New_York", 0.9)
START = datetime(2024, 3, 4)
OPENS, CLOSES = 14, 22  # hours of the calendar, in UTC
RESPONSE_KEY = ("period_grain", "period_start", "cut_by", "cut_value", "responder", "measure")
HOTSPOT_KEY = ("period_grain", "period_start", "topic", "weekday", "hour")


@cache
def alone(model: str, settings: Settings) -> Alone:
    return Alone(model, **settings.variables)


def generated(pick: Random) -> tuple[Rows, dict[str, Row]]:
    """Waits as the reading takes them, and the owners of their conversations."""
    waits: Rows = []
    has_hours = pick.random() < 0.8
    for n in range(pick.choice((0, 4, 40, 160))):
        at = START + timedelta(days=pick.randint(0, 30), hours=pick.randint(0, 23), seconds=pick.choice((0, 3599)))
        for turn in range(pick.choice((1, 1, 2, 3))):
            is_last = turn == 2 or pick.random() < 0.2
            length = (
                None if is_last and pick.random() < 0.5 else timedelta(seconds=pick.choice((1, 60, 61, 7200, 90_000)))
            )
            waits.append({
                "conversation_id": f"c{n}", "message_id": f"m{n}.{turn}", "opened_at": at, "is_first": turn == 0, "channel": pick.choice(("sms", "chat")),
                "topics": pick.choice(([], ["pricing"], ["pricing", "demo"])), "is_open_hours": OPENS <= at.hour < CLOSES if has_hours else None,
                "length": length, "business": (length and has_hours and length / 4) or None, "bot": pick.choice((None, timedelta(seconds=5))),
            })  # fmt: skip
            if length is None:
                break
            at += length + timedelta(hours=1)
    owners = {
        f"c{n}": {"owner_id": pick.choice((None, "r1")), "owner_team": pick.choice((None, "field"))} for n in range(160)
    }
    return waits, owners


def relations(waits: Rows, owners: dict[str, Row]) -> dict[str, Rows]:
    """The same as the models have it."""
    conversations: Rows = []
    for name in dict.fromkeys(wait["conversation_id"] for wait in waits):
        own = [wait for wait in waits if wait["conversation_id"] == name]
        row: Row = {"conversation_id": name, "wait_count": len(own), **owners[name]}
        for column, suffix in (("length", ""), ("business", "_business")):
            known = [seconds(wait[column]) for wait in own if wait[column] is not None]
            row[f"first_response{suffix}_seconds"] = known[0] if known else None
            row[f"average_response{suffix}_seconds"] = sum(known) / len(known) if known else None
            row[f"longest_wait{suffix}_seconds"] = max(known, default=None)
        conversations.append(row)
    days = {wait["opened_at"].date() for wait in waits if wait["is_open_hours"] is not None}
    pieces = ((0, OPENS, False), (OPENS, CLOSES, True), (CLOSES, 24, False))
    return {
        "conversations": conversations,
        "waits": [
            {
                "conversation_id": wait["conversation_id"], "opening_message_id": wait["message_id"], "opened_at": wait["opened_at"],
                "is_first": wait["is_first"], "channel": wait["channel"], "calendar": "default", "bot_response_seconds": wait["bot"] and seconds(wait["bot"]),
                "wait_micros": wait["length"] and wait["length"] // timedelta(microseconds=1),
                "business_micros": wait["business"] and wait["business"] // timedelta(microseconds=1),
            }
            for wait in waits
        ],
        "message_phrases": [
            {"message_id": wait["message_id"], "phrase_kind": "topic", "topic": topic, "is_from_contact": True} for wait in waits for topic in wait["topics"]
        ] + [{"message_id": wait["message_id"], "phrase_kind": "next_step"} for wait in waits],
        "business_calendar": [
            {"calendar": "default", "utc_date": day, "starts_at": midnight + timedelta(hours=start), "ends_at": midnight + timedelta(hours=stop), "is_open": is_open}
            for day in sorted(days) for midnight in [datetime(day.year, day.month, day.day)] for start, stop, is_open in pieces
        ],
    }  # fmt: skip


def build(waits: Rows, owners: dict[str, Row], settings: Settings = USUAL) -> dict[str, Rows]:
    given = relations(waits, owners)
    firsts = alone("first_waits", settings).build(
        **{name: given[name] for name in ("waits", "conversations", "business_calendar")}
    )
    phrases = given["message_phrases"]
    return {
        "response_kpis": alone("response_kpis", settings).build(first_waits=firsts, message_phrases=phrases),
        "wait_hotspots": alone("wait_hotspots", settings).build(waits=given["waits"], message_phrases=phrases),
    }


def read(waits: Rows, owners: dict[str, Row], settings: Settings = USUAL) -> dict[str, Rows]:
    return {
        "response_kpis": response_kpis(waits, owners, settings.grains, settings.zone, settings.confidence),
        "wait_hotspots": wait_hotspots(waits, settings.grains, settings.zone, settings.confidence),
    }


@pytest.mark.parametrize("seed", range(25))
def test_lengths_are_those_of_the_reading(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KEYS, "response_kpis", RESPONSE_KEY)
    monkeypatch.setitem(KEYS, "wait_hotspots", HOTSPOT_KEY)
    given = generated(Random(seed))
    settings = drawn(seed, USUAL)
    difference = first_difference(read(*given, settings), build(*given, settings))
    assert difference is None, str(difference)


def test_what_is_generated_is_of_every_kind() -> None:
    found = [row for seed in range(25) for row in read(*generated(Random(seed)))["response_kpis"]]
    assert {row["cut_by"] for row in found} == {"all", "channel", "owner_id", "owner_team", "business_hours", "topic"}
    assert {row["cut_value"] for row in found if row["cut_by"] == "business_hours"} == {"inside", "outside", "unknown"}
    assert {row["is_small"] for row in found} == {True, False}
    assert {row["answered"] == 0 for row in found} == {True, False}


def test_conversations_of_a_cut_that_does_not_overlap_add_up_to_all() -> None:
    rows = build(*generated(Random(3)))["response_kpis"]
    firsts = [row for row in rows if (row["responder"], row["measure"]) == ("human", "first_response")]
    for cut in ("channel", "owner_id", "owner_team", "business_hours"):
        own = [row for row in firsts if row["cut_by"] == cut and row["period_grain"] == "all"]
        (all_of_them,) = (row for row in firsts if row["cut_by"] == "all" and row["period_grain"] == "all")
        assert sum(row["conversations"] for row in own) == all_of_them["conversations"] > 0


def test_the_table_of_the_page_is_what_the_model_makes_of_it() -> None:
    minutes = (2, 4, 6, 8, 60)
    waits: Rows = [
        {
            "conversation_id": f"c{n}", "message_id": f"m{n}", "opened_at": START + timedelta(hours=15), "is_first": True, "channel": "sms", "topics": [],
            "is_open_hours": None, "length": timedelta(minutes=minutes[n]) if n < len(minutes) else None, "business": None, "bot": None,
        }
        for n in range(6)
    ]  # fmt: skip
    owners = {f"c{n}": {"owner_id": None, "owner_team": None} for n in range(6)}
    (row,) = (
        row
        for row in build(waits, owners)["response_kpis"]
        if (row["period_grain"], row["cut_by"], row["responder"], row["measure"])
        == ("month", "all", "human", "first_response")
    )
    assert row["period_start"] == date(2024, 3, 1)
    line = f"| {row['conversations']} | {row['answered']} | {row['waiting']} | {row['answer_rate']:.3f} | {row['mean_seconds']:.0f} | {row['median_seconds']:.0f} | {row['p90_seconds']:.0f} |"
    assert line in (ROOT / "docs/kpis/response_kpis.md").read_text(encoding="utf-8")
