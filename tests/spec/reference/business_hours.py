"""Business seconds (section 2).

> overlap with `business_hours` (calendar `default`, or the variable `business_calendar`) in their zone, less
> `holidays`; opening or closing times inside a DST change are refused.

A calendar without a row has no business seconds to tell: null, never 0. Hours that overlap count once.

Silent there: the variable `business_calendars` gives a team or a territory a calendar of its own; hours that close at or before they open
close on the next day, and are those of the day on which they open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.spec.reference.columns import Row
from tests.spec.reference.values import code, seconds, text
from tests.spec.reference.world import World


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


@dataclass(frozen=True)
class Calendars:
    """Which calendar counts for a conversation, by what is known of it."""

    default: Calendar | None
    by: str
    assigned: dict[str, Calendar | None]

    def of(self, facts: Row) -> Calendar | None:
        """Facts have owner_team, owner_territory and territory."""
        return self.assigned.get(facts[self.by], self.default) if self.assigned else self.default


def calendars_of(world: World) -> Calendars:
    """The calendars that a world's variables name."""
    given = world.setting("business_calendars", {})
    named = {value: calendar_of(world, code(name)) for value, name in given.get("calendars", {}).items()}
    return Calendars(
        calendar_of(world, text(world.setting("business_calendar", "default"))), given.get("by", ""), named
    )


def calendar_of(world: World, name: str | None) -> Calendar | None:
    """The calendar of a name; none where it has no row."""
    openings = tuple(
        Opening(
            int(row["weekday"]),
            opens,
            closes if closes > opens else closes + timedelta(days=1),
            ZoneInfo(str(row["timezone"])),
        )
        for row in world.seed("business_hours")
        for opens, closes in [(_since_midnight(str(row["opens"])), _since_midnight(str(row["closes"])))]
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
