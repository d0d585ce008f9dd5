"""What a lift is worth: generated funnels against plain products, the range against chance, and the figures of the page."""

from __future__ import annotations

from math import exp, isclose, log, prod, sqrt
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.support.examples import examples
from tests.support.root import ROOT


def funnel(steps: int) -> Row:
    last: Row = {"name": f"s{steps}", "outcome": "won"}
    return {
        "name": f"of {steps}",
        "steps": [*({"name": f"s{n}", "kind": "attempt"} for n in range(1, steps)), last],
    }


WORTH = Alone(
    "worth_of_a_point",
    funnels=[funnel(n) for n in (2, 3, 4, 6)],
    worth_lifts={"points": [1, 50], "percent": [10]},
    confidence=0.95,
)


def rates(counts: list[tuple[int, int]], cohort: str = "c") -> Rows:
    """Of (entered, advanced) of each step but the first, of which everybody is."""
    begun = counts[0][0]
    found: Rows = []
    for number, (entered, advanced) in enumerate([(begun, begun), *counts], start=1):
        low, high = proportion_confint(advanced, entered, 0.05, "wilson") if entered else (None, None)
        found.append(
            {"funnel_step_id": f"{cohort} {number}", "cohort_id": cohort, "funnel": f"of {len(counts) + 1}", "step_number": number, "step": f"s{number}", "cohort_grain": "all", "cohort_by": "all", "conversations": begun, "entered": entered, "advanced": advanced, "step_rate": advanced / entered if entered else None, "step_low": 0 if advanced == 0 else low, "step_high": 1 if advanced == entered else high, "is_complete": True, "is_small": False}
        )  # fmt: skip
    return found


def ended(deals: list[tuple[str, float | None]], steps: int, each: int = 1) -> dict[str, Rows]:
    """Conversations that got to the end, `each` with every one of the deals."""
    return {
        "funnel_steps": [{"funnel": f"of {steps}", "step_number": steps, "conversation_id": f"c{n} {name}", "reached_at": "2024-01-05"} for name, _ in deals for n in range(each)],
        "conversations": [{"conversation_id": f"c{n} {name}", "contact_id": name} for name, _ in deals for n in range(each)],
        "outcomes": [{"outcome_id": name, "outcome": "won", "contact_id": name, "occurred_at": "2024-01-05", "amount": amount} for name, amount in deals],
    }  # fmt: skip


def build(counts: list[tuple[int, int]], **others: Rows) -> dict[tuple[Any, ...], Row]:
    found = WORTH.build(funnel_rates=rates(counts), **others)
    return {(row["step_number"], row["lift_unit"], round(row["lift"], 6)): row for row in found}


@st.composite
def funnels(draw: st.DrawFn) -> list[tuple[int, int]]:
    counts = []
    for _ in range(draw(st.sampled_from((1, 2, 3, 5)))):
        entered = draw(st.integers(1, 400))
        counts.append((entered, draw(st.one_of(st.integers(0, entered), st.just(entered)))))
    return counts


@examples(90)
@given(counts=funnels(), each=st.integers(1, 3), amounts=st.lists(st.sampled_from((None, 10.0, 250.5)), max_size=4))
def test_a_lift_is_worth_the_product_of_the_other_rates(
    counts: list[tuple[int, int]], each: int, amounts: list[float | None]
) -> None:
    steps = len(counts) + 1
    found = build(counts, **ended([(f"d{n}", amount) for n, amount in enumerate(amounts)], steps, each))
    assert len(found) == 3 * len(counts)
    known = [amount for amount in amounts if amount is not None]
    for (number, unit, lift), row in found.items():
        own = counts[number - 2][1] / counts[number - 2][0]
        others = [(advanced, entered) for n, (entered, advanced) in enumerate(counts, start=2) if n != number]
        lifted = min(1.0, own + lift if unit == "points" else own * (1 + lift))
        more = counts[0][0] * prod(a / e for a, e in others) * (lifted - own)
        assert isclose(row["more_conversations"], more, rel_tol=1e-9, abs_tol=1e-9)
        assert isclose(
            row["expected_conversations"], counts[0][0] * prod(a / e for e, a in counts), rel_tol=1e-9, abs_tol=1e-9
        )
        uncertain = others + ([counts[number - 2][::-1]] if unit == "percent" else [])
        if any(a == 0 for a, _ in uncertain):
            assert (row["more_conversations_low"], row["more_conversations_high"]) == (0, None)
        else:
            limits = [(a / e, *proportion_confint(a, e, 0.05, "wilson")) for a, e in uncertain]
            low = more * exp(-sqrt(sum(log(r / lower) ** 2 for r, lower, _ in limits)))
            high = more * exp(sqrt(sum(log(min(1.0, upper) / r) ** 2 for r, _, upper in limits)))
            assert isclose(row["more_conversations_low"], low, rel_tol=1e-8, abs_tol=1e-9)
            assert isclose(row["more_conversations_high"], high, rel_tol=1e-8, abs_tol=1e-9)
        if not amounts:
            assert (row["more_deals"], row["more_amount"]) == (None, None)
            continue
        assert isclose(row["more_deals"], more / each, rel_tol=1e-9, abs_tol=1e-9)
        if known:
            assert isclose(row["more_amount"], more / each * sum(known) / len(known), rel_tol=1e-9, abs_tol=1e-9)
        else:
            assert row["more_amount"] is None


def test_the_range_holds_what_a_point_is_truly_worth_about_as_often_as_it_says() -> None:
    """1,000 funnels drawn from the same rates; 0.95 give or take three standard errors."""
    true, pick, all_rates = (0.6, 0.3, 0.25), Random(16), []
    for n in range(1000):
        counts, entered = [], 800
        for rate in true:
            advanced = sum(pick.random() < rate for _ in range(entered))
            counts.append((entered, advanced))
            entered = advanced
        all_rates += rates(counts, f"c{n}")
    held: dict[str, list[bool]] = {}
    for row in WORTH.build(funnel_rates=all_rates):
        if row["lift_unit"] == "percent" or round(row["lift"], 6) == 0.01:
            own = true[row["step_number"] - 2]
            worth = 800 * prod(true) / own * (0.01 if row["lift_unit"] == "points" else own * 0.1)
            inside = row["more_conversations_low"] <= worth <= row["more_conversations_high"]
            held.setdefault(f"{row['lift_unit']} {row['step_number']}", []).append(inside)
    assert {len(each) for each in held.values()} == {1000} and len(held) == 6
    for name, each in held.items():
        assert 0.929 <= sum(each) / 1000 <= 0.971, name


def test_five_stages_a_tenth_better_are_1_61_times_as_much() -> None:
    found = build([(1000, 500), (500, 200), (200, 50), (50, 20), (20, 5)])
    assert round(found[6, "percent", 0.1]["compounded_multiplier"], 5) == 1.61051


def test_the_worked_example_of_the_page() -> None:
    found = build([(1000, 500), (500, 100), (100, 25)], **ended([(f"d{n}", 1000.0) for n in range(25)], 4))
    page = (ROOT / "docs/comparisons/worth_of_a_point.md").read_text(encoding="utf-8")
    for number, name in ((2, "reached"), (3, "meeting"), (4, "won")):
        point, tenth = found[number, "points", 0.01], found[number, "percent", 0.1]
        cells = f"| `{name}` | {point['step_rate']:.2f} | {point['more_deals']:.2f} | {point['more_deals_low']:.2f} to {point['more_deals_high']:.2f} | {point['more_amount']:.0f} | {tenth['more_deals']:.2f} | {tenth['compounded_multiplier']:.3f} |"
        assert cells in page, cells
