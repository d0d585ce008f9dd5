"""When a rate left the level it had had: the one split of its series that chance explains least, beside the series' own scatter.

A period is compared with its neighbour in every report; a fall that lasts is then "no clear change" from its second period on. So the newest
run of periods is held against the ones before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt

from convsql.report.figure import Row

BEFORE = 6  # periods that make the level
LATEST = 6  # periods that may have left it
FEWEST = 3  # periods without which there is no level
CERTAIN = 3.0  # standard errors, the scatter of the level among them


@dataclass(frozen=True, slots=True)
class Level:
    """Some periods taken together."""

    converted: int
    matured: int
    periods: tuple[date, ...]

    @property
    def rate(self) -> float:
        return self.converted / self.matured


@dataclass(frozen=True, slots=True)
class Shift:
    """The level before, the level since, and by how many standard errors they differ."""

    before: Level
    since: Level
    score: float

    @property
    def starts(self) -> date:
        """The first period of the new level."""
        return self.since.periods[0]

    @property
    def change(self) -> float:
        """The difference of the two rates, as a share."""
        return self.since.rate - self.before.rate

    @property
    def missed(self) -> float:
        """Conversions more (below zero: fewer) than the level before would have brought since."""
        return self.since.converted - self.before.rate * self.since.matured


def level(rows: Sequence[Row]) -> Level:
    """Rows of complete periods, with any matured, as one."""
    return Level(
        sum(int(r["matured_converted"]) for r in rows),
        sum(int(r["matured"]) for r in rows),
        tuple(r["cohort_period"] for r in rows),
    )


def trailing(complete: Sequence[Row]) -> Level | None:
    """The periods before the newest one, at most BEFORE of them; None with fewer than FEWEST."""
    rows = [r for r in complete[:-1] if r["matured"]][-BEFORE:]
    return level(rows) if len(rows) >= FEWEST else None


def shift(complete: Sequence[Row]) -> Shift | None:
    """The split of the complete periods, in their order, of which the two sides differ most; None where chance may explain it.

    The newest period must lie beyond the level before on the same side: a swing that is over is none.
    """
    rows = [r for r in complete if r["matured"]]
    found: list[Shift] = []
    for first in range(max(FEWEST, len(rows) - LATEST), len(rows)):
        before, since = level(rows[max(0, first - BEFORE) : first]), level(rows[first:])
        change = Shift(before, since, _score(before, since, rows[max(0, first - BEFORE) : first]))
        newest = rows[-1]["matured_converted"] / rows[-1]["matured"] - before.rate
        if abs(change.score) >= CERTAIN and newest * change.change > 0 and abs(newest) >= abs(change.change) / 2:
            found.append(change)
    return max(found, key=lambda each: abs(each.score), default=None)


def _score(before: Level, since: Level, rows: Sequence[Row]) -> float:
    pooled = (before.converted + since.converted) / (before.matured + since.matured)
    variance = pooled * (1 - pooled) * (1 / before.matured + 1 / since.matured)
    if variance <= 0:
        return 0.0
    return (since.rate - before.rate) / sqrt(variance * max(1.0, _scatter(before, rows)))


def _scatter(before: Level, rows: Sequence[Row]) -> float:
    """How much more than by chance the periods of a level differ among themselves: chi-square by its degrees of freedom."""
    share = before.rate
    if len(rows) < 2 or not 0 < share < 1:
        return 1.0
    total = sum(
        (r["matured_converted"] - share * r["matured"]) ** 2 / (r["matured"] * share * (1 - share)) for r in rows
    )
    return float(total) / (len(rows) - 1)
