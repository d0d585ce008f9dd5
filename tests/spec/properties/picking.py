"""Small choices, and the pool of instants a world draws its times from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")

MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
BASES = (
    datetime(2024, 3, 30, 21, 30),  # the night before the clocks of Amsterdam go forward
    datetime(2024, 10, 26, 22),  # and back
    datetime(2024, 3, 10, 5),  # the night in which those of New York go forward
    datetime(2024, 11, 3, 3, 59, 59, 999999),  # and back
    datetime(2023, 12, 31, 22, 59, 59, 999999),  # the last instant of a year in Amsterdam
    datetime(2024, 2, 29, 12),
    datetime(2024, 4, 1, 4),  # New York's midnight at the start of a quarter
    datetime(2024, 7, 7, 23, 59, 59, 999999),  # the end of a Sunday
    datetime(2024, 4, 25, 21, 30),  # before a midnight that Cairo skips
    datetime(2024, 11, 3, 3, 30),  # before a midnight that Havana has twice
)
STEPS = tuple(
    HOUR * each for each in (0, 1 / 12, 1 / 12, 0.5, 0.5, 0.5, 1, 1, 1, 4, 24, 24, 24, 24, 48, 168, 168, 336, 720)
)
SHORT_STEPS = tuple(HOUR * each for each in (0, 1 / 12, 1 / 12, 0.5, 0.5, 1, 1, 4, 23))
JITTERS = (timedelta(), timedelta(), timedelta(), MICROSECOND, -MICROSECOND)


class Picker:
    """The choices of one world."""

    def __init__(self, random: Random, instants: Sequence[datetime] = ()) -> None:
        self._random = random
        self.instants = list(instants)
        self.people: tuple[str, ...] = ()
        self.lengths: list[timedelta] = []
        self.is_dense = False

    def of(self, values: Sequence[T]) -> T:
        """One of the values; repeat a value to make it likelier."""
        return self._random.choice(values)

    def count(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def chance(self, percent: int) -> bool:
        """True about so often."""
        return self._random.random() * 100 < percent

    def maybe(self, percent: int, values: Sequence[T]) -> T | None:
        return self.of(values) if self.chance(percent) else None

    def add_instants(self, count: int, steps: Sequence[timedelta] = STEPS) -> None:
        """More instants, each a telling step from one before, so that ties and limits come up."""
        if not self.instants:
            self.instants.append(self.of(BASES))
        for _ in range(count):
            self.instants.append(self.of(self.instants) + self.of(steps) + self.of(JITTERS))

    def at(self) -> datetime:
        return self.of(self.instants)

    def maybe_at(self, percent: int) -> datetime | None:
        return self.at() if self.chance(percent) else None
