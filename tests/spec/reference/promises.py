"""Answers within what was promised (section 5): `sla_compliance`, first wait by first wait.

> `sla_compliance` (by intent cohort)

Silent there: targets are declared, each with the first waits it is for; counted is what is due, which is all but open waits that can still be
answered in time.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any

from tests.spec.reference.cohorts import period_of
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson

FIELDS = {"channels": "channel", "lifecycle_stages": "lifecycle_stage_at_start", "sources": "source"}


def sla_compliance(targets: Rows, waits: Rows, grains: tuple[str, ...], zone: str, confidence: float) -> Rows:
    """Waits have opened_at, channel, owner_team, lifecycle_stage_at_start, source, topics, is_answered, and their lengths so far by clock (or none)."""
    groups: dict[tuple[Any, ...], list[tuple[bool, bool]]] = defaultdict(list)
    for target in targets:
        for wait in waits:
            length = wait[target.get("clock", "business")]
            if length is None or not _is_for(target, wait):
                continue
            in_time = length <= timedelta(minutes=target["minutes"])
            for grain in grains:
                for cut, value in (
                    ("all", None),
                    ("channel", wait["channel"]),
                    ("owner_team", wait["owner_team"] or "unknown"),
                ):
                    key = (target["name"], grain, period_of(wait["opened_at"], grain, zone), cut, value)
                    groups[key].append((wait["is_answered"], in_time))
    return [_row(key, found, confidence) for key, found in groups.items()]


def _is_for(target: Row, wait: Row) -> bool:
    if "topics" in target and not set(target["topics"]) & set(wait["topics"]):
        return False
    return all(wait[column] in target[key] for key, column in FIELDS.items() if key in target)


def _row(key: tuple[Any, ...], found: list[tuple[bool, bool]], confidence: float) -> Row:
    in_time = found.count((True, True))
    due = len(found) - found.count((False, True))
    limits = wilson(in_time, due, confidence) or (None, None)
    return {
        **dict(zip(("target", "period_grain", "period_start", "cut_by", "cut_value"), key, strict=True)),
        "waits": len(found),
        "not_due": len(found) - due,
        "due": due,
        "in_time": in_time,
        "late": found.count((True, False)),
        "unanswered": found.count((False, False)),
        "compliance_rate": in_time / due if due else None,
        "rate_low": limits[0],
        "rate_high": limits[1],
        "is_small": due < 30,
        "uses_late_facts": key[3] == "owner_team",
    }
