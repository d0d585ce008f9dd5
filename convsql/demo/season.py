"""When things happen in the demo year: the calendar, the working day and how long people take to answer."""

from bisect import bisect
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

FIRST_DAY = datetime(2025, 10, 1)
END = datetime(2026, 10, 1)
"""Nothing in the demo happens at or after this instant."""
BOTS_FROM = datetime(2026, 4, 1)
"""From here on a bot answers every chat first."""
NEW_PHONES_FROM = datetime(2026, 1, 12)
"""Before this the telephone system reported no status, only the seconds talked."""

DAY = timedelta(days=1)
DAYS = (END - FIRST_DAY).days
OPENS, CLOSES = 9, 17
"""Working hours in UTC, as in the seeds `business_hours` and `holidays`."""
HOLIDAYS = frozenset({datetime(2025, 12, 25), datetime(2026, 1, 1)})

_MONTH_VOLUME = {
    10: 1.0,
    11: 1.02,
    12: 0.62,
    1: 0.9,
    2: 1.0,
    3: 1.2,
    4: 1.25,
    5: 1.2,
    6: 1.05,
    7: 0.82,
    8: 0.72,
    9: 1.1,
}
_MONTH_LIFT = {10: 0.0, 11: 0.05, 12: -0.35, 1: -0.1, 2: 0.0, 3: 0.2, 4: 0.3, 5: 0.3, 6: 0.1, 7: -0.2, 8: -0.35, 9: 0.1}
_WEEKDAY_VOLUME = (1.0, 1.08, 1.06, 1.0, 0.86, 0.26, 0.2)
_HOUR_VOLUME = (1, 1, 1, 1, 1, 2, 4, 8, 16, 24, 28, 26, 20, 24, 27, 25, 21, 15, 11, 9, 8, 6, 4, 2)
_SUMMER = (datetime(2026, 7, 13), datetime(2026, 8, 24))


def lift(at: datetime) -> float:
    """Return how willing people are to buy in this month, on the log-odds scale."""
    return _MONTH_LIFT[at.month]


def is_working_day(day: datetime) -> bool:
    """Tell whether the team works on the day that begins at ``day``."""
    return day.weekday() < 5 and day not in HOLIDAYS


def midnight(at: datetime) -> datetime:
    """Return the start of the day of ``at``."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def is_open(at: datetime) -> bool:
    """Tell whether somebody of the team is at a desk."""
    return OPENS <= at.hour < CLOSES and is_working_day(midnight(at))


def next_open(at: datetime) -> datetime:
    """Return ``at`` when the team is at work, else the next opening."""
    if is_open(at):
        return at
    day = midnight(at)
    if at.hour >= OPENS or not is_working_day(day):
        day += DAY
    while not is_working_day(day):
        day += DAY
    return day + timedelta(hours=OPENS)


def is_slow(at: datetime) -> bool:
    """Tell whether half the team is away: the summer weeks and the days around Christmas."""
    return _SUMMER[0] <= at < _SUMMER[1] or datetime(2025, 12, 22) <= at < datetime(2026, 1, 3)


class Season:
    """Draws moments of the demo year from one random generator."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        days = [FIRST_DAY + DAY * n for n in range(DAYS)]
        self._weights = [
            _MONTH_VOLUME[d.month] * _WEEKDAY_VOLUME[d.weekday()] * (0.4 if d in HOLIDAYS else 1.0) for d in days
        ]
        self._heaviest = max(self._weights)
        self._day_sums = list(accumulate(self._weights))
        self._hour_sums = list(accumulate(_HOUR_VOLUME))

    def arrival(self) -> datetime:
        """Draw the moment a new contact turns up, busy months and weekdays more often."""
        place = bisect(self._day_sums, self._rng.random() * self._day_sums[-1])
        return self.in_day(FIRST_DAY + DAY * min(place, DAYS - 1))

    def in_day(self, day: datetime) -> datetime:
        """Draw a moment of ``day`` at which a contact would write."""
        hour = bisect(self._hour_sums, self._rng.random() * self._hour_sums[-1])
        return day + timedelta(hours=min(hour, 23), seconds=self._rng.randrange(3600))

    def around(self, at: datetime) -> datetime:
        """Move ``at`` to a nearby day, so that quiet days stay quiet."""
        day = midnight(at)
        for _ in range(12):
            place = (day - FIRST_DAY).days
            if place >= DAYS or self._rng.random() * self._heaviest < self._weights[max(place, 0)]:
                break
            day += DAY
        moment = self.in_day(day)
        return moment if moment > at else self.later(at, 40.0)

    def at_work(self, at: datetime) -> datetime:
        """Draw a moment of the working day of ``at``, or of the next one."""
        start = next_open(at)
        left = (midnight(start) + timedelta(hours=CLOSES) - start).total_seconds()
        return start + timedelta(seconds=int(self._rng.random() * left))

    def later(self, at: datetime, minutes: float, spread: float = 0.9) -> datetime:
        """Return a moment about ``minutes`` (the median) after ``at``."""
        return at + timedelta(seconds=max(3, int(60 * minutes * self._rng.lognormvariate(0.0, spread))))

    def answered(self, at: datetime, minutes: float) -> datetime:
        """Return when a rep who takes about ``minutes`` answers a message of ``at``: in working hours only."""
        pace = minutes * (3.2 if is_slow(at) else 1.0)
        reply = self.later(next_open(at), pace)
        return reply if is_open(reply) else self.later(next_open(reply), 12.0)

    def awake(self, at: datetime, minutes: float) -> datetime:
        """Return when a contact answers: at any time but the small hours."""
        reply = self.later(at, minutes, 1.1)
        if 0 <= reply.hour < 7:
            reply = midnight(reply) + timedelta(hours=7, seconds=self._rng.randrange(7200))
        return reply
