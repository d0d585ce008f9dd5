"""Worlds of a few rows, written by hand. Times are given in hours after a Monday, 09:00 UTC."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.world import World

START = datetime(2024, 1, 1, 9)
MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR

SEEDS: dict[str, Rows] = {
    "channels": [
        {"raw_channel": "sms", "channel": "sms", "gap_hours": 24, "gap_hours_threaded": 24, "is_live": False},
        {"raw_channel": "voice", "channel": "voice", "gap_hours": 0, "gap_hours_threaded": 24, "is_live": True},
        {"raw_channel": "chat", "channel": "chat", "gap_hours": 0.5, "gap_hours_threaded": None, "is_live": False},
    ],
    "message_statuses": [
        {"status": "failed", "is_delivered": False, "is_answered": False},
        {"status": "answered", "is_delivered": True, "is_answered": True},
        {"status": "voicemail", "is_delivered": True, "is_answered": False},
    ],
    "disposition_categories": [
        {"code": "hot", "category": "qualified", "is_win": True},
        {"code": "help", "category": "support", "is_win": False},
    ],
    "outcome_stages": [
        {"source": "deal_stages", "stage": "won", "outcome": "closed_won"},
        {"source": "lifecycle_stages", "stage": "mql", "outcome": "mql"},
        {"source": "meetings", "stage": "demo_attended", "outcome": "demo_attended"},
    ],
    "non_replies": [
        {"pattern": "stop%", "kind": "opt_out"},
        {"pattern": "%out of office%", "kind": "autoresponder"},
    ],
    "industry_groups": [{"industry": "bank", "is_regulated": True}],
    "business_hours": [
        {"calendar": "default", "weekday": day, "opens": "09:00", "closes": "17:00", "timezone": "Europe/Amsterdam"}
        for day in range(1, 8)
    ],
    "holidays": [],
}
METRIC: Row = {
    "name": "won",
    "version": 1,
    "status": "active",
    "owner": "revops",
    "description": "Conversations whose contact buys within a day.",
    "change_note": "First version.",
    "outcome": "closed_won",
    "kind": "attempt",
    "window_days": 1,
    "cohorts": {"grains": ["day"], "by": [[]]},
}


def at(hours: float | datetime | timedelta) -> datetime:
    """Hours after the start, or an instant."""
    if isinstance(hours, datetime):
        return hours
    return START + (hours if isinstance(hours, timedelta) else timedelta(hours=hours))


def message(message_id: str, when: float | datetime | timedelta, direction: str = "inbound", **more: Any) -> Row:
    return {
        "message_id": message_id,
        "contact_id": "ann",
        "channel": "sms",
        "direction": direction,
        "sent_at": at(when),
        **more,
    }


def from_rep(message_id: str, when: float | datetime | timedelta, **more: Any) -> Row:
    return message(message_id, when, "outbound", **{"rep_id": "r1", **more})


def from_bot(message_id: str, when: float | datetime | timedelta, **more: Any) -> Row:
    return message(message_id, when, "outbound", **more)


def contact(contact_id: str = "ann", **more: Any) -> Row:
    return {"contact_id": contact_id, **more}


def deal(deal_id: str = "d1", **more: Any) -> Row:
    return {"deal_id": deal_id, "contact_id": "ann", "amount": 100.0, "created_at": START, **more}


def won(when: float | datetime | timedelta, deal_id: str = "d1", stage: str = "won", **more: Any) -> Row:
    return {"deal_id": deal_id, "stage": stage, "entered_at": at(when), **more}


def seen_until(when: float | datetime | timedelta) -> tuple[Row, Row]:
    """A failed message of nobody's and a stage of no outcome: both clocks stand at that time, nothing else changes."""
    return (
        message("~clock", when, "outbound", contact_id="~nobody", status="failed"),
        won(when, deal_id="~none", stage="~clock"),
    )


def world(
    messages: Rows,
    deal_stages: Rows | None = None,
    *,
    metric: Row | None = None,
    until: float | datetime | timedelta | None = None,
    contacts: Rows | None = None,
    deals: Rows | None = None,
    variables: Row | None = None,
    **tables: Rows,
) -> World:
    """A world of these rows; Ann is known and has a deal unless said otherwise."""
    stages = list(deal_stages or [])
    said = list(messages)
    if until is not None:
        clock_message, clock_stage = seen_until(until)
        said.append(clock_message)
        stages.append(clock_stage)
    return World(
        {
            "messages": said,
            "contacts": [contact()] if contacts is None else contacts,
            "deals": [deal()] if deals is None else deals,
            "deal_stages": stages,
            **tables,
        },
        SEEDS,
        {
            "inputs": sorted(tables),
            "conversion_metrics": [{**METRIC, **(metric or {})}],
            **(variables or {}),
        },
    )


def only(rows: Rows, **wanted: object) -> Row:
    """The one row with these values."""
    (found,) = (row for row in rows if all(row[name] == value for name, value in wanted.items()))
    return found


def whole(tables: dict[str, Rows]) -> Row:
    """The row of `cohort_rates` over all time and all conversations."""
    return only(tables["cohort_rates"], cohort_grain="all", cohort_by="all")
