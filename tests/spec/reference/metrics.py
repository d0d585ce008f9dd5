"""Metric definitions, and what each makes of each conversation (section 3).

> one row per metric version and conversation **that became its kind**, with `anchor_at`, `window_ends_at`,
> `eligibility`: `eligible`, or the first that applies of `no_unit`, `channel`, `handled_by`, `disposition`,
> `predicate`, `already_converted` (an outcome of that name with `occurred_at < anchor_at`).
> The window is half open and elapsed: `anchor_at <= occurred_at < anchor_at + window_days × 86,400 s`.
> `status`: converted; else `pending` while `window_ends_at > complete_at` (or that is null); else
> `not_converted`. `is_matured`: `window_ends_at <= complete_at`, converted or not. All three are null where
> not eligible.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.conversations import Conversation
from tests.spec.reference.kinds import handled_by
from tests.spec.reference.predicates import holds
from tests.spec.reference.values import days

KIND_COLUMNS = {
    "attempt": "started_at",
    "reached": "reached_at",
    "two_way": "two_way_at",
    "sales_handled": "sales_handled_at",
    "intent_qualified": "qualified_at",
}


@dataclass(frozen=True)
class Metric:
    """One version of a metric, with the defaults of the page."""

    name: str
    version: int
    outcome: str
    kind: str
    anchor: str
    window: timedelta
    unit: str
    attribution: str
    half_life_days: float
    repeat_outcomes: bool
    channels: list[str] | None
    exclude_dispositions: list[str]
    handled_by: list[str] | None
    where: str | None
    grains: list[str]
    by: list[list[str]]
    strata: list[str]

    @property
    def kind_column(self) -> str:
        return KIND_COLUMNS[self.kind]


def metric_of(definition: Row) -> Metric:
    """A definition of `conversion_metrics` with its defaults."""
    eligible = definition.get("eligible") or {}
    cohorts = definition.get("cohorts") or {}
    return Metric(
        name=definition["name"],
        version=definition["version"],
        outcome=definition["outcome"],
        kind=definition.get("kind", "two_way"),
        anchor=definition.get("anchor", "kind"),
        window=days(definition["window_days"]),
        unit=definition.get("unit", "contact"),
        attribution=definition.get("attribution", "linear"),
        half_life_days=definition.get("half_life_days", 7),
        repeat_outcomes=definition.get("repeat_outcomes", True),
        channels=eligible.get("channels"),
        exclude_dispositions=eligible.get("exclude_dispositions") or [],
        handled_by=eligible.get("handled_by"),
        where=eligible.get("where"),
        grains=cohorts.get("grains") or ["month"],
        by=cohorts.get("by") or [[]],
        strata=definition.get("strata") or [],
    )


@dataclass
class Subject:
    """A conversation as a metric sees it; `anchor_at` is null below the metric's kind."""

    conversation: Conversation
    unit_id: str | None
    anchor_at: datetime | None
    window_ends_at: datetime | None
    handled_by: str
    eligibility: str
    touched: Rows = field(default_factory=list)  # the unit's outcomes in the window, in order
    status: str | None = None
    is_matured: bool | None = None
    next_outcome_at: datetime | None = None  # the first at or after the anchor, in the window or not

    @property
    def is_eligible(self) -> bool:
        return self.eligibility == "eligible"

    @property
    def converted_at(self) -> datetime | None:
        return self.touched[0]["occurred_at"] if self.touched else None


def subjects(
    metric: Metric, conversations: list[Conversation], outcomes: Rows, complete_at: datetime | None
) -> list[Subject]:
    """Every conversation, below its kind too."""
    by_unit: dict[str, Rows] = defaultdict(list)
    for outcome in outcomes:
        unit_id = outcome[f"{metric.unit}_id"]
        if outcome["outcome"] == metric.outcome and unit_id is not None:
            by_unit[unit_id].append(outcome)
    for of_unit in by_unit.values():
        of_unit.sort(key=lambda row: (row["occurred_at"], row["outcome_id"]))
    return [_subject(metric, each, by_unit, complete_at) for each in conversations]


def _subject(metric: Metric, each: Conversation, by_unit: dict[str, Rows], complete_at: datetime | None) -> Subject:
    unit_id = each.row[f"{metric.unit}_id"]
    became_at = each.row[metric.kind_column]
    if became_at is None:
        return Subject(each, unit_id, None, None, handled_by(each.messages, None), "below_kind")
    anchor_at = became_at if metric.anchor == "kind" else each.started_at
    ends_at = anchor_at + metric.window
    found = Subject(each, unit_id, anchor_at, ends_at, handled_by(each.messages, anchor_at), "eligible")
    of_unit = by_unit.get(unit_id, [])
    found.eligibility = _eligibility(metric, found, of_unit)
    if not found.is_eligible:
        return found
    found.touched = [row for row in of_unit if anchor_at <= row["occurred_at"] < ends_at]
    found.next_outcome_at = next((row["occurred_at"] for row in of_unit if anchor_at <= row["occurred_at"]), None)
    found.is_matured = complete_at is not None and ends_at <= complete_at
    found.status = "converted" if found.touched else "not_converted" if found.is_matured else "pending"
    return found


def _eligibility(metric: Metric, subject: Subject, of_unit: Rows) -> str:
    row = subject.conversation.row
    anchor_at = subject.anchor_at
    if subject.unit_id is None:
        return "no_unit"
    if metric.channels is not None and row["channel"] not in metric.channels:
        return "channel"
    if metric.handled_by is not None and subject.handled_by not in metric.handled_by:
        return "handled_by"
    if row["disposition_category"] in metric.exclude_dispositions:
        return "disposition"
    if metric.where is not None and not holds(metric.where, row):
        return "predicate"
    if not metric.repeat_outcomes and any(
        anchor_at is not None and each["occurred_at"] < anchor_at for each in of_unit
    ):
        return "already_converted"
    return "eligible"


def subject_row(metric: Metric, each: Subject) -> Row:
    """A row of `metric_conversations`."""
    return {
        "metric": metric.name,
        "metric_version": metric.version,
        "conversation_id": each.conversation.conversation_id,
        "contact_id": each.conversation.first.contact_id,
        "unit_id": each.unit_id,
        "first_message_id": each.conversation.first.message_id,
        "anchor_at": each.anchor_at,
        "window_ends_at": each.window_ends_at,
        "handled_by": each.handled_by,
        "eligibility": each.eligibility,
        "converted_at": each.converted_at,
        "status": each.status,
        "is_matured": each.is_matured,
        "next_outcome_at": each.next_outcome_at,
    }
