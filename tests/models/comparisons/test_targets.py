"""Rates beside targets: generated cohorts and targets against a plain reading, and the figures of the page."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.comparisons.alone import Alone, cohort
from tests.spec.reference.cohorts import period_of_day
from tests.spec.reference.columns import Row
from tests.support.examples import examples

MODEL = Alone("target_attainment")
DEFINED = [{"metric": "m", "metric_version": 1, "window_days": 30.0}]
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
shares = st.integers(1, 20).map(lambda n: n / 20)


def beside(rows: list[Row], targets: dict[date, float]) -> dict[Any, Row]:
    given_targets = [{"metric": "m", "period_start": day, "target": target} for day, target in targets.items()]
    found = MODEL.build(current_rates=rows, metric_definitions=DEFINED, targets=given_targets)
    return {row["cohort_id"]: row for row in found}


def open_cohort(**columns: Any) -> Row:
    return {**cohort(matured=0, matured_converted=0, **columns), "is_complete": False}


@examples(120)
@given(
    targets=st.dictionaries(days, shares, max_size=4),
    grain=st.sampled_from(["day", "week", "month", "quarter", "year"]),
    day=days,
    matured=st.integers(0, 60),
    share=shares,
)
def test_each_period_is_held_against_the_one_target_that_stands_for_all_of_its_days(
    targets: dict[date, float], grain: str, day: date, matured: int, share: float
) -> None:
    period = period_of_day(day, grain)
    assert period is not None
    converted = round(matured * share)
    row = cohort(
        cohort_id="c",
        cohort_grain=grain,
        cohort_period=period,
        matured=matured,
        matured_converted=converted,
        eligible=matured,
        converted=converted,
    )
    found = beside([row], targets).get("c")
    of_days = set()
    at = period
    while period_of_day(at, grain) == period:
        of_days.add(max((d for d in targets if d <= at), default=None))
        at += timedelta(days=1)
    (start,) = of_days if len(of_days) == 1 else (None,)
    if start is None:
        assert found is None
        return
    assert found is not None
    target = targets[start]
    assert (found["target"], found["target_from"]) == (target, start)
    if not matured:
        assert (found["verdict"], found["is_met"], found["conversions_missing"]) == ("no_rate", None, 0)
        return
    rate = converted / matured
    said = "above" if row["rate_low"] >= target else "below" if row["rate_high"] < target else "undecided"
    assert (found["verdict"], found["is_met"], found["pace"]) == (said, rate >= target, None)
    more = found["conversions_missing"]
    assert (converted + more) / matured >= target - 1e-9
    assert more == 0 or (converted + more - 1) / matured < target
    assert math.isclose(found["gap"], rate - target, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("target", "verdict", "gap", "missing"), [(0.15, "below", -0.05, 10), (0.12, "undecided", -0.02, 4)]
)
def test_the_worked_example_of_the_page(target: float, verdict: str, gap: float, missing: int) -> None:
    july = cohort(
        cohort_id="july", cohort_period=date(2026, 7, 1), matured=200, matured_converted=20, eligible=200, converted=20
    )
    assert (round(july["rate_low"], 4), round(july["rate_high"], 4)) == (0.0657, 0.1494)
    september = open_cohort(cohort_id="september", cohort_period=date(2026, 9, 1), eligible=50, converted=4) | {
        "projected_rate": 0.11, "projected_low": 0.05, "projected_high": 0.1, "projected_follow_up_days": 10.0,
    }  # fmt: skip
    found = beside([july, september], {date(2026, 7, 1): target})
    assert (found["july"]["verdict"], round(found["july"]["gap"], 9), found["july"]["is_met"]) == (verdict, gap, False)
    assert found["july"]["conversions_missing"] == missing
    assert (found["september"]["pace"], found["september"]["verdict"]) == ("undecided", None)


def test_three_of_thirty_are_a_tenth() -> None:
    row = cohort(
        cohort_id="c", cohort_period=date(2026, 7, 1), matured=30, matured_converted=3, eligible=30, converted=3
    )
    assert beside([row], {date(2026, 7, 1): 0.1})["c"]["conversions_missing"] == 0
