"""Deals as money by day: generated deals against a plain reading, the effects against what defines them, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from math import isclose, log
from random import Random
from statistics import fmean
from typing import Any

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import newcombe
from tests.support.root import ROOT

VELOCITY = Alone("sales_velocity", kpi_grains=["month"], timezone="UTC", confidence=0.95, sales_velocity={"by": ["all", "source"]})  # fmt: skip
EFFECTS = ("opportunities_effect", "win_rate_effect", "amount_effect", "cycle_effect")
SOURCES = {"p": "web", "q": "event", "r": None}


def outcome(deal: str, name: str, at: datetime, contact: str | None, amount: float | None) -> Row:
    return {"entity_id": deal, "source": "deal_stages", "outcome": name, "contact_id": contact, "occurred_at": at, "amount": amount}  # fmt: skip


def build(outcomes: Rows) -> dict[tuple[Any, ...], Row]:
    rows = VELOCITY.build(
        outcomes=outcomes, stg_contacts=[{"contact_id": name, "source": source} for name, source in SOURCES.items()]
    )
    return {(row["period_start"], row["cut_by"], row["cut_value"]): row for row in rows}


def generated(pick: Random) -> Rows:
    found: Rows = []
    for n in range(pick.choice((0, 8, 80))):
        contact, amount = pick.choice(("p", "q", "r", None)), pick.choice((None, 100.0, 1234.56, 90000.0))
        at = datetime(2024, 1, 1) + timedelta(days=pick.randint(0, 120), hours=pick.choice((0, 23)))
        if pick.random() < 0.9:
            found.append(outcome(f"d{n}", "opportunity_created", at, contact, amount))
        for name in ("closed_lost", "closed_won"):
            if pick.random() < 0.5:
                at += timedelta(days=pick.choice((-1, 0, 3, 40)), seconds=pick.choice((0, 1)))
                found.append(outcome(f"d{n}", name, at, contact, amount))
    return found


def reading(outcomes: Rows) -> dict[tuple[Any, ...], tuple[int, int, list[float], list[float]]]:
    """(decided, won, amounts, days) by period, cut and value."""
    deals: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in outcomes:
        deals[row["entity_id"]][row["outcome"]] = row
    found: dict[tuple[Any, ...], tuple[int, int, list[float], list[float]]] = defaultdict(lambda: (0, 0, [], []))
    for deal in deals.values():
        won, opened = deal.get("closed_won"), deal.get("opportunity_created")
        end = won or deal.get("closed_lost")
        if end is None:
            continue
        month = end["occurred_at"].date().replace(day=1)
        source = SOURCES.get(end["contact_id"]) or "unknown"
        for key in [(m, *cut) for m in (month, None) for cut in (("all", None), ("source", source))]:
            decided, wins, amounts, days = found[key]
            if won and won["amount"] is not None:
                amounts.append(won["amount"])
            if won and opened and won["occurred_at"] >= opened["occurred_at"]:
                days.append((won["occurred_at"] - opened["occurred_at"]) / timedelta(days=1))
            found[key] = (decided + 1, wins + bool(won), amounts, days)
    return found


def near(got: float | None, wanted: float | None) -> bool:
    return got is wanted if got is None or wanted is None else isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_velocity_and_its_change_are_those_of_the_reading(seed: int) -> None:
    outcomes = generated(Random(seed))
    found, wanted = build(outcomes), reading(outcomes)
    assert found.keys() == wanted.keys()
    before: dict[tuple[Any, ...], tuple[date, Row]] = {}
    for key in sorted(found, key=lambda each: (each[1], each[2] or "", each[0] or date.min)):
        row, (decided, wins, amounts, days) = found[key], wanted[key]
        assert (row["opportunities"], row["won"], row["with_amount"], row["with_cycle"]) == (decided, wins, len(amounts), len(days))  # fmt: skip
        cycle = fmean(days) if days else None
        velocity = wins * fmean(amounts) / cycle if amounts and cycle else None
        assert near(row["velocity"], velocity)
        if key[0] is None:
            assert row["previous_period"] is None
            continue
        last = before.get(key[1:])
        before[key[1:]] = (key[0], row)
        if last is None:
            assert row["previous_period"] is None
            continue
        other = last[1]
        assert row["previous_period"] == last[0]
        low, high = newcombe((row["won"], row["opportunities"]), (other["won"], other["opportunities"]), 0.95)
        assert near(row["win_rate_change_low"], low) and near(row["win_rate_change_high"], high)
        if not velocity or not other["velocity"]:
            assert all(row[effect] is None for effect in EFFECTS)
            continue
        change = velocity - other["velocity"]
        assert isclose(sum(row[effect] for effect in EFFECTS), change, rel_tol=1e-7, abs_tol=1e-6)
        ratio = log(velocity / other["velocity"])
        mean = change / ratio if abs(ratio) > 1e-9 else velocity
        assert isclose(row["cycle_effect"], mean * log(other["cycle_days"] / row["cycle_days"]), rel_tol=1e-6, abs_tol=1e-6)  # fmt: skip
        assert isclose(row["win_rate_effect"], mean * log(row["win_rate"] / other["win_rate"]), rel_tol=1e-6, abs_tol=1e-6)  # fmt: skip


def test_the_generated_deals_hold_what_they_are_meant_to() -> None:
    found = [row for seed in range(20) for row in build(generated(Random(seed))).values()]
    assert any(row["velocity_change"] for row in found) and any(row["velocity"] is None for row in found)
    assert {row["cut_value"] for row in found} == {None, "web", "event", "unknown"}


def deals(month: int, decided: int, won: int, amount: float, days: int, contact: str = "p") -> Rows:
    start = datetime(2024, month, 1)
    lost = [outcome(f"{month} lost {n}", "closed_lost", start, contact, None) for n in range(decided - won)]
    for n in range(won):
        at = start + timedelta(days=9)
        lost += [outcome(f"{month} won {n}", "opportunity_created", at - timedelta(days=days), contact, amount), outcome(f"{month} won {n}", "closed_won", at, contact, amount)]  # fmt: skip
    return lost


def test_the_worked_example_of_the_page() -> None:
    found = build(deals(6, 50, 20, 1000, 20) + deals(7, 60, 18, 1200, 24))
    page = (ROOT / "docs/comparisons/sales_velocity.md").read_text(encoding="utf-8")
    for month, name in ((6, "June"), (7, "July")):
        row = found[date(2024, month, 1), "all", None]
        cells = f"| {name} | {row['opportunities']} | {row['win_rate']:.2f} | {row['average_amount']:.0f} | {row['cycle_days']:.0f} | {row['velocity']:.0f} |"
        assert cells in page, cells
    july = found[date(2024, 7, 1), "all", None]
    cells = " | ".join(f"{july[effect]:+.0f}" for effect in EFFECTS)
    assert f"| {july['velocity_change']:+.0f} | {cells} |" in page, cells
    said = f"{july['win_rate_change_low']:.2f} to {july['win_rate_change_high']:.2f}"
    assert said in page, said
