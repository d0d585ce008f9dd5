"""`metrics diff m@1 m@2` over nine conversations whose figures are worked out in tests/diff/project.py."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.diff.project import VERSION_1, VERSION_2, Repository, moves, total


@pytest.fixture
def found(repository: Repository) -> Any:
    return repository.json("sms_to_won@1", "sms_to_won@2")


def test_every_conversation_moves_as_worked_out_by_hand(found: Any) -> None:
    cells = {(m["from"], m["to"]): m["conversations"] for m in total(found)["matrix"]}
    assert cells == {
        ("converted", "converted"): 2,  # ann's
        ("not_converted", "converted"): 1,  # ben
        ("converted", "excluded: channel"): 1,  # cat
        ("not_converted", "excluded: channel"): 1,  # dan
        ("not_converted", "not_converted"): 2,  # eve, fay
        ("not_converted", "pending"): 1,  # gil
        ("converted", "converted, window open"): 1,  # hal
    }


def test_the_change_of_each_rate_is_split_as_worked_out_by_hand(found: Any) -> None:
    start, fewer, later, last = Fraction(4, 9), Fraction(3, 7), Fraction(3, 5), Fraction(2, 5)
    assert total(found)["conversion_rate"] == {
        "before": float(start),
        "after": float(later),
        "change": float(later - start),
        "parts": {"data": 0, "eligibility": float(fewer - start), "outcome": float(later - fewer), "attribution": 0},
    }
    assert total(found)["credited_rate"] == {
        "before": float(start),
        "after": float(last),
        "change": float(last - start),
        "parts": {
            "data": 0,
            "eligibility": float(fewer - start),
            "outcome": float(later - fewer),
            "attribution": float(last - later),
        },
    }


@pytest.mark.slow
def test_cohorts_are_months_unless_asked_otherwise(repository: Repository, found: Any) -> None:
    def names(document: Any) -> list[Any]:
        return [c["cohort"] for c in document["metrics"][0]["cohorts"]]

    def asked(*arguments: str) -> list[Any]:
        return names(repository.json("sms_to_won@1", "sms_to_won@2", *arguments))

    assert names(found) == [{"period": p} for p in ("2024-01-01", "2024-02-01", "2024-03-01")]
    assert asked("--grain", "quarter") == [{"period": "2024-01-01"}]
    assert asked("--grain", "all") == []
    assert asked("--grain", "all", "--by", "channel") == [{"channel": "chat"}, {"channel": "sms"}]
    assert {"period": "2024-01-01", "channel": "chat", "handled_by": "none"} in asked("--by", "channel,handled_by")


def test_a_cohort_in_which_nothing_happened_says_so(found: Any) -> None:
    january, february, march = found["metrics"][0]["cohorts"]
    assert [c["has_moved"] for c in (january, february, march)] == [True, False, True]
    assert march["conversion_rate"]["before"] == 0.5
    assert march["conversion_rate"]["after"] is None  # nothing of it is matured any more
    assert set(march["conversion_rate"]["parts"].values()) == {None}


@pytest.mark.slow
def test_examples_are_the_first_conversations_of_each_move(repository: Repository, found: Any) -> None:
    ids = {
        row[0]: row[1]
        for row in repository.query(
            "select distinct contact_id, min(conversation_id) from _convsql_data."
            + repository.query(
                "select table_name from duckdb_tables() where table_name like 'conversations\\_\\_%' escape '\\'"
            )[0][0]
            + " group by 1"
        )
    }
    (ben,) = (e for e in found["metrics"][0]["examples"] if (e["from"], e["to"]) == ("not_converted", "converted"))
    assert ben == {
        "from": "not_converted",
        "to": "converted",
        "conversation_id": ids["ben"],
        "contact_id": "ben",
        "anchor_before": "2024-01-01T09:00:00",
        "anchor_after": "2024-01-01T09:00:00",
        "credit_before": 0.0,
        "credit_after": 1.0,
    }
    (ann,) = {e["contact_id"] for e in found["metrics"][0]["examples"] if e["from"] == e["to"]}
    assert ann == "ann"  # credit moved between her two conversations, and nothing else


@pytest.mark.slow
def test_another_attribution_alone_moves_credit_and_no_conversion(repository: Repository) -> None:
    repository.metrics(VERSION_1, {**VERSION_1, "version": 2, "attribution": "last_touch"})
    found = repository.json("sms_to_won@1", "sms_to_won@2", "--exit-code", code=1)
    assert moves(total(found)) == {}
    assert total(found)["credit_moved"] == 2
    assert total(found)["conversion_rate"]["change"] == 0
    assert total(found)["credited_rate"]["parts"] == {
        "data": 0,
        "eligibility": 0,
        "outcome": 0,
        "attribution": float(Fraction(3, 9) - Fraction(4, 9)),
    }


@pytest.mark.slow
def test_a_half_life_so_short_that_credit_vanishes_is_seen_through(repository: Repository) -> None:
    """Who is credited under the rule of before is computed from ages, and not taken to be everybody."""
    fading = {**VERSION_1, "attribution": "time_decay", "half_life_days": 0.001}
    repository.metrics(fading, {**VERSION_1, "version": 2, "window_days": 14})
    rate = total(repository.json("sms_to_won@1", "sms_to_won@2"))["credited_rate"]
    # ann's older conversation holds nothing before; what ben's longer window adds is seen under the same rule
    path = [Fraction(3, 9), Fraction(3, 7), Fraction(4, 7)]
    assert rate["parts"] == {
        "data": 0,
        "eligibility": 0,
        "outcome": float(path[1] - path[0]),
        "attribution": float(path[2] - path[1]),
    }


def test_a_version_compared_with_itself_does_not_move(repository: Repository) -> None:
    found = repository.json("sms_to_won@2", "sms_to_won", "--exit-code")
    assert (found["status"], found["has_moved"], moves(total(found))) == ("unmoved", False, {})


def test_the_definition_is_compared_key_by_key(found: Any) -> None:
    assert {d["key"]: (d["before"], d["after"]) for d in found["metrics"][0]["definition"]} == {
        "window_days": (VERSION_1["window_days"], VERSION_2["window_days"]),
        "attribution": ("linear", VERSION_2["attribution"]),
        "eligible.channels": (None, VERSION_2["eligible"]["channels"]),
    }


def test_nothing_is_built_a_second_time(repository: Repository, found: Any) -> None:
    again = repository.json("sms_to_won@1", "sms_to_won@2")["relations"]
    assert (
        again["built_for_both"] == again["built_for_base"] == again["built_for_working_tree"] == again["changed"] == []
    )
    assert "metric_conversations" in again["shared"]
