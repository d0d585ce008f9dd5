"""Plans: generated funnels against plain arithmetic, and the figures of the page."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil

from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.support.examples import examples
from tests.support.root import ROOT

STEPS = ("attempt", "meeting", "won")
FUNNEL = {"name": "f", "steps": [{"name": "attempt", "kind": "attempt"}, {"name": "meeting", "outcome": "met"}, {"name": "won", "outcome": "won"}]}  # fmt: skip
TARGET = {"name": "q", "funnel": "f", "count": 30, "by": "2024-06-30", "attempts_per_rep_per_week": 40, "weeks": 10}
PLAN = Alone("capacity_plan", funnels=[FUNNEL], capacity_targets=[TARGET])


def plan(counts: list[tuple[int, int]], days: tuple[float, float] = (20, 45)) -> list[Row]:
    """Of (matured, reached) of each step of all time."""
    rates: Rows = [
        {"funnel": "f", "step_number": n, "step": STEPS[n - 1], "cohort_grain": "all", "cohort_by": "all", "matured": matured, "reached": reached, "cumulative_rate": reached / matured, "median_from_start_seconds": days[0] * 86_400, "p90_from_start_seconds": days[1] * 86_400}
        for n, (matured, reached) in enumerate(counts, start=1)
    ]  # fmt: skip
    return sorted(PLAN.build(funnel_rates=rates), key=lambda row: row["step_number"])


@examples(60)
@given(
    attempts=st.integers(200, 2_000),
    meetings=st.floats(0.1, 0.6),
    wins=st.floats(0.05, 0.5),
    days=st.tuples(st.floats(0, 50), st.floats(50, 100)),
)
def test_what_is_needed_is_the_target_over_the_rates(
    attempts: int, meetings: float, wins: float, days: tuple[float, float]
) -> None:
    met = max(1, round(attempts * meetings))
    matured = attempts - 50
    won = max(1, round(matured * met / attempts * wins))
    first, second, last = plan([(attempts, attempts), (attempts, met), (matured, won)], days)
    low, high = proportion_confint(won, matured, 0.05, "wilson")
    assert abs(first["needed"] - 30 * matured / won) <= 1
    assert abs(first["needed_low"] - 30 / high) <= 1 and abs(first["needed_high"] - 30 / low) <= 1
    assert abs(second["needed"] - 30 * (matured * met / attempts) / won) <= 1
    assert second["needed_low"] <= second["needed"] <= second["needed_high"]
    assert (last["needed_low"], last["needed"], last["needed_high"]) == (30, 30, 30)
    assert first["reps_needed"] == ceil(first["needed"] / 400)
    assert first["begin_by_for_half"] == date(2024, 6, 30) - timedelta(days=ceil(days[0]))
    assert first["begin_by_for_most"] == date(2024, 6, 30) - timedelta(days=ceil(days[1]))


def test_the_worked_example_of_the_page() -> None:
    first, second, _ = plan([(2000, 2000), (2000, 400), (1600, 80)])
    page = (ROOT / "docs/comparisons/capacity_plan.md").read_text(encoding="utf-8")
    for row in (first, second):
        cells = f"| {row['rate_to_target']:.2f} | {row['needed']:.0f} | {row['needed_low']:.0f} to {row['needed_high']:.0f} |"
        assert f"| `{row['step']}` {cells}" in page, cells
    assert f"{first['reps_needed']:.0f} reps, {first['reps_needed_low']:.0f} to {first['reps_needed_high']:.0f}" in page
    assert f"{first['begin_by_for_most']}" in page
