"""Times and numbers that nobody means: a few rows of a few worlds are dated out of the span of plausible_times, or lie at its ends, or
hold a number that no sum could hold."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.spec.properties.picking import Picker
from tests.spec.reference.columns import INPUTS, LENGTH, NUMBER, TIME, Row, Rows
from tests.spec.reference.staging import plausible_span
from tests.spec.reference.world import World

WILD = (
    datetime(1, 1, 1),
    datetime(9999, 12, 31, 10, 5),
    datetime(1989, 12, 31, 23, 59, 59, 999999),
    datetime(2100, 1, 1),
)
SPELLED = ("0001-01-01T00:00:00+02:00", "9999-12-31 23:30:00-02", "9999-12-31", "1969-12-31 23:59:59Z")


def narrow_span(pick: Picker) -> Row:
    """A value of plausible_times, one or both ends near the instants of the world."""
    first = (pick.of(pick.instants) - timedelta(days=pick.of((0, 1, 30, 400)))).date()
    last = (pick.of(pick.instants) + timedelta(days=pick.of((0, 1, 30, 400)))).date()
    either: tuple[Row, ...] = ({"from": first.isoformat()}, {"to": last}, {"from": first, "to": max(first, last)})
    return pick.of(either)


def date_wildly(pick: Picker, world: World) -> None:
    """Give some times of a quarter of the worlds a wild value, as the world's tables hold times."""
    if not pick.chance(25):
        return
    first, after = plausible_span(world)
    ends = (first - timedelta(microseconds=1), after) if "plausible_times" in world.vars else WILD[:2]
    for name, rows in world.tables.items():
        for row in _some(pick, rows):
            column = pick.of([each for each, kind in INPUTS[name].types.items() if kind == TIME])
            at = pick.of((*WILD, *ends))
            if (number := _number(pick, name)) is not None:
                row[number] = pick.of((1e300, -1.7e308)) if world.typed else pick.of(("1e300", "-1.7E+308", "1e400"))
            row[column] = at if world.typed else pick.of((*SPELLED, at.isoformat(sep=" "), at.isoformat()))


def _number(pick: Picker, name: str) -> str | None:
    columns = [each for each, kind in INPUTS[name].types.items() if kind in (NUMBER, LENGTH)]
    return pick.of(columns) if columns and pick.chance(50) else None


def _some(pick: Picker, rows: Rows) -> Rows:
    return [row for row in rows if pick.chance(12)]
