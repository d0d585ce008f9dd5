"""Events beside rates: generated series and events against a reading day by day, and the figures of the page."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from tests.models.comparisons.alone import Alone, cohort
from tests.spec.reference.cohorts import period_of_day
from tests.spec.reference.columns import Row, Rows
from tests.support.root import ROOT

MODEL = Alone("rate_events", timezone="UTC", conversion_metrics=[])
DEFINED: Rows = [{"metric": "m", "metric_version": 1}, {"metric": "n", "metric_version": 1}]
START = date(2026, 1, 5)


def alert(series: str, period: date, **columns: Any) -> Row:
    row = cohort(cohort_id=f"{series} {period}", cohort_period=period, matured=40, matured_converted=10, **columns)
    kept = ("cohort_id", "metric", "metric_version", "cohort_grain", "cohort_period", "cohort_by", "channel", "matured", "conversion_rate", "is_small")  # fmt: skip
    return {"series_id": series, "signal": None, **{name: row.get(name) for name in kept}}


def generated(pick: Random) -> tuple[Rows, Rows]:
    alerts: Rows = []
    for metric in ("m", "n"):
        for channel in (None, "sms", "voice"):
            grain = pick.choice(("week", "month"))
            by = {"cohort_by": "channel", "channel": channel} if channel else {}
            periods = sorted({p for d in range(0, 90, 3) if (p := period_of_day(START + timedelta(days=d), grain))})
            alerts += [alert(f"{metric} {channel}", period, metric=metric, cohort_grain=grain, **by) for period in periods if pick.random() < 0.8]  # fmt: skip
    events: Rows = []
    for n in range(pick.choice((0, 1, 6))):
        first = START + timedelta(days=pick.randint(-20, 110))
        last = pick.choice((None, first, first + timedelta(days=pick.randint(-3, 40))))
        segment = pick.choice((None, "m", "sms", "voice", "fax", " sms "))
        events.append({"event_id": f"e{n}", "kind": "k", "starts_on": first, "ends_on": last, "segment": segment})
    return alerts, events


def reading(alerts: Rows, events: Rows) -> dict[tuple[str, str], int]:
    """Days that each event lasts in each cohort that it touches, counted one by one."""
    found: dict[tuple[str, str], int] = {}
    for event in events:
        ends = sorted((event["starts_on"], event["ends_on"] or event["starts_on"]))
        lasts = {ends[0] + timedelta(days=n) for n in range((ends[1] - ends[0]).days + 1)}
        segment = (event["segment"] or "").strip() or None
        for row in alerts:
            if segment == "m" and row["metric"] != "m":
                continue
            touched = [other for other in alerts if (other["metric"], other["cohort_by"]) == (row["metric"], row["cohort_by"])]  # fmt: skip
            if segment != row["channel"] and segment in {o["channel"] for o in touched if _lasts_in(o, alerts, ends)}:
                continue
            days = sum(period_of_day(day, row["cohort_grain"]) == row["cohort_period"] for day in lasts)
            if days:
                found[row["cohort_id"], event["event_id"]] = days
    return found


def _lasts_in(row: Row, alerts: Rows, ends: list[date]) -> bool:
    """Whether the series was going on while the event lasted: one that began later is not what it was about."""
    own = [other["cohort_period"] for other in alerts if other["series_id"] == row["series_id"]]
    last = max(own)
    while period_of_day(last, row["cohort_grain"]) == max(own):
        last += timedelta(days=1)
    return bool(min(own) <= ends[1] and ends[0] < last)


@pytest.mark.parametrize("seed", range(30))
def test_events_touch_the_cohorts_of_the_reading(seed: int) -> None:
    alerts, events = generated(Random(seed))
    built = MODEL.build(rate_alerts=alerts, events=events, metric_definitions=DEFINED)
    assert {(row["cohort_id"], row["event_id"]): row["days_inside"] for row in built} == reading(alerts, events)
    assert len({row["rate_event_id"] for row in built}) == len(built)


def test_the_generated_events_hold_what_they_are_meant_to() -> None:
    worlds = [generated(Random(seed)) for seed in range(30)]
    found = [row for alerts, events in worlds for row in MODEL.build(rate_alerts=alerts, events=events, metric_definitions=DEFINED)]  # fmt: skip
    assert {row["is_named"] for row in found} == {True, False}
    assert {row["segment"] for row in found} == {None, "m", "sms", "voice", "fax"}
    assert any(row["period_share"] == 1 for row in found) and any(row["period_share"] < 0.2 for row in found)


def test_the_worked_example_of_the_page() -> None:
    alerts = [
        alert("all", date(2026, 7, 6), cohort_grain="week"),
        alert("sms", date(2026, 7, 6), cohort_grain="week", cohort_by="channel", channel="sms"),
        alert("voice", date(2026, 7, 6), cohort_grain="week", cohort_by="channel", channel="voice"),
    ]
    outage = {"event_id": "ev-1", "kind": "outage", "starts_on": date(2026, 7, 9), "ends_on": date(2026, 7, 13), "segment": "sms"}  # fmt: skip
    found = MODEL.build(rate_alerts=alerts, events=[outage], metric_definitions=DEFINED)
    page = (ROOT / "docs/comparisons/rate_events.md").read_text(encoding="utf-8")
    assert {row["series_id"] for row in found} == {"all", "sms"}
    for row in found:
        line = f"| {row['series_id']} | {row['days_inside']} | {row['period_share']:.2f} | {str(row['is_named']).lower()} |"  # fmt: skip
        assert line in page, line
