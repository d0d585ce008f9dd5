"""The contact centre: generated states and calls against counting by hand, Erlang's formula against its sum, a published table and a simulation."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from heapq import heappop, heappush
from math import ceil, exp, factorial
from random import Random
from typing import Any

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.support.root import ROOT

START = datetime(2024, 1, 1)
OPENS, CLOSES = timedelta(hours=9), timedelta(hours=17)
BASIS: dict[str, Any] = {"kpi_grains": ["month"], "timezone": "UTC", "confidence": 0.95, "business_calendar": "default"}
SPANS = Alone("rep_spans", **BASIS)
CENTRE = Alone("contact_centre", **BASIS)
KINDS = {
    "available": "available",
    "talk": "talk",
    "hold": "hold",
    "wrap_up": "after_call",
    "transfer": "transfer",
    "pause": "other",
}
SECOND = timedelta(seconds=1)


def calendar(days: int) -> tuple[Rows, Rows]:
    """Open from nine to five every day: pieces of business_calendar, and business_openings."""
    pieces: Rows = []
    openings: Rows = []
    for n in range(days):
        day = START + timedelta(days=n)
        so_far = n * 8 * 3600 * 1_000_000
        for begins, ends, is_open, before in ((timedelta(), OPENS, False, so_far), (OPENS, CLOSES, True, so_far), (CLOSES, timedelta(days=1), False, so_far + 8 * 3600 * 1_000_000)):  # fmt: skip
            pieces.append({"calendar": "default", "utc_date": day.date(), "starts_at": day + begins, "ends_at": day + ends, "is_open": is_open, "business_micros_before": before})  # fmt: skip
        openings.append({"calendar": "default", "local_date": day.date(), "opens_at": day + OPENS, "closes_at": day + CLOSES})  # fmt: skip
    return pieces, openings


def spans_of(states: Rows, teams: dict[str, str]) -> Rows:
    periods = [{"rep_id": rep, "starts_at": datetime(2000, 1, 1), "ends_at": None, "team": team} for rep, team in teams.items()]  # fmt: skip
    return SPANS.build(stg_rep_states=states, rep_periods=periods, business_calendar=calendar(40)[0])


def centre(states: Rows, teams: dict[str, str], calls: Rows = (), waits: Rows = (), days: int = 40, rosters: Rows = ()) -> dict[tuple[Any, ...], Row]:  # type: ignore[assignment]  # fmt: skip
    periods = [{"rep_id": rep, "starts_at": datetime(2000, 1, 1), "ends_at": None, "team": team} for rep, team in teams.items()]  # fmt: skip
    rows = CENTRE.build(rep_spans=spans_of(states, teams), business_openings=calendar(40)[1], rep_periods=periods, stg_messages=list(calls), waits=list(waits), stg_rosters=list(rosters), clocks=[{"as_of": START + timedelta(days=days)}])  # fmt: skip
    return {(row["period_grain"], row["period_start"], row["cut_value"]): row for row in rows}


def call(number: int, at: datetime, rep: str | None, seconds: float = 60, direction: str = "inbound", **more: Any) -> Row:  # fmt: skip
    return {"message_id": f"c{number}", "contact_id": "x", "channel": "voice", "canonical_channel": "voice", "direction": direction, "sent_at": at, "rep_id": rep, "status": None, "talk_seconds": seconds, "is_live_channel": True, "is_attempt": True, "is_answered": None, **more}  # fmt: skip


def drawn(pick: Random) -> tuple[Rows, dict[str, str]]:
    states: Rows = []
    teams = {"a": "one", "b": "one", "c": "two"}
    for rep in (*teams, "nobody's"):
        for day in range(33):
            at = START + timedelta(days=day, hours=pick.choice((7, 9, 10)))
            for _ in range(pick.choice((0, 3, 12))):
                length = timedelta(minutes=pick.choice((1, 15, 120)))
                ends = None if pick.random() < 0.3 else at + length * pick.choice((1, 1, 2))
                states.append({"rep_id": rep, "state": pick.choice(tuple(KINDS)), "started_at": at, "ended_at": ends})
                at += length
    return states, teams


def lengths(states: Rows) -> list[tuple[Row, datetime]]:
    """Each state that ends, with its end: its own, or the next one's beginning."""
    by_rep: dict[str, Rows] = defaultdict(list)
    for row in sorted(states, key=lambda r: (r["started_at"], r["state"])):
        by_rep[row["rep_id"]].append(row)
    found = []
    for rows in by_rep.values():
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            ends = [each for each in (row["ended_at"], after and after["started_at"]) if each]
            if ends:
                found.append((row, min(ends)))
    return found


