"""Conversion by the time of the first answer: generated conversations against a plain reading, statsmodels' trend test, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from math import isclose, sqrt
from random import Random

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.contingency_tables import Table
from statsmodels.stats.proportion import proportion_confint

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row
from tests.support.root import ROOT

MINUTES = (5, 60, 240)
METRICS = [
    {"name": "m", "version": 2, "outcome": "o", "window_days": 7, "strata": ["channel"]},
    {"name": "plain", "outcome": "o", "window_days": 7},
]
CURVE = Alone(
    "response_curve", conversion_metrics=METRICS, response_minutes=list(MINUTES), minimum_coverage=0.8, confidence=0.95
)
Talk = tuple[str, int | None, bool]
"""A stratum, the number of the band (none: unanswered), whether it converted."""


def build(talks: list[Talk], metric: str = "m", version: int = 2) -> dict[str, Row]:
    """The curve by the calendar."""
    seconds = (60.0, 300.0, 3600.0, 14400.0)
    rows = CURVE.build(
        metric_definitions=[{"metric": metric, "metric_version": version, "is_current": True}],
        metric_conversations=[{"metric": metric, "metric_version": version, "conversation_id": str(n), "status": "converted" if hit else "not_converted", "is_matured": True} for n, (_, _, hit) in enumerate(talks)],
        conversations=[{"conversation_id": str(n), "wait_count": 1, "channel": channel, "first_response_seconds": None if band is None else seconds[band]} for n, (channel, band, _) in enumerate(talks)],
    )  # fmt: skip
    return {row["band"]: row for row in rows if row["clock"] == "calendar"}


BANDS = ("under_5m", "5m_to_1h", "1h_to_4h", "over_4h", "unanswered")


def wilson(hits: int, trials: int) -> tuple[float, float, float]:
    low, high = proportion_confint(hits, trials, 0.05, "wilson")
    return hits / trials, 0.0 if hits == 0 else low, 1.0 if hits == trials else high


def counted(talks: list[Talk]) -> dict[tuple[str, int], tuple[int, int]]:
    """(converted, all) by stratum and band; the unanswered are of band 4."""
    found: dict[tuple[str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for channel, band, hit in talks:
        key = (channel, 4 if band is None else band)
        found[key] = (found[key][0] + hit, found[key][1] + 1)
    return found


def spread(parts: list[tuple[float, float]]) -> float:
    return sqrt(sum((weight * distance) ** 2 for weight, distance in parts))


@cache
def of_seed(seed: int) -> tuple[list[Talk], dict[str, Row]]:
    talks = generated(Random(seed))
    return talks, build(talks)


def generated(pick: Random) -> list[Talk]:
    strata = {name: pick.choice((0.05, 0.3, 0.6)) for name in pick.choice((("sms",), ("sms", "chat", "voice")))}
    slope = pick.choice((0.0, -0.15, 0.08))
    found: list[Talk] = []
    for channel, rate in strata.items():
        for _ in range(pick.choice((1, 20, 150))):
            band = pick.choice((0, 0, 1, 2, 3, None) if channel == "sms" else (1, 3))
            found.append((channel, band, pick.random() < max(0.0, rate + slope * (band or 0))))
    return found


def near(got: float | None, wanted: float | None) -> bool:
    return got is wanted if got is None or wanted is None else isclose(got, wanted, rel_tol=1e-8, abs_tol=1e-9)


@pytest.mark.parametrize("seed", range(24))
def test_bands_gains_and_the_trend_are_those_of_the_reading(seed: int) -> None:
    talks, found = of_seed(seed)
    cells = counted(talks)
    strata = sorted({channel for channel, _ in cells})
    weight = {channel: sum(cells[channel, band][1] for band in range(5)) for channel in strata}
    for band, name in enumerate(BANDS):
        row, own = found[name], [channel for channel in strata if cells[channel, band][1]]
        hits, trials = (sum(cells[channel, band][n] for channel in strata) for n in (0, 1))
        assert (row["matured"], row["matured_converted"]) == (trials, hits)
        assert near(row["coverage"], sum(weight[c] for c in own) / len(talks))
        if own:
            share = {c: weight[c] / sum(weight[c] for c in own) for c in own}
            limits = {c: wilson(*cells[c, band]) for c in own}
            rate = sum(share[c] * limits[c][0] for c in own)
            assert near(row["standardised_rate"], rate)
            assert near(row["standardised_low"], rate - spread([(share[c], limits[c][0] - limits[c][1]) for c in own]))
            assert near(row["standardised_high"], rate + spread([(share[c], limits[c][2] - limits[c][0]) for c in own]))
        if band > 2:
            assert (row["later"], row["gain"]) == (None, None)
            continue
        within = {c: tuple(sum(cells[c, b][n] for b in range(band + 1)) for n in (0, 1)) for c in strata}
        later = {c: tuple(sum(cells[c, b][n] for b in range(band + 1, 4)) for n in (0, 1)) for c in strata}
        both = [c for c in strata if within[c][1] and later[c][1]]
        assert row["later"] == sum(each[1] for each in later.values())
        if not both:
            assert row["gain"] is None
            continue
        first, second = {c: wilson(*within[c]) for c in both}, {c: wilson(*later[c]) for c in both}
        gain = sum(later[c][1] * (first[c][0] - second[c][0]) for c in both)
        low = [(later[c][1], first[c][0] - first[c][1]) for c in both] + [(later[c][1], second[c][2] - second[c][0]) for c in both]  # fmt: skip
        high = [(later[c][1], first[c][2] - first[c][0]) for c in both] + [(later[c][1], second[c][0] - second[c][1]) for c in both]  # fmt: skip
        assert near(row["gain"], gain)
        assert near(row["gain_low"], gain - spread(low)) and near(row["gain_high"], gain + spread(high))
        assert near(row["gain_coverage"], sum(later[c][1] for c in both) / row["later"])
    z = trend(cells, strata)
    row = found["under_5m"]
    assert near(row["trend_z"], z)
    assert near(row["trend_p"], None if z is None else 2 * norm.sf(abs(z)))
    assert row["trend"] == (None if z is None else "falls" if z < -1.959964 else "rises" if z > 1.959964 else "undecided")  # fmt: skip


def trend(cells: dict[tuple[str, int], tuple[int, int]], strata: list[str]) -> float | None:
    """Sums of statsmodels' ordinal association of each stratum, bands against converted."""
    over, variance = 0.0, 0.0
    for channel in strata:
        table = np.array([[cells[channel, b][1] - cells[channel, b][0], cells[channel, b][0]] for b in range(4)])
        if table.sum(axis=0).min() == 0 or np.count_nonzero(table.sum(axis=1)) < 2:
            continue
        found = Table(table, shift_zeros=False).test_ordinal_association(np.arange(1, 5), np.array([0, 1]))
        over += found.statistic - found.null_mean
        variance += found.null_sd**2
    return over / sqrt(variance) if variance > 1e-12 else None


