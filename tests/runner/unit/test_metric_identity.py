"""What a version counts is one text, the same from Python and from the package's macro."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convsql.definitions.identity import definition_digest, definition_text
from convsql.definitions.metric_schema import MetricDefinition
from tests.spec.properties.definitions import definition
from tests.spec.properties.harness import templates
from tests.spec.reference.columns import Row

BASE: Row = {
    "name": "m",
    "version": 1,
    "outcome": "won",
    "window_days": 14,
    "eligible": {"channels": ["sms", "chat"], "where": "a = 'x' and b"},
}


def text(**changes: Any) -> str:
    return definition_text(MetricDefinition.model_validate({**BASE, **changes}))


def eligible(**changes: Any) -> Row:
    return {"eligible": {**BASE["eligible"], **changes}}


def by_macro(found: Row) -> str:
    """What the macros make of the definition."""
    macros = templates()
    macros.compile({"conversion_metrics": [found]}, ())
    (metric,) = macros.call("conversion_metrics")
    return str(macros.call("metric_identity", metric))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**9))
def test_the_macro_and_python_write_the_same_text(number: int) -> None:
    found = definition(number)
    before = deepcopy(found)
    assert by_macro(found) == definition_text(MetricDefinition.model_validate(found))
    assert found == before


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "draft"},
        {"status": "deprecated", "retired_on": "2026-01-01"},
        {"owner": "finance", "description": "x", "change_note": "y"},
        {"effective_from": "2026-01-01", "review_by": "2026-01-01"},
        {"strata": ["persona"], "cohorts": {"grains": ["day"], "by": [["channel"]]}},
        {"half_life_days": 3},
        {"kind": "two_way", "anchor": "kind", "unit": "contact", "attribution": "linear", "repeat_outcomes": True},
        {"window_days": 14.0},
        eligible(channels=["chat", " SMS", "sms"]),
        eligible(exclude_dispositions=[]),
        eligible(where="\n a =  'x'\tand\n\n b "),
    ],
    ids=repr,
)
def test_what_changes_nothing_of_what_is_counted_is_no_part_of_it(changes: Row) -> None:
    assert text(**changes) == text()


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "n"},
        {"version": 2},
        {"outcome": "lost"},
        {"window_days": 14.5},
        {"kind": "reached"},
        {"anchor": "start"},
        {"unit": "account"},
        {"attribution": "time_decay"},
        {"repeat_outcomes": False},
        eligible(channels=["sms"]),
        eligible(channels=[]),
        eligible(channels=None),
        eligible(exclude_dispositions=["support"]),
        eligible(handled_by=["human"]),
        eligible(handled_by=[]),
        eligible(where="a = 'X' and b"),
        eligible(where="a = ' x' and b"),
        eligible(where="a ='x' and b"),
        eligible(where=None),
    ],
    ids=repr,
)
def test_what_changes_what_is_counted_changes_the_text_and_the_digest(changes: Row) -> None:
    assert text(**changes) != text()
    changed, base = (MetricDefinition.model_validate({**BASE, **each}) for each in (changes, {}))
    assert definition_digest(changed) != definition_digest(base)


def test_the_half_life_is_part_of_time_decay() -> None:
    assert text(attribution="time_decay", half_life_days=3) != text(attribution="time_decay")


@pytest.mark.parametrize("where", ["a -- b\nc", 'a "b  c"', "a /* b  */", "a $$b  c$$", "a E'\\'  '"])
def test_white_space_that_may_mean_something_is_kept(where: str) -> None:
    assert text(**eligible(where=where)) != text(**eligible(where=where.replace("\n", " ").replace("  ", " ")))
