"""What open cohorts will bring: generated conversations against a reading one by one, how often the intervals hold, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from math import exp, isclose, log, sqrt
from random import Random
from typing import Any, NamedTuple

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.support.root import ROOT

WINDOW, HISTORY, BACKTESTS = 30, 90, 6
SETTINGS = {"won_forecast": {"backtests": BACKTESTS, "history_days": HISTORY}, "timezone": "UTC", "conversion_metrics": []}  # fmt: skip
CELLS, ORIGINS, HAZARDS, COHORTS, FORECAST = (
    Alone(name, **SETTINGS)
    for name in ("forecast_cells", "forecast_origins", "forecast_hazards", "forecast_cohorts", "won_forecast")
)
START, TODAY = date(2024, 1, 1), date(2024, 10, 20)
DEFINED: Rows = [{"metric": "m", "metric_version": 1, "is_current": True, "window_days": float(WINDOW), "outcome": "o"}]
Z = {"80": 1.2815515655446004, "95": 1.959963984540054}


class Talk(NamedTuple):
    anchored: date
    days: int | None
    """Until it converts; what lies after today is not known yet."""
    amount: float | None = None


def build(talks: list[Talk], today: date = TODAY) -> dict[tuple[date, date | None], Row]:
    """Forecasts by the day from which, and month."""
    known = [t if t.days is not None and t.anchored + timedelta(days=t.days) <= today else t._replace(days=None, amount=None) for t in talks]  # fmt: skip

    def day(each: date) -> datetime:
        return datetime.combine(each, time(12))

    cells = CELLS.build(
        metric_definitions=DEFINED,
        metric_conversations=[{"metric": "m", "metric_version": 1, "conversation_id": str(n), "anchor_at": day(t.anchored), "converted_at": None if t.days is None else day(t.anchored + timedelta(days=t.days)), "status": "pending" if t.days is None else "converted"} for n, t in enumerate(known)],
        attributed_outcomes=[{"metric": "m", "metric_version": 1, "conversation_id": str(n), "outcome_id": str(n), "credited_amount": t.amount} for n, t in enumerate(known) if t.amount is not None],
    )  # fmt: skip
    origins = ORIGINS.build(forecast_cells=cells, metric_definitions=DEFINED, outcome_clocks=[{"outcome": "o", "complete_at": day(today)}])  # fmt: skip
    hazards = HAZARDS.build(forecast_cells=cells, forecast_origins=origins)
    cohorts = COHORTS.build(forecast_cells=cells, forecast_origins=origins, forecast_hazards=hazards)
    rows = FORECAST.build(forecast_origins=origins, forecast_cohorts=cohorts)
    return {(row["origin_on"], row["cohort_period"]): row for row in rows}


def drawn(pick: Random, each_day: int, rate: float, pace: float, amounts: bool = False) -> list[Talk]:
    found = []
    for n in range((TODAY - START).days + 1):
        for _ in range(each_day):
            days = int(pick.expovariate(1 / pace)) if pick.random() < rate else None
            days = days if days is not None and days <= WINDOW else None
            found.append(Talk(START + timedelta(days=n), days, pick.choice((100.0, 350.5)) if amounts and days is not None else None))  # fmt: skip
    return found


def at(talks: list[Talk], origin: date) -> tuple[list[Talk], dict[int, tuple[int, int]]]:
    """What was learned by then, and by days after the anchor (converted, at risk) of it, one by one."""
    first = origin - timedelta(days=WINDOW + HISTORY)
    learned = [t for t in talks if first <= t.anchored < origin]
    risks = {}
    for d in range(WINDOW + 1):
        through = [t for t in learned if (t.days is None or t.days >= d) and t.anchored + timedelta(days=d) < origin]
        risks[d] = sum(t.days == d for t in through), len(through)
    return learned, risks


def reading(talks: list[Talk], origin: date) -> dict[date | None, dict[str, float]] | None:
    """What is expected of each open month, and its variance; None where too few were followed whole."""
    learned, risks = at(talks, origin)
    if sum((origin - t.anchored).days > WINDOW for t in learned) < 30:
        return None
    found: dict[date | None, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for t in talks:
        month = t.anchored.replace(day=1)
        following = (month + timedelta(days=32)).replace(day=1)
        if t.anchored >= origin or following + timedelta(days=WINDOW) <= origin:
            continue
        is_known = t.days is not None and t.anchored + timedelta(days=t.days) < origin
        age = (origin - t.anchored).days
        for key in (month, None):
            cell = found[key]
            cell["begun"] += 1
            cell["converted"] += is_known
            cell["amount"] += (t.amount or 0.0) if is_known else 0.0
            if is_known or age > WINDOW:
                continue
            later = [(events, n) for d, (events, n) in risks.items() if d >= age and events]
            left = exp(sum(log(max(1 - events / n, 1e-6)) for events, n in later))
            greenwood = sum(events / (n * max(n - events, 1)) for events, n in later)
            cell["pending"] += 1
            cell["more"] += 1 - left
            cell["chance"] += left * (1 - left)
            cell["error"] += left * sqrt(greenwood)
            cell["actual"] += t.days is not None and t.anchored + timedelta(days=t.days) < TODAY
            cell["actual_amount"] += (t.amount or 0.0) if t.days is not None and t.anchored + timedelta(days=t.days) < TODAY else 0.0  # fmt: skip
    known = [t for t in learned if t.days is not None and t.anchored + timedelta(days=t.days) < origin]
    for cell in found.values():
        amounts = [t.amount for t in known if t.amount is not None]
        if amounts:
            cell["mean"] = sum(amounts) / len(known)
            cell["spread"] = sum(a * a for a in amounts) / len(known) - cell["mean"] ** 2
    return {key: cell for key, cell in found.items() if cell["pending"]}


def near(got: float | None, wanted: float | None) -> bool:
    return got is wanted if got is None or wanted is None else isclose(got, wanted, rel_tol=1e-6, abs_tol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_forecasts_are_those_of_the_reading(seed: int) -> None:
    pick = Random(seed)
    talks = drawn(pick, pick.choice((1, 3)), pick.choice((0.1, 0.5)), pick.choice((2.0, 12.0)), amounts=seed % 2 == 0)
    found = build(talks)
    origins = [TODAY, *(date(2024, 10 - n, 1) for n in range(BACKTESTS))]
    readings = {origin: read for origin in origins if (read := reading(talks, origin))}
    assert found.keys() == {(origin, month) for origin, read in readings.items() for month in read}
    for origin, read in readings.items():
        over = [(then, month, cell) for then, other in readings.items() for month, cell in other.items() if month and then + timedelta(days=WINDOW) <= origin]  # fmt: skip
        squares = [(c["actual"] - c["more"]) ** 2 / (c["chance"] + c["error"] ** 2) for _, _, c in over if c["chance"] + c["error"] ** 2 > 0]  # fmt: skip
        dispersion = max(1.0, (sum(squares) + 1) / (len(squares) + 1))
        is_over = origin + timedelta(days=WINDOW) <= TODAY
        for month, cell in read.items():
            row = found[origin, month]
            assert (row["begun"], row["converted"], row["pending"]) == (cell["begun"], cell["converted"], cell["pending"])  # fmt: skip
            forecast = cell["converted"] + cell["more"]
            assert near(row["forecast"], forecast) and near(row["dispersion"], dispersion)
            variance = cell["chance"] + cell["error"] ** 2
            actual = cell["converted"] + cell["actual"] if is_over else None
            assert row["actual"] == actual and row["is_current"] == (origin == TODAY)
            for level, z in Z.items():
                low = max(cell["converted"], forecast - z * sqrt(variance * dispersion) - 0.5)
                high = min(cell["converted"] + cell["pending"], forecast + z * sqrt(variance * dispersion) + 0.5)
                assert near(row[f"low_{level}"], low) and near(row[f"high_{level}"], high)
                assert row[f"is_within_{level}"] is (None if actual is None else low <= actual <= high)
            if "mean" not in cell:
                assert row["amount_forecast"] is row["amount_actual"] is None
                continue
            expected = cell["amount"] + cell["more"] * cell["mean"]
            error = sqrt((cell["more"] * cell["spread"] + cell["mean"] ** 2 * variance) * dispersion)
            assert near(row["amount_forecast"], expected) and near(row["amount_high_80"], expected + Z["80"] * error)
            assert near(row["amount_low_95"], max(cell["amount"], expected - Z["95"] * error))
            assert near(row["amount_actual"], cell["amount"] + cell["actual_amount"] if is_over else None)
    single = [row for (_, month), row in found.items() if month is not None and row["actual"] is not None]
    for row in found.values():
        assert row["backtests"] == len(single)
        assert near(row["coverage_80"], sum(r["is_within_80"] for r in single) / len(single) if single else None)


@pytest.mark.slow
def test_where_nothing_changes_the_intervals_hold_as_often_as_they_say() -> None:
    """Of 40 companies, each with its rate and pace: what is within, of all months that were foretold and are over."""
    within: dict[str, list[bool]] = defaultdict(list)
    for seed in range(40):
        pick = Random(f"steady {seed}")
        talks = drawn(pick, 4, pick.uniform(0.1, 0.6), pick.uniform(3, 15), amounts=True)
        for (_, month), row in build(talks).items():
            if month is not None and row["actual"] is not None:
                for name in ("is_within_80", "is_within_95", "is_amount_within_80", "is_amount_within_95"):
                    within[name].append(row[name])
    shares = {name: sum(found) / len(found) for name, found in within.items()}
    assert len(within["is_within_80"]) >= 150
    assert 0.75 <= shares["is_within_80"] <= 0.93 and shares["is_within_95"] >= 0.92, shares
    assert 0.74 <= shares["is_amount_within_80"] <= 0.95 and shares["is_amount_within_95"] >= 0.91, shares


def test_a_company_that_swings_gets_wider_intervals() -> None:
    """Every other month converts three times as often: earlier misses widen what is foretold."""
    pick = Random("swings")
    steady, swinging = drawn(pick, 6, 0.3, 10), []
    for t in drawn(pick, 6, 0.6, 10):
        swinging.append(t if t.anchored.month % 2 else t._replace(days=t.days if pick.random() < 0.3 else None))
    calm, wild = build(steady)[TODAY, None], build(swinging)[TODAY, None]
    assert calm["dispersion"] < 2 < wild["dispersion"]


def test_the_worked_example_of_the_page() -> None:
    """Ten a day, of which every third day's convert at noon of the second day after, and one in five on the twentieth."""
    talks: list[Talk] = []
    for n in range((TODAY - START).days):
        for k in range(10):
            days: Any = 2 if k < 1 else 20 if k < 2 else None
            talks.append(Talk(START + timedelta(days=n), days, 1000.0 if days else None))
    row = build(talks)[TODAY, date(2024, 10, 1)]
    page = (ROOT / "docs/comparisons/won_forecast.md").read_text(encoding="utf-8")
    for said in (
        f"| {row['begun']} | {row['converted']} | {row['pending']} | {row['forecast']:.1f} | {row['low_80']:.1f} to {row['high_80']:.1f} | {row['low_95']:.1f} to {row['high_95']:.1f} |",
        f"{row['amount_forecast']:,.0f} ({row['amount_low_95']:,.0f} to {row['amount_high_95']:,.0f})",
    ):
        assert said in page, said
