"""The mapping seeds, trimmed and lower-cased, with the defaults of section 1.

> Mapping defaults: unmapped channel = itself, 24 h; unmapped or no status = delivered, not answered;
> unmapped industry = not regulated; unmapped codes and stages are ignored.
> `gap_hours_threaded` blank = `gap_hours`, both blank = 24.

A blank flag of a seed is its default: an attempt (the page's delivered), not answered, not live, not regulated, no win.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from tests.spec.reference.columns import Row
from tests.spec.reference.values import WHITE_SPACE, code, flag, hours, number
from tests.spec.reference.world import World

DEFAULT_GAP_HOURS = 24.0


@dataclass(frozen=True)
class Channel:
    """What a raw channel stands for."""

    channel: str
    gap: timedelta
    gap_threaded: timedelta
    is_live: bool


@dataclass(frozen=True)
class Status:
    """What a message status means."""

    is_attempt: bool
    is_answered: bool


@dataclass(frozen=True)
class Mappings:
    """All mapping seeds of a world."""

    channels: dict[str, Channel]
    statuses: dict[str, Status]
    categories: dict[str, tuple[str, bool]]
    regulated: dict[str, bool]
    outcome_stages: list[tuple[str, str, str]]
    non_replies: list[tuple[re.Pattern[str], str]]

    def channel(self, raw: str) -> Channel:
        day = hours(DEFAULT_GAP_HOURS)
        return self.channels.get(raw, Channel(raw, day, day, False))

    def status(self, raw: str | None) -> Status:
        unmapped = Status(True, False)
        return unmapped if raw is None else self.statuses.get(raw, unmapped)

    def non_reply_kind(self, body: str | None) -> str | None:
        """> the body, trimmed of white space and lower-cased, is LIKE a `non_replies` pattern (`%`, `_`);
        > autoresponder wins over opt_out."""
        if body is None:
            return None
        clean = body.strip(WHITE_SPACE).lower()
        kinds = {kind for pattern, kind in self.non_replies if pattern.fullmatch(clean)}
        for kind in ("autoresponder", "opt_out"):
            if kind in kinds:
                return kind
        return None


def mappings(world: World) -> Mappings:
    """Read every mapping seed of the world."""
    return Mappings(
        channels=dict(_channel(*each) for each in _by_code(world, "channels", "raw_channel")),
        statuses={
            status: Status(_is_attempt(row), flag(row["is_answered"]) is True)
            for status, row in _by_code(world, "message_statuses", "status")
        },
        categories={
            each: (code(row["category"]) or "other", flag(row.get("is_win")) is True)
            for each, row in _by_code(world, "disposition_categories", "code")
        },
        regulated={
            industry: flag(row["is_regulated"]) is True
            for industry, row in _by_code(world, "industry_groups", "industry")
        },
        outcome_stages=[
            (code(row["source"]) or "", code(row["stage"]) or "", code(row["outcome"]) or "")
            for row in world.seed("outcome_stages")
            if code(row["outcome"]) not in (None, "none")
        ],
        non_replies=[(_like(code(row["pattern"]) or ""), code(row["kind"]) or "") for row in world.seed("non_replies")],
    )


def _by_code(world: World, seed: str, column: str) -> list[tuple[str, Row]]:
    """The rows of a seed with their cleaned code; rows without one map nothing."""
    found = ((code(row[column]), row) for row in world.seed(seed))
    return [(each, row) for each, row in found if each is not None]


def _is_attempt(row: Row) -> bool:
    """The page's `is_delivered`, by its own name or by that of this version: a dial that rings out is an attempt, and reaches nobody."""
    given = [flag(row.get(name)) for name in ("is_attempt", "is_delivered")]
    return next((each for each in given if each is not None), True)


def _channel(raw: str, row: Row) -> tuple[str, Channel]:
    gap = number(row.get("gap_hours"))
    threaded = number(row.get("gap_hours_threaded"))
    gap_hours = DEFAULT_GAP_HOURS if gap is None else gap
    return raw, Channel(
        channel=code(row["channel"]) or raw,
        gap=hours(gap_hours),
        gap_threaded=hours(gap_hours if threaded is None else threaded),
        is_live=flag(row.get("is_live")) is True,
    )


def _like(pattern: str) -> re.Pattern[str]:
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(each, re.escape(each)) for each in pattern), re.DOTALL)
