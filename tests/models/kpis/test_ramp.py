"""Reps in their first months: generated reps and conversations against a plain reading, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from math import isclose
from random import Random

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.spec.reference.like_for_like import like_for_like
from tests.support.root import ROOT

METRICS = [{"name": "m", "outcome": "o", "window_days": 7, "strata": ["channel"]}]
MODEL = Alone("rep_ramp", conversion_metrics=METRICS, ramp_months=2, minimum_coverage=0.8, confidence=0.95)
FEED = datetime(2024, 1, 1)
DAY = timedelta(days=1)
TENURES = ("month_1", "month_2", "established", "unknown")


class World:
    """Conversations led by reps, each with its channel and whether it converted."""

    def __init__(self, periods: Rows) -> None:
        self.periods = periods
        self.talks: list[tuple[str, datetime, str, bool]] = []

    def build(self) -> dict[str, Row]:
        ids = [str(n) for n in range(len(self.talks))]
        rows = MODEL.build(
            metric_definitions=[{"metric": "m", "metric_version": 1, "is_current": True}],
            metric_conversations=[{"metric": "m", "metric_version": 1, "conversation_id": i, "status": "converted" if talk[3] else "not_converted", "is_matured": True} for i, talk in zip(ids, self.talks, strict=True)],
            conversations=[
                {"conversation_id": "feed", "started_at": FEED},
                *({"conversation_id": i, "started_at": at, "first_human_at": at, "owner_id": rep, "channel": channel} for i, (rep, at, channel, _) in zip(ids, self.talks, strict=True)),
            ],
            rep_periods=self.periods,
        )  # fmt: skip
        return {row["tenure"]: row for row in rows}

    def tenure(self, rep: str, at: datetime) -> str:
        """By the role that the rep has at the time; without a dated beginning by the first conversation."""
        own = [p for p in self.periods if p["rep_id"] == rep]
        now = [p for p in own if p["starts_at"] <= at and (p["ends_at"] is None or at < p["ends_at"])]
        start = min((p["starts_at"] for p in own if p["role"] == now[0]["role"]), default=None) if now else None
        if start is None or start.year == 1:
            first = min(when for who, when, _, _ in self.talks if who == rep)
            start = first if first >= FEED + 60 * DAY else None
        return "unknown" if start is None else TENURES[min((at - start) // (30 * DAY), 2)]

    def cells(self) -> dict[str, dict[str, tuple[int, int]]]:
        found: dict[str, dict[str, tuple[int, int]]] = defaultdict(lambda: defaultdict(lambda: (0, 0)))
        for rep, at, channel, hit in self.talks:
            cell = found[self.tenure(rep, at)]
            cell[channel] = (cell[channel][0] + hit, cell[channel][1] + 1)
        return found

    def reps(self, tenure: str) -> int:
        return len({rep for rep, at, _, _ in self.talks if self.tenure(rep, at) == tenure})


def generated(pick: Random) -> World:
    periods: Rows = []
    for n in range(pick.choice((2, 12))):
        start = pick.choice((None, datetime(1, 1, 1), FEED - 300 * DAY, FEED + pick.randint(0, 200) * DAY))
        if start is None:
            continue
        change = max(start, FEED) + pick.randint(1, 90) * DAY if pick.random() < 0.3 else None
        periods.append({"rep_id": f"r{n}", "starts_at": start, "ends_at": change, "role": pick.choice((None, "sales"))})
        if change:
            periods.append({"rep_id": f"r{n}", "starts_at": change, "ends_at": None, "role": pick.choice(("sales", "support"))})  # fmt: skip
    world = World(periods)
    for _ in range(pick.choice((5, 1200))):
        channel = pick.choice(("sms", "sms", "voice", "chat"))
        at = FEED + timedelta(days=pick.randint(0, 260), hours=pick.choice((0, 12)))
        rep = pick.choice([f"r{n}" for n in range(12)])
        world.talks.append((rep, at, channel, pick.random() < 0.3))
    if pick.random() < 0.3:
        world.talks = [talk for talk in world.talks if talk[2] != "voice" or world.tenure(*talk[:2]) != "established"]
    return world


def near(got: float | None, wanted: float | None) -> bool:
    return got is wanted if got is None or wanted is None else isclose(got, wanted, rel_tol=1e-7, abs_tol=1e-8)


@pytest.mark.parametrize("seed", range(15))
def test_months_are_compared_as_in_the_reading(seed: int) -> None:
    world = generated(Random(seed))
    found, cells = world.build(), world.cells()
    assert found.keys() == cells.keys()
    for tenure, own in cells.items():
        row = found[tenure]
        k, n = (sum(cell[place] for cell in own.values()) for place in (0, 1))
        assert (row["matured_converted"], row["matured"], row["reps"]) == (k, n, world.reps(tenure))
        assert near(row["rate_low"], wilson(k, n, 0.95)[0] if n >= 30 else None)
        if tenure in ("established", "unknown"):
            assert row["verdict"] is row["difference"] is None
            continue
        beside = like_for_like(own, cells.get("established", {}))
        assert near(row["coverage"], beside.coverage if beside else 0.0)
        if n < 30 or min(world.reps(tenure), world.reps("established")) < 3:
            assert (row["verdict"], row["difference"]) == ("too_few", None)
        elif beside is None or beside.coverage < 0.8:
            assert (row["verdict"], row["difference"]) == ("not_comparable", None)
        else:
            assert near(row["expected_rate"], beside.other) and near(row["difference"], beside.own - beside.other)
            assert near(row["difference_low"], beside.low) and near(row["difference_high"], beside.high)
            assert row["verdict"] == ("lower" if beside.high < 0 else "higher" if beside.low > 0 else "undecided")


def test_the_generated_reps_hold_what_they_are_meant_to() -> None:
    found = [row for seed in range(15) for row in generated(Random(seed)).build().values()]
    assert {row["tenure"] for row in found} == set(TENURES)
    assert {"too_few", "undecided", "not_comparable", None} <= {row["verdict"] for row in found}


def test_the_worked_example_of_the_page() -> None:
    old, new = datetime(2020, 1, 1), FEED + 90 * DAY
    world = World([{"rep_id": f"{kind}{n}", "starts_at": start, "ends_at": None, "role": "sales"} for kind, start in (("old", old), ("new", new)) for n in range(3)])  # fmt: skip
    for kind, channel, converted, n in (("old", "sms", 60, 300), ("old", "voice", 80, 200), ("new", "sms", 9, 90), ("new", "voice", 9, 30)):  # fmt: skip
        at = new + DAY
        world.talks += [(f"{kind}{place % 3}", at, channel, place < converted) for place in range(n)]
    found = world.build()
    page = (ROOT / "docs/kpis/rep_ramp.md").read_text(encoding="utf-8")
    month, rest = found["month_1"], found["established"]
    said = f"| month_1 | {month['reps']} | {month['matured']} | {month['conversion_rate']:.2f} | {month['expected_rate']:.2f} | {month['difference']:.2f} | {month['difference_low']:.2f} to {month['difference_high']:.2f} | {month['verdict']} |"
    assert said in page, said
    said = f"| established | {rest['reps']} | {rest['matured']} | {rest['conversion_rate']:.2f} |"
    assert said in page, said
