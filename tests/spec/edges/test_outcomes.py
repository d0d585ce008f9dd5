"""Edges of section 7 about outcomes, windows and credit. The window is one day."""

from __future__ import annotations

import pytest

from tests.spec.edges.conftest import Maker
from tests.spec.edges.small_worlds import (
    DAY,
    MICROSECOND,
    at,
    contact,
    deal,
    from_rep,
    message,
    only,
    whole,
    won,
    world,
)


def test_an_outcome_at_the_anchor_is_in_the_window(tables: Maker) -> None:
    built = tables(world([message("a", 0)], [won(0)]))
    assert only(built["metric_conversations"])["converted_at"] == at(0)


def test_an_outcome_a_microsecond_before_the_end_is_in_the_window(tables: Maker) -> None:
    built = tables(world([message("a", 0)], [won(DAY - MICROSECOND)], until=99))
    assert only(built["metric_conversations"])["status"] == "converted"


def test_an_outcome_at_the_end_is_outside_the_window(tables: Maker) -> None:
    built = tables(world([message("a", 0)], [won(DAY)], until=99))
    assert only(built["metric_conversations"])["status"] == "not_converted"
    assert built["attributed_outcomes"] == []


def test_an_outcome_before_the_anchor_is_outside_the_window(tables: Maker) -> None:
    built = tables(world([message("a", 0)], [won(-MICROSECOND)], until=99))
    found = only(built["metric_conversations"])
    assert (found["eligibility"], found["status"]) == ("eligible", "not_converted")


@pytest.mark.slow
def test_an_earlier_outcome_excludes_where_outcomes_do_not_repeat(tables: Maker) -> None:
    metric = {"repeat_outcomes": False}
    built = tables(world([message("a", 0)], [won(-MICROSECOND)], metric=metric, until=99))
    found = only(built["metric_conversations"])
    assert (found["eligibility"], found["status"], found["is_matured"]) == ("already_converted", None, None)
    built = tables(world([message("a", 0)], [won(0)], metric=metric, until=99))
    assert only(built["metric_conversations"])["eligibility"] == "eligible"


def test_a_window_that_ends_when_all_is_known_is_matured(tables: Maker) -> None:
    built = tables(world([message("a", 0)], until=DAY))
    found = only(built["metric_conversations"])
    assert (found["is_matured"], found["status"]) == (True, "not_converted")
    built = tables(world([message("a", 0)], until=DAY - MICROSECOND))
    found = only(built["metric_conversations"])
    assert (found["is_matured"], found["status"]) == (False, "pending")


def test_two_outcomes_on_one_conversation_are_one_conversion(tables: Maker) -> None:
    deals = [deal("d1"), deal("d2", amount=50.0)]
    built = tables(world([message("a", 0)], [won(1), won(2, "d2")], deals=deals, until=99))
    found = whole(built)
    assert (found["eligible"], found["converted"], found["matured_converted"]) == (1, 1, 1)
    assert (found["outcomes"], found["deals"], found["credit"], found["amount"]) == (2, 2, 2.0, 150.0)
    assert only(built["metric_conversations"])["converted_at"] == at(1)


@pytest.mark.slow
def test_one_outcome_of_three_conversations_converts_all_and_gives_one_credit(tables: Maker) -> None:
    thirds: dict[str, list[float]] = {
        "linear": [1 / 3] * 3,
        "position_based": [0.4, 0.2, 0.4],
        "first_touch": [1, 0, 0],
        "last_touch": [0, 0, 1],
    }
    for attribution, credits in thirds.items():
        rows = [message(each, hour, channel="voice") for each, hour in (("a", 0), ("b", 1), ("c", 1))]
        built = tables(world(rows, [won(2)], metric={"attribution": attribution}, until=99))
        touches = sorted(built["attributed_outcomes"], key=lambda row: row["touch_position"])
        assert [row["credit"] for row in touches] == pytest.approx(credits, rel=1e-12)
        found = whole(built)
        assert (found["converted"], found["outcomes"]) == (3, 1)
        assert (found["credit"], found["amount"]) == pytest.approx((1.0, 100.0), rel=1e-12)
        assert found["credited"] == sum(each > 0 for each in credits)


