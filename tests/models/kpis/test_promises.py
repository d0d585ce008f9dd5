"""Answers within what was promised: generated waits against the plain reading, and the figures of the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from random import Random

import pytest

from tests.models.comparisons.alone import Alone
from tests.models.kpis.drawn_settings import Settings, drawn
from tests.spec.properties.compare import KEYS, first_difference
from tests.spec.reference.cohorts import local
from tests.spec.reference.columns import Rows
from tests.spec.reference.promises import sla_compliance
from tests.support.root import ROOT

USUAL = Settings(("week", "month", "all"), "Europe/Amsterdam", 0.9)
MICROSECOND = timedelta(microseconds=1)
START = datetime(2024, 3, 25)
OPENS, CLOSES = timedelta(hours=8), timedelta(hours=16)  # every day, in UTC
TARGETS = [
    {"name": "buyers", "minutes": 15, "topics": ["pricing", "demo"]},
    {"name": "chat", "minutes": 5, "clock": "calendar", "channels": ["chat"]},
    {"name": "leads on the site", "minutes": 60, "lifecycle_stages": ["lead"], "sources": ["web", "ads"]},
    {"name": "everyone", "minutes": 480},
]


@cache
def alone(model: str, settings: Settings) -> Alone:
    return Alone(model, **settings.variables, sla_targets=TARGETS)


def open_until(at: datetime) -> timedelta:
    """Business time since the start."""
    days, rest = divmod(at - START, timedelta(days=1))
    return days * (CLOSES - OPENS) + min(max(rest - OPENS, timedelta()), CLOSES - OPENS)


def generated(pick: Random) -> tuple[Rows, datetime]:
    as_of = START + timedelta(days=20, hours=pick.choice((3, 9, 15.5, 23)))
    waits: Rows = []
    for n in range(pick.choice((0, 20, 200))):
        at = START + timedelta(days=pick.choice((0, 7, 14, 20)), hours=pick.choice((1, 7, 9, 15, 20)))
        at = min(at, as_of - timedelta(minutes=pick.choice((0, 5, 15, 16))))
        answered = pick.random() < 0.6
        length = pick.choice(
            (
                timedelta(minutes=5),
                timedelta(minutes=15),
                timedelta(minutes=15) + MICROSECOND,
                timedelta(hours=3),
                timedelta(hours=40),
            )
        )
        end = at + length if answered else as_of
        has_hours = pick.random() < 0.9
        waits.append({
            "opening_message_id": f"m{n}", "opened_at": at, "channel": pick.choice(("sms", "chat")), "owner_team": pick.choice((None, "field")),
            "lifecycle_stage_at_start": pick.choice((None, "lead")), "source": pick.choice(("web", "ads", "fair")), "topics": pick.choice(([], ["pricing"], ["pricing", "demo"], ["support"])),
            "is_answered": answered, "calendar": end - at, "business": open_until(end) - open_until(at) if has_hours else None,
        })  # fmt: skip
    return waits, as_of


def build(waits: Rows, as_of: datetime, settings: Settings = USUAL) -> Rows:
    pieces: Rows = []
    for n in range(28):
        day = START + timedelta(days=n)
        for start, stop, is_open in (
            (timedelta(), OPENS, False),
            (OPENS, CLOSES, True),
            (CLOSES, timedelta(days=1), False),
        ):
            pieces.append({"calendar": "default", "utc_date": day, "starts_at": day + start, "ends_at": day + stop, "is_open": is_open, "business_micros_before": open_until(day + start) // MICROSECOND})  # fmt: skip
    firsts = [
        {
            "conversation_id": wait["opening_message_id"],
            **{name: wait[name] for name in ("opening_message_id", "opened_at", "channel", "owner_team", "lifecycle_stage_at_start", "source")},
            "opened_date": local(wait["opened_at"], settings.zone).date(),
            "calendar": "none" if wait["business"] is None else "default",
            "business_us_at_opening": None if wait["business"] is None else open_until(wait["opened_at"]) // MICROSECOND,
            "first_response_us": wait["calendar"] // MICROSECOND if wait["is_answered"] else None,
            "first_response_business_us": wait["business"] // MICROSECOND if wait["is_answered"] and wait["business"] is not None else None,
        }
        for wait in waits
    ]  # fmt: skip
    phrases: Rows = [{"message_id": wait["opening_message_id"], "phrase_kind": "topic", "topic": topic} for wait in waits for topic in wait["topics"]]  # fmt: skip
    asked = alone("sla_waits", settings).build(
        first_waits=firsts, message_phrases=phrases, clocks=[{"as_of": as_of}], business_calendar=pieces
    )
    return alone("sla_compliance", settings).build(sla_waits=asked)


@pytest.mark.parametrize("seed", range(20))
def test_compliance_is_that_of_the_reading(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(KEYS, "sla_compliance", ("target", "period_grain", "period_start", "cut_by", "cut_value"))
    waits, as_of = generated(Random(seed))
    settings = drawn(seed, USUAL)
    wanted = {"sla_compliance": sla_compliance(TARGETS, waits, settings.grains, settings.zone, settings.confidence)}
    difference = first_difference(wanted, {"sla_compliance": build(waits, as_of, settings)})
    assert difference is None, str(difference)


def test_what_is_generated_is_of_every_kind() -> None:
    found = [
        row
        for seed in range(20)
        for row in sla_compliance(TARGETS, generated(Random(seed))[0], USUAL.grains, USUAL.zone, USUAL.confidence)
    ]
    for name in ("not_due", "in_time", "late", "unanswered"):
        assert {row["target"] for row in found if row[name]} == {target["name"] for target in TARGETS}, name


def test_the_table_of_the_page_is_what_the_model_makes_of_it() -> None:
    """On chat, five minutes: 60 answered in four, 20 in six, 12 never, and four wait since three."""
    as_of = START + timedelta(days=1)
    groups = ((60, 4, True, 60), (20, 6, True, 60), (12, 90, False, 90), (4, 3, False, 3))
    waits = [
        {"opening_message_id": f"{count}.{n}", "opened_at": as_of - timedelta(minutes=ago), "channel": "chat", "owner_team": None, "lifecycle_stage_at_start": None, "source": None, "topics": [], "is_answered": answered, "calendar": timedelta(minutes=minutes), "business": None}
        for count, minutes, answered, ago in groups for n in range(count)
    ]  # fmt: skip
    (row,) = (
        row
        for row in build(waits, as_of)
        if (row["target"], row["period_grain"], row["cut_by"]) == ("chat", "all", "all")
    )
    line = f"| {row['waits']} | {row['not_due']} | {row['due']} | {row['in_time']} | {row['late']} | {row['unanswered']} | {row['compliance_rate']:.3f} |"
    assert line in (ROOT / "docs/kpis/sla_compliance.md").read_text(encoding="utf-8")
