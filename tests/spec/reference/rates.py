"""Rates (section 4): `cohort_rates` and `period_rates`.

> Columns: conversations, below_kind, excluded, eligible, converted, pending, not_converted, matured,
> matured_converted, credited, matured_credited, outcomes and deals (distinct ones touched), credit, amount …
> `abandonment_rate` = eligible with a wait longer than `abandonment_hours` (24), closed, or open at `complete_at`
> / eligible with a wait; `is_complete` (period over and nothing pending at `complete_at`; with `anchor: start`,
> except for kind `attempt`, no conversation of it still open, that is, `last_message_at` + that message's gap ≥
> `complete_at`; grain `all` never is), `is_small` (matured < 30).
> `period_rates`: credit of the outcomes that occurred in the period over the eligible conversations anchored in it
> (…; no row where both are 0)

A zero-credit touch counts among the outcomes touched. A conversation still open at `complete_at` holds back its
whole cohort row, whatever became of it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.spec.reference.cohorts import (
    dimension,
    grains_of,
    key_row,
    period_end,
    period_of,
    sets_of,
    uses_late_facts,
)
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.spec.reference.metrics import Metric, Subject
from tests.spec.reference.survival import projection
from tests.spec.reference.values import hours, seconds
from tests.spec.reference.world import World

GroupKey = tuple[date | None, tuple[str, ...]]


@dataclass
class Measured:
    """A metric with all it counts."""

    metric: Metric
    subjects: list[Subject]
    touches: Rows
    complete_at: datetime | None


def cohort_rates(world: World, measured: Measured) -> Rows:
    """The rows of `cohort_rates` of one metric."""
    rows: Rows = []
    credits: dict[str, Rows] = defaultdict(list)
    for touch in measured.touches:
        credits[touch["conversation_id"]].append(touch)
    for names, grain in _shapes(measured.metric):
        groups: dict[GroupKey, list[Subject]] = defaultdict(list)
        for each in measured.subjects:
            at = each.anchor_at or each.conversation.started_at
            groups[_group(each, at, names, grain, world.timezone)].append(each)
        if not names and grain == "all":
            groups.setdefault((None, ()), [])  # there even without a conversation
        for (period, values), found in groups.items():
            row = key_row(measured.metric, names, grain, period)
            row |= dict(zip(names, values, strict=True))
            row["uses_late_facts"] = uses_late_facts(measured.metric, names)
            row |= counted(found, [touch for each in found for touch in credits[each.conversation.conversation_id]])
            row |= _rates(world, measured, found, row)
            row["abandonment_rate"] = row["long_wait_rate"] = _abandonment(world, measured, found)
            row["is_complete"] = _is_complete(world, measured, found, grain, period)
            row["is_small"] = row["matured"] < 30
            rows.append(row)
    return rows


def _shapes(metric: Metric) -> list[tuple[tuple[str, ...], str]]:
    return [(names, grain) for names in sets_of(metric) for grain in grains_of(metric)]


def _group(each: Subject, at: datetime, names: tuple[str, ...], grain: str, zone: str) -> GroupKey:
    return period_of(at, grain, zone), tuple(dimension(each, name, zone) for name in names)


def counted(found: list[Subject], touches: Rows) -> Row:
    """What conversations count as together, with the touches that they have."""
    return {**_counts(found), **_credit(touches)}


def _counts(found: list[Subject]) -> Row:
    below = sum(each.eligibility == "below_kind" for each in found)
    eligible = [each for each in found if each.is_eligible]
    matured = [each for each in eligible if each.is_matured]

    def count(group: list[Subject], status: str) -> int:
        return sum(each.status == status for each in group)

    return {
        "conversations": len(found),
        "below_kind": below,
        "excluded": len(found) - below - len(eligible),
        "eligible": len(eligible),
        "converted": count(eligible, "converted"),
        "pending": count(eligible, "pending"),
        "not_converted": count(eligible, "not_converted"),
        "matured": len(matured),
        "matured_converted": count(matured, "converted"),
    }


def _credit(touches: Rows) -> Row:
    credited = {each["conversation_id"]: each["subject"] for each in touches if each["credit"] > 0}
    return {
        "credited": len(credited),
        "matured_credited": sum(bool(subject.is_matured) for subject in credited.values()),
        "outcomes": len({each["outcome_id"] for each in touches}),
        "deals": len({each["deal_id"] for each in touches if each["deal_id"] is not None}),
        "credit": float(sum((each["credit"] for each in touches), Fraction(0))),
        "amount": float(sum((each["credited_amount"] or Fraction(0) for each in touches), Fraction(0))),
    }


def _rates(world: World, measured: Measured, found: list[Subject], row: Row) -> Row:
    limits = wilson(row["matured_converted"], row["matured"], world.confidence)
    eligible = [each for each in found if each.is_eligible]
    projected = projection(measured.metric, eligible, measured.complete_at, world.confidence)
    return {
        "conversion_rate": _ratio(row["matured_converted"], row["matured"]),
        "rate_low": limits and limits[0],
        "rate_high": limits and limits[1],
        "credited_rate": _ratio(row["matured_credited"], row["matured"]),
        "observed_rate": _ratio(row["converted"], row["eligible"]),
        "projected_rate": projected[0],
        "projected_low": projected[1],
        "projected_high": projected[2],
        "projected_follow_up_days": projected[3],
    }


def _ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def waits_longer(row: Row, limit: timedelta, complete_at: datetime | None) -> bool:
    """Whether a conversation had a wait longer than the limit: closed, or open at `complete_at`."""
    longest = row["longest_wait_seconds"]
    if longest is not None and longest > seconds(limit):
        return True
    since = row["open_wait_since"]
    return since is not None and complete_at is not None and complete_at - since > limit


def _abandonment(world: World, measured: Measured, found: list[Subject]) -> float | None:
    limit = hours(world.setting("abandonment_hours", 24))
    rows = [each.conversation.row for each in found if each.is_eligible]
    waiting = [row for row in rows if row["wait_count"] > 0]
    return _ratio(sum(waits_longer(row, limit, measured.complete_at) for row in waiting), len(waiting))


def _is_complete(world: World, measured: Measured, found: list[Subject], grain: str, period: date | None) -> bool:
    complete_at = measured.complete_at
    if period is None or complete_at is None:
        return False
    if period_end(period, grain, world.timezone) > complete_at:
        return False
    if any(each.status == "pending" for each in found):
        return False
    if measured.metric.anchor == "start" and measured.metric.kind != "attempt":
        return all(each.conversation.row["open_until"] < complete_at for each in found)
    return True


def period_rates(world: World, measured: Measured) -> Rows:
    """The rows of `period_rates` of one metric."""
    rows: Rows = []
    zone = world.timezone
    for names, grain in _shapes(measured.metric):
        anchored: dict[GroupKey, int] = defaultdict(int)
        touched: dict[GroupKey, Rows] = defaultdict(list)
        for each in measured.subjects:
            if each.is_eligible and each.anchor_at is not None:
                anchored[_group(each, each.anchor_at, names, grain, zone)] += 1
        for touch in measured.touches:
            touched[_group(touch["subject"], touch["occurred_at"], names, grain, zone)].append(touch)
        for key in {**anchored, **touched}:
            rows += _period_row(measured, names, grain, key, anchored.get(key, 0), touched.get(key, []))
    return rows


def _period_row(
    measured: Measured, names: tuple[str, ...], grain: str, key: GroupKey, eligible: int, touches: Rows
) -> Rows:
    credit: Any = sum((each["credit"] for each in touches), Fraction(0))
    if eligible == 0 and credit == 0:
        return []
    row = key_row(measured.metric, names, grain, key[0])
    row |= dict(zip(names, key[1], strict=True))
    row["uses_late_facts"] = uses_late_facts(measured.metric, names)
    row["eligible"] = eligible
    row["outcomes"] = len({each["outcome_id"] for each in touches})
    row["credit"] = float(credit)
    row["period_rate"] = _ratio(float(credit), eligible)
    return [row]
