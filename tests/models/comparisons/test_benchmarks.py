"""Rates beside benchmarks: generated cohorts against plain comparisons, the seed, and the figures of the pages."""

from __future__ import annotations

import csv
import math
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.models.comparisons.alone import Alone, cohort
from tests.spec.reference.columns import Row
from tests.support.examples import examples
from tests.support.root import ROOT

ITEMS = [{"metric": "m", "benchmark": "b", "step": "s"}]
GAPS = Alone("benchmark_gaps", benchmarked_metrics=ITEMS)
shares = st.integers(0, 20).map(lambda n: n / 20)


def verdict(row: Row, low: float, high: float) -> str:
    if row["rate_high"] < low:
        return "below"
    if row["rate_low"] > high:
        return "above"
    return "within" if low <= row["rate_low"] and row["rate_high"] <= high else "undecided"


def beside(matured: int, converted: int, low: float, high: float) -> tuple[Row, Row]:
    """A cohort and its row beside a range."""
    given_row = cohort(cohort_id="c", cohort_period=date(2024, 1, 1), matured=matured, matured_converted=converted)
    known = {"benchmark_id": "b", "benchmark": "b", "step": "s", "segment": "all", "low": low, "high": high}
    (row,) = GAPS.build(cohort_rates=[given_row], map_benchmarks=[known])
    return given_row, row


@examples(150)
@given(matured=st.integers(1, 2_000), share=shares, one=shares, other=shares)
def test_verdict_and_gap_are_those_of_plain_comparisons(matured: int, share: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    given_row, row = beside(matured, round(matured * share), low, high)
    rate = given_row["conversion_rate"]
    assert row["verdict"] == verdict(given_row, low, high)
    assert math.isclose(row["gap"], min(rate - low, 0) + max(rate - high, 0), abs_tol=1e-12)


def test_the_worked_example_of_the_page() -> None:
    for low, high, said, gap in (
        (0.02, 0.05, "above", 0.08),
        (0.10, 0.15, "undecided", 0),
        (0.2, 0.2, "undecided", -0.07),
    ):
        _, row = beside(100, 13, low, high)
        assert (row["verdict"], round(row["gap"], 12)) == (said, gap)


def test_every_benchmark_that_ships_is_a_range_with_a_source() -> None:
    with (ROOT / "seeds/benchmarks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(0 < float(row["low"]) <= float(row["high"]) < 1 and len(row["source"]) > 20 for row in rows)
    found = {(row["step"], row["segment"]): (float(row["low"]), float(row["high"])) for row in rows}
    assert found["visitor_to_lead", "b2b"] == (0.02, 0.05)
    assert found["visitor_to_lead", "e_commerce"] == (0.02, 0.03)
    assert found["visitor_to_lead", "saas"] == (0.03, 0.07)
    assert found["visitor_to_lead", "b2b_services"] == (0.05, 0.15)
    assert found["mql_to_sql", "all"] == (0.13, 0.13)
    assert found["opportunity_to_won", "all"] == (0.2, 0.2)


def test_what_a_tenth_at_each_stage_does_is_as_the_page_says() -> None:
    page = (ROOT / "docs/comparisons/README.md").read_text(encoding="utf-8")
    assert f"1.1⁵ = {1.1**5:.2f}" in page
    assert f"= {math.log(2) / math.log(1.1):.1f} stages" in page
    assert f"{(2 ** (1 / 5) - 1) * 100:.1f}% better" in page
