"""Which version of a metric is the metric, and until when a version is counted.

> deprecated ones stop after `retired_on`; consumers have `<metric>` = the active version as of today

Today is the day of `as_of` in the variable `timezone`; without an `as_of` there is none, nothing is retired, and no
version with a date is in force. The metric is the active version that came into force last, one without a date first of
all, and of several of one day the highest.
"""

from __future__ import annotations

from datetime import date, datetime

from tests.spec.reference.cohorts import local
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.world import World


def day(value: str | date | None) -> date | None:
    """A day as a definition gives it."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def is_retired(definition: Row, today: date | None) -> bool:
    retired_on = day(definition.get("retired_on"))
    return retired_on is not None and today is not None and today > retired_on


def day_of(as_of: datetime | None, zone: str) -> date | None:
    return None if as_of is None else local(as_of, zone).date()


def is_in_force(definition: Row, today: date | None) -> bool:
    begins = day(definition.get("effective_from"))
    is_begun = begins is None or (today is not None and begins <= today)
    return definition.get("status", "active") == "active" and is_begun


def standing(definition: Row) -> tuple[date, int]:
    """By which versions of a metric follow each other."""
    return day(definition.get("effective_from")) or date.min, definition["version"]


def catalogue(world: World, as_of: datetime | None) -> Rows:
    """The rows of `metric_definitions`, of the columns that are not the definition itself."""
    today = day_of(as_of, world.timezone)
    return [_row(each, [d for d in world.metrics if d["name"] == each["name"]], today) for each in world.metrics]


def _row(definition: Row, of_metric: Rows, today: date | None) -> Row:
    in_force = sorted((d for d in of_metric if is_in_force(d, today)), key=standing)
    later = [
        begins
        for d in of_metric
        if standing(d) > standing(definition) and d.get("status", "active") == "active"
        if (begins := day(d.get("effective_from")))
    ]
    return {
        "metric": definition["name"],
        "metric_version": definition["version"],
        "status": definition.get("status", "active"),
        "lock_state": "unlocked",
        "locked_at": None,
        "effective_from": day(definition.get("effective_from")),
        "effective_until": min(later, default=None) if definition.get("status") != "draft" else None,
        "retired_on": day(definition.get("retired_on")),
        "review_by": day(definition.get("review_by")),
        "is_current": bool(in_force) and in_force[-1] is definition,
        "is_retired": is_retired(definition, today),
    }