def test_decayed_credit_halves_with_each_half_life(tables: Maker) -> None:
    metric = {"attribution": "time_decay", "half_life_days": 0.5, "window_days": 2}
    rows = [message("a", 0, channel="voice"), message("b", 12, channel="voice")]
    built = tables(world(rows, [won(24)], metric=metric, until=99))
    touches = sorted(built["attributed_outcomes"], key=lambda row: row["touch_position"])
    assert [round(row["credit"], 12) for row in touches] == [round(1 / 3, 12), round(2 / 3, 12)]


def test_position_based_credit_of_two_touches_is_halved(tables: Maker) -> None:
    rows = [message("a", 0, channel="voice"), message("b", 1, channel="voice")]
    built = tables(world(rows, [won(2)], metric={"attribution": "position_based"}, until=99))
    assert [row["credit"] for row in built["attributed_outcomes"]] == [0.5, 0.5]


def test_a_deal_without_a_contact_is_an_outcome_of_nobodys(tables: Maker) -> None:
    built = tables(world([message("a", 0)], [won(1)], deals=[deal(contact_id=None)], until=99))
    assert only(built["outcomes"])["contact_id"] is None
    assert only(built["metric_conversations"])["status"] == "not_converted"


def test_a_stage_of_an_unknown_deal_is_an_outcome_without_contact_or_amount(tables: Maker) -> None:
    built = tables(world([message("a", 0)], [won(1, "d9")], until=99))
    found = only(built["outcomes"])
    assert (found["contact_id"], found["account_id"], found["amount"]) == (None, None, None)


def test_an_account_metric_leaves_out_who_has_no_account(tables: Maker) -> None:
    metric = {"unit": "account"}
    built = tables(world([message("a", 0)], [won(1)], metric=metric, until=99))
    assert only(built["metric_conversations"])["eligibility"] == "no_unit"
    assert (whole(built)["excluded"], whole(built)["eligible"]) == (1, 0)


def test_an_account_metric_converts_a_colleague(tables: Maker) -> None:
    people = [contact(account_id="acme"), contact("bob", account_id="acme")]
    rows = [message("a", 0), message("b", 1, contact_id="bob")]
    built = tables(world(rows, [won(2)], metric={"unit": "account"}, contacts=people, until=99))
    assert whole(built)["converted"] == 2
    assert [row["credit"] for row in built["attributed_outcomes"]] == [0.5, 0.5]


def test_a_stage_entered_again_is_no_second_outcome(tables: Maker) -> None:
    built = tables(world([message("a", 0), message("b", 100)], [won(1), won(101), won(101, stage="open")], until=999))
    assert only(built["outcomes"])["occurred_at"] == at(1)
    assert (whole(built)["converted"], whole(built)["not_converted"]) == (1, 1)


@pytest.mark.slow
def test_a_conversation_that_qualifies_after_its_outcome_is_not_converted_by_it(tables: Maker) -> None:
    rows = [{"contact_id": "ann", "code": "hot", "recorded_at": at(3)}]
    metric = {"kind": "intent_qualified"}
    built = tables(world([message("a", 0)], [won(2)], metric=metric, dispositions=rows, until=99))
    found = only(built["metric_conversations"])
    assert (found["anchor_at"], found["status"]) == (at(3), "not_converted")
    built = tables(
        world([message("a", 0)], [won(2)], metric={**metric, "anchor": "start"}, dispositions=rows, until=99)
    )
    assert only(built["metric_conversations"])["status"] == "converted"


def test_a_meeting_without_a_kind_is_a_meeting_and_a_demo_is_one_when_attended(tables: Maker) -> None:
    meetings = [
        {"meeting_id": "x", "contact_id": "ann", "kind": " Demo ", "booked_at": at(0), "attended_at": at(5)},
        {"meeting_id": "y", "contact_id": "ann", "booked_at": at(0), "attended_at": at(5)},
    ]
    built = tables(world([message("a", 0)], metric={"outcome": "demo_attended"}, meetings=meetings, until=99))
    found = only(built["outcomes"])
    assert (found["entity_id"], found["occurred_at"], found["amount"]) == ("x", at(5), None)
    assert only(built["metric_conversations"])["converted_at"] == at(5)


def test_an_outcome_whose_source_has_no_row_leaves_everything_pending(tables: Maker) -> None:
    built = tables(world([message("a", 0), from_rep("b", 100)], deals=[]))
    assert only(built["outcome_clocks"], outcome="closed_won")["complete_at"] is None
    found = whole(built)
    assert (found["pending"], found["matured"], found["conversion_rate"]) == (2, 0, None)
    assert (found["projected_rate"], found["projected_follow_up_days"]) == (None, None)
    assert found["is_complete"] is False