def inside(begins: datetime, ends: datetime) -> timedelta:
    total, day = timedelta(), begins.replace(hour=0, minute=0)
    while day < ends:
        total += max(timedelta(), min(ends, day + CLOSES) - max(begins, day + OPENS))
        day += timedelta(days=1)
    return total


@pytest.mark.parametrize("seed", range(2))
def test_times_and_rates_are_those_counted_by_hand(seed: int) -> None:
    states, teams = drawn(Random(seed))
    calls = [call(n, START + timedelta(hours=n), rep) for n, rep in enumerate(["a", "b", "c", "nobody's", None] * 20)]
    calls += [call(500, START, "a", 0), call(501, START, "a", 30, "outbound")]
    found = centre(states, teams, calls)
    for team in ("one", "two", "unknown", None):
        own = [
            (row, end) for row, end in lengths(states) if team is None or teams.get(row["rep_id"], "unknown") == team
        ]
        row = found["all", None, team]
        total: dict[str, timedelta] = defaultdict(timedelta)
        for state, end in own:
            total[KINDS[state["state"]]] += end - state["started_at"]
        for kind in set(KINDS.values()):
            assert row[f"{kind}_seconds"] == pytest.approx(total[kind] / SECOND), (team, kind)
        handling = sum((total[kind] for kind in ("talk", "hold", "transfer", "after_call")), timedelta()) / SECOND
        assert row["occupancy"] == pytest.approx(handling / (handling + total["available"] / SECOND))
        handled = [c for c in calls if c["rep_id"] and c["talk_seconds"] and (team is None or teams.get(c["rep_id"], "unknown") == team)]  # fmt: skip
        assert row["handled_calls"] == len(handled)
        assert row["handling_seconds_per_call"] == pytest.approx(handling / len(handled))
        assert row["holds_per_call"] == pytest.approx(sum(s["state"] == "hold" for s, _ in own) / len(handled))
        there = {(s["rep_id"], s["started_at"].date()) for s, _ in own}
        kept: dict[tuple[str, Any], timedelta] = defaultdict(timedelta)
        for state, end in own:
            if state["state"] != "pause":
                kept[state["rep_id"], state["started_at"].date()] += inside(state["started_at"], end)
        assert row["scheduled_seconds"] == pytest.approx(len(there) * 8 * 3600)
        assert row["adherence"] == pytest.approx(sum(min(each, timedelta(hours=8)) / SECOND for each in kept.values()) / (len(there) * 8 * 3600))  # fmt: skip
    assert found["all", None, None]["not_instrumented"] == "rosters, waits of callers"


def test_what_is_not_recorded_is_null_and_named() -> None:
    empty = centre([], {}, [call(1, START, "a")], [{"opened_at": START, "wait_micros": 1}])["all", None, None]
    assert (empty["reps"], empty["available_seconds"], empty["occupancy"], empty["adherence"]) == (None,) * 4
    assert empty["not_instrumented"] == "states of reps, rosters, waits of callers"
    assert (empty["handled_calls"], empty["service_level"]) == (1, 1)
    states = [{"rep_id": "a", "state": "available", "started_at": START + OPENS, "ended_at": START + CLOSES}]
    row = centre(states, {"a": "one"})["all", None, "one"]
    assert (row["adherence"], row["talk_seconds"], row["occupancy"], row["holds_per_call"], row["service_level"]) == (1, None, None, None, None)  # fmt: skip
    assert row["not_instrumented"] == "talk, hold, transfer, after call, rosters, waits of callers"


