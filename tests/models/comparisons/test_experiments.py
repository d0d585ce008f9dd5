"""Experiment results against statsmodels: generated contacts with conversations of their own."""

from __future__ import annotations

from datetime import datetime
from random import Random

import numpy as np
import pytest
import statsmodels.api as sm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.support.root import ROOT

START = datetime(2024, 1, 1)
RESULTS = Alone("experiment_results")
VARIANTS = Alone("experiment_variants")
Arms = dict[str, list[tuple[int, int]]]
"""Variant → of each contact its matured conversations and the converted ones."""


def results(arms: Arms, metrics: tuple[str, ...] = ("m",)) -> list[Row]:
    variants = [
        {"variant_id": name, "experiment": "e", "variant": name, "control_variant": "a", "is_control": name == "a", "assigned": len(contacts), "first_assigned_at": START, "last_assigned_at": START, "is_ratio_off": False}
        for name, contacts in arms.items()
    ]  # fmt: skip
    contacts: Rows = [
        {"experiment": "e", "variant": name, "metric": metric, "metric_version": 1, "contact_id": f"{name}{n}", "matured": m, "matured_converted": k, "not_matured": 0, "last_window_ends_at": START}
        for metric in metrics for name, found in arms.items() for n, (m, k) in enumerate(found)
    ]  # fmt: skip
    defined = [{"metric": metric, "metric_version": 1, "status": "active"} for metric in metrics]
    found = RESULTS.build(experiment_variants=variants, experiment_contacts=contacts, metric_definitions=defined)
    return sorted(found, key=lambda row: (row["metric"], row["variant"]))


def repeating(pick: Random, contacts: int, rate: float) -> list[tuple[int, int]]:
    """Contacts of one to six conversations, each with a leaning of its own."""
    found = []
    for _ in range(contacts):
        own = min(1.0, max(0.0, pick.gauss(rate, 0.3)))
        matured = pick.randint(1, 6)
        found.append((matured, sum(pick.random() < own for _ in range(matured))))
    return found


def error_by_cluster(contacts: list[tuple[int, int]]) -> float:
    """The standard error of a rate, clustered by contact, as statsmodels has it."""
    values = [1.0] * 0
    groups: list[int] = []
    for n, (matured, converted) in enumerate(contacts):
        values += [1.0] * converted + [0.0] * (matured - converted)
        groups += [n] * matured
    fit = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(groups), "use_correction": False}
    )
    return float(fit.bse[0])


@pytest.mark.parametrize("seed", range(5))
def test_the_design_effect_is_the_variance_by_cluster_over_the_binomial_one(seed: int) -> None:
    pick = Random(seed)
    arms = {"a": repeating(pick, 80, 0.3), "b": repeating(pick, 60, 0.45)}
    (row,) = results(arms)
    for prefix, name in (("control_", "a"), ("", "b")):
        n, k = (sum(each) for each in zip(*arms[name], strict=True))
        binomial = k / n * (1 - k / n) / n
        assert row[f"{prefix}design_effect"] == pytest.approx(error_by_cluster(arms[name]) ** 2 / binomial, abs=1e-9)
        assert row[f"{prefix}design_effect"] > 1


@pytest.mark.parametrize("seed", range(5))
def test_where_no_contact_repeats_p_is_that_of_the_plain_score_test(seed: int) -> None:
    pick = Random(seed)
    arms = {name: [(1, int(pick.random() < rate)) for _ in range(90)] for name, rate in (("a", 0.3), ("b", 0.4))}
    (row,) = results(arms)
    counts = [sum(k for _, k in arms[name]) for name in ("b", "a")]
    assert row["design_effect"] == row["control_design_effect"] == 1
    assert row["p"] == pytest.approx(proportions_ztest(counts, [90, 90])[1], abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_all_variants_and_metrics_are_adjusted_together(seed: int) -> None:
    pick = Random(seed)
    arms = {name: repeating(pick, 40, 0.2 + 0.1 * n) for n, name in enumerate("abcd")}
    found = results(arms, ("m", "o"))
    assert {row["test_count"] for row in found} == {6}
    want = multipletests([row["p"] for row in found], method="fdr_bh")[1]
    assert [row["adjusted_p"] for row in found] == pytest.approx(list(want), abs=1e-9)


def test_under_no_difference_repeating_contacts_raise_no_more_alarms_than_they_should() -> None:
    """At 5 %: of 400 experiments without an effect 20 are expected; taking conversations for contacts finds far more."""
    pick = Random(1)
    variants: Rows = []
    contacts: Rows = []
    for n in range(400):
        for name in ("a", "b"):
            known = {"experiment": f"e{n}", "variant": name}
            variants.append({**known, "variant_id": f"{n}{name}", "control_variant": "a", "is_control": name == "a", "first_assigned_at": START, "last_assigned_at": START, "is_ratio_off": False})  # fmt: skip
            contacts += [
                {**known, "metric": "m", "metric_version": 1, "contact_id": str(c), "matured": 4, "matured_converted": 4 * int(pick.random() < 0.4)}
                for c in range(60)
            ]  # fmt: skip
    defined = [{"metric": "m", "metric_version": 1, "status": "active"}]
    found = RESULTS.build(experiment_variants=variants, experiment_contacts=contacts, metric_definitions=defined)
    sides = [[(row[f"{side}matured_converted"], row[f"{side}matured"]) for side in ("", "control_")] for row in found]
    naive = sum(proportions_ztest(*zip(*pair, strict=True))[1] < 0.05 for pair in sides)
    assert len(found) == 400
    assert 8 <= sum(row["p"] < 0.05 for row in found) <= 36
    assert naive > 100


def test_the_worked_example_of_the_page() -> None:
    (row,) = results({"a": [(1, int(n < 40)) for n in range(400)], "b": [(1, int(n < 60)) for n in range(400)]})
    page = (ROOT / "docs/comparisons/experiment_results.md").read_text(encoding="utf-8")
    for column in ("difference", "difference_low", "difference_high", "p"):
        assert f"{row[column]:.4f}" in page, column
    assigned = [{"contact_id": str(n), "experiment": "e", "variant": "ab"[n < 560], "assigned_at": START} for n in range(1000)]  # fmt: skip
    found = VARIANTS.build(stg_experiment_assignments=assigned)
    assert f"{found[0]['sample_ratio_p']:.5f}" in page
