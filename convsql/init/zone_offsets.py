"""The seed `zone_offsets`: how far the clock of each zone is from UTC, and from when, so that no query asks the engine for it.

Read from the time zone database of this Python (`zoneinfo`): what it says of years to come is what is decided today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from convsql.base.errors import ConvsqlError
from convsql.base.installed import NAME as PACKAGE
from convsql.base.whole_file import write_whole
from convsql.project.config import Project

SEED = "zone_offsets"
HEADER = "zone,starts_at,offset_seconds"
# Two changes within a week would be missed where the second undoes the first: there is none since 1970.
_STEP = timedelta(days=7)


def offset_changes(zone: str, first_year: int, until_year: int) -> Iterator[tuple[datetime, int]]:
    """Instants in UTC (naive) from which an offset in seconds holds: the beginning of the first year, then every change before the last one.

    Raises `zoneinfo.ZoneInfoNotFoundError` for a zone that is not in the database.
    """
    info = ZoneInfo(zone)
    at, end = datetime(first_year, 1, 1), datetime(until_year, 1, 1)
    known = _offset(info, at)
    yield at, known
    while at < end:
        later = min(at + _STEP, end)
        if _offset(info, later) != known:
            at = _change_between(info, at, later)
            known = _offset(info, at)
            if at < end:
                yield at, known
        else:
            at = later


def write_zone_offsets(project: Project, first_year: int, last_year: int) -> str:
    """Write `zone_offsets.csv` into the project's first folder of seeds, every zone in order of names; returns what to say of it.

    Raises ConvsqlError when the years are in the wrong order, or this Python knows no zones.
    """
    if first_year > last_year:
        raise ConvsqlError(f"the years {first_year} to {last_year} are none", hint="--from is the earlier one")
    zones = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})
    if not zones:
        raise ConvsqlError("this Python knows no time zones", hint="install the package tzdata")
    lines = [
        f"{zone},{at},{offset}" for zone in zones for at, offset in offset_changes(zone, first_year, last_year + 1)
    ]
    file = project.root / project.packages[0].paths["seed-paths"][0] / f"{SEED}.csv"
    write_whole(file, "\n".join([HEADER, *lines, ""]).encode())
    said = f"wrote {len(lines):,} offsets of {len(zones)} zones to {file.relative_to(project.root)}"
    if project.name != PACKAGE and any(p.name == PACKAGE for p in project.packages) and not _is_off(project):
        said += (
            "\nnote: the package has a seed of this name; switch it off in dbt_project.yml, "
            f"so that yours stands in for it: seeds: {{{PACKAGE}: {{{SEED}: {{+enabled: false}}}}}}"
        )
    return said


def _is_off(project: Project) -> bool:
    tree: Mapping[str, Any] = project.packages[0].trees.get("seeds") or {}
    own = (tree.get(PACKAGE) or {}).get(SEED)
    return isinstance(own, Mapping) and own.get("+enabled", own.get("enabled")) is False


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return round(offset.total_seconds()) if offset is not None else 0


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second with another offset than `before`; changes fall on whole seconds."""
    known = _offset(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _offset(zone, middle) == known else (before, middle)
    return after
