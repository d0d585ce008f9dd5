"""The span of times that are taken for true (variable `plausible_times`)."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.spec.reference.values import time
from tests.spec.reference.world import World

ALWAYS = ("valid_from", "valid_to")  # of reps: an end that need never be reached


def plausible_span(world: World) -> tuple[datetime, datetime]:
    """The first instant of the first day, and the first after the last day, on which anything is taken to have happened."""
    given = world.setting("plausible_times", {})
    first, last = (time(str(given.get(key) or day)) for key, day in (("from", "1990-01-01"), ("to", "2099-12-31")))
    assert first is not None and last is not None
    return first, last + timedelta(days=1)
