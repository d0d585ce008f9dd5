"""What people call metrics, dimensions and values: the tables have names for machines, the report says them in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from convsql.rates.words import period_name

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")  # fmt: skip
_DAYS = {"mon": "Mon", "tue": "Tue", "wed": "Wed", "thu": "Thu", "fri": "Fri", "sat": "Sat", "sun": "Sun"}
_WINDOW = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)_(\d\d)")
_VALUES = {
    "response_band": {
        "under_5m": "answered within 5 min",
        "5m_to_1h": "answered in 5 min–1 h",
        "1h_to_24h": "answered in 1–24 h",
        "over_24h": "answered after 24 h",
        "waiting": "still waiting",
        "none": "nobody waited",
    },
    "is_regulated": {"true": "regulated", "false": "not regulated"},
    "initiated_by": {"contact": "contact wrote first", "rep": "a rep wrote first", "bot": "a bot wrote first"},
    "handled_by": {"human": "people", "bot": "bot only", "mixed": "people and bot", "none": "nobody"},
}
_DIMENSIONS = {
    "owner_id": "owner",
    "owner_team": "team",
    "owner_territory": "owner's territory",
    "campaign_id": "campaign",
    "initiated_by": "who wrote first",
    "handled_by": "who handled it",
    "response_band": "speed of the first answer",
    "timing_window": "time of the week",
    "is_regulated": "regulation",
    "lifecycle_stage_at_start": "lifecycle stage at the start",
    "deal_stage_at_start": "deal stage at the start",
}
REASONS = {
    "slow_follow_up": "answered late",
    "incorrect_routing": "wrong territory",
    "no_next_step": "no next step offered",
    "not_actionable": "nobody to sell to",
    "no_reply": "contact never answered",
    "opted_out": "opted out",
    "unexplained": "none of these",
}


def metric_label(metric: Mapping[str, Any]) -> str:
    """A metric as people call it: its `label`, or its name in words."""
    return str(metric.get("label") or "") or in_words(str(metric["metric"]))


def in_words(name: str) -> str:
    """`conversation_to_meeting` → Conversation to meeting."""
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def dimension_label(dimension: str) -> str:
    """A dimension, or several joined by a plus sign, in words."""
    return " and ".join(_DIMENSIONS.get(each, each.replace("_", " ")) for each in dimension.split("+"))


def value_label(dimension: str, value: object) -> str:
    """A value of a dimension in words; what users wrote stands as they wrote it."""
    text = str(value)
    known = _VALUES.get(dimension, {}).get(text)
    if known:
        return known
    if dimension == "timing_window" and (found := _WINDOW.fullmatch(text)):
        start = int(found[2])
        return f"{_DAYS[found[1]]} {start}–{start + 4} h"
    return text


def reason_label(reason: object) -> str:
    """A reason of drop-off in words."""
    return REASONS.get(str(reason), str(reason).replace("_", " "))


def period_short(period: date, grain: str) -> str:
    """A period among others of its time: July, 6 July, 2026-Q3, 2026."""
    month = _MONTHS[period.month - 1]
    if grain == "month":
        return month
    return period_name(period, grain) if grain in ("quarter", "year") else f"{period.day} {month}"


def period_label(period: date | None, grain: str) -> str:
    """A period as it is said in a sentence: July 2026, the week of 6 July 2026, Q3 2026, 2026."""
    if period is None:
        return "all time"
    month = _MONTHS[period.month - 1]
    if grain == "month":
        return f"{month} {period.year}"
    if grain == "week":
        return f"the week of {period.day} {month} {period.year}"
    if grain == "quarter":
        return f"Q{(period.month + 2) // 3} {period.year}"
    return str(period.year) if grain == "year" else f"{period.day} {month} {period.year}"


_NOUNS = {"meeting": "meetings", "opportunity": "opportunities", "proposal": "proposals", "won": "won deals", "demo": "demos"}  # fmt: skip


def noun_of(outcome: str) -> str:
    """What is counted of an outcome, in the plural: meetings of `meeting_booked`."""
    words = outcome.split("_")
    return next((_NOUNS[w] for w in words if w in _NOUNS), outcome.replace("_", " "))
