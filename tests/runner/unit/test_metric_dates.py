"""The dates of a metric version: what is a date, and what is said of one that is none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from convsql.definitions.metric_schema import MetricDefinition
from tests.spec.properties.harness import templates
from tests.spec.reference.columns import Row

DATES = ("effective_from", "retired_on", "review_by")
NO_DAYS: tuple[Any, ...] = (
    "2026-02-29", "2100-02-29", "2026-04-31", "2026-00-10", "2026-13-01", "2026-01-00", "2026-01-32", "0000-01-01", "2026-1-1",
    "20260101", "2026-01-01 ", " 2026-01-01", "2026-01-01T00:00:00", "01-01-2026", "2026/01/01", "-026-01-01", "٢٠٢٦-٠١-٠١", "soon",
    "", 20260101, 2026.5, True, datetime(2026, 1, 1), datetime(2026, 1, 1, 12),
)  # fmt: skip


def metric(**changes: Any) -> Row:
    return {"name": "m", "version": 3, "outcome": "won", "window_days": 1, "status": "deprecated", **changes}


def by_macro(found: Row) -> Row:
    """The definition as models see it."""
    macros = templates()
    macros.compile({"conversion_metrics": [found]}, ())
    (read,) = macros.call("conversion_metrics")
    return dict(read)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.dates())
def test_a_date_and_its_text_are_the_same_day(day: date) -> None:
    for value in (day, day.isoformat()):
        found = metric(**dict.fromkeys(DATES, value))
        read = MetricDefinition.model_validate(found)
        assert [getattr(read, name) for name in DATES] == [day] * 3
        assert [by_macro(found)[name] for name in DATES] == [day.isoformat()] * 3


@pytest.mark.parametrize("value", NO_DAYS, ids=repr)
@pytest.mark.parametrize("name", DATES)
def test_what_is_no_day_is_an_error_that_names_the_field(name: str, value: Any) -> None:
    with pytest.raises(ValidationError, match="must be a day of the calendar, written YYYY-MM-DD") as refused:
        MetricDefinition.model_validate(metric(**{name: value}))
    assert refused.value.errors()[0]["loc"] == (name,)
    with pytest.raises(ValueError, match=rf"metric m v3: {name} `.*` is no date"):
        by_macro(metric(**{name: value}))


@pytest.mark.parametrize("name", DATES)
def test_no_date_is_no_date(name: str) -> None:
    assert getattr(MetricDefinition.model_validate(metric(**{name: None})), name) is None
    assert by_macro(metric(**{name: None}))[name] is None


@pytest.mark.parametrize("status", ["draft", "active", None])
def test_only_a_deprecated_version_is_retired(status: str | None) -> None:
    found = metric(retired_on="2026-01-01")
    if status is None:
        del found["status"]
    else:
        found["status"] = status
    with pytest.raises(ValidationError, match="only a version with status deprecated can be retired"):
        MetricDefinition.model_validate(found)
    with pytest.raises(ValueError, match=r"metric m v3: retired_on is for status deprecated, and it is (draft|active)"):
        by_macro(found)


def test_every_key_says_what_it_means() -> None:
    schema = MetricDefinition.model_json_schema()
    blocks = [schema, *schema["$defs"].values()]
    assert len(blocks) == 3
    silent = [name for block in blocks for name, key in block["properties"].items() if not key.get("description")]
    assert silent == []
