"""Edges of section 7 that decide what is one conversation and what it became."""

from __future__ import annotations

from hashlib import md5

import pytest

from tests.spec.edges.conftest import Maker
from tests.spec.edges.small_worlds import DAY, HOUR, MICROSECOND, at, from_bot, from_rep, message, only, world


def conversation_id(message_id: str) -> str:
    return md5(message_id.encode()).hexdigest()


def test_a_gap_exactly_as_long_as_allowed_stays_in_the_conversation(tables: Maker) -> None:
    built = tables(world([message("a", 0), message("b", DAY)]))
    found = only(built["conversations"])
    assert found["conversation_id"] == conversation_id("a")
    assert (found["message_count"], found["last_message_at"]) == (2, at(DAY))


def test_a_gap_one_microsecond_longer_begins_a_new_conversation(tables: Maker) -> None:
    built = tables(world([message("a", 0), message("b", DAY + MICROSECOND)]))
    assert {row["conversation_id"] for row in built["conversations"]} == {
        conversation_id("a"),
        conversation_id("b"),
    }


def test_the_gap_is_the_later_messages_own(tables: Maker) -> None:
    thread = {"thread_id": "t"}
    built = tables(world([message("a", 0, **thread), message("b", 1, channel="chat", **thread)]))
    assert len(built["conversations"]) == 2
    built = tables(world([message("a", 0, channel="chat", **thread), message("b", 1, **thread)]))
    assert len(built["conversations"]) == 1


def test_a_gap_of_zero_makes_every_message_its_own_even_at_one_instant(tables: Maker) -> None:
    built = tables(world([from_rep("a", 0, channel="voice"), from_rep("b", 0, channel="voice")]))
    assert len(built["conversations"]) == 2


def test_a_thread_named_like_a_channel_is_another_thread(tables: Maker) -> None:
    built = tables(world([message("a", 0), message("b", 1, thread_id="sms")]))
    assert len(built["conversations"]) == 2


def test_ties_in_time_are_ordered_by_message_id(tables: Maker) -> None:
    rows = [from_rep("b", 0, campaign_id="k2"), message("a", 0, campaign_id="k1"), message("c", 0)]
    for order in (rows, rows[::-1], [rows[1], rows[2], rows[0]]):
        found = only(tables(world(order))["conversations"])
        assert (found["first_message_id"], found["campaign_id"], found["initiated_by"]) == ("a", "k1", "contact")


def test_two_messages_of_one_instant_are_not_yet_two_way_but_any_later_one_is(tables: Maker) -> None:
    built = tables(world([message("a", 0), from_rep("b", 0)]))
    assert only(built["conversations"])["two_way_at"] is None
    built = tables(world([message("a", 0), from_rep("b", 0), from_rep("c", 1)]))
    assert only(built["conversations"])["two_way_at"] == at(1)


def test_stop_reaches_but_is_no_reply_and_opens_no_wait(tables: Maker) -> None:
    built = tables(world([from_rep("a", 0), message("b", 1, body=" Stop\n"), from_rep("c", 2)]))
    found = only(built["conversations"])
    assert (found["reached_at"], found["two_way_at"], found["wait_count"]) == (at(1), None, 0)
    assert built["waits"] == []


def test_a_pair_of_autoresponders_is_not_two_way(tables: Maker) -> None:
    away = {"body": "I am out of office until Monday"}
    built = tables(world([from_bot("a", 0, **away), message("b", 1, **away), from_bot("c", 2, **away)]))
    found = only(built["conversations"])
    assert (found["reached_at"], found["two_way_at"], found["wait_count"]) == (None, None, 0)


def test_a_body_that_is_both_is_an_autoresponder(tables: Maker) -> None:
    built = tables(world([message("a", 0, body="stop: out of office")]))
    assert only(built["conversation_messages"])["non_reply_kind"] == "autoresponder"
    assert only(built["conversations"])["reached_at"] is None


def test_a_call_without_a_status_is_live_when_somebody_talked(tables: Maker) -> None:
    built = tables(world([from_rep("a", 0, channel="voice", talk_seconds=40)]))
    found = only(built["conversations"])
    assert found["reached_at"] == found["two_way_at"] == found["sales_handled_at"] == at(0)


def test_a_call_without_a_status_and_without_talk_is_an_attempt_only(tables: Maker) -> None:
    built = tables(world([from_rep("a", 0, channel="voice", talk_seconds=0)]))
    found = only(built["conversations"])
    assert (found["started_at"], found["reached_at"], found["two_way_at"]) == (at(0), None, None)


def test_voicemail_with_talk_time_is_not_live(tables: Maker) -> None:
    built = tables(world([from_rep("a", 0, channel="voice", status="voicemail", talk_seconds=25)]))
    assert only(built["conversation_messages"])["is_live"] is False
    assert only(built["conversations"])["reached_at"] is None


def test_a_run_of_failed_messages_only_is_set_aside_and_counted(tables: Maker) -> None:
    failed = {"status": "failed"}
    built = tables(world([from_rep("a", 0, **failed), from_rep("b", 1, **failed), message("c", 2 * DAY)]))
    assert only(built["conversations"])["first_message_id"] == "c"
    assert only(built["staging_set_aside"])["row_count"] == 2
    assert only(built["staging_set_aside"])["reason"] == "no_conversation"


