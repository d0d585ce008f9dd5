"""Alerts that know the season: generated series against a plain reading, how often they cry wolf, and what they still find."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from math import sqrt
from random import Random
from typing import Any

import numpy as np
import pytest

from tests.models.comparisons.alone import Alone, cohort
from tests.spec.reference.columns import Row, Rows
from tests.support.root import ROOT

DEFINED: Rows = [{"metric": "m", "metric_version": 1}]
FIRST = {"day": date(2024, 1, 1), "week": date(2024, 1, 1), "month": date(2020, 1, 1)}


def period(grain: str, number: int) -> date:
    if grain == "month":
        return date(2020 + number // 12, number % 12 + 1, 1)
    return FIRST[grain] + timedelta(days=number * (7 if grain == "week" else 1))


def season_class(grain: str, day: date) -> int:
    return day.isoweekday() if grain == "day" else (day + timedelta(days=3)).month if grain == "week" else day.month


@cache
def alone(model: str, seasons: tuple[str, ...] = ("weekday", "month")) -> Alone:
    return Alone(model, conversion_metrics=[], alert_seasons=list(seasons), confidence=0.95)


def alerts(
    rates: Rows, holidays: Rows = (), changes: Rows = (), seasons: tuple[str, ...] = ("weekday", "month")
) -> Rows:  # type: ignore[assignment]
    """Rows of season_alerts by series and period."""
    baselines = alone("rate_baselines").build(cohort_rates=rates, metric_definitions=DEFINED, stg_operational_changes=list(changes))  # fmt: skip
    plain = alone("rate_alerts").build(rate_baselines=baselines)
    found = alone("season_alerts", seasons).build(rate_baselines=baselines, rate_alerts=plain, map_holidays=list(holidays))  # fmt: skip
    return sorted(found, key=lambda row: row["cohort_id"])


def series(name: str, grain: str, counts: list[tuple[int, int]], **columns: Any) -> Rows:
    return [
        cohort(cohort_id=f"{name} {n:04d}", cohort_grain=grain, cohort_period=period(grain, n), matured=matured, matured_converted=converted, **columns)
        for n, (matured, converted) in enumerate(counts)
    ]  # fmt: skip


def reading(grain: str, counts: list[tuple[int, int]], minimum: int = 8, longest: int = 25, run: int = 9) -> list[dict[str, Any]]:  # fmt: skip
    """The rule of the page, cohort by cohort, for a series without a change or a holiday."""
    found: list[dict[str, Any]] = []
    by_class: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for n, (matured, converted) in enumerate(counts):
        own = by_class[season_class(grain, period(grain, n))]
        last = own[-26:]
        hits, trials = sum(k for _, k in last), sum(m for m, _ in last)
        rate = hits / trials if hits and len(last) >= (4 if grain == "day" else 1) else None
        base = [each for each in found[-longest:] if each["class_rate"] is not None]
        level, promised = sum(each["converted"] for each in base), sum(each["matured"] * each["class_rate"] for each in base)  # fmt: skip
        row: dict[str, Any] = {"matured": matured, "converted": converted, "class_rate": rate, "expected": None, "error": None, "distance": None, "signal": None, "side": None}  # fmt: skip
        if rate is not None and level and rate * level / promised < 1:
            e = row["expected"] = rate * level / promised
            row["error"] = sqrt(e * (1 - e) / matured + e * e * ((1 - rate) / hits + (1 - e) / level))
            row["distance"] = (converted / matured - e) / row["error"] if row["error"] else None
        pairs = [(one["distance"], other["distance"]) for one, other in pairwise(found[-longest - 1 :])]
        moves = [abs(after - before) for before, after in pairs if before is not None and after is not None]
        sigma = sum(moves) / len(moves) / 1.1283791670955126 if moves else None
        row["sigma"] = sigma
        cycles = {"day": 56, "week": 104, "month": 24}[grain]
        row["because"] = (
            "too_short" if n < cycles or len(base) < minimum or len(last) < (8 if grain == "day" else 2)
            else "too_small" if row["expected"] is None or min(row["expected"], 1 - row["expected"]) * matured < 5 else None
        )  # fmt: skip
        if row["because"] is None:
            e, error = row["expected"], row["error"] * max(1.0, sigma or 1.0)
            row["side"] = (converted / matured > e) - (converted / matured < e)
            sides = [each["side"] for each in found[-run + 1 :]] + [row["side"]]
            total = sum(each for each in sides if each is not None)
            row["limits"] = (max(0.0, e - 3 * error), min(1.0, e + 3 * error))
            row["signal"] = (
                "above_limit" if converted / matured > e + 3 * error else "below_limit" if converted / matured < e - 3 * error
                else "run_above" if total == run else "run_below" if total == -run else None
            )  # fmt: skip
        found.append(row)
        own.append((matured, converted))
    return found


def binomial(pick: Random, trials: int, chance: float) -> int:
    return sum(pick.random() < chance for _ in range(trials))


@pytest.mark.parametrize(("grain", "length", "seed"), [("day", 120, 1), ("day", 150, 2), ("week", 170, 3), ("month", 60, 4)])  # fmt: skip
def test_alerts_are_those_of_the_reading(grain: str, length: int, seed: int) -> None:
    pick = Random(seed)
    effects = [pick.uniform(0.5, 1.6) for _ in range(13)]
    counts = []
    for n in range(length):
        matured = pick.choice((4, 60, 150, 400))
        chance = 0.2 * effects[season_class(grain, period(grain, n))] * (0.5 if n > 0.85 * length else 1)
        counts.append((matured, binomial(pick, matured, chance)))
    rows, wanted = alerts(series("s", grain, counts)), reading(grain, counts)
    assert len(rows) == length
    assert any(each["because"] is None for each in wanted) and any(each["signal"] for each in wanted)
    for n, (row, want) in enumerate(zip(rows, wanted, strict=True)):
        assert row["no_season_because"] == want["because"], n
        if want["because"] is None:
            assert row["judged_by"] == "season"
            assert (row["expected_rate"], row["class_rate"], row["sigma_z"]) == pytest.approx((want["expected"], want["class_rate"], want["sigma"]), abs=1e-9), n  # fmt: skip
            assert (row["lower_limit"], row["upper_limit"]) == pytest.approx(want["limits"], abs=1e-9), n
            assert row["signal"] == want["signal"], n
        else:
            assert row["lower_limit"] is row["upper_limit"] is row["expected_rate"] is None
            assert row["judged_by"] == ("level" if n >= 8 else "nothing") and row["signal"] == row["plain_signal"], n


def test_a_holiday_is_judged_by_nothing_and_in_no_baseline() -> None:
    usual = [(200, 40)] * 90
    broken = [(200, 2) if n == 70 else each for n, each in enumerate(usual)]
    day = period("day", 70)
    plain, known = alerts(series("s", "day", broken)), alerts(series("s", "day", broken), [{"calendar": "default", "holiday_date": day}, {"calendar": "other", "holiday_date": period("day", 80)}])  # fmt: skip
    assert plain[70]["signal"] == "below_limit"
    assert (known[70]["signal"], known[70]["judged_by"], known[70]["no_season_because"]) == (None, "nothing", "holiday")
    assert known[71]["expected_rate"] == pytest.approx(0.2)
    assert plain[71]["expected_rate"] < 0.2
    assert [n for n, row in enumerate(known) if row["no_season_because"] == "holiday"] == [70]
    weeks = alerts(series("s", "week", usual), [{"calendar": "default", "holiday_date": period("week", 20) + timedelta(days=6)}])  # fmt: skip
    assert [n for n, row in enumerate(weeks) if row["no_season_because"] == "holiday"] == [20]


def test_a_change_begins_a_regime_and_its_own_day_is_judged_by_nothing() -> None:
    changes = [{"change_id": "x", "effective_at": datetime.combine(period("day", 100), datetime.min.time()) + timedelta(hours=1)}]  # fmt: skip
    found = alerts(series("s", "day", [(200, 40)] * 170), changes=changes)
    assert (found[99]["judged_by"], found[100]["no_season_because"], found[101]["no_season_because"]) == ("season", "change_inside", "too_short")  # fmt: skip
    assert next(n for n, row in enumerate(found) if n > 100 and row["judged_by"] == "season") == 157


def test_other_grains_and_seasons_that_are_left_out() -> None:
    rates = (
        series("d", "day", [(200, 40)] * 60) + series("m", "month", [(200, 40)] * 30) + series("q", "month", [(9, 9)])
    )
    rates[-1]["cohort_grain"] = "quarter"
    found = alerts(rates, seasons=("month",))
    assert {(row["cohort_grain"], row["season"]) for row in found} == {("day", None), ("month", "month")}
    assert {row["no_season_because"] for row in found if row["cohort_grain"] == "day"} == {"no_season"}
    assert alerts(rates, seasons=()) == []


def simulated(grain: str, length: int, size: int, rate: float, swing: float, count: int, seed: int, fall_at: int | None = None) -> Rows:  # fmt: skip
    """Series whose season swings by so much of the rate; the same weeks or years, again and again."""
    pick = np.random.default_rng(seed)
    rows: Rows = []
    for s in range(count):
        factors = 1 + swing * np.sin(2 * np.pi * (np.arange(14) + pick.integers(0, 7)) / (7 if grain == "day" else 12))
        chances = [rate * factors[season_class(grain, period(grain, n))] * (0.6 if fall_at is not None and n >= fall_at else 1) for n in range(length)]  # fmt: skip
        rows += series(f"{s:03d}", grain, [(size, int(pick.binomial(size, chance))) for chance in chances], cohort_by="channel", channel=f"{s}")  # fmt: skip
    return rows


# Grain, conversations a cohort, true rate, swing of the season; of the cohorts judged by the season: new signals of rate_alerts and of season_alerts, in per cent.
FALSE_ALARMS = [
    ("day", 182, 200, 0.2, 0.0), ("day", 182, 200, 0.2, 0.3), ("day", 182, 1000, 0.1, 0.4), ("week", 208, 500, 0.2, 0.3), ("month", 72, 2000, 0.1, 0.3),
]  # fmt: skip


@pytest.mark.slow
def test_how_often_it_cries_wolf_is_as_the_page_says() -> None:
    page = (ROOT / "docs/comparisons/season_alerts.md").read_text(encoding="utf-8")
    for number, (grain, length, size, rate, swing) in enumerate(FALSE_ALARMS):
        found = alerts(simulated(grain, length, size, rate, swing, 40, number))
        judged = [row for row in found if row["judged_by"] == "season"]
        by_series: dict[str, list[Row]] = defaultdict(list)
        for row in judged:
            by_series[row["series_id"]].append(row)
        fresh = {name: sum(row[name] is not None and (n == 0 or rows[n - 1][name] != row[name]) for rows in by_series.values() for n, row in enumerate(rows)) for name in ("plain_signal", "signal")}  # fmt: skip
        plain, known = (100 * fresh[name] / len(judged) for name in ("plain_signal", "signal"))
        line = f"| {grain} | {size:,} | {rate:g} | {swing:.0%} | {plain:.2f}% | {known:.2f}% |"
        assert line in page, line
        assert known < 1


@pytest.mark.slow
def test_a_fall_is_found_beneath_a_season() -> None:
    """A fall by two fifths, where a weekday alone moves the rate by three tenths."""
    found = alerts(simulated("day", 130, 400, 0.2, 0.3, 30, 9, fall_at=120))
    hit = {row["series_id"] for row in found if row["signal"] == "below_limit" and row["cohort_period"] >= period("day", 120)}  # fmt: skip
    assert len(hit) >= 27


def test_the_worked_example_of_the_page() -> None:
    counts = [(100, 10) if period("day", n).isoweekday() > 5 else (100, 20) for n in range(62)]
    found = alerts(series("s", "day", counts))
    saturday = next(row for row in reversed(found) if row["season_class"] == 6)
    page = (ROOT / "docs/comparisons/season_alerts.md").read_text(encoding="utf-8")
    assert saturday["judged_by"] == "season"
    assert f"{saturday['expected_rate']:.2f}" in page
    assert f"from {saturday['lower_limit']:.3f} to {saturday['upper_limit']:.3f}" in page, saturday
