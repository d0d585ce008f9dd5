"""Signals: generated series against the plain reading, and how often a series without a change raises one."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

import pytest

from tests.models.comparisons.alone import Alone, cohort
from tests.spec.properties.compare import first_difference
from tests.spec.reference.alerts import rate_alerts
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.world import World
from tests.support.root import ROOT

SETTINGS: tuple[Row, ...] = (
    {},
    {"alert_minimum_cohorts": 2, "alert_baseline_cohorts": 4, "alert_run_length": 3, "timezone": "Europe/Amsterdam"},
    {"alert_minimum_cohorts": 1, "alert_run_length": 4},
)
DEFINED: Rows = [{"metric": "m", "metric_version": 1}, {"metric": "other", "metric_version": 1}]
COMPARED = ("matured", "matured_converted", "change_ids", "baseline_cohorts", "no_limits_because", "centre", "sigma_z", "method", "lower_limit", "upper_limit", "lower_tail", "upper_tail", "signal", "is_new_signal", "asks_for_rebenchmark")  # fmt: skip


@cache
def alone(model: str, number: int) -> Alone:
    return Alone(model, conversion_metrics=[], **SETTINGS[number])


def alerts(rates: Rows, changes: Rows, number: int = 0) -> Rows:
    baselines = alone("rate_baselines", number).build(
        cohort_rates=rates, stg_operational_changes=changes, metric_definitions=DEFINED
    )
    return alone("rate_alerts", number).build(rate_baselines=baselines)


def binomial(pick: Random, trials: int, chance: float) -> int:
    return sum(pick.random() < chance for _ in range(trials))


def weeks(name: str, counts: list[tuple[int, int]], **columns: object) -> Rows:
    """A series of weeks of (matured, converted)."""
    return [
        cohort(cohort_id=f"{name} {n:03d}", cohort_grain="week", cohort_period=date(2024, 1, 1) + timedelta(weeks=n), matured=matured, matured_converted=converted, **columns)
        for n, (matured, converted) in enumerate(counts)
    ]  # fmt: skip


def generated(pick: Random) -> tuple[Rows, Rows]:
    rates: Rows = []
    for metric in ("m", "other"):
        for channel in (None, "sms", "voice"):
            size, chance = pick.choice((3, 12, 150)), pick.choice((0.0, 0.05, 0.3, 0.9, 1.0))
            wild = pick.choice((0.0, 0.2))
            counts = []
            for _ in range(pick.choice((3, 12, 40))):
                matured = pick.randint(0, size)
                own = min(1.0, max(0.0, chance + pick.gauss(0, wild)))
                counts.append((matured, binomial(pick, matured, own)))
            by = {"cohort_by": "channel", "channel": channel} if channel else {}
            rates += weeks(f"{metric} {channel}", counts, metric=metric, **by)
    for row in rates:
        row["is_complete"] = pick.random() < 0.9
    hours = (0, 7 * 24, 14 * 24 + 1, 30 * 24, 70 * 24 - 1, 20 * 7 * 24)
    changes: Rows = [
        {"change_id": f"x{n}", "effective_at": datetime(2024, 1, 1) + timedelta(hours=pick.choice(hours)), "scope": pick.choice((None, "all", "m", "other", "sms", "voice", "office"))}
        for n in range(pick.choice((0, 1, 3)))
    ]  # fmt: skip
    return rates, changes


@pytest.mark.parametrize("seed", range(45))
def test_alerts_are_those_of_the_reading(seed: int) -> None:
    number = seed % len(SETTINGS)
    rates, changes = generated(Random(seed))
    built = alerts(rates, changes, number)
    reading = rate_alerts(World(vars=SETTINGS[number]), rates, {"m", "other"}, changes)
    kept = [{"conversation_id": row["cohort_id"], **{name: row[name] for name in COMPARED}} for row in built]
    wanted = [{"conversation_id": row["cohort_id"], **{name: row[name] for name in COMPARED}} for row in reading]
    difference = first_difference({"conversations": wanted}, {"conversations": kept})
    assert difference is None, str(difference)


def test_the_generated_series_hold_what_they_are_meant_to() -> None:
    found: Rows = []
    for seed in range(45):
        rates, changes = generated(Random(seed))
        found += rate_alerts(World(vars=SETTINGS[seed % len(SETTINGS)]), rates, {"m", "other"}, changes)
    assert {row["method"] for row in found} == {None, "exact_binomial", "laney", "p_chart"}
    assert {row["no_limits_because"] for row in found} == {None, "change_inside", "too_few_cohorts"}
    assert {row["signal"] for row in found} == {None, "above_limit", "below_limit", "run_above", "run_below"}


SERIES, LENGTH = 60, 60
IN_CONTROL = ((20, 0.05), (20, 0.3), (100, 0.02), (100, 0.2), (1000, 0.1))


def in_control(pick: Random, size: int, chance: float) -> Counter[str]:
    """Of series in which nothing ever changes: how many cohorts were judged, how many raised which new signal."""
    rates = [
        row
        for n in range(SERIES)
        for row in weeks(f"s{n}", [(size, binomial(pick, size, chance)) for _ in range(LENGTH)], cohort_by="source", source=f"s{n}")
    ]  # fmt: skip
    found = alerts(rates, [])
    counted = Counter("limits" if row["signal"].endswith("_limit") else "runs" for row in found if row["is_new_signal"])
    counted["judged"] = sum(row["centre"] is not None for row in found)
    return counted


def test_false_alarms_are_as_rare_as_the_page_says() -> None:
    """The page's figures: at most 1 cohort in 100 beyond a limit, 1 in 100 at the end of a run, whatever the size and rate."""
    page = (ROOT / "docs/comparisons/rate_alerts.md").read_text(encoding="utf-8")
    for size, chance in IN_CONTROL:
        counted = in_control(Random(f"{size} {chance}"), size, chance)
        assert counted["judged"] == SERIES * (LENGTH - 8)
        limits, runs = (counted[name] / counted["judged"] for name in ("limits", "runs"))
        assert limits < 0.01 and runs < 0.01
        assert f"| {size} | {chance} | {limits:.2%} | {runs:.2%} |" in page, (size, chance, limits, runs)


def test_a_fall_by_half_is_seen_and_its_first_cohort_is_new() -> None:
    usual = [(200, 40 + each) for each in (0, 3, -2, 4, -5, 1, 0, -3, 5, -1, 2, -4)]
    found = alerts(weeks("s", [*usual, (200, 20), (200, 21)]), [])
    assert [row["signal"] for row in found[-2:]] == ["below_limit", "below_limit"]
    assert [row["is_new_signal"] for row in found[-2:]] == [True, False]
    assert all(row["signal"] is None for row in found[:-2])


def test_limits_are_those_of_the_page() -> None:
    counts = [(100, k) for k in (20, 21, 19, 20, 21, 19, 20, 20)]
    found = alerts(weeks("s", [*counts, (100, 33)]), [])[-1]
    page = (ROOT / "docs/comparisons/rate_alerts.md").read_text(encoding="utf-8")
    assert (found["method"], found["signal"], found["centre"]) == ("p_chart", "above_limit", 0.2)
    assert f"{found['lower_limit']:.2f}" in page and f"{found['upper_limit']:.2f}" in page
    small = alerts(weeks("s", [*[(10, k) for k in (1, 0, 1, 2, 1, 1, 0, 2)], (10, 5)]), [])[-1]
    assert (small["method"], small["signal"]) == ("exact_binomial", None)
    assert f"{small['upper_tail']:.4f}" in page
