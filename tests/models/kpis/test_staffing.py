"""People there when contacts begin to wait: generated waits and states against counting by hand, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from scipy.stats import false_discovery_control
from statsmodels.stats.proportion import proportions_ztest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.support.root import ROOT

LIMIT = timedelta(minutes=60)
START = datetime(2024, 1, 1)
SIGNALS = Alone("staffing_signal", kpi_grains=["month"], timezone="UTC", confidence=0.95, staffing_states=["available"])


def generated(pick: Random) -> tuple[Rows, Rows, datetime]:
    as_of = START + timedelta(days=35)
    states: Rows = []
    for rep in ("a", "b", "c"):
        at = START
        for _ in range(pick.choice((0, 200, 200))):
            at += timedelta(hours=pick.choice((1, 2, 9)))
            ends = None if pick.random() < 0.6 else at + timedelta(hours=pick.choice((1, 3)))
            states.append({"rep_id": rep, "state": pick.choice(("available",) * 5 + ("pause",)), "started_at": at, "ended_at": ends})  # fmt: skip
    waits: Rows = []
    for n in range(pick.choice((0, 30, 900))):
        at = START + timedelta(days=pick.choice((0, 7, 14, 21, 31)), hours=pick.choice((1, 3, 9, 10, 10.5)))
        length = pick.choice((LIMIT, LIMIT + timedelta(microseconds=1), timedelta(), None))
        if at.hour == 9 and pick.random() < 0.8:
            length = timedelta(hours=5)
        micros = None if length is None else length // timedelta(microseconds=1)
        waits.append({"opening_message_id": f"m{n}", "opened_at": min(at, as_of), "wait_micros": micros})
    return states, waits, as_of


def build(states: Rows, waits: Rows, as_of: datetime) -> dict[tuple[Any, ...], Row]:
    rows = SIGNALS.build(stg_rep_states=states, waits=waits, clocks=[{"as_of": as_of}])
    return {(row["period_grain"], row["period_start"], row["weekday"], row["hour"]): row for row in rows}


@cache
def of_seed(seed: int) -> tuple[tuple[Rows, Rows, datetime], dict[tuple[Any, ...], Row]]:
    given = generated(Random(seed))
    return given, build(*given)


def people_at(states: Rows, at: datetime) -> int:
    """Each rep's last state that had begun by then, if it goes on."""
    last: dict[str, Row] = {}
    for row in sorted(states, key=lambda each: (each["rep_id"], each["started_at"], each["state"])):
        if row["started_at"] <= at:
            last[row["rep_id"]] = row
    return sum(row["state"] == "available" and (row["ended_at"] is None or row["ended_at"] > at) for row in last.values())  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_hours_are_those_of_counting_by_hand(seed: int) -> None:
    (states, waits, as_of), found = of_seed(seed)
    if not states:
        assert found == {}
        return
    cells: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for wait in waits:
        at = wait["opened_at"]
        late = as_of - at > LIMIT or None if wait["wait_micros"] is None else wait["wait_micros"] > 3_600_000_000
        for period in (("month", at.date().replace(day=1)), ("all", None)):
            cells[(*period, at.isoweekday(), at.hour)].append({"people": people_at(states, at), "late": late})
    assert found.keys() == cells.keys()
    for period in {key[:2] for key in cells}:
        judge(period, cells, found)


def judge(period: tuple[Any, ...], cells: dict[tuple[Any, ...], list[Row]], found: dict[tuple[Any, ...], Row]) -> None:
    own = {key: rows for key, rows in cells.items() if key[:2] == period}
    attended = {key for key, rows in own.items() if 2 * sum(not row["people"] for row in rows) < len(rows)}
    tested: dict[tuple[Any, ...], float] = {}
    rising: dict[tuple[Any, ...], bool] = {}
    for key, rows in own.items():
        row, rest = found[key], [each for other in attended - {key} for each in own[other]]
        due, late = count(rows)
        rest_due, rest_late = count(rest)
        assert (row["waits"], row["due"], row["late"]) == (len(rows), due, late)
        assert row["people_available"] == pytest.approx(sum(each["people"] for each in rows) / len(rows))
        assert row["rest_people_available"] == (pytest.approx(sum(each["people"] for each in rest) / len(rest)) if rest else None)  # fmt: skip
        assert row["unattended"] == sum(not each["people"] for each in rows)
        if due >= 30 and rest_due >= 30:
            z, p = (0.0, 1.0) if late + rest_late in (0, due + rest_due) else proportions_ztest([late, rest_late], [due, rest_due])  # fmt: skip
            tested[key], rising[key] = p, z > 0
    adjusted = dict(zip(tested, false_discovery_control(list(tested.values())), strict=True)) if tested else {}
    for key, row in ((key, found[key]) for key in own):
        assert row["adjusted_p"] == (pytest.approx(adjusted[key], abs=1e-9) if key in adjusted else None)
        if key not in adjusted:
            assert row["signal"] == "too_few"
        elif adjusted[key] >= 0.05:
            assert row["signal"] == "undecided"
        else:
            each, rest = row["people_available"], row["rest_people_available"]
            worse = "nobody_there" if key not in attended else "short_staffed" if each < 0.9 * rest else "not_people"
            assert row["signal"] == (worse if rising[key] else "well_staffed" if each > 1.1 * rest else "quick_anyway")


def count(rows: list[Row]) -> tuple[int, int]:
    return sum(row["late"] is not None for row in rows), sum(row["late"] is True for row in rows)


def test_the_generated_hours_hold_what_they_are_meant_to() -> None:
    found = {row["signal"] for seed in range(10) for row in of_seed(seed)[1].values()}
    assert {"too_few", "undecided"} < found and len(found) >= 4, found


def test_the_worked_example_of_the_page() -> None:
    """At nine two are there, at sixteen one, at nineteen nobody."""
    states: Rows = [
        {"rep_id": rep, "state": "available", "started_at": START + timedelta(hours=8), "ended_at": START + timedelta(hours=ends)}
        for rep, ends in (("a", 12), ("b", 17))
    ]  # fmt: skip
    waits = [
        {"opening_message_id": f"{hour} {n}", "opened_at": START + timedelta(hours=hour), "wait_micros": 7_200_000_000 if n < late else 60_000_000}
        for hour, size, late in ((9, 200, 40), (16, 100, 40), (19, 50, 45))
        for n in range(size)
    ]  # fmt: skip
    page = (ROOT / "docs/kpis/staffing_signal.md").read_text(encoding="utf-8")
    for row in build(states, waits, START + timedelta(days=2)).values():
        if row["period_grain"] == "all":
            cells = f"| {row['hour']} | {row['late']} of {row['due']} | {row['rest_late_rate']:.2f} | {row['people_available']:.0f} | `{row['signal']}` |"
            assert cells in page, cells