@pytest.mark.parametrize("seed", range(2))
def test_shifts_are_kept_as_by_hand(seed: int) -> None:
    pick = Random(seed)
    states, teams = drawn(pick)
    known = START + timedelta(days=30)
    rosters = [{"rep_id": rep, "starts_at": START + timedelta(days=day, hours=pick.choice((8, 9))), "ends_at": START + timedelta(days=day, hours=pick.choice((8, 12, 18, 30)))} for rep in (*teams, "never seen") for day in range(33) if pick.random() < 0.7]  # fmt: skip
    found = centre(states, teams, days=30, rosters=rosters)
    for team in ("one", "two", "unknown", None):
        whole, kept = timedelta(), timedelta()
        for shift in rosters:
            begins, ends = shift["starts_at"], shift["ends_at"]
            if ends <= begins or ends > known or team not in (None, teams.get(shift["rep_id"], "unknown")):
                continue
            there = timedelta()
            for state, end in lengths(states):
                if state["rep_id"] == shift["rep_id"] and state["state"] != "pause":
                    there += max(timedelta(), min(end, ends) - max(state["started_at"], begins))
            whole, kept = whole + (ends - begins), kept + min(there, ends - begins)
        row = found["all", None, team]
        assert (row["rostered_seconds"], row["roster_kept_seconds"]) == pytest.approx((whole / SECOND, kept / SECOND)), team  # fmt: skip
        assert row["roster_adherence"] == pytest.approx(kept / whole)
    unseen = centre([], teams, rosters=rosters)["all", None, None]
    assert unseen["rostered_seconds"] and unseen["roster_adherence"] is unseen["roster_kept_seconds"] is None


def test_the_service_level_counts_waits_that_are_open_for_longer() -> None:
    micros = [0, 20_000_000, 20_000_001, None, None]
    opened = [START, START, START, START, START + timedelta(days=40) - timedelta(seconds=20)]
    waits = [{"opening_message_id": str(n), "opened_at": at, "wait_micros": each} for n, (each, at) in enumerate(zip(micros, opened, strict=True))]  # fmt: skip
    row = centre([], {}, waits=waits)["all", None, None]
    assert (row["service_waits"], row["served_in_time"], row["service_level"]) == (4, 2, 0.5)
    assert (row["service_level_low"], row["service_level_high"]) == pytest.approx(wilson(2, 4, 0.95), abs=1e-9)


def erlang_c(load: float, agents: int) -> float:
    own = load**agents / factorial(agents) * agents / (agents - load)
    return own / (sum(load**n / factorial(n) for n in range(agents)) + own)


def need(calls: Rows, handling: float | None, states: Rows = (), weeks: int = 1, **more: Any) -> dict[tuple[int, int], Row]:  # type: ignore[assignment]  # fmt: skip
    as_of = START + timedelta(days=7 * weeks, hours=5)
    with Alone("staffing_need", **BASIS, contact_centre={"weeks": weeks, **more}) as model:
        rows = model.build(
            stg_messages=calls, rep_spans=spans_of(list(states), {}), clocks=[{"as_of": as_of}],
            contact_centre=[{"period_grain": "all", "cut_by": "all", "handling_seconds_per_call": handling}],
        )  # fmt: skip
    return {(row["weekday"], row["minute_of_day"]): row for row in rows}


def quarter_of(load: float, handling: float) -> Rows:
    """Calls of one quarter of an hour on a Monday at nine that make so many erlangs."""
    return [call(n, START + OPENS + timedelta(seconds=n % 900), None) for n in range(round(load * 900 / handling))]


# Published: 100 calls in half an hour, 180 s each, 80 % within 20 s: 14 agents, of whom a caller waits for with 17.4 %, 88.8 % in time, 7.8 s
# (Call Centre Helper, Erlang C Calculator: worked example).
def test_the_published_example_of_ten_erlangs() -> None:
    row = need(quarter_of(10, 180), 180)[1, 540]
    assert (row["calls"], row["offered_load"], row["agents_needed"]) == (50, 10, 14)
    assert (round(row["wait_chance"], 3), round(row["service_level"], 3), round(row["mean_wait_seconds"], 1), round(row["occupancy"], 3)) == (0.174, 0.888, 7.8, 0.714)  # fmt: skip
    assert row["agents_scheduled"] == 20


@pytest.mark.parametrize(("load", "handling", "share", "seconds"), [(0.2, 180, 0.8, 20), (3, 300, 0.9, 10), (20, 90, 0.95, 0), (80, 240, 0.8, 20)])  # fmt: skip
def test_agents_are_the_fewest_by_the_sum_of_erlang(load: float, handling: float, share: float, seconds: float) -> None:
    row = need(quarter_of(load, handling), handling, service_level=share, service_seconds=seconds)[1, 540]
    own = row["offered_load"]

    def served(agents: int) -> float:
        return 1 - erlang_c(own, agents) * exp(-(agents - own) * seconds / handling)

    agents = row["agents_needed"]
    assert row["wait_chance"] == pytest.approx(erlang_c(own, agents), abs=1e-9)
    assert row["service_level"] == pytest.approx(served(agents), abs=1e-9)
    assert served(agents) >= share and (agents - 1 <= own or served(agents - 1) < share)
    assert row["agents_scheduled"] == ceil(round(agents / 0.7, 9))


