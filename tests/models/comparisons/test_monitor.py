"""Experiments that may be looked at every day: against the estimators contact by contact in numpy, gbstats' sequential test, and simulated years."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log, sqrt
from random import Random
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest

from tests.models.comparisons.alone import Alone
from tests.models.comparisons.test_experiments import error_by_cluster
from tests.spec.reference.columns import Row, Rows
from tests.support.root import ROOT

START = datetime(2024, 1, 1)
TOTALS = Alone("experiment_totals")
MONITOR = Alone("experiment_monitor")
Contact = tuple[int, int, int, int]
"""Matured conversations since the assignment and the converted ones, matured ones before it and the converted ones."""
SUMS = {
    "contacts": lambda n, k, n0, k0: n > 0, "matured": lambda n, k, n0, k0: n, "matured_converted": lambda n, k, n0, k0: k,
    "matured_squares": lambda n, k, n0, k0: n * n, "cross_products": lambda n, k, n0, k0: n * k, "converted_squares": lambda n, k, n0, k0: k * k,
    "prior_contacts": lambda n, k, n0, k0: n0 > 0, "prior": lambda n, k, n0, k0: n0, "prior_converted": lambda n, k, n0, k0: k0,
    "prior_squares": lambda n, k, n0, k0: n0 * n0, "prior_cross_products": lambda n, k, n0, k0: n0 * k0, "prior_converted_squares": lambda n, k, n0, k0: k0 * k0,
    "matured_by_prior": lambda n, k, n0, k0: n * n0, "matured_by_prior_converted": lambda n, k, n0, k0: n * k0,
    "converted_by_prior": lambda n, k, n0, k0: k * n0, "converted_by_prior_converted": lambda n, k, n0, k0: k * k0,
}  # fmt: skip


def totals_of(contacts: list[Contact]) -> dict[str, int]:
    return {name: sum(int(of(*each)) for each in contacts) for name, of in SUMS.items()}


def variant(name: str, assigned: int, **more: Any) -> Row:
    return {"experiment": "e", "variant_id": name, "variant": name, "control_variant": "a", "is_control": name == "a", "assigned": assigned, "first_assigned_at": START, "last_assigned_at": START, "is_ratio_off": False, **more}  # fmt: skip


def read(arms: dict[str, list[Contact]], model: Alone = MONITOR, as_of: datetime = START, **more: Any) -> Row:
    known = {"experiment": "e", "metric": "m", "metric_version": 1}
    (row,) = model.build(
        experiment_variants=[variant(name, len(contacts), **more) for name, contacts in arms.items()],
        experiment_totals=[{**known, "variant": name, **totals_of(contacts)} for name, contacts in arms.items()],
        metric_definitions=[{"metric": "m", "metric_version": 1, "status": "active", "window_days": 7}],
        clocks=[{"as_of": as_of}],
    )
    return row


def drawn(pick: Random, contacts: int, rate: float, most: int = 4) -> list[Contact]:
    """Contacts with a leaning of their own, which their history shows; some never come back, some have no history."""
    found = []
    for _ in range(contacts):
        own = min(1.0, max(0.0, pick.gauss(rate, 0.3)))
        n, n0 = pick.randint(0, most), pick.randint(0, most)
        found.append((n, sum(pick.random() < own for _ in range(n)), n0, sum(pick.random() < own for _ in range(n0))))
    return found


def by_contact(arms: dict[str, list[Contact]]) -> tuple[float, float, float, float]:
    """Difference and variance with and without the histories: influence functions, contact by contact."""
    every = np.array([each for contacts in arms.values() for each in contacts], dtype=float)
    prior_rate = every[:, 3].sum() / every[:, 2].sum()
    rates, covariates, var, var_x, cov = [], [], 0.0, 0.0, 0.0
    for name in ("b", "a"):
        n, k, n0, k0 = np.array(arms[name], dtype=float).T
        rate, seen = k.sum() / n.sum(), n > 0
        influence = (k - rate * n) / n.sum()
        x = (k0 - prior_rate * n0) / len(n)
        rates.append(rate)
        covariates.append(x.sum())
        m, a = seen.sum(), len(n)
        var += (influence**2).sum() * m / (m - 1)
        var_x += ((x - x.mean()) ** 2).sum() * a / (a - 1)
        cov += (influence * (x - x.mean())).sum() * a / (a - 1)
    plain = rates[0] - rates[1]
    slope = cov / var_x
    return plain, var, plain - slope * (covariates[0] - covariates[1]), var - slope * cov


@pytest.mark.parametrize("seed", range(6))
def test_differences_and_errors_are_those_of_each_contact_s_part_in_the_rate(seed: int) -> None:
    pick = Random(seed)
    arms = {"a": drawn(pick, 150, 0.3), "b": drawn(pick, 120, 0.45)}
    row = read(arms)
    plain, var, adjusted, adjusted_var = by_contact(arms)
    assert (row["difference"], row["standard_error"]) == pytest.approx((plain, sqrt(var)), abs=1e-9)
    assert (row["adjusted_difference"], row["adjusted_error"]) == pytest.approx((adjusted, sqrt(adjusted_var)), abs=1e-9)  # fmt: skip
    assert row["variance_reduction"] == pytest.approx(1 - adjusted_var / var, abs=1e-9)
    assert 0 < row["variance_reduction"] < 1
    z = NormalDist().inv_cdf(0.975)
    assert row["adjusted_high"] - row["adjusted_low"] == pytest.approx(2 * z * sqrt(adjusted_var), abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_variance_is_that_of_statsmodels_by_cluster(seed: int) -> None:
    pick = Random(seed)
    arms = {name: [(max(1, n), min(k, max(1, n)), 0, 0) for n, k, *_ in drawn(pick, 90, 0.4)] for name in "ab"}
    wanted = sum(error_by_cluster([(n, k) for n, k, *_ in own]) ** 2 * len(own) / (len(own) - 1) for own in arms.values())  # fmt: skip
    assert read(arms)["standard_error"] == pytest.approx(sqrt(wanted), abs=1e-9)


def test_without_repeats_the_variance_is_the_closed_form_of_two_proportions() -> None:
    row = read({"a": [(1, int(n < 40), 0, 0) for n in range(400)], "b": [(1, int(n < 60), 0, 0) for n in range(400)]})
    assert row["standard_error"] == pytest.approx(sqrt((0.15 * 0.85 + 0.1 * 0.9) / 399), abs=1e-12)
    assert (row["covariate_slope"], row["variance_reduction"]) == (None, 0)
    assert row["adjusted_difference"] == row["difference"]


# SequentialTwoSidedTTest of GrowthBook's gbstats 0.8.0 over SampleMeanStatistic(n, k, k), for a confidence and its
# sequential_tuning_parameter: lower and upper limit, p. Its wheel wants numpy 1, which nothing else here runs with, and so the figures stand here.
GBSTATS = [
    ((400, 40), (400, 60), 0.95, 5000, (-0.03146680327499758, 0.13146680327499755, 0.4177018346985648)),
    ((400, 40), (400, 60), 0.95, 800, (-0.020864998577269936, 0.12086499857726991, 0.3900652979310116)),
    ((900, 90), (1100, 190), 0.99, 2000, (0.018545308888744394, 0.12690923656580105, 9.044955042783825e-05)),
    ((60, 20), (64, 31), 0.8, 100, (-0.06470380982934099, 0.36678714316267436, 0.7400604129848315)),
]


@pytest.mark.parametrize(("control", "treated", "confidence", "planned", "wanted"), GBSTATS)
def test_the_always_valid_interval_and_its_p_are_those_of_gbstats(
    control: tuple[int, int], treated: tuple[int, int], confidence: float, planned: int, wanted: tuple[float, ...]
) -> None:
    settings = {"confidence": confidence, "experiment_monitor": {"planned_contacts": planned}}
    with Alone("experiment_monitor", **settings) as model:
        row = read({name: [(1, int(n < k), 0, 0) for n in range(m)] for name, (m, k) in zip("ab", (control, treated), strict=True)}, model)  # fmt: skip
    assert (row["anytime_low"], row["anytime_high"], row["anytime_p"]) == pytest.approx(wanted, abs=1e-9)


def test_the_p_is_one_over_the_mixture_of_likelihoods() -> None:
    """The mixture over a normal prior of effects, integrated by numbers."""
    row = read(
        {"a": [(1, int(n < 140), 0, 0) for n in range(1000)], "b": [(1, int(n < 200), 0, 0) for n in range(1000)]}
    )
    error, estimate = row["adjusted_error"], row["adjusted_difference"]
    rho_squared = (-2 * log(0.05) + log(-2 * log(0.05) + 1)) / 5000
    spread = sqrt(2000 * rho_squared) * error
    effects = np.linspace(-12 * spread, 12 * spread, 200_001)
    ratio = np.exp((effects * estimate - effects**2 / 2) / error**2)
    prior = np.exp(-((effects / spread) ** 2) / 2) / (spread * sqrt(2 * np.pi))
    assert row["anytime_p"] == pytest.approx(1 / np.trapezoid(ratio * prior, effects), rel=1e-6)


def reach(contacts: float, planned: float = 5000) -> float:
    mixed = contacts * (-2 * log(0.05) + log(-2 * log(0.05) + 1)) / planned
    return sqrt((1 + 1 / mixed) * (log(mixed + 1) - 2 * log(0.05)))


def test_the_contacts_that_are_needed_find_the_effect_and_fewer_do_not() -> None:
    experiments = [{"name": "e", "minimum_effect": 0.03}]
    now = START + timedelta(days=17)
    with Alone("experiment_monitor", experiments=experiments) as model:
        arms = {"a": [(1, int(n < 40), 0, 0) for n in range(400)], "b": [(1, int(n < 60), 0, 0) for n in range(400)]}
        row = read(arms, model, now, last_assigned_at=now)
        over = read(arms, model, now + timedelta(days=15), last_assigned_at=now)
    power = NormalDist().inv_cdf(0.8)

    def detectable(contacts: float) -> float:
        return (reach(contacts) + power) * float(row["adjusted_error"]) * sqrt(800 / contacts)

    assert detectable(800) == pytest.approx(row["anytime_detectable_effect"])
    assert detectable(row["contacts_needed"]) <= 0.03 < detectable(row["contacts_needed"] * 0.996)
    assert row["days_left"] == np.ceil((row["contacts_needed"] - 800) / 80)
    assert over["days_left"] is None and over["contacts_needed"] == row["contacts_needed"]


def test_what_lies_within_the_least_effect_that_matters_is_negligible() -> None:
    same = {name: [(1, int(n < 2000), 0, 0) for n in range(20_000)] for name in "ab"}
    for effect, verdict in ((0.03, "negligible"), (0.001, "undecided")):
        with Alone("experiment_monitor", experiments=[{"name": "e", "minimum_effect": effect}]) as model:
            row = read(same, model)
        assert row["verdict"] == verdict
    assert read(same)["contacts_needed"] is None


def test_a_history_ends_before_the_assignment_and_begins_after_the_variable() -> None:
    when = {"first": -90, "too_early": -90.001, "in_its_window": -6.999, "after": 1}
    talks: Rows = [
        {"metric": "m", "metric_version": 1, "conversation_id": name, "contact_id": "c", "anchor_at": START + timedelta(days=at), "window_ends_at": START + timedelta(days=at + 7), "eligibility": "eligible", "status": "converted"}
        for name, at in when.items()
    ]  # fmt: skip
    assigned = [{"contact_id": "c", "experiment": "e", "variant": "b", "assigned_at": START}]
    contacts = [{"contact_id": "c", "experiment": "e", "variant": "b", "metric": "m", "metric_version": 1, "matured": 1, "matured_converted": 1}]  # fmt: skip
    (row,) = TOTALS.build(stg_experiment_assignments=assigned, metric_conversations=talks, experiment_contacts=contacts)
    assert (row["prior"], row["prior_converted"], row["matured"]) == (1, 1, 1)
    with Alone("experiment_totals", experiment_monitor={"covariate_days": 0}) as model:
        (row,) = model.build(
            stg_experiment_assignments=assigned, metric_conversations=talks, experiment_contacts=contacts
        )
    assert (row["prior"], row["matured_by_prior"], row["matured"]) == (0, 0, 1)


@pytest.mark.parametrize("seed", range(2))
def test_the_totals_are_sums_over_contacts(seed: int) -> None:
    pick = Random(seed)
    own = drawn(pick, 40, 0.4)
    talks: Rows = [
        {"metric": "m", "metric_version": 1, "conversation_id": f"{c}-{n}", "contact_id": str(c), "anchor_at": START - timedelta(days=20), "window_ends_at": START, "eligibility": "eligible", "status": "converted" if n < k0 else "not_converted"}
        for c, (_, _, n0, k0) in enumerate(own) for n in range(n0)
    ]  # fmt: skip
    (row,) = TOTALS.build(
        stg_experiment_assignments=[{"contact_id": str(c), "experiment": "e", "variant": "b", "assigned_at": START} for c in range(len(own))],
        metric_conversations=talks,
        experiment_contacts=[{"experiment": "e", "variant": "b", "metric": "m", "metric_version": 1, "contact_id": str(c), "matured": n, "matured_converted": k} for c, (n, k, *_) in enumerate(own)],
    )  # fmt: skip
    assert {name: row[name] for name in SUMS} == totals_of(own)


def test_who_is_in_a_holdout_s_control_is_in_no_other_experiment() -> None:
    experiments = [{"name": "none at all", "control": "held", "holdout": True}]
    assigned: Rows = [
        {"contact_id": each, "experiment": experiment, "variant": name, "assigned_at": START}
        for experiment, name, each in (("none at all", "held", "x"), ("none at all", "open", "y"), ("e", "a", "x"), ("e", "a", "y"), ("e", "b", "z"))
    ]  # fmt: skip
    talks: Rows = [
        {"metric": "m", "metric_version": 1, "conversation_id": each, "contact_id": each, "anchor_at": START, "window_ends_at": START, "eligibility": "eligible", "status": "converted", "is_matured": True}
        for each in "xyz"
    ]  # fmt: skip
    with Alone("experiment_holdouts", experiments=experiments) as model:
        variants: Rows = [
            {"experiment": "none at all", "variant": name, "control_variant": "held", "is_control": name == "held", "assigned": 1} for name in ("held", "open")
        ]  # fmt: skip
        held = model.build(stg_experiment_assignments=assigned, experiment_variants=variants)
        assert [row["contact_id"] for row in held] == ["x"]
    with Alone("experiment_contacts", experiments=experiments) as model:
        found = model.build(stg_experiment_assignments=assigned, metric_conversations=talks, experiment_holdouts=held)
    assert {(row["experiment"], row["contact_id"]) for row in found} == {("none at all", "x"), ("none at all", "y"), ("e", "y"), ("e", "z")}  # fmt: skip
    with Alone("experiment_totals", experiments=experiments) as model:
        early = [{**talk, "anchor_at": START - timedelta(days=9)} for talk in talks]
        rows = model.build(stg_experiment_assignments=assigned, metric_conversations=early, experiment_holdouts=held)
    assert sum(row["prior_contacts"] for row in rows if row["experiment"] == "e") == 2
    with Alone("experiment_monitor", experiments=experiments) as model:
        (row,) = model.build(
            stg_experiment_assignments=assigned, experiment_holdouts=held, clocks=[{"as_of": START}],
            experiment_variants=[variant("a", 2), variant("b", 1)],
            metric_definitions=[{"metric": "m", "metric_version": 1, "status": "active", "window_days": 7}],
        )  # fmt: skip
    assert (row["held_out"], row["verdict"], row["is_holdout"]) == (1, "no_data", False)


def test_it_can_be_switched_off() -> None:
    with Alone("experiment_monitor", experiment_monitor={"enabled": False}) as model:
        defined = [{"metric": "m", "metric_version": 1, "status": "active", "window_days": 7}]
        assert model.build(experiment_variants=[variant("a", 1), variant("b", 1)], metric_definitions=defined, clocks=[{"as_of": START}]) == []  # fmt: skip


def simulated(years: int, days: int, each_day: int, rate: float, leaning: float, seed: int) -> dict[str, Any]:
    """Sums of every arm at the end of every day: contacts come each day, write one to three times, and have a history that shows their leaning."""
    pick = np.random.default_rng(seed)
    shape = (years, 2, days, each_day)
    own = np.clip(pick.normal(rate, leaning, shape), 0, 1)
    n, n0 = pick.integers(1, 4, shape), pick.integers(0, 3, shape)
    k, k0 = pick.binomial(n, own), pick.binomial(n0, own)
    every = np.broadcast_arrays(n, k, n0, k0)
    return {name: np.asarray(of(*every)).sum(axis=3).cumsum(axis=2) for name, of in SUMS.items()}


def looked_at(sums: dict[str, Any], planned: int, each_day: int) -> Any:
    """Rows of experiment_monitor, one for each year and day, as columns of numpy by name, sorted by year and day."""
    years, _, days = sums["matured"].shape
    with Alone("experiment_monitor", experiment_monitor={"planned_contacts": planned}) as model:
        engine = model._engine
        engine.execute("pragma enable_optimizer")
        year, arm, day = (grid.ravel() for grid in np.meshgrid(np.arange(years), np.arange(2), np.arange(days), indexing="ij"))  # fmt: skip
        given = {name: values.ravel().astype("int64") for name, values in sums.items()}
        engine.register("simulated", {"year": year, "arm": arm, "day": day, **given})
        named = "select year || '-' || day as experiment, case arm when 0 then 'a' else 'b' end as variant"
        engine.execute(
            f"insert into experiment_variants (experiment, variant, control_variant, is_control, assigned, first_assigned_at, last_assigned_at, is_ratio_off)"
            f" select experiment, variant, 'a', variant = 'a', assigned, timestamp '2024-01-01', timestamp '2024-01-01', false from ({named}, (day + 1) * {each_day} as assigned from simulated)"
        )  # fmt: skip
        engine.execute(f"insert into experiment_totals (experiment, variant, metric, metric_version, {', '.join(given)}) {named}, 'm', 1, {', '.join(given)} from simulated")  # fmt: skip
        engine.execute(
            "insert into metric_definitions (metric, metric_version, status, window_days) values ('m', 1, 'active', 7)"
        )
        engine.execute("insert into clocks (as_of) values (timestamp '2024-01-01')")
        columns = "anytime_low, anytime_high, anytime_p, adjusted_low, adjusted_high, difference_low, difference_high, variance_reduction"
        return engine.execute(
            f"select cast(split_part(experiment, '-', 1) as integer) as year, cast(split_part(experiment, '-', 2) as integer) as day, {columns} from ({model._compiled[0]}) order by all"
        ).fetchnumpy()  # fmt: skip


@pytest.mark.slow
def test_of_two_thousand_years_without_an_effect_that_are_read_every_day_at_most_one_in_twenty_raises_an_alarm() -> (
    None
):
    false, false_by_fixed, looks = 0, 0, 0
    for seed in range(8):
        found = looked_at(simulated(250, 365, 5, 0.15, 0.12, seed), 2000, 5)
        by_year = np.ma.filled(found["anytime_p"], 1.0).reshape(250, 365) < 0.05
        fixed = np.ma.filled(found["adjusted_low"], -1.0) * np.ma.filled(found["adjusted_high"], 1.0) > 0
        false += int(by_year.any(axis=1).sum())
        false_by_fixed += int(fixed.reshape(250, 365).any(axis=1).sum())
        looks += by_year.size
    assert looks == 2000 * 365
    assert 10 <= false <= 100, "at most 5 %; none at all would be a test that can't find anything"
    assert false_by_fixed > 800, "what is looked at every day is found by a fixed interval sooner or later"


@pytest.mark.slow
def test_intervals_of_one_look_hold_what_they_promise_with_repeating_contacts_and_histories() -> None:
    """The truth is no difference; 4,000 experiments of 400 contacts a side."""
    found = looked_at(simulated(4000, 1, 400, 0.3, 0.25, 1), 2000, 400)
    for kind in ("difference", "adjusted"):
        held = (found[f"{kind}_low"] < 0) & (found[f"{kind}_high"] > 0)
        assert 0.94 <= held.mean() <= 0.96, kind
    assert ((found["anytime_low"] < 0) & (found["anytime_high"] > 0)).mean() > 0.99
    assert found["variance_reduction"].mean() > 0.05


def test_the_worked_example_of_the_page() -> None:
    experiments = [{"name": "e", "minimum_effect": 0.05}]
    with Alone("experiment_monitor", experiments=experiments) as model:
        row = read({"a": [(1, int(n < 40), 0, 0) for n in range(400)], "b": [(1, int(n < 60), 0, 0) for n in range(400)]}, model)  # fmt: skip
    page = (ROOT / "docs/comparisons/experiment_monitor.md").read_text(encoding="utf-8")
    for column in ("standard_error", "difference_low", "difference_high", "anytime_low", "anytime_high", "anytime_p", "detectable_effect", "anytime_detectable_effect"):  # fmt: skip
        assert f"{row[column]:.4f}" in page, (column, row[column])
    assert f"{row['contacts_needed']:,.0f}" in page, row["contacts_needed"]
    assert f"{reach(800):.2f}" in page
