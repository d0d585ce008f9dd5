"""Handovers between teams: generated walks through a funnel against a plain reading, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from math import isclose
from random import Random
from statistics import median
from typing import Any

import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import newcombe, wilson
from tests.support.root import ROOT

STEPS = [
    {"name": "talk", "kind": "two_way"}, {"name": "meeting", "outcome": "meeting_booked"},
    {"name": "opportunity", "outcome": "opportunity_created"}, {"name": "won", "outcome": "closed_won"},
]  # fmt: skip
FUNNELS = [{"name": "f", "steps": STEPS}, {"name": "loose", "strict": False, "steps": STEPS}]
MODEL = Alone("handover_rates", funnels=FUNNELS, kpi_grains=["month"], timezone="UTC", confidence=0.95)
STAGES: Rows = [
    {"source": "deal_stages", "stage": "o", "outcome": "opportunity_created"},
    {"source": "deal_stages", "stage": "w", "outcome": "closed_won"},
    {"source": "meetings", "stage": "m", "outcome": "meeting_booked"},
]
DAY = timedelta(days=1)
KNOWN = datetime(2024, 4, 20)
DEFINED: Rows = [
    {"funnel": name, "step_number": n + 1, "step": step["name"], "outcome": step.get("outcome"), "is_strict": name == "f", "horizon_us": 10 * n * 86400000000, "known_at": KNOWN}
    for name in ("f", "loose")
    for n, step in enumerate(STEPS)
]  # fmt: skip
REPS: Rows = [
    {"rep_id": "a", "starts_at": datetime(2000, 1, 1), "ends_at": datetime(2024, 2, 10), "team": "closers"},
    {"rep_id": "a", "starts_at": datetime(2024, 2, 10), "ends_at": None, "team": "partners"},
    {"rep_id": "b", "starts_at": datetime(2000, 1, 1), "ends_at": None, "team": "openers"},
]


class World:
    """Conversations that went as far as they did, and the deals they led to."""

    def __init__(self) -> None:
        self.steps: Rows = []
        self.conversations: Rows = []
        self.outcomes: Rows = []
        self.deals: Rows = []

    def walk(self, began: datetime, reached: list[datetime], team: str | None, owner: str | None) -> None:
        """A conversation of a contact of its own; `reached` are the times of the steps after the first."""
        name = f"c{len(self.conversations)}"
        self.conversations.append({"conversation_id": name, "contact_id": name, "owner_team": team})
        before = began
        for number, at in enumerate([began, *reached], 1):
            self.steps.append({"funnel": "f", "step_number": number, "conversation_id": name, "began_at": began, "previous_at": before if number > 1 else None, "reached_at": at})  # fmt: skip
            before = at
        for number, at in enumerate(reached[1:]):
            outcome = ("opportunity_created", "closed_won")[number]
            self.outcomes.append({"outcome_id": f"{name} {number}", "outcome": outcome, "source": "deal_stages", "contact_id": name, "deal_id": f"d{name}", "occurred_at": at})  # fmt: skip
        if len(reached) > 1:
            self.deals.append({"deal_id": f"d{name}", "owner_id": owner})

    def build(self) -> dict[tuple[Any, ...], Row]:
        rows = MODEL.build(
            funnel_steps=self.steps, funnel_definitions=DEFINED, conversations=self.conversations, outcomes=self.outcomes, stg_deals=self.deals,
            rep_periods=REPS, map_outcome_stages=STAGES,
        )  # fmt: skip
        return {(r["period_start"], r["step"], r["handing_team"], r["taking_team"]): r for r in rows}


def generated(pick: Random) -> World:
    world = World()
    for _ in range(pick.choice((0, 20, 400))):
        began = datetime(2024, 1, 1) + pick.randint(0, 100) * DAY
        reached, at = [], began
        while len(reached) < 3 and pick.random() < 0.75:
            at += pick.choice((0, 1, 3, 9)) * DAY
            reached.append(at)
        world.walk(began, reached, pick.choice(("inbound", "inbound", "field", None)), pick.choice(("a", "a", "b", "x", None)))  # fmt: skip
    return world


def taking(world: World, name: str, at: datetime) -> str:
    owner = next(d["owner_id"] for d in world.deals if d["deal_id"] == f"d{name}")
    teams = [r["team"] for r in REPS if r["rep_id"] == owner and r["starts_at"] <= at and (r["ends_at"] is None or at < r["ends_at"])]  # fmt: skip
    return teams[0] if teams else "unknown"


def reading(world: World) -> dict[tuple[Any, ...], tuple[int, int, float | None]]:
    """(entered, advanced, median wait in seconds) by month or null, step and teams."""
    entered: dict[tuple[Any, ...], int] = defaultdict(int)
    hits: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for row in world.conversations:
        own = sorted((s for s in world.steps if s["conversation_id"] == row["conversation_id"]), key=lambda s: s["step_number"])  # fmt: skip
        began, times = own[0]["began_at"], [s["reached_at"] for s in own]
        team = row["owner_team"] or "unknown"
        months: tuple[date | None, ...] = (began.date().replace(day=1), None)
        for month in months:
            if len(times) > 1 and began <= KNOWN - 20 * DAY:
                entered[month, "opportunity", team] += 1
                if len(times) > 2:
                    pair = team, taking(world, row["conversation_id"], times[2])
                    hits[month, "opportunity", *pair].append((times[2] - times[1]).total_seconds())
            if len(times) > 2 and began <= KNOWN - 30 * DAY:
                pair = team, taking(world, row["conversation_id"], times[2])
                entered[month, "won", *pair] += 1
                if len(times) > 3:
                    hits[month, "won", *pair].append((times[3] - times[2]).total_seconds())
    found: dict[tuple[Any, ...], tuple[int, int, float | None]] = {}
    for key, n in entered.items():
        if key[1] == "won":
            found[key] = n, len(hits[key]), median(hits[key]) if hits[key] else None
    for key, waits in hits.items():
        if key[1] == "opportunity":
            found[key] = entered[key[:3]], len(waits), median(waits)
    return found


def near(got: float | None, wanted: float | None) -> bool:
    return got is wanted if got is None or wanted is None else isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_handovers_are_those_of_the_reading(seed: int) -> None:
    world = generated(Random(seed))
    found, wanted = world.build(), reading(world)
    late = {key for key in found if key not in wanted}
    assert all(key[1] == "opportunity" and not found[key]["advanced"] for key in late), "a deal too young to count"
    for key, (entered, advanced, wait) in wanted.items():
        row = found[key]
        assert (row["entered"], row["advanced"]) == (entered, advanced)
        assert near(row["median_seconds"], wait)
        assert (near(row["step_low"], wilson(advanced, entered, 0.95)[0]), row["is_one_team"]) == (True, False)
    families: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for key, row in found.items():
        if key[1] == "won":
            families[key[0]].append(row)
    for rows in families.values():
        judged = []
        for row in rows:
            others = [other for other in rows if other is not row]
            n, k = sum(o["entered"] for o in others), sum(o["advanced"] for o in others)
            if n:
                low, high = newcombe((row["advanced"], row["entered"]), (k, n), 0.95)
                assert near(row["difference_low"], low) and near(row["difference_high"], high)
            if row["entered"] >= 30 and n >= 30:
                judged.append((row, proportions_ztest([row["advanced"], k], [row["entered"], n])[1]))
        adjusted = multipletests([p for _, p in judged], method="fdr_bh")[1] if judged else []
        for (row, _), p in zip(judged, adjusted, strict=True):
            assert isclose(row["adjusted_p"], p, rel_tol=1e-6)
            assert row["verdict"] == ("undecided" if p >= 0.05 else "better" if row["rate_difference"] > 0 else "worse")
        assert {r["verdict"] for r in rows if r not in [row for row, _ in judged]} <= {"too_few"}


def test_the_generated_walks_hold_what_they_are_meant_to() -> None:
    found = [row for seed in range(20) for row in generated(Random(seed)).build().values()]
    assert {row["taking_team"] for row in found} == {"closers", "partners", "openers", "unknown"}
    assert {True, False} == {row["is_complete"] for row in found} == {row["is_handover"] for row in found}
    assert {"too_few", "undecided", None} <= {row["verdict"] for row in found}


def test_the_worked_example_of_the_page() -> None:
    world = World()
    began = datetime(2024, 1, 3)
    for team, owner, meetings, deals, won in (("inbound", "a", 100, 60, 30), ("field", "a", 80, 60, 12), ("field", "b", 0, 10, 5)):  # fmt: skip
        for n in range(max(meetings, deals)):
            world.walk(began, [began + DAY * (k + 1) for k in range(1 + (n < deals) + (n < won))], team, owner)
    page = (ROOT / "docs/comparisons/handover_rates.md").read_text(encoding="utf-8")
    rows = [row for (period, *_), row in world.build().items() if period is not None]
    assert len(rows) == 6
    for row in rows:
        line = f"| {row['step']} | {row['handing_team']} | {row['taking_team']} | {row['entered']} | {row['advanced']} | {row['step_rate']:.2f} | {row['verdict'] or ''} |"
        assert line.replace("|  |", "| |") in page, line
    field = next(r for r in rows if (r["step"], r["handing_team"], r["taking_team"]) == ("won", "field", "closers"))
    said = f"{field['rate_difference']:.2f} ({field['difference_low']:.2f} to {field['difference_high']:.2f})"
    assert said in page, said