@pytest.mark.slow
def test_a_simulated_queue_waits_as_the_formula_says() -> None:
    """400,000 callers of a queue with 14 agents and ten erlangs."""
    pick = Random(1)
    at, waited, quick, total, busy = 0.0, 0, 0, 0.0, [0.0] * 14
    for _ in range(400_000):
        at += pick.expovariate(10 / 180)
        free = heappop(busy)
        wait = max(0.0, free - at)
        heappush(busy, at + wait + pick.expovariate(1 / 180))
        waited, quick, total = waited + (wait > 0), quick + (wait <= 20), total + wait
    row = need(quarter_of(10, 180), 180)[1, 540]
    assert waited / 400_000 == pytest.approx(row["wait_chance"], abs=0.01)
    assert quick / 400_000 == pytest.approx(row["service_level"], abs=0.01)
    assert total / 400_000 == pytest.approx(row["mean_wait_seconds"], rel=0.06)


def test_calls_are_of_whole_days_of_the_weeks_and_people_of_the_middle_of_a_quarter() -> None:
    calls = [call(1, START + OPENS, None), call(2, START + timedelta(days=6, hours=9, minutes=14, seconds=59.9), None), call(3, START + timedelta(days=7), None), call(4, START - timedelta(seconds=1), None), call(5, START + OPENS, None, direction="outbound")]  # fmt: skip
    states = [
        {"rep_id": "a", "state": "available", "started_at": START + OPENS, "ended_at": START + OPENS + timedelta(minutes=8)},
        {"rep_id": "b", "state": "talk", "started_at": START + OPENS + timedelta(minutes=7), "ended_at": START + CLOSES},
        {"rep_id": "c", "state": "pause", "started_at": START, "ended_at": START + CLOSES},
    ]  # fmt: skip
    found = need(calls, 90, states)
    assert {key: row["calls"] for key, row in found.items()} == {(1, 540): 1, (7, 540): 1}
    assert (found[1, 540]["people_there"], found[1, 540]["signal"]) == (2, "enough")
    assert (found[7, 540]["people_there"], found[7, 540]["signal"]) == (0, "short")


def test_without_the_times_of_calls_nobody_is_asked_for() -> None:
    (row,) = need(quarter_of(1, 90), None).values()
    assert (row["agents_needed"], row["people_there"], row["signal"], row["calls"]) == (
        None,
        None,
        "not_instrumented",
        10,
    )


def test_both_can_be_switched_off() -> None:
    off = {**BASIS, "contact_centre": {"enabled": False}}
    with Alone("contact_centre", **off) as model:
        assert model.build(stg_messages=[call(1, START, "a")], waits=[{"opened_at": START, "wait_micros": 1}], clocks=[{"as_of": START}]) == []  # fmt: skip
    assert need(quarter_of(1, 90), 90, enabled=False) == {}


def test_the_worked_examples_of_the_pages() -> None:
    page = (ROOT / "docs/kpis/staffing_need.md").read_text(encoding="utf-8")
    row = need(quarter_of(10, 180), 180)[1, 540]
    for said in (f"{row['wait_chance']:.3f}", f"{row['service_level']:.3f}", f"{row['mean_wait_seconds']:.1f}", f"{row['agents_needed']} agents", f"{row['agents_scheduled']}"):  # fmt: skip
        assert said in page, said
    day = [
        ("available", 9, 12),
        ("talk", 12, 12.5),
        ("wrap_up", 12.5, 12.75),
        ("pause", 12.75, 13.5),
        ("available", 13.5, 17),
    ]
    states = [{"rep_id": "a", "state": state, "started_at": START + timedelta(hours=begins), "ended_at": START + timedelta(hours=ends)} for state, begins, ends in day]  # fmt: skip
    own = centre(states, {"a": "one"}, [call(n, START + timedelta(hours=12, minutes=n), "a") for n in range(5)], rosters=[{"rep_id": "a", "starts_at": START + OPENS, "ends_at": START + timedelta(hours=18)}])["all", None, "one"]  # fmt: skip
    page = (ROOT / "docs/kpis/contact_centre.md").read_text(encoding="utf-8")
    for said in (f"{own['occupancy']:.3f}", f"{own['handling_seconds_per_call']:.0f} seconds", f"{own['after_call_seconds_per_call']:.0f} seconds", f"{own['adherence']:.3f}", f"{own['roster_adherence']:.3f}"):  # fmt: skip
        assert said in page, said
