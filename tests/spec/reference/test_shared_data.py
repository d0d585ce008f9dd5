"""The reading against the figures that came with the shared data, every one of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from hashlib import md5
from statistics import median
from typing import Any

import pytest

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.reading import read
from tests.spec.reference.shared import SHARED, expected, twilio, world_of
from tests.spec.reference.values import time
from tests.spec.reference.world import World

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"the shared data are not at {SHARED}")

CASES = {
    "bpi2012_sample": ("default", "case"),
    "ibm_twitter_care": ("default", "gap_24h"),
    "connectors": ("twilio",),
}
ALL = [(folder, variant) for folder, variants in CASES.items() for variant in variants]
SLOW = "bpi2012_sample"
KINDS = {
    "attempt": "started_at",
    "reached": "reached_at",
    "two_way": "two_way_at",
    "sales_handled": "sales_handled_at",
    "intent_qualified": "qualified_at",
}
PRECISION = 5e-7 + 1e-12
AMOUNT_PRECISION = 5e-5 + 1e-8
"""Rates are rounded to six places, amounts to four."""
SETS = ("channel", "persona", "source")
"""The figures come by these, also for metrics that do not list them."""


def world(folder: str, variant: str) -> World:
    found = twilio() if variant == "twilio" else world_of(folder, None if variant == "default" else variant)
    for metric in found.metrics:
        metric["cohorts"]["by"] += [[each] for each in SETS]
    return found


@cache
def tables(folder: str, variant: str) -> dict[str, Rows]:
    return read(world(folder, variant))


@cache
def figures(folder: str) -> dict[str, Any]:
    return expected(folder)


def metric_cases() -> list[Any]:
    if not SHARED.is_dir():
        return []
    return [
        pytest.param(
            folder,
            variant,
            metric,
            id=f"{folder}-{variant}-{metric['name']}-v{metric['version']}",
            marks=[pytest.mark.slow] if folder == SLOW else [],
        )
        for folder, variant in ALL
        for metric in figures(folder)["metrics"][variant]
    ]


def test_every_row_of_the_inputs_is_read() -> None:
    for folder, variants in CASES.items():
        read_in = world(folder, variants[0]).tables
        assert {name: len(rows) for name, rows in read_in.items()} == figures(folder)["row_counts"]


@pytest.mark.slow
def test_outcomes_of_the_loan_applications_are_counted() -> None:
    found: dict[str, int] = {}
    for row in tables("bpi2012_sample", "default")["outcomes"]:
        found[row["outcome"]] = found.get(row["outcome"], 0) + 1
    assert found == figures("bpi2012_sample")["outcomes"]


def test_first_responses_on_twitter_fall_in_the_expected_limits() -> None:
    lengths = [row["first_response_seconds"] for row in tables("ibm_twitter_care", "default")["conversations"]]
    found = {
        name: sum(length is not None and length <= float(name[4:-3]) * 60 for length in lengths)
        for name in figures("ibm_twitter_care")["answered_within"]
    }
    assert found == figures("ibm_twitter_care")["answered_within"]


@pytest.mark.parametrize(
    ("folder", "variant"), [pytest.param(*c, marks=[pytest.mark.slow] if c[0] == SLOW else []) for c in ALL]
)
def test_summary(folder: str, variant: str) -> None:
    want = dict(figures(folder)["summary"][variant])
    found = summary(tables(folder, variant))
    for name, value in want.items():
        same(name, found[name], value)


def summary(built: dict[str, Rows]) -> Row:
    """The figures of expected.json's summary, from the tables."""
    conversations = built["conversations"]
    waits = built["waits"]
    closed = [row["wait_seconds"] for row in waits if row["wait_seconds"] is not None]
    first = [row["first_response_seconds"] for row in conversations]
    answered = [each for each in first if each is not None]
    averages = [row["average_response_seconds"] for row in conversations if row["average_response_seconds"] is not None]
    reasons = {(row["input"], row["reason"]): row["row_count"] for row in built["staging_set_aside"]}
    found: Row = {
        "conversations": len(conversations),
        "set_aside_messages": reasons.get(("messages", "no_conversation"), 0),
        "staging_set_aside": {"messages: required value missing": reasons.get(("messages", "missing_required"), 0)},
        "by_channel": counted(row["channel"] for row in conversations),
        "handled_by_at_end": counted(handled(row) for row in conversations),
        "with_inbound": sum(row["inbound_count"] > 0 for row in conversations),
        "with_wait": sum(row["wait_count"] > 0 for row in conversations),
        "waits": len(waits),
        "closed_waits": len(closed),
        "answered": len(answered),
        "open_waits": len(waits) - len(closed),
        "failed_messages": sum(row["failed_count"] for row in conversations),
        "late_dispositions": sum(row["late_disposition_count"] for row in conversations),
        "first_response_seconds": spread(answered),
        "average_response_seconds_mean": sum(averages) / len(averages) if averages else None,
        "longest_wait_seconds": max(closed, default=None),
        "md5_conversation_ids": joined(row["conversation_id"] for row in conversations),
        "as_of": built["clocks"][0]["as_of"],
        "complete_at": {row["outcome"]: row["complete_at"] for row in built["outcome_clocks"]},
    }
    return found | {kind: sum(row[column] is not None for row in conversations) for kind, column in KINDS.items()}


