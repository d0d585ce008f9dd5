"""Edges of section 7 about what is read, hidden, merged and set aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tests.spec.edges.conftest import Maker
from tests.spec.edges.small_worlds import (
    HOUR,
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
from tests.spec.reference.world import World

FAMILY = "👩‍👩‍👧‍👦"
HEBREW = "שלום עולם"


def test_a_contact_merged_twice_speaks_as_the_last_survivor(tables: Maker) -> None:
    people = [
        contact("ann-1", merged_into="ann-2"),
        contact("ann-2", merged_into="ann"),
        contact("ann", persona="boss"),
    ]
    rows = [message("a", 0, contact_id="ann-1"), from_rep("b", 1, contact_id="ann-2"), message("c", 2)]
    built = tables(world(rows, [won(3)], contacts=people, deals=[deal(contact_id="ann-1")], until=99))
    found = only(built["conversations"])
    assert (found["contact_id"], found["persona"], found["message_count"]) == ("ann", "boss", 3)
    assert {row["contact_id"]: row["survivor_id"] for row in built["contact_survivors"]} == {
        "ann-1": "ann",
        "ann-2": "ann",
    }
    assert whole(built)["converted"] == 1


def test_of_contacts_merged_in_a_cycle_the_least_id_survives(tables: Maker) -> None:
    people = [contact("b", merged_into="c"), contact("c", merged_into="a"), contact("a", merged_into="b")]
    people.append(contact("z", merged_into="c"))
    rows = [message(f"m-{each}", 0, contact_id=each) for each in "abcz"]
    built = tables(world(rows, contacts=people))
    assert only(built["conversations"])["contact_id"] == "a"
    assert {row["contact_id"] for row in built["contact_survivors"]} == {"b", "c", "z"}


def test_a_survivor_nobody_knows_is_used_without_attributes(tables: Maker) -> None:
    people = [contact(merged_into="ghost", persona="boss")]
    found = only(tables(world([message("a", 0)], contacts=people))["conversations"])
    assert (found["contact_id"], found["persona"], found["is_regulated"]) == ("ghost", None, False)


def test_a_message_after_as_of_is_hidden_and_counted(tables: Maker) -> None:
    variables = {"as_of": "2024-01-01 10:00:00"}
    rows = [message("a", 1), message("b", HOUR + MICROSECOND), message("c", 0, loaded_at=at(2))]
    built = tables(world(rows, variables=variables))
    assert only(built["conversations"])["first_message_id"] == "a"
    assert only(built["staging_set_aside"], reason="after_as_of")["row_count"] == 2
    assert only(built["clocks"])["as_of"] == at(1)


def test_a_time_out_of_the_plausible_span_is_set_aside_or_null(tables: Maker) -> None:
    first, last = datetime(1990, 1, 1), datetime(2099, 12, 31, 23, 59, 59, 999999)
    dates = {"a": datetime(1, 1, 1), "b": first - MICROSECOND, "c": first, "d": last, "e": last + MICROSECOND}
    rows = [message(name, when) for name, when in dates.items()] + [message("f", 0, loaded_at=datetime(9999, 12, 31))]
    built = tables(world(rows, contacts=[contact(created_at=datetime(1, 1, 1))]))
    assert sorted(row["message_id"] for row in built["stg_messages"]) == ["c", "d", "f"]
    assert only(built["staging_set_aside"], input="messages", reason="implausible_time")["row_count"] == 3
    assert only(built["stg_messages"], message_id="f")["loaded_at"] is None
    assert only(built["stg_contacts"])["created_at"] is None


def test_a_number_that_no_sum_could_hold_is_null(tables: Maker) -> None:
    amounts = {"d1": 1e300, "d2": -1e300, "d3": 1e15, "d4": 1e15 + 1}
    deals = [deal(deal_id, amount=amount) for deal_id, amount in amounts.items()]
    rows = [message("a", 0, talk_seconds=1e18), message("b", 1, talk_seconds=1e15, cost=1.7e308)]
    built = tables(world(rows, [won(2, each) for each in amounts], deals=deals, until=99))
    assert {row["deal_id"]: row["amount"] for row in built["stg_deals"]} == {
        "d1": None,
        "d2": None,
        "d3": 1e15,
        "d4": None,
    }
    assert {row["talk_seconds"] for row in built["stg_messages"]} == {None, 1e15}
    assert whole(built)["amount"] == 1e15


def test_a_rep_valid_to_the_year_9999_goes_on(tables: Maker) -> None:
    reps = [
        {
            "rep_id": "r1",
            "valid_from": datetime(1, 1, 1),
            "valid_to": datetime(9999, 12, 31),
            "role": "sales",
            "team": "x",
        }
    ]
    rows = [message("a", 0), from_rep("b", 1)]
    found = only(tables(world(rows, reps=reps))["conversations"])
    assert (found["sales_handled_at"], found["owner_team"]) == (at(1), "x")


def test_as_of_not_given_is_the_latest_time_of_messages_and_stages(tables: Maker) -> None:
    rows = [message("a", 0, loaded_at=at(3)), message("b", 9, direction="sideways")]
    built = tables(world(rows, [won(2)], contacts=[contact(loaded_at=at(4))]))
    assert only(built["clocks"])["as_of"] == at(3)
    assert built["stg_contacts"] == []


def test_rows_without_a_required_value_or_a_known_direction_are_counted(tables: Maker) -> None:
    rows = [
        message("a", 0),
        message("b", 0, contact_id="  "),
        {**message("c", 0), "sent_at": "2024-02-30 10:00:00"},
        message("d", 0, direction="sideways"),
        message("e", 0, direction=" INBOUND "),
    ]
    built = tables(world(rows))
    counts = {row["reason"]: row["row_count"] for row in built["staging_set_aside"]}
    assert counts == {"missing_required": 2, "unknown_direction": 1}
    assert {row["message_id"] for row in built["stg_messages"]} == {"a", "e"}


def test_of_repeated_keys_the_last_loaded_is_kept_and_then_the_greatest(tables: Maker) -> None:
    people = [
        contact(persona="old", loaded_at=at(1)),
        contact(persona="new", loaded_at=at(2)),
        contact(persona="unloaded"),
        contact("bob", persona="a", source="x"),
        contact("bob", persona="b"),
        contact("bob"),
    ]
    built = tables(world([message("a", 5)], contacts=people))
    assert only(built["stg_contacts"], contact_id="ann")["persona"] == "new"
    assert only(built["stg_contacts"], contact_id="bob")["persona"] == "b"
    assert only(built["staging_set_aside"], input="contacts")["row_count"] == 4


def test_the_earliest_assignment_of_an_experiment_counts(tables: Maker) -> None:
    rows = [
        {"contact_id": "ann", "experiment": "tone", "variant": "b", "assigned_at": at(1), "loaded_at": at(2)},
        {"contact_id": "ann", "experiment": "tone", "variant": "a", "assigned_at": at(0)},
    ]
    built = tables(world([message("a", 5)], experiment_assignments=rows))
    assert only(built["stg_experiment_assignments"])["variant"] == "a"


def test_a_null_persona_is_unknown_in_its_cohort(tables: Maker) -> None:
    metric = {"cohorts": {"grains": ["day"], "by": [["persona"]]}}
    built = tables(world([message("a", 0)], metric=metric, contacts=[contact(persona=" ")]))
    found = only(built["cohort_rates"], cohort_grain="all")
    assert (found["persona"], found["cohort_by"], found["channel"]) == ("unknown", "persona", None)


def test_a_body_of_64_kilobytes_is_read_whole(tables: Maker) -> None:
    built = tables(world([from_rep("a", 0, body="x" * 65_000 + " out of office " + "y" * 521), message("b", 1)]))
    assert only(built["conversation_messages"], message_id="a")["non_reply_kind"] == "autoresponder"
    assert only(built["conversations"])["two_way_at"] is None


def test_emoji_and_names_from_right_to_left_are_kept_as_they_are(tables: Maker) -> None:
    people = [contact(FAMILY, persona=HEBREW)]
    found = only(tables(world([message("💬", 0, contact_id=FAMILY)], contacts=people))["conversations"])
    assert (found["contact_id"], found["persona"], found["first_message_id"]) == (FAMILY, HEBREW, "💬")


def test_ids_that_tie_are_ordered_by_their_bytes(tables: Maker) -> None:
    """U+FF5E sorts before U+1F600 by UTF-8 bytes and after it by UTF-16 units."""
    rows = [message("😀", 0), message("～", 0), message("z", 0)]
    assert only(tables(world(rows[:2]))["conversations"])["first_message_id"] == "～"
    assert only(tables(world(rows))["conversations"])["first_message_id"] == "z"


def test_a_quote_in_an_id_is_only_a_character(tables: Maker) -> None:
    name = "O'Brien\"; --"
    built = tables(
        world(
            [message("it's", 0, contact_id=name)],
            [won(1, "d'1")],
            contacts=[contact(name)],
            deals=[deal("d'1", contact_id=name)],
            until=99,
        )
    )
    assert only(built["attributed_outcomes"])["credit"] == 1.0
    assert only(built["conversations"])["contact_id"] == name


def test_inputs_without_rows_give_empty_tables(tables: Maker) -> None:
    built = tables(world([], contacts=[], deals=[]))
    assert only(built["clocks"])["as_of"] is None
    for name in ("stg_messages", "conversations", "waits", "outcomes", "metric_conversations", "period_rates"):
        assert built[name] == []


def test_times_may_name_a_zone(tables: Maker) -> None:
    rows = [
        {**message("a", 0), "sent_at": "2024-01-01T10:00:00+01:00"},
        {**message("b", 0), "sent_at": "2024-01-01 09:00:00Z"},
        {**message("c", 0), "sent_at": "2024-01-01T09:00:00.000000"},
    ]
    built = tables(world(rows))
    assert {row["sent_at"] for row in built["stg_messages"]} == {at(0)}


def test_typed_tables_and_tables_of_strings_read_alike(tables: Maker) -> None:
    text = world([message("a", 0, talk_seconds=1.5, channel="voice")], [won(1)], until=99)
    typed: World = replace(text, typed=True)
    one, other = tables(text), tables(typed)
    for name in ("stg_messages", "stg_deal_stages", "conversations", "cohort_rates"):
        assert one[name] == other[name] != []