def test_the_generated_conversations_hold_what_they_are_meant_to() -> None:
    found = [row for seed in range(24) for row in of_seed(seed)[1].values()]
    assert {row["trend"] for row in found} >= {"falls", "rises", "undecided"}
    assert {row["is_comparable"] for row in found} == {True, False}
    assert any(row["gain_coverage"] not in (None, 0, 1) for row in found)


def test_a_metric_without_strata_has_the_crude_rates() -> None:
    talks = generated(Random(3))
    for row in build(talks, "plain", 1).values():
        assert near(row["standardised_rate"], row["conversion_rate"]), row["band"]
        assert near(row["standardised_low"], row["rate_low"]) and row["coverage"] == (1 if row["matured"] else 0)


def page_talks() -> list[Talk]:
    """The two channels of the page: within five minutes, within an hour, later."""
    cells: dict[tuple[str, int], tuple[int, int]] = {
        ("chat", 0): (48, 160), ("chat", 1): (8, 30), ("chat", 2): (2, 10),
        ("mail", 0): (4, 40), ("mail", 1): (12, 120), ("mail", 2): (12, 240),
    }  # fmt: skip
    return [(channel, band, n < hits) for (channel, band), (hits, trials) in cells.items() for n in range(trials)]


def test_the_worked_example_of_the_page() -> None:
    found = build(page_talks())
    page = (ROOT / "docs/comparisons/response_curve.md").read_text(encoding="utf-8")
    for name in BANDS[:3]:
        row = found[name]
        cells = f"| `{name}` | {row['matured_converted']} of {row['matured']} | {row['conversion_rate']:.3f} | {row['standardised_rate']:.3f} |"
        assert cells in page, cells
    row = found["under_5m"]
    said = f"{row['gain']:.1f} of {row['later']} more, {row['gain_low']:.1f} to {row['gain_high']:.1f}"
    assert said in page, said
    assert f"{row['trend_z']:.2f} standard errors" in page, row["trend_z"]
    crude = row["later"] * (row["conversion_rate"] - sum(found[b]["matured_converted"] for b in BANDS[1:3]) / row["later"])  # fmt: skip
    assert f"{crude:.1f}" in page, crude