def test_failed_and_system_messages_are_counted_and_otherwise_ignored(tables: Maker) -> None:
    rows = [
        from_rep("a", 0, status="failed"),
        message("b", 1),
        message("c", 2, "outbound", sender_type="system"),
        from_rep("d", 3, status="failed"),
    ]
    found = only(tables(world(rows))["conversations"])
    assert (found["first_message_id"], found["started_at"]) == ("b", at(1))
    assert (found["message_count"], found["failed_count"], found["system_count"]) == (1, 2, 1)
    assert (found["last_message_at"], found["two_way_at"]) == (at(1), None)


def test_a_failed_message_still_joins_the_messages_around_it(tables: Maker) -> None:
    rows = [message("a", 0), from_rep("b", 20, status="failed"), message("c", 40)]
    assert only(tables(world(rows))["conversations"])["message_count"] == 2


def test_a_rep_who_becomes_sales_mid_conversation_handles_it_from_then_on(tables: Maker) -> None:
    reps = [
        {"rep_id": "r1", "valid_to": at(2), "role": "support", "team": "blue"},
        {"rep_id": "r1", "valid_from": at(2), "role": " Sales", "team": "red"},
    ]
    rows = [message("a", 0), from_rep("b", 1), from_rep("c", 2 * HOUR - MICROSECOND), from_rep("d", 2)]
    found = only(tables(world(rows, reps=reps))["conversations"])
    assert (found["two_way_at"], found["sales_handled_at"]) == (at(1), at(2))
    assert (found["owner_id"], found["owner_team"]) == ("r1", "blue")


def test_any_rep_handles_it_when_reps_are_absent(tables: Maker) -> None:
    found = only(tables(world([message("a", 0), message("b", 1, "outbound", sender_type="rep")]))["conversations"])
    assert (found["sales_handled_at"], found["owner_id"]) == (at(1), None)


def test_a_disposition_of_the_last_allowed_instant_counts(tables: Maker) -> None:
    rows = [{"contact_id": "ann", "code": " HOT ", "recorded_at": at(25)}]
    found = only(tables(world([message("a", 0), message("b", 1)], dispositions=rows, until=99))["conversations"])
    assert (found["qualified_at"], found["disposition_category"]) == (at(25), "qualified")
    assert found["late_disposition_count"] == 0


def test_a_disposition_a_second_too_late_is_shown_and_not_used(tables: Maker) -> None:
    rows = [
        {"contact_id": "ann", "code": "help", "recorded_at": at(2)},
        {"contact_id": "ann", "code": "hot", "recorded_at": at(25) + HOUR / 3600},
    ]
    found = only(tables(world([message("a", 0), message("b", 1)], dispositions=rows, until=99))["conversations"])
    assert (found["qualified_at"], found["disposition_code"]) == (None, "help")
    assert found["late_disposition_count"] == 1


def test_a_superseded_qualification_still_counts_as_one(tables: Maker) -> None:
    rows = [
        {"contact_id": "ann", "code": "hot", "recorded_at": at(1)},
        {"contact_id": "ann", "code": "help", "recorded_at": at(2)},
    ]
    found = only(tables(world([message("a", 0)], dispositions=rows, until=99))["conversations"])
    assert (found["qualified_at"], found["disposition_category"]) == (at(1), "support")


def test_a_rep_who_comes_back_is_one_rep_and_two_handoffs(tables: Maker) -> None:
    rows = [
        message("a", 0),
        *(from_rep(f"b{number}", 1 + number, rep_id=rep) for number, rep in enumerate(("r1", "r1", "r2", "r1"))),
    ]
    found = only(tables(world(rows))["conversations"])
    assert (found["owner_id"], found["rep_count"], found["handoff_count"]) == ("r1", 2, 2)


def test_a_failed_message_makes_nothing_two_way(tables: Maker) -> None:
    rows = [from_rep("a", 0, status="failed"), message("b", 1), from_rep("c", 2, status="failed"), message("d", 3)]
    found = only(tables(world(rows))["conversations"])
    assert (found["started_at"], found["two_way_at"], found["first_outbound_at"]) == (at(1), None, None)


@pytest.mark.slow
def test_a_disposition_goes_to_the_open_conversation_else_to_the_last_begun(tables: Maker) -> None:
    rows = [message("a", 0, thread_id="t"), message("b", 20, thread_id="t"), message("c", 10)]
    for hours, conversation in ((9, "a"), (15, "a"), (10, "c"), (20, "a"), (30, "c")):
        found = [{"contact_id": "ann", "code": "hot", "recorded_at": at(hours)}]
        built = tables(world(rows, dispositions=found, until=99))
        qualified = {row["first_message_id"] for row in built["conversations"] if row["qualified_at"] is not None}
        assert qualified == {conversation}, hours


@pytest.mark.slow
def test_a_disposition_of_an_unknown_message_falls_through_to_its_thread_and_contact(tables: Maker) -> None:
    rows = [message("a", 0, thread_id="t"), message("c", 10)]
    cases = (("a", None, "a"), ("nope", "t", "a"), ("nope", "nope", "c"), (None, None, "c"))
    for message_id, thread_id, conversation in cases:
        found = [
            {
                "contact_id": "ann",
                "message_id": message_id,
                "thread_id": thread_id,
                "code": "hot",
                "recorded_at": at(12),
            }
        ]
        built = tables(world(rows, dispositions=found, until=99))
        assert only(built["conversations"], qualified_at=at(12))["first_message_id"] == conversation
