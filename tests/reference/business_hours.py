"""Business seconds (section 2).

> overlap with `business_hours` (calendar `default`, or the variable `business_calendar`) in their zone, less
> `holidays`; opening or closing times inside a DST change are refused.

A calendar without a row has no business seconds to tell: null, never 0. Hours that overlap count once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.reference.values import seconds, text
from tests.reference.world import World


@dataclass(frozen=True)
class Opening:
    """One opening of a weekday (1 = Monday), as lengths since local midnight."""

    weekday: int
    opens: timedelta
    closes: timedelta
    zone: ZoneInfo


@dataclass(frozen=True)
class Calendar:
    """The openings of one calendar and the days it is closed."""

    openings: tuple[Opening, ...]
    holidays: frozenset[date]


def calendar_of(world: World) -> Calendar | None:
    """The calendar a world names; none where it has no row."""
    name = text(world.setting("business_calendar", "default"))
    openings = tuple(
        Opening(
            int(row["weekday"]),
            _since_midnight(str(row["opens"])),
            _since_midnight(str(row["closes"])),
            ZoneInfo(str(row["timezone"])),
        )
        for row in world.seed("business_hours")
        if row["calendar"] == name
    )
    holidays = frozenset(_date(row["holiday_date"]) for row in world.seed("holidays") if row["calendar"] == name)
    return Calendar(openings, holidays) if openings else None


def business_seconds(calendar: Calendar, start: datetime, end: datetime) -> float:
    """The seconds between two instants in UTC that lie in the calendar's hours."""
    open_times: list[tuple[datetime, datetime]] = []
    for opening in calendar.openings:
        day = start.replace(tzinfo=UTC).astimezone(opening.zone).date() - timedelta(days=1)
        last = end.replace(tzinfo=UTC).astimezone(opening.zone).date() + timedelta(days=1)
        while day <= last:
            if day.isoweekday() == opening.weekday and day not in calendar.holidays:
                opens = _instant(day, opening.opens, opening.zone)
                closes = _instant(day, opening.closes, opening.zone)
                open_times.append((max(start, opens), min(end, closes)))
            day += timedelta(days=1)
    total, counted_until = timedelta(), start
    for opens, closes in sorted(open_times):
        total += max(closes - max(opens, counted_until), timedelta())
        counted_until = max(counted_until, closes)
    return seconds(total)


def _instant(day: date, since_midnight: timedelta, zone: ZoneInfo) -> datetime:
    local = datetime(day.year, day.month, day.day) + since_midnight
    return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def _since_midnight(clock: str) -> timedelta:
    parts = [int(each) for each in clock.strip().split(":")]
    return timedelta(hours=parts[0], minutes=parts[1], seconds=parts[2] if len(parts) > 2 else 0)


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