@pytest.mark.parametrize(("folder", "variant", "metric"), metric_cases())
def test_metric(folder: str, variant: str, metric: Row) -> None:
    built = tables(folder, variant)
    mine = {
        name: [
            row for row in built[name] if (row["metric"], row["metric_version"]) == (metric["name"], metric["version"])
        ]
        for name in ("metric_conversations", "attributed_outcomes", "cohort_rates", "period_rates")
    }
    whole = one(mine["cohort_rates"], cohort_grain="all", cohort_by="all")
    for name, value in {**metric, **metric["cohort_grain_all"]}.items():
        if name in whole:
            same(name, whole[name], value)
    labels = {"by_month": ("month", "all")} | {f"by_{each}": ("all", each) for each in SETS}
    for label, (by, dimension) in labels.items():
        rows = [r for r in mine["cohort_rates"] if (r["cohort_grain"], r["cohort_by"]) == (by, dimension)]
        if label not in metric:
            continue
        key = "cohort_period" if by == "month" else dimension
        found = {str(row[key]): row for row in rows}
        assert sorted(found) == sorted(metric[label]), label
        for value, figures_of in metric[label].items():
            for name, figure in figures_of.items():
                if name in found[value]:
                    same(f"{label} {value} {name}", found[value][name], figure)
    periods = [r for r in mine["period_rates"] if (r["cohort_grain"], r["cohort_by"]) == ("month", "all")]
    assert {str(row["cohort_period"]) for row in periods} == set(metric["period_rates"])
    for row in periods:
        for name, figure in metric["period_rates"][str(row["cohort_period"])].items():
            same(f"period {row['cohort_period']} {name}", row[name], figure)
    check_rows(metric, built, mine)


def check_rows(metric: Row, built: dict[str, Rows], mine: dict[str, Rows]) -> None:
    """What expected.json says of single rows: reasons, waits and the md5 of ids."""
    rows = mine["metric_conversations"]
    conversations = {row["conversation_id"]: row for row in built["conversations"]}
    reasons = counted(row["eligibility"] for row in rows if row["eligibility"] != "eligible")
    assert reasons == (metric["excluded_by_reason"] or {})
    assert len(mine["attributed_outcomes"]) == metric["attributed_outcomes_rows"]
    eligible = [row["conversation_id"] for row in rows if row["eligibility"] == "eligible"]
    assert joined(eligible) == metric["md5_eligible"]
    assert joined(r["conversation_id"] for r in rows if r["status"] == "converted") == metric["md5_converted"]
    credited = {row["conversation_id"] for row in mine["attributed_outcomes"] if row["credit"] > 0}
    assert joined(credited) == metric["md5_credited"]
    waiting = [conversations[each] for each in eligible if conversations[each]["wait_count"] > 0]
    assert len(waiting) == metric["with_wait"]
    complete_at = time(metric["complete_at"])
    assert sum(abandoned(row, complete_at) for row in waiting) == metric["abandoned"]


def abandoned(row: Row, complete_at: datetime | None) -> bool:
    longest = row["longest_wait_seconds"] or 0
    since = row["open_wait_since"]
    still = since is not None and complete_at is not None and complete_at - since > timedelta(days=1)
    return longest > 86_400 or still


def handled(row: Row) -> str:
    human, bot = row["first_human_at"] is not None, row["first_bot_at"] is not None
    return "mixed" if human and bot else "human" if human else "bot" if bot else "none"


def counted(values: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in values:
        found[each] = found.get(each, 0) + 1
    return found


def joined(ids: Any) -> str:
    return md5(",".join(sorted(ids)).encode()).hexdigest()


def spread(values: list[float]) -> dict[str, float] | None:
    if not values:
        return None
    return {
        "mean": sum(values) / len(values),
        "median": median(values),
        "p90": percentile(values, 0.9),
    }


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def one(rows: Rows, **wanted: object) -> Row:
    (found,) = (row for row in rows if all(row[name] == value for name, value in wanted.items()))
    return found


def same(name: str, found: Any, want: Any) -> None:
    """Equal, floats to the six places the figures have."""
    if isinstance(found, datetime) or (isinstance(want, str) and found is not None and name == "as_of"):
        assert found == time(want), name
    elif isinstance(found, dict) and isinstance(want, dict):
        assert set(want) <= set(found), name
        for key, value in want.items():
            same(f"{name} {key}", found[key], value)
    elif isinstance(want, float) and isinstance(found, int | float):
        precision = AMOUNT_PRECISION if name.endswith("amount") else PRECISION
        assert abs(found - want) <= precision, f"{name}: {found} instead of {want}"
    else:
        assert found == want, f"{name}: {found} instead of {want}"
