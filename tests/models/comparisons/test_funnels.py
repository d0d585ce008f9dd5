"""Funnels: generated conversations and outcomes against the plain reading, and the figures of the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from random import Random

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.properties.compare import KEYS, first_difference
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.funnels import funnel_rates
from tests.support.root import ROOT

START = datetime(2024, 1, 1)
FUNNELS: tuple[Row, ...] = (
    {"name": "sales", "grains": ["week", "month"], "by": [[], ["channel"], ["persona", "channel"]], "steps": [
        {"name": "attempt", "kind": "attempt"},
        {"name": "reached", "kind": "reached", "window_days": 2},
        {"name": "meeting", "outcome": "meeting_booked", "window_days": 7},
        {"name": "Qualified", "kind": "intent_qualified", "window_days": 20, "from": "start"},
        {"name": "won", "outcome": "closed_won", "window_days": 10},
    ]},
    {"name": "any order", "strict": False, "unit": "account", "grains": ["week"], "steps": [
        {"name": "two_way", "kind": "two_way"},
        {"name": "won", "outcome": "closed_won", "window_days": 9},
        {"name": "meeting", "outcome": "meeting_booked", "window_days": 5},
        {"name": "sales_handled", "kind": "sales_handled", "window_days": 0.5},
    ]},
)  # fmt: skip
MODELS = ("funnel_definitions", "funnel_steps", "funnel_counts", "funnel_rates")
RANGES = {"reached": (0.3, 0.9), "meeting": (0.4, 0.7), "qualified": (0.9, 1.0), "won": (0.1, 0.2)}
COLUMNS = ("started_at", "reached_at", "two_way_at", "sales_handled_at", "qualified_at")


@cache
def alone(model: str) -> Alone:
    return Alone(model, funnels=list(FUNNELS), timezone="Europe/Amsterdam", confidence=0.8)


def build(conversations: Rows, outcomes: Rows, clocks: dict[str, datetime | None]) -> Rows:
    """funnel_rates of what the models make of each other."""
    input_clocks = [{"input": "messages", "latest_at": clocks["messages"]}]
    outcome_clocks = [{"outcome": name, "complete_at": at} for name, at in clocks.items() if name != "messages"]
    benchmarks = [
        {"benchmark_id": step, "benchmark": "funnel", "step": step, "segment": "all", "low": low, "high": high}
        for step, (low, high) in RANGES.items()
    ]
    defined = alone("funnel_definitions").build(input_clocks=input_clocks, outcome_clocks=outcome_clocks)
    steps = alone("funnel_steps").build(conversations=conversations, outcomes=outcomes)
    counts = alone("funnel_counts").build(funnel_steps=steps, funnel_definitions=defined, conversations=conversations)
    return alone("funnel_rates").build(funnel_counts=counts, funnel_definitions=defined, map_benchmarks=benchmarks)


def generated(pick: Random) -> tuple[Rows, Rows, dict[str, datetime | None]]:
    day = timedelta(days=1)
    lengths = (timedelta(), timedelta(microseconds=1), day / 2, day, 2 * day - timedelta(microseconds=1), 2 * day, 5 * day, 9 * day)  # fmt: skip
    conversations: Rows = []
    for n in range(pick.choice((0, 5, 60, 250))):
        at = START + timedelta(days=pick.randint(0, 40), hours=pick.choice((0, 23)))
        row: Row = {
            "conversation_id": f"c{n}",
            "contact_id": f"p{n % 40}",
            "account_id": pick.choice((None, f"a{n % 9}")),
        }
        row |= {"channel": pick.choice(("sms", "voice")), "persona": pick.choice((None, "big"))}
        for column in COLUMNS:
            row[column] = at if column == "started_at" or pick.random() < 0.75 else None
            at += pick.choice(lengths) * pick.choice((1, 1, 1, -1))
        conversations.append(row)
    outcomes = [
        {"outcome_id": f"o{n}", "outcome": pick.choice(("meeting_booked", "closed_won")), "contact_id": pick.choice((None, f"p{pick.randint(0, 40)}")), "account_id": f"a{pick.randint(0, 9)}", "occurred_at": START + timedelta(days=pick.randint(0, 60)) + pick.choice(lengths)}
        for n in range(pick.choice((0, 60)))
    ]  # fmt: skip
    late = START + timedelta(days=pick.choice((5, 45, 200)))
    return conversations, outcomes, {
        "messages": pick.choice((late, late, late, None)),
        "meeting_booked": late - timedelta(days=3),
        "closed_won": pick.choice((late, late, None)),
    }  # fmt: skip


def read(conversations: Rows, outcomes: Rows, clocks: dict[str, datetime | None]) -> Rows:
    return [
        row
        for funnel in FUNNELS
        for row in funnel_rates(funnel, conversations, outcomes, clocks, RANGES, "Europe/Amsterdam", 0.8)
    ]


@pytest.mark.parametrize("seed", range(40))
def test_rates_are_those_of_the_reading(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    given = generated(Random(seed))
    cohort = [name for name in KEYS["cohort_rates"] if not name.startswith("metric")]
    monkeypatch.setitem(KEYS, "funnel_rates", ("funnel", *cohort, "step_number"))
    difference = first_difference({"funnel_rates": read(*given)}, {"funnel_rates": build(*given)})
    assert difference is None, str(difference)


def test_the_generated_funnels_hold_what_they_are_meant_to() -> None:
    found = [row for seed in range(40) for row in read(*generated(Random(seed)))]
    assert {row["benchmark_verdict"] for row in found} == {None, "below", "above", "within", "undecided"}
    assert {row["history_verdict"] for row in found} == {None, "worse", "better", "undecided"}
    for column in ("is_benchmark_bottleneck", "is_history_bottleneck", "is_complete", "is_small"):
        assert {row[column] for row in found} == {True, False}, column
    assert any(row["reached"] > row["advanced"] for row in found), "out of order"
    assert any(0 < row["matured"] < row["conversations"] for row in found), "half open cohorts"


def test_in_a_strict_funnel_no_step_is_reached_by_more_than_the_one_before() -> None:
    rows = [row for seed in range(8) for row in build(*generated(Random(seed)))]
    strict = [row for row in rows if row["funnel"] == "sales" and row["is_complete"]]
    assert strict
    assert all(row["advanced"] == row["reached"] <= row["entered"] <= row["matured"] for row in strict)


def test_the_table_of_the_page_is_what_the_model_makes_of_it() -> None:
    """200 attempts, of which 120 are reached; all of them two days later."""
    conversations: Rows = [
        {"conversation_id": f"c{n}", "contact_id": f"p{n}", "started_at": START, "reached_at": START + timedelta(days=1) if n < 90 else None}
        for n in range(200)
    ]  # fmt: skip
    outcomes = [{"outcome_id": f"o{n}", "outcome": "meeting_booked", "contact_id": f"p{n}", "occurred_at": START + timedelta(days=2)} for n in range(27)]  # fmt: skip
    late = START + timedelta(days=300)
    found = build(conversations, outcomes, {"messages": late, "meeting_booked": late, "closed_won": late})
    steps = [
        row for row in found if row["funnel"] == "sales" and row["cohort_grain"] == "all" and row["cohort_by"] == "all"
    ]
    page = (ROOT / "docs/comparisons/funnel_rates.md").read_text(encoding="utf-8")
    for row in sorted(steps, key=lambda row: row["step_number"])[:3]:
        assert (
            f"| `{row['step']}` | {row['entered']} | {row['advanced']} | {row['step_rate']:.2f} | {row['cumulative_rate']:.3f} |"
            in page
        )
