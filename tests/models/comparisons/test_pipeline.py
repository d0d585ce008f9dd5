"""The open pipeline and what it is to bring: generated deals against a reading deal by deal, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from math import isclose
from random import Random
from typing import Any

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.support.root import ROOT

STAGES = Alone("pipeline_stages", pipeline_ages=[14, 30], confidence=0.95)
COVERAGE = Alone("pipeline_coverage", pipeline_ages=[14, 30], confidence=0.95, timezone="UTC")
AS_OF = datetime(2024, 6, 15, 12)
LIMITS: tuple[tuple[float, float | None], ...] = ((0.0, 14.0), (14.0, 30.0), (30.0, None))
DAY = timedelta(days=1)


def stage(deal: str, name: str, at: datetime, amount: float | None) -> Row:
    return {"outcome_id": f"{deal} {name}", "entity_id": deal, "source": "deal_stages", "outcome": name, "occurred_at": at, "amount": amount}  # fmt: skip


def generated(pick: Random) -> Rows:
    found: Rows = []
    for n in range(pick.choice((0, 1, 6, 150))):
        at, amount = datetime(2024, 1, 1) + pick.randint(0, 150) * DAY, pick.choice((None, 1000.0, 1234.56))
        for name in ("opportunity_created", "proposal_sent"):
            if pick.random() < 0.8 and at <= AS_OF:
                found.append(stage(f"d{n}", name, at, amount))
            at += pick.choice((timedelta(0), DAY, 14 * DAY, 29 * DAY, 31 * DAY))
        end = pick.choice((None, "closed_won", "closed_lost", "closed_lost"))
        if end and at <= AS_OF:
            found.append(stage(f"d{n}", end, at, amount))
    return found


def reading(outcomes: Rows) -> dict[tuple[str, int], dict[str, Any]]:
    """Open deals and amounts, decided and won, by stage and age."""
    deals: dict[str, Rows] = defaultdict(list)
    for row in outcomes:
        deals[row["entity_id"]].append(row)
    found: dict[tuple[str, int], dict[str, Any]] = defaultdict(lambda: {"open": [], "decided": 0, "won": 0})
    for rows in deals.values():
        ends = [r for r in rows if r["outcome"].startswith("closed")]
        going = sorted((r for r in rows if r not in ends), key=lambda r: (r["occurred_at"], r["outcome"]))
        for place, row in enumerate(going):
            left = (
                going[place + 1]["occurred_at"] if place + 1 < len(going) else ends[0]["occurred_at"] if ends else None
            )
            stay = ((left or AS_OF) - row["occurred_at"]) / DAY
            for number, (first, last) in enumerate(LIMITS, 1):
                cell = row["outcome"], number
                if stay < first or (not ends and place + 1 < len(going)):
                    continue
                if ends:
                    found[cell]["decided"] += 1
                    found[cell]["won"] += ends[0]["outcome"] == "closed_won"
                else:
                    found[cell]["open"] += [row["amount"]] if last is None or stay < last else []
    return dict(found)


@pytest.mark.parametrize("seed", range(25))
def test_open_deals_and_win_rates_are_those_of_the_reading(seed: int) -> None:
    outcomes = generated(Random(seed))
    built = {(r["stage"], r["age_number"]): r for r in STAGES.build(outcomes=outcomes, clocks=[{"as_of": AS_OF}])}
    wanted = reading(outcomes)
    empty = [key for key in built if key not in wanted]
    assert not wanted.keys() - built.keys()
    assert all(built[key]["open_deals"] == built[key]["decided"] == 0 for key in empty)
    whole = [wanted[key] for key in wanted if key[1] == 1]
    for key, cell in wanted.items():
        row, amounts = built[key], [a for a in cell["open"] if a is not None]
        assert (row["open_deals"], row["open_with_amount"]) == (len(cell["open"]), len(amounts))
        assert isclose(row["open_amount"], sum(amounts), abs_tol=1e-6)
        assert (row["decided"], row["won"]) == (cell["decided"], cell["won"])
        first = wanted.get((key[0], 1), {"decided": 0, "won": 0})
        basis = next((b for b in (cell, first) if b["decided"] >= 30), None) or {k: sum(c[k] for c in whole) for k in ("decided", "won")}  # fmt: skip
        if not basis["decided"]:
            assert row["win_rate_of"] is None and row["weighted_amount"] is None
            continue
        low, high = wilson(basis["won"], basis["decided"], 0.95)
        assert isclose(row["weight_rate"], basis["won"] / basis["decided"])
        assert isclose(row["weighted_low"], sum(amounts) * low, abs_tol=1e-6) and isclose(row["weighted_high"], sum(amounts) * high, abs_tol=1e-6)  # fmt: skip


def test_the_generated_deals_hold_what_they_are_meant_to() -> None:
    found = [row for seed in range(25) for row in STAGES.build(outcomes=generated(Random(seed)), clocks=[{"as_of": AS_OF}])]  # fmt: skip
    assert {row["win_rate_of"] for row in found} == {"stage_and_age", "stage", "all", None}
    assert {row["age_number"] for row in found if row["open_deals"]} == {1, 2, 3}


def test_the_worked_example_of_the_page() -> None:
    rows: Rows = []
    for number, (name, decided, won, days, amounts) in enumerate((("opportunity_created", 200, 40, 5, [10000.0] * 12), ("proposal_sent", 80, 36, 20, [15000.0] * 4))):  # fmt: skip
        for n in range(decided):
            begun = datetime(2024, 1, 1)
            rows += [stage(f"{number} {n}", name, begun, None), stage(f"{number} {n}", "closed_won" if n < won else "closed_lost", begun + days * DAY, None)]  # fmt: skip
        rows += [stage(f"{number} open {n}", name, AS_OF - days * DAY, amount) for n, amount in enumerate(amounts)]
    rows.append(stage("won in June", "closed_won", datetime(2024, 6, 3), 40000.0))
    stages = STAGES.build(outcomes=rows, clocks=[{"as_of": AS_OF}])
    page = (ROOT / "docs/comparisons/pipeline_coverage.md").read_text(encoding="utf-8")
    shown = [r for r in stages if r["open_deals"]]
    assert len(shown) == 2
    for row in shown:
        line = f"| {row['stage']} | {row['from_days']:.0f} | {row['open_deals']} | {row['open_amount']:,.0f} | {row['won']} of {row['decided']} | {row['weighted_amount']:,.0f} | {row['weighted_low']:,.0f} to {row['weighted_high']:,.0f} |"
        assert line in page, line
    (found,) = COVERAGE.build(
        pipeline_stages=stages, amount_targets=[{"period_grain": "month", "period_start": date(2024, 6, 1), "amount": 100000.0}],
        outcomes=rows, clocks=[{"as_of": AS_OF}], outcome_clocks=[],
    )  # fmt: skip
    for said in (f"{found['coverage']:.1f} times", f"{found['weighted_coverage']:.2f} ({found['weighted_coverage_low']:.2f} to {found['weighted_coverage_high']:.2f})", f"`{found['verdict']}`"):  # fmt: skip
        assert said in page, said
