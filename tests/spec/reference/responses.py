"""How long contacts wait (section 5): `response_kpis` and `wait_hotspots`, from the waits themselves.

> `response_kpis` (first, average, longest; mean, median, p90; answered, waiting; calendar and business; by rep, channel, topic, in and out of
> business hours, human and bot), `wait_hotspots` (topic × hour × weekday).

Silent there: conversations with a wait are counted, in the period in which their first wait began, by its channel, the topics of its opening
message and whether it was opened in business hours; hot spots count every wait. Percentiles are interpolated.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from math import floor
from typing import Any

from tests.spec.reference.cohorts import local, period_of
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.spec.reference.values import seconds


def percentile(values: list[float], share: float) -> float | None:
    """Between the two neighbours, in proportion; none of nothing."""
    if not values:
        return None
    ordered, place = sorted(values), share * (len(values) - 1)
    below = ordered[floor(place)]
    return below + (place - floor(place)) * (ordered[min(floor(place) + 1, len(values) - 1)] - below)


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def response_kpis(waits: Rows, owners: dict[str, Row], grains: tuple[str, ...], zone: str, confidence: float) -> Rows:
    """Waits have conversation_id, channel, topics, opened_at, is_open_hours, length, business and bot (lengths or none)."""
    by_conversation: dict[str, Rows] = defaultdict(list)
    for wait in sorted(waits, key=lambda each: each["opened_at"]):
        by_conversation[wait["conversation_id"]].append(wait)
    groups: dict[tuple[Any, ...], list[Rows]] = defaultdict(list)
    for conversation_id, own in by_conversation.items():
        for cut in _cuts(own[0], owners[conversation_id]):
            for grain in grains:
                groups[(grain, period_of(own[0]["opened_at"], grain, zone), *cut)].append(own)
    return [
        _row(key, found, responder, measure, confidence)
        for key, found in groups.items()
        for responder, measure in (("human", "first_response"), ("human", "average_response"), ("human", "longest_wait"), ("bot", "first_response"))
    ]  # fmt: skip


def _cuts(first: Row, owner: Row) -> list[tuple[str, str | None]]:
    hours = {True: "inside", False: "outside", None: "unknown"}[first["is_open_hours"]]
    return [
        ("all", None),
        ("channel", first["channel"]),
        ("owner_id", owner["owner_id"] or "unknown"),
        ("owner_team", owner["owner_team"] or "unknown"),
        ("business_hours", hours),
        *(("topic", topic) for topic in first["topics"] or ["unknown"]),
    ]


def _row(key: tuple[Any, ...], found: list[Rows], responder: str, measure: str, confidence: float) -> Row:
    lengths = _lengths(found, "bot" if responder == "bot" else "length", measure)
    business = [] if responder == "bot" else _lengths(found, "business", measure)
    limits = wilson(len(lengths), len(found), confidence) or (None, None)
    return {
        **dict(zip(("period_grain", "period_start", "cut_by", "cut_value"), key, strict=True)),
        "responder": responder,
        "measure": measure,
        "conversations": len(found),
        "answered": len(lengths),
        "waiting": len(found) - len(lengths),
        "answer_rate": len(lengths) / len(found),
        "rate_low": limits[0],
        "rate_high": limits[1],
        "mean_seconds": mean(lengths),
        "median_seconds": percentile(lengths, 0.5),
        "p90_seconds": percentile(lengths, 0.9),
        "mean_business_seconds": mean(business),
        "median_business_seconds": percentile(business, 0.5),
        "p90_business_seconds": percentile(business, 0.9),
        "is_small": len(lengths) < 30,
        "uses_late_facts": key[2].startswith("owner"),
    }


def _lengths(found: list[Rows], column: str, measure: str) -> list[float]:
    lengths = []
    for own in found:
        known: list[timedelta] = [wait[column] for wait in own if wait[column] is not None]
        if measure == "first_response" and own[0][column] is not None:
            lengths.append(seconds(own[0][column]))
        elif measure == "longest_wait" and known:
            lengths.append(seconds(max(known)))
        elif measure == "average_response" and known:
            lengths.append(round(sum(map(seconds, known)) / len(known), 6))  # in whole microseconds
    return lengths


def wait_hotspots(waits: Rows, grains: tuple[str, ...], zone: str, confidence: float) -> Rows:
    groups: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for wait in waits:
        at = local(wait["opened_at"], zone)
        for grain in grains:
            for topic in (None, *(wait["topics"] or ["unknown"])):
                groups[(grain, period_of(wait["opened_at"], grain, zone), topic, at.isoweekday(), at.hour)].append(wait)
    rows = [_hotspot(key, found, confidence) for key, found in groups.items()]
    peers_of: dict[tuple[Any, ...], Rows] = defaultdict(list)
    for row in rows:
        peers_of[row["period_grain"], row["period_start"], row["topic"]].append(row)
    for peers in peers_of.values():
        peers.sort(key=lambda each: (-each["waited_hours"], each["weekday"], each["hour"]))
        for place, row in enumerate(peers, 1):
            row["waited_place"] = place
    return rows


def _hotspot(key: tuple[Any, ...], found: Rows, confidence: float) -> Row:
    lengths = [seconds(wait["length"]) for wait in found if wait["length"] is not None]
    limits = wilson(len(lengths), len(found), confidence) or (None, None)
    return {
        **dict(zip(("period_grain", "period_start", "topic", "weekday", "hour"), key, strict=True)),
        "waits": len(found),
        "answered": len(lengths),
        "waiting": len(found) - len(lengths),
        "answer_rate": len(lengths) / len(found),
        "rate_low": limits[0],
        "rate_high": limits[1],
        "mean_seconds": mean(lengths),
        "median_seconds": percentile(lengths, 0.5),
        "p90_seconds": percentile(lengths, 0.9),
        "mean_business_seconds": mean([seconds(wait["business"]) for wait in found if wait["business"] is not None]),
        "waited_hours": sum(lengths) / 3600,
        "is_small": len(lengths) < 30,
    }
