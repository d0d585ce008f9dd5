"""Edges of section 7 about waits and answers."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.spec.edges.conftest import Maker
from tests.spec.edges.small_worlds import DAY, MICROSECOND, at, from_bot, from_rep, message, only, whole, world


def test_an_answer_in_the_next_conversation_of_the_thread_closes_the_wait(tables: Maker) -> None:
    built = tables(world([message("a", 0), from_rep("b", 2 * DAY)]))
    wait = only(built["waits"])
    first = only(built["conversations"], first_message_id="a")
    second = only(built["conversations"], first_message_id="b")
    assert (wait["conversation_id"], wait["closing_message_id"]) == (first["conversation_id"], "b")
    assert wait["wait_seconds"] == first["first_response_seconds"] == 172_800.0
    assert (second["wait_count"], second["first_response_seconds"]) == (0, None)


def test_an_unanswered_wait_has_no_length_and_says_since_when(tables: Maker) -> None:
    built = tables(world([message("a", 0), message("b", 1)], until=100))
    found = only(built["conversations"])
    assert (found["wait_count"], found["open_wait_since"]) == (1, at(0))
    assert (found["first_response_seconds"], found["longest_wait_seconds"]) == (None, None)
    assert only(built["waits"])["wait_seconds"] is None
    assert whole(built)["long_wait_rate"] == 1.0


def test_a_reply_by_a_bot_only_closes_nothing_and_is_reported_apart(tables: Maker) -> None:
    found = only(tables(world([message("a", 0), from_bot("b", 1)]))["conversations"])
    assert (found["first_bot_response_seconds"], found["first_response_seconds"]) == (3_600.0, None)
    assert (found["open_wait_since"], found["first_human_at"]) == (at(0), None)


def test_a_bot_that_comes_after_the_rep_was_no_first_response(tables: Maker) -> None:
    found = only(tables(world([message("a", 0), from_rep("b", 1), from_bot("c", 2)]))["conversations"])
    assert (found["first_bot_response_seconds"], found["first_response_seconds"]) == (None, 3_600.0)


def test_an_answer_of_the_same_instant_closes_nothing_that_opens_there(tables: Maker) -> None:
    built = tables(world([message("b", 0), from_rep("a", 0), from_rep("c", 1)]))
    assert only(built["waits"])["closing_message_id"] == "c"


def test_at_one_instant_the_closing_comes_first_and_a_new_wait_opens(tables: Maker) -> None:
    built = tables(world([message("a", 0), message("b", 1), from_rep("c", 1)]))
    first = only(built["waits"], opening_message_id="a")
    second = only(built["waits"], opening_message_id="b")
    assert (first["closing_message_id"], first["wait_seconds"]) == ("c", 3_600.0)
    assert second["closed_at"] is None


@pytest.mark.slow
def test_a_wait_of_exactly_the_abandonment_hours_is_not_abandoned(tables: Maker) -> None:
    assert whole(tables(world([message("a", 0), from_rep("b", DAY)])))["long_wait_rate"] == 0.0
    longer = world([message("a", 0), from_rep("b", DAY + MICROSECOND)])
    assert whole(tables(longer))["long_wait_rate"] == 1.0


def test_an_hour_the_clocks_skip_is_no_hour_of_waiting(tables: Maker) -> None:
    """Amsterdam, 31 March 2024: 02:00 becomes 03:00. From 16:00 on Saturday to 10:00 on Sunday are 17 hours."""
    opened, closed = datetime(2024, 3, 30, 15), datetime(2024, 3, 31, 8)
    wait = only(tables(world([message("a", opened), from_rep("b", closed)]))["waits"])
    assert wait["wait_seconds"] == 17 * 3_600.0
    assert wait["business_seconds"] == 2 * 3_600.0  # 16:00 to 17:00, and 09:00 to 10:00


def test_business_hours_follow_the_clock_on_the_wall_across_the_change(tables: Maker) -> None:
    """The same UTC hours, 07:30 to 08:30, are half open before the change and wholly open after it."""
    before = world([message("a", datetime(2024, 3, 29, 7, 30)), from_rep("b", datetime(2024, 3, 29, 8, 30))])
    after = world([message("a", datetime(2024, 4, 2, 7, 30)), from_rep("b", datetime(2024, 4, 2, 8, 30))])
    assert only(tables(before)["waits"])["business_seconds"] == 1_800.0
    assert only(tables(after)["waits"])["business_seconds"] == 3_600.0


def test_a_live_call_from_the_contact_opens_no_wait_and_closes_one(tables: Maker) -> None:
    thread = {"thread_id": "t"}
    rows = [message("a", 0, **thread), message("b", 1, channel="voice", status="answered", **thread)]
    assert only(tables(world(rows))["waits"])["closing_message_id"] == "b"


@pytest.mark.slow
def test_five_thousand_messages_in_one_thread_are_one_conversation(tables: Maker) -> None:
    rows = [
        message(f"m{number:04}", number / 60) if number % 2 == 0 else from_rep(f"m{number:04}", number / 60)
        for number in range(5_000)
    ]
    found = only(tables(world(rows))["conversations"])
    assert (found["message_count"], found["inbound_count"], found["wait_count"]) == (5_000, 2_500, 2_500)
    assert found["average_response_seconds"] == found["longest_wait_seconds"] == 60.0
