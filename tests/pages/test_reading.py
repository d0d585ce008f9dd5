"""A definition in plain language: every option that counts shows in it, and nothing else does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest

from convsql.catalogue.reading import reading
from convsql.definitions.metric_schema import Category, MetricDefinition
from convsql.definitions.versions import meaning_of_fields

BASE: Mapping[str, Any] = {"name": "m", "version": 1, "outcome": "opportunity_created", "window_days": 30}


def read(**changes: Any) -> str:
    return reading(MetricDefinition.model_validate({**BASE, **changes}))


def values_of(name: str) -> list[Any]:
    """Every value of an option that has a list of them."""
    return list(get_args(MetricDefinition.model_fields[name].annotation))


OPTIONS: dict[str, list[Mapping[str, Any]]] = {
    **{name: [{name: value} for value in values_of(name)] for name in ("kind", "anchor", "unit", "attribution")},
    "window_days": [{"window_days": days} for days in (1, 14, 30, 0.5)],
    "half_life_days": [{"attribution": "time_decay", "half_life_days": days} for days in (1, 7, 14)],
    "repeat_outcomes": [{"repeat_outcomes": value} for value in (True, False)],
    "outcome": [{"outcome": name} for name in (
        "mql", "sql_accepted", "meeting_booked", "demo_scheduled", "demo_attended", "opportunity_created", "proposal_sent",
        "proposal_signed", "closed_won", "closed_lost", "pilot_started",
    )],
    "channels": [{"eligible": {"channels": c}} for c in (None, [], ["sms"], ["chat", "sms"], ["chat", "sms", "carrier_pigeon"])],
    "handled_by": [{"eligible": {"handled_by": h}} for h in (None, [], ["human"], ["bot"], ["mixed"], ["none"], ["human", "mixed"])],
    "exclude_dispositions": [{"eligible": {"exclude_dispositions": [c]}} for c in get_args(Category)] + [{}],
    "where": [{"eligible": {"where": w}} for w in (None, "not is_regulated", "initiated_by = 'rep'")],
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIONS)
def test_each_value_of_an_option_reads_otherwise(name: str) -> None:
    texts = [read(**changes) for changes in OPTIONS[name]]
    assert len(set(texts)) == len(texts) > 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "other", "version": 4, "status": "draft", "owner": "x", "description": "y", "change_note": "z"},
        {"strata": ["channel"], "cohorts": {"grains": ["week"], "by": [["channel"]]}, "effective_from": "2026-01-01"},
        {"half_life_days": 3},
        {"eligible": {"exclude_dispositions": []}},
    ],
)
def test_what_does_not_count_is_not_in_it(changes: dict[str, Any]) -> None:
    assert read(**changes) == read()


def test_two_definitions_of_one_meaning_read_the_same() -> None:
    same = [
        {"eligible": {"channels": ["sms", "chat"], "where": "a  =   1"}},
        {"eligible": {"channels": ["chat", "SMS ", "sms"], "where": "a = 1"}},
    ]
    assert len({read(**changes) for changes in same}) == 1


def test_every_option_that_counts_is_among_those_tried() -> None:
    counted = {name.removeprefix("eligible.") for name in meaning_of_fields(MetricDefinition.model_validate(BASE))}
    assert counted | {"half_life_days"} == set(OPTIONS)


def test_no_reading_leaves_a_gap_or_a_name_of_the_machine() -> None:
    for name, choices in OPTIONS.items():
        for changes in choices:
            text = read(**changes)
            assert "  " not in text
            assert " ," not in text
            assert text.endswith(".")
            if name != "where":
                assert "_" not in text, text
            assert "None" not in text
            assert "{" not in text


def test_it_reads_as_one_would_say_it() -> None:
    text = read(eligible={"channels": ["sms", "chat"], "exclude_dispositions": ["support"]}, repeat_outcomes=False)
    assert text == (
        "Of the two-way chat and SMS conversations, without those noted as support, without those whose contact had done so before, "
        "the share whose contacts open an opportunity within 30 days of the moment they became two-way. Of each outcome, all such "
        "conversations before it share its credit evenly; that changes nothing of who converted. How a conversation is noted may be "
        "known only later."
    )
    assert json.dumps(text)
