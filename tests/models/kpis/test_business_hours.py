"""Business hours without the engine's zones: the seed of offsets against zoneinfo, and generated calendars against their plain reading."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.business_hours import business_seconds, calendars_of
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.values import seconds
from tests.spec.reference.world import World
from tests.support import Folder
from tests.support.root import ROOT

ZONES = (
    "Europe/Amsterdam",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "America/St_Johns",
    "Pacific/Apia",
)
SECOND = timedelta(seconds=1)
FIRST_DAYS = (
    date(2024, 3, 4),
    date(2024, 10, 21),
    date(2011, 12, 19),
)  # around changes of the clock, and a day that Apia skipped


@cache
def offsets() -> dict[str, list[tuple[datetime, int]]]:
    found: dict[str, list[tuple[datetime, int]]] = {}
    with (ROOT / "seeds/zone_offsets.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["zone"], []).append(
                (datetime.fromisoformat(row["starts_at"]), int(row["offset_seconds"]))
            )
    return found


def offset_of(zone: str, at: datetime) -> int:
    offset = at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return round(offset.total_seconds())


@pytest.mark.parametrize("zone", ZONES)
def test_offsets_are_those_of_zoneinfo_and_change_to_the_second(zone: str) -> None:
    for at, offset in offsets()[zone]:
        assert offset_of(zone, at) == offset
        assert at.year == 2000 or offset_of(zone, at - SECOND) != offset


def test_every_zone_has_the_offset_of_zoneinfo_every_few_days() -> None:
    """The database of this machine may know of later decisions than the seed: years to come are not compared."""
    pick = Random(7)
    known = sorted(offsets().keys() & available_timezones())
    assert len(known) > 500
    for zone in known:
        for _ in range(40):
            at = datetime(2000, 1, 1) + timedelta(hours=pick.randint(0, 24 * 365 * 24))
            assert max(row for row in offsets()[zone] if row[0] <= at)[1] == offset_of(zone, at), (zone, at)


def zone_rows(zones: set[str]) -> Rows:
    return [
        {"zone": zone, "starts_at": at, "offset_seconds": offset} for zone in zones for at, offset in offsets()[zone]
    ]


def generated(pick: Random) -> World:
    """A few calendars of a few openings, overnight ones too, at quarters of an hour."""
    clock = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 30)]
    hours: Rows = [
        {"calendar": calendar, "weekday": day, "opens": pick.choice(clock), "closes": pick.choice([*clock, "24:00"]), "timezone": zone}
        for calendar in ("default", "field")
        for zone in [pick.choice(ZONES)]
        for day in range(1, 8)
        for _ in range(pick.choice((0, 1, 1, 2)))
    ]  # fmt: skip
    holidays: Rows = [{"calendar": pick.choice(("default", "field")), "holiday_date": first + timedelta(days=pick.randint(0, 9))} for first in FIRST_DAYS for _ in range(2)]  # fmt: skip
    calendars = {"by": "owner_team", "calendars": {"field sales": "Field"}}
    return World(seeds={"business_hours": hours, "holidays": holidays}, vars={"business_calendars": calendars})


def pieces(world: World, first: date) -> Rows:
    """business_calendar over two weeks, made by the models."""
    given = world.vars
    days = [{"calendar_date": first + timedelta(days=n), "weekday": n % 7 + 1} for n in range(21)]
    with Alone("map_business_hours") as hours, Alone("map_holidays") as free, Alone("map_zone_offsets") as zones:
        seeds = {
            "map_business_hours": hours.build(business_hours=world.seed("business_hours")),
            "map_holidays": free.build(holidays=world.seed("holidays")),
            "map_zone_offsets": zones.build(zone_offsets=zone_rows({str(row["timezone"]) for row in world.seed("business_hours")})),
        }  # fmt: skip
    with Alone("business_openings", **given) as openings, Alone("business_calendar", **given) as calendar:
        opened = openings.build(**seeds, calendar_dates=days)
        return calendar.build(
            map_business_hours=seeds["map_business_hours"], calendar_dates=days, business_openings=opened
        )


def before(rows: Rows, name: str, at: datetime) -> int:
    (row,) = (row for row in rows if row["calendar"] == name and row["starts_at"] <= at < row["ends_at"])
    return int(row["business_micros_before"]) + (
        row["is_open"] and (at - row["starts_at"]) // timedelta(microseconds=1)
    )


@pytest.mark.parametrize("seed", range(24))
def test_business_time_is_that_of_the_reading(seed: int) -> None:
    pick = Random(seed)
    world, first = generated(pick), FIRST_DAYS[seed % len(FIRST_DAYS)]
    rows = pieces(world, first)
    midnight = datetime(first.year, first.month, first.day) + timedelta(days=7)
    facts: dict[str, Row] = {"default": {"owner_team": "inbound"}, "field": {"owner_team": "field sales"}}
    for name in facts:
        calendar = calendars_of(world).of(facts[name])
        if calendar is None:
            assert not [row for row in rows if row["calendar"] == name]
            continue
        for _ in range(12):
            start = midnight + timedelta(minutes=pick.randint(0, 60 * 24 * 9))
            end = start + timedelta(minutes=pick.choice((0, 1, 30, 600, 3000)))
            micros = before(rows, name, end) - before(rows, name, start)
            assert micros == round(business_seconds(calendar, start, end) * 1_000_000), (name, start, end)


def test_the_command_makes_the_seed(tmp_path: Path) -> None:
    project = Folder(tmp_path, {"seeds/seeds.yml": "seeds: []\n"})
    done = project.run("zones", "--from", "2024", "--to", "2024")
    assert done.code == 0, done.err
    rows = (tmp_path / "seeds/zone_offsets.csv").read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if row.startswith("Europe/Amsterdam,")] == [
        "Europe/Amsterdam,2024-01-01 00:00:00,3600",
        "Europe/Amsterdam,2024-03-31 01:00:00,7200",
        "Europe/Amsterdam,2024-10-27 01:00:00,3600",
    ]
    assert "2024 to 2023" in project.run("zones", "--from", "2024", "--to", "2023").err


def test_a_wait_is_counted_by_the_calendar_of_its_team() -> None:
    variables = {"business_calendars": {"by": "owner_team", "calendars": {"field sales": "field"}}, "inputs": ["reps"]}
    at = datetime(2024, 1, 1, 9)
    talk: Rows = [
        {"message_id": f"{who}{n}", "first_message_id": f"{who}0", "contact_id": who, "channel": "sms", "sent_at": at + timedelta(hours=n), "sender": sender, "is_live": False, "is_human": sender == "rep", "message_role": "message"}
        for who in ("a", "b") for n, sender in enumerate(("contact", "rep"))
    ]  # fmt: skip
    activity: Rows = [{"first_message_id": f"{who}0", "owner_id": f"r{who}", "owned_at": at} for who in ("a", "b")]
    reps: Rows = [{"rep_id": "ra", "team": "field sales", "starts_at": at - timedelta(days=1)}, {"rep_id": "rb", "team": "inbound", "starts_at": at - timedelta(days=1)}]  # fmt: skip
    day: Rows = [
        {"calendar": name, "utc_date": at.date(), "starts_at": datetime(2024, 1, 1), "ends_at": datetime(2024, 1, 2), "is_open": is_open, "business_micros_before": 0}
        for name, is_open in (("field", True), ("default", False))
    ]  # fmt: skip
    with Alone("assigned_calendars", **variables) as calendars, Alone("waits", **variables) as waits:
        assigned = calendars.build(conversation_activity=activity, rep_periods=reps)
        rows = waits.build(conversation_messages=talk, assigned_calendars=assigned, business_calendar=day)
    found = {row["contact_id"]: (row["calendar"], row["business_seconds"]) for row in rows}
    assert found == {"a": ("field", seconds(timedelta(hours=1))), "b": ("default", 0.0)}


def test_the_example_of_the_page() -> None:
    hours: Rows = [
        {"calendar": "default", "weekday": day, "opens": "09:00", "closes": "17:00", "timezone": "Europe/Amsterdam"}
        for day in range(1, 8)
    ]
    rows = pieces(World(seeds={"business_hours": hours}), date(2024, 3, 18))
    start, end = datetime(2024, 3, 30, 15), datetime(2024, 3, 31, 8)
    micros = before(rows, "default", end) - before(rows, "default", start)
    wanted = f"{micros // 3_600_000_000} business hours of {(end - start) // timedelta(hours=1)}"
    assert wanted in (ROOT / "docs/kpis/business_hours.md").read_text(encoding="utf-8")
