"""Edges of section 7 about rates: nothing eligible, all pending, all converted, periods and completeness."""

from __future__ import annotations

from datetime import date

import pytest

from tests.spec.edges.conftest import Maker
from tests.spec.edges.small_worlds import MICROSECOND, at, from_rep, message, only, whole, won, world


def test_nothing_eligible_gives_no_rate_and_not_zero(tables: Maker) -> None:
    found = whole(tables(world([message("a", 0)], metric={"eligible": {"channels": ["chat"]}}, until=99)))
    assert (found["conversations"], found["excluded"], found["eligible"]) == (1, 1, 0)
    for name in ("conversion_rate", "rate_low", "rate_high", "observed_rate", "projected_rate", "long_wait_rate"):
        assert found[name] is None


def test_a_metric_without_a_conversation_has_one_row_of_zeros_over_all_time(tables: Maker) -> None:
    metric = {"cohorts": {"grains": ["month"], "by": [[], ["channel"]]}}
    found = only(tables(world([], [won(1)], metric=metric, until=99))["cohort_rates"])
    assert (found["cohort_grain"], found["cohort_period"], found["cohort_by"]) == ("all", None, "all")
    assert (found["conversations"], found["matured"], found["amount"], found["is_complete"]) == (0, 0, 0.0, False)
    assert (found["conversion_rate"], found["projected_rate"], found["projected_follow_up_days"]) == (None, None, None)


def test_all_pending_gives_no_rate_and_is_not_complete(tables: Maker) -> None:
    found = only(tables(world([message("a", 0)], until=12))["cohort_rates"], cohort_grain="day")
    assert (found["pending"], found["matured"], found["conversion_rate"]) == (1, 0, None)
    assert (found["observed_rate"], found["is_complete"]) == (0.0, False)
    assert (found["projected_rate"], found["projected_low"]) == (0.0, None)
    assert found["projected_follow_up_days"] == 0.5


def test_all_converted_is_a_rate_of_one_with_an_interval(tables: Maker) -> None:
    found = whole(tables(world([message("a", 0)], [won(1)], until=99)))
    assert (found["conversion_rate"], found["rate_high"], found["projected_rate"]) == (1.0, 1.0, 1.0)
    assert found["rate_low"] == pytest.approx(0.206549, abs=5e-7)
    assert (found["projected_low"], found["projected_high"]) == (None, None)


def test_none_converted_is_a_rate_of_zero(tables: Maker) -> None:
    found = whole(tables(world([message("a", 0)], until=99)))
    assert (found["conversion_rate"], found["rate_low"], found["credit"], found["amount"]) == (0.0, 0.0, 0.0, 0.0)
    assert found["rate_high"] == pytest.approx(0.793451, abs=5e-7)


def test_thirteen_in_a_hundred_has_the_limits_of_the_oracle(tables: Maker) -> None:
    people = [f"p{number:03}" for number in range(100)]
    rows = [message(f"m-{each}", 0, contact_id=each) for each in people]
    deals = [{"deal_id": each, "contact_id": each, "created_at": at(0)} for each in people[:13]]
    found = whole(tables(world(rows, [won(1, each) for each in people[:13]], deals=deals, until=99)))
    assert (found["matured"], found["matured_converted"], found["conversion_rate"]) == (100, 13, 0.13)
    assert found["rate_low"] == pytest.approx(0.077572, abs=5e-7)
    assert found["rate_high"] == pytest.approx(0.209804, abs=5e-7)
    assert found["is_small"] is False


@pytest.mark.slow
def test_thirty_matured_conversations_are_not_small(tables: Maker) -> None:
    for count, small in ((29, True), (30, False)):
        rows = [message(f"m-{number:02}", 0, contact_id=f"p{number:02}") for number in range(count)]
        assert whole(tables(world(rows, until=99)))["is_small"] is small


def test_a_metric_of_grain_all_alone_has_that_one_row(tables: Maker) -> None:
    built = tables(world([message("a", 0)], metric={"cohorts": {"grains": ["all"], "by": [[]]}}))
    assert only(built["cohort_rates"])["cohort_grain"] == "all"


def test_conversations_below_the_kind_are_counted_in_the_period_of_their_start(tables: Maker) -> None:
    rows = [message("a", 0), from_rep("b", 20), message("c", 0, contact_id="bob")]
    built = tables(world(rows, metric={"kind": "two_way"}, until=99))
    first = only(built["cohort_rates"], cohort_period=date(2024, 1, 1))
    second = only(built["cohort_rates"], cohort_period=date(2024, 1, 2))
    assert (first["conversations"], first["below_kind"], first["eligible"]) == (1, 1, 0)
    assert (second["conversations"], second["below_kind"], second["eligible"]) == (1, 0, 1)


def test_periods_turn_at_midnight_of_the_zone(tables: Maker) -> None:
    """23:30 UTC on Sunday, 31 December is already Monday, 1 January 2024 in Amsterdam."""
    metric = {"cohorts": {"grains": ["day", "week", "month", "quarter", "year"], "by": [[]]}}
    rows = [message("a", -9.5), message("b", 0, contact_id="bob")]
    built = tables(world(rows, metric=metric, variables={"timezone": "Europe/Amsterdam"}, until=99))
    assert {row["cohort_period"] for row in built["cohort_rates"]} == {None, date(2024, 1, 1)}
    built = tables(world(rows, metric=metric, until=99))
    found = {(row["cohort_grain"], row["cohort_period"]) for row in built["cohort_rates"]}
    assert ("week", date(2023, 12, 25)) in found
    assert ("year", date(2023, 1, 1)) in found


