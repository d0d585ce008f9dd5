"""Changes split into rates and mix, and rates standardised: the Berkeley table, and generated strata against plain arithmetic."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.comparisons.alone import Alone, cohort
from tests.spec.reference.columns import Row, Rows
from tests.support.examples import examples
from tests.support.root import ROOT

# Bickel, Hammel and O'Connell, Science 187, 1975: applicants and admitted of six departments.
MEN = {"A": (825, 512), "B": (560, 353), "C": (325, 120), "D": (417, 138), "E": (191, 53), "F": (373, 22)}
WOMEN = {"A": (108, 89), "B": (25, 17), "C": (593, 202), "D": (375, 131), "E": (393, 94), "F": (341, 24)}
METRIC: Row = {"name": "m", "version": 1, "outcome": "won", "window_days": 1, "strata": ["channel"]}
Strata = dict[str, tuple[int, int]]


def totals(strata: Strata) -> Row:
    return {"matured": sum(n for n, _ in strata.values()), "matured_converted": sum(k for _, k in strata.values())}


def of_strata(cohort_id: str, strata: Strata, **columns: Any) -> Rows:
    return [
        {"cohort_id": cohort_id, "metric": "m", "metric_version": 1, "stratum": name, "matured": n, "matured_converted": k, **columns}
        for name, (n, k) in strata.items()
    ]  # fmt: skip


def changes(periods: list[Strata], model: Alone | None = None) -> Rows:
    """rate_changes of months with such strata."""
    rates = [
        cohort(cohort_id=str(n), cohort_period=date(2024, n + 1, 1), **totals(each)) for n, each in enumerate(periods)
    ]
    strata = [row for n, each in enumerate(periods) for row in of_strata(str(n), each)]
    definitions = [{"metric": "m", "metric_version": 1}]
    return (model or Alone("rate_changes", conversion_metrics=[METRIC])).build(
        cohort_rates=rates, cohort_strata=strata, metric_definitions=definitions
    )


def standardised(groups: dict[str, Strata], model: Alone | None = None, **columns: Any) -> dict[str, Row]:
    """standardised_rates of sources with such strata, in one month that is all there is."""
    rates: Rows = []
    strata: Rows = []
    for name, each in groups.items():
        for grain, period in (("month", date(2024, 1, 1)), ("all", None)):
            common = {"cohort_id": f"{name} {grain}", "cohort_grain": grain, "cohort_by": "source"}
            rates.append(cohort(**common, source=name, cohort_period=period, **totals(each)))
            strata += of_strata(f"{name} {grain}", each, cohort_grain=grain, cohort_by="source")
    found = (model or Alone("standardised_rates", conversion_metrics=[METRIC], **columns)).build(
        cohort_rates=rates, cohort_strata=strata
    )
    return {row["source"]: row for row in found}


def test_men_to_women_at_berkeley() -> None:
    (row,) = changes([MEN, WOMEN])
    assert (row["rate_before"], row["rate_after"]) == pytest.approx((0.445188, 0.303542), abs=5e-7)
    assert (row["rate_effect"], row["mix_effect"]) == pytest.approx((0.036028, -0.177674), abs=5e-7)
    assert row["rate_effect"] + row["mix_effect"] == pytest.approx(row["rate_change"], abs=1e-15)


def test_at_berkeley_the_standardised_rates_turn_the_crude_ones_round() -> None:
    found = standardised({"men": MEN, "women": WOMEN})
    assert found["men"]["crude_rate"] > found["women"]["crude_rate"]
    assert found["men"]["standardised_rate"] < found["women"]["standardised_rate"]
    both = {name: MEN[name][0] + WOMEN[name][0] for name in MEN}
    for name, strata in (("men", MEN), ("women", WOMEN)):
        by_hand = sum(both[s] * k / n for s, (n, k) in strata.items()) / sum(both.values())
        assert found[name]["standardised_rate"] == pytest.approx(by_hand, abs=1e-12)
        assert found[name]["coverage"] == 1


def test_departments_that_only_one_of_them_applied_to_refuse_the_comparison_without_an_error() -> None:
    found = standardised({"men": {k: MEN[k] for k in "AB"}, "women": {k: WOMEN[k] for k in "CDEF"}})
    assert {row["refusal"] for row in found.values()} == {"coverage"}
    assert sum(row["coverage"] for row in found.values()) == pytest.approx(1)
    assert not any(row["is_comparable"] for row in found.values())


def test_the_figures_of_the_pages_are_those_of_the_tables() -> None:
    (change,) = changes([MEN, WOMEN])
    page = (ROOT / "docs/comparisons/rate_changes.md").read_text(encoding="utf-8")
    for column in ("rate_before", "rate_after", "rate_effect", "mix_effect"):
        assert f"{change[column]:.4f}" in page
    page = (ROOT / "docs/comparisons/standardised_rates.md").read_text(encoding="utf-8")
    for row in standardised({"men": MEN, "women": WOMEN}).values():
        assert f"{row['standardised_rate']:.4f}" in page


counted = st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
strata_of = st.dictionaries(st.sampled_from("ABCDE"), counted, min_size=1, max_size=5)


@examples(60)
@given(periods=st.lists(strata_of, min_size=2, max_size=4))
def test_the_effects_are_those_of_the_formula_and_add_up(periods: list[Strata]) -> None:
    found = changes(periods, CHANGES)
    assert len(found) == len(periods) - 1
    for row in found:
        n = row["cohort_period"].month - 1
        before, after = periods[n - 1], periods[n]
        rate_effect = mix_effect = Fraction(0)
        for name in {*before, *after}:
            w1, w2 = (Fraction(each.get(name, (0, 0))[0], totals(each)["matured"]) for each in (before, after))
            n1, k1 = before.get(name) or after[name]
            n2, k2 = after.get(name) or before[name]
            r1, r2 = Fraction(k1, n1), Fraction(k2, n2)
            rate_effect += (w1 + w2) / 2 * (r2 - r1)
            mix_effect += (r1 + r2) / 2 * (w2 - w1)
        assert row["rate_effect"] == pytest.approx(float(rate_effect), abs=1e-12)
        assert row["mix_effect"] == pytest.approx(float(mix_effect), abs=1e-12)
        assert row["rate_effect"] + row["mix_effect"] == pytest.approx(row["rate_change"], abs=1e-12)
        assert row["rate_effect_low"] <= row["rate_effect"] <= row["rate_effect_high"]
        assert row["one_sided_strata"] == len(set(before) ^ set(after))


def test_with_one_stratum_all_is_rate_and_its_interval_is_newcombes() -> None:
    (row,) = changes([{"A": (40, 10)}, {"A": (50, 20)}])
    assert row["mix_effect"] == 0
    assert (row["rate_effect"], row["rate_effect_low"], row["rate_effect_high"]) == pytest.approx(
        (row["rate_change"], row["change_low"], row["change_high"]), abs=1e-12
    )


CHANGES = Alone("rate_changes", conversion_metrics=[METRIC])
GROUPS = Alone("standardised_rates", conversion_metrics=[METRIC])


@examples(60)
@given(groups=st.dictionaries(st.sampled_from(("ads", "web", "fair")), strata_of, min_size=1))
def test_standardised_rates_are_means_by_the_pooled_mix(groups: dict[str, Strata]) -> None:
    pool: dict[str, int] = {}
    for strata in groups.values():
        for name, (n, _) in strata.items():
            pool[name] = pool.get(name, 0) + n
    for name, row in standardised(groups, GROUPS).items():
        own = groups[name]
        covered = sum(pool[each] for each in own)
        mean = sum(Fraction(pool[each] * k, n) for each, (n, k) in own.items()) / covered
        assert row["standardised_rate"] == pytest.approx(float(mean), abs=1e-12)
        assert row["coverage"] == pytest.approx(covered / sum(pool.values()), abs=1e-12)
        assert (row["refusal"] == "coverage") == (Fraction(covered, sum(pool.values())) < Fraction(4, 5))
        assert 0 <= row["standardised_low"] <= row["standardised_rate"] <= row["standardised_high"] <= 1


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_strata_shows_in_no_digit(seed: int) -> None:
    pick = Random(seed)
    strata = {str(n): (pick.randint(1, 90), 1) for n in range(40)}
    later = {name: (pick.randint(1, 90), 1) for name in strata}
    names = list(strata)
    first = changes([strata, later])
    pick.shuffle(names)
    assert changes([{name: strata[name] for name in names}, {name: later[name] for name in names}]) == first
