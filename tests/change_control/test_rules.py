"""The rules of the check that need no SQL: owners, reviews, gaps, active versions, locks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from convsql.base.errors import ConvsqlError, Where
from convsql.change_control.rules import of_definitions, of_lock
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.versions import Defined, by_key, current_versions

TODAY = date(2026, 6, 30)


def version(number: int = 1, **more: Any) -> Defined:
    item = {
        "name": "won",
        "version": number,
        "outcome": "closed_won",
        "window_days": 30,
        "owner": "revops",
        "description": "Deals.",
        **more,
    }
    return Defined(MetricDefinition.model_validate(item), Where("vars.yml", number), item)


def broken(*versions: Defined) -> list[str]:
    """The rules that these definitions break, as `rule metric`."""
    return [f"{f.rule} {f.metric}" for f in of_definitions(list(versions), TODAY)]


def test_a_whole_definition_breaks_no_rule() -> None:
    assert broken(version()) == []


@pytest.mark.parametrize("key", ["owner", "description"])
@pytest.mark.parametrize("value", [None, "  "])
def test_every_version_has_an_owner_and_a_description(key: str, value: str | None) -> None:
    assert broken(version(**{key: value})) == [f"{key} won@1"]


def test_a_review_is_due_on_its_day_and_overdue_after_it() -> None:
    assert broken(version(review_by="2026-06-30")) == []
    assert broken(version(review_by="2026-06-29")) == ["review_overdue won@1"]
    assert broken(version(review_by="2026-06-29", status="deprecated")) == []


def test_versions_are_numbered_without_a_gap() -> None:
    old = version(1, status="deprecated")
    assert broken(old, version(2)) == []
    assert broken(old, version(3)) == ["version_gap won@3"]
    assert broken(version(2)) == ["version_gap won@2"]


def test_two_active_versions_say_from_when() -> None:
    assert broken(version(1), version(2)) == ["effective_from won@2"]
    assert broken(version(1, effective_from="2026-01-01"), version(2)) == ["effective_from won@2"]
    assert broken(version(1, effective_from="2026-01-01"), version(2, effective_from="2026-07-01")) == []
    assert broken(version(1, effective_from="2026-01-01"), version(2, effective_from="2026-01-01")) == [
        "effective_from won@2"
    ]


def test_a_draft_needs_no_lock_and_a_released_version_does() -> None:
    known = [version(1, status="deprecated"), version(2), version(3, status="draft")]
    assert [(f.rule, f.metric) for f in of_lock(known, {})] == [("unlocked", "won@1"), ("unlocked", "won@2")]


def test_a_bare_name_is_the_active_version_of_the_day() -> None:
    versions = [version(1, effective_from="2026-01-01"), version(2, effective_from="2026-07-01")]
    assert by_key(versions, "won", TODAY).key == "won@1"
    assert by_key(versions, "won", date(2026, 7, 1)).key == "won@2"
    assert by_key(versions, "won@2", TODAY).key == by_key(versions, "won@v2", TODAY).key == "won@2"
    assert current_versions([version(1, status="draft").definition], TODAY) == set()


@pytest.mark.parametrize(
    ("key", "reason", "hint"),
    [
        ("wom", "no metric 'wom'", "did you mean 'won'?"),
        ("won@7", "metric 'won' has no version 7", "there are won@1 (active)"),
        ("won@x", "'won@x' names no metric version", "write metric@version, such as won@1"),
    ],
)
def test_a_name_that_nothing_has_is_an_error(key: str, reason: str, hint: str) -> None:
    with pytest.raises(ConvsqlError) as raised:
        by_key([version()], key, TODAY)
    assert (raised.value.reason, raised.value.hint) == (reason, hint)