@pytest.mark.slow
def test_a_period_is_complete_from_the_instant_its_last_window_is_over(tables: Maker) -> None:
    rows = [message("a", 0)]
    midnight = 15  # of Tuesday; the window ends nine hours later
    assert only(tables(world(rows, until=24))["cohort_rates"], cohort_grain="day")["is_complete"] is True
    early = only(tables(world(rows, until=at(24) - MICROSECOND))["cohort_rates"], cohort_grain="day")
    assert early["is_complete"] is False
    converted = world(rows, [won(0)], until=midnight)
    assert only(tables(converted)["cohort_rates"], cohort_grain="day")["is_complete"] is True
    converted = world(rows, [won(0)], until=at(midnight) - MICROSECOND)
    assert only(tables(converted)["cohort_rates"], cohort_grain="day")["is_complete"] is False
    assert whole(tables(world(rows, until=999)))["is_complete"] is False


@pytest.mark.slow
def test_an_open_conversation_holds_back_a_cohort_anchored_at_its_start(tables: Maker) -> None:
    metric = {"anchor": "start", "kind": "reached"}
    rows = [message("a", 0), from_rep("b", 23)]
    still_open = tables(world(rows, metric=metric, until=47))
    assert only(still_open["cohort_rates"], cohort_grain="day")["is_complete"] is False
    over = tables(world(rows, metric=metric, until=at(47) + MICROSECOND))
    assert only(over["cohort_rates"], cohort_grain="day")["is_complete"] is True


@pytest.mark.slow
def test_an_open_wait_is_abandoned_when_it_is_longer_than_the_hours_at_the_clock(tables: Maker) -> None:
    rows = [message("a", 0)]
    assert whole(tables(world(rows, until=24)))["long_wait_rate"] == 0.0
    assert whole(tables(world(rows, until=at(24) + MICROSECOND)))["long_wait_rate"] == 1.0


def test_a_projection_follows_those_cut_short_and_those_anchored_at_the_clock_not_at_all(tables: Maker) -> None:
    """Window 2 days, clock at 36 h: Ann converts after 10 h; Bob is watched 36 h, Cid 5 h, Dan not at all."""
    people = {"ann": 0, "bob": 0, "cid": 31, "dan": 36}
    rows = [message(f"m-{name}", hour, contact_id=name) for name, hour in people.items()]
    found = whole(tables(world(rows, [won(10)], metric={"window_days": 2}, until=36)))
    assert (found["eligible"], found["converted"], found["pending"]) == (4, 1, 3)
    assert found["projected_rate"] == pytest.approx(0.5)  # two at risk after 10 h
    assert found["projected_follow_up_days"] == 1.5
    assert found["projected_low"] == pytest.approx(0.089590, abs=5e-6)
    assert found["projected_high"] == pytest.approx(0.994017, abs=5e-6)


@pytest.mark.slow
def test_what_happens_after_the_clock_is_not_seen_by_the_projection(tables: Maker) -> None:
    """The stage is known at 3 h, the messages only to 2 h: converted, and censored at 2 h."""
    found = whole(tables(world([message("a", 0), from_rep("b", 2)], [won(3)])))
    assert (found["converted"], found["observed_rate"], found["projected_rate"]) == (1, 1.0, 0.0)
    found = whole(tables(world([message("a", 0), from_rep("b", 2)], [won(2)])))
    assert (found["converted"], found["projected_rate"]) == (1, 1.0)


def test_the_point_in_time_rate_can_pass_one(tables: Maker) -> None:
    deals = [{"deal_id": each, "contact_id": "ann", "created_at": at(0)} for each in ("d1", "d2")]
    built = tables(world([message("a", 0)], [won(1, "d1"), won(20, "d2")], deals=deals, until=99))
    monday = only(built["period_rates"], cohort_period=date(2024, 1, 1))
    tuesday = only(built["period_rates"], cohort_period=date(2024, 1, 2))
    assert (monday["eligible"], monday["credit"], monday["period_rate"]) == (1, 1.0, 1.0)
    assert (tuesday["eligible"], tuesday["credit"], tuesday["period_rate"]) == (0, 1.0, None)
    assert only(built["period_rates"], cohort_grain="all")["period_rate"] == 2.0


@pytest.mark.slow
def test_response_bands_include_their_lower_limits(tables: Maker) -> None:
    metric = {"cohorts": {"grains": ["day"], "by": [["response_band"]]}}
    for seconds, band in ((299.999999, "under_5m"), (300, "5m_to_1h"), (3_600, "1h_to_24h"), (86_400, "over_24h")):
        built = tables(world([message("a", 0), from_rep("b", seconds / 3_600)], metric=metric))
        found = {row["response_band"] for row in built["cohort_rates"]}
        assert found == {band}
    waiting = tables(world([message("a", 0)], metric=metric))
    assert only(waiting["cohort_rates"], cohort_grain="all")["response_band"] == "waiting"
    silent = tables(world([from_rep("a", 0)], metric=metric))
    assert only(silent["cohort_rates"], cohort_grain="all")["response_band"] == "none"
    assert only(silent["cohort_rates"], cohort_grain="all")["uses_late_facts"] is True
