"""Edges of a metric's versions: which one is the metric, and when one stops."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.spec.edges.conftest import Maker
from tests.spec.edges.small_worlds import METRIC, MICROSECOND, at, message, won, world
from tests.spec.reference.columns import Row, Rows

TODAY = date(2024, 1, 5)  # of the clock, in all worlds here
BELOW = (
    "metric_conversations",
    "attributed_outcomes",
    "metric_cuts",
    "cohort_sets",
    "cohort_cells",
    "cohort_members",
    "cohort_rates",
    "period_rates",
)


def versions(*found: Row, **variables: Any) -> Any:
    """A world with these versions of a metric, numbered from 1, and an outcome; the clock stands at 15:00 of Friday."""
    metrics = [{**METRIC, "version": number, **each} for number, each in enumerate(found, 1)]
    return world([message("a", 0)], [won(1)], until=102, variables={"conversion_metrics": metrics, **variables})


def current(rows: Rows) -> list[int]:
    return [row["metric_version"] for row in rows if row["is_current"]]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([{}], [1]),
        pytest.param([{}, {}], [2], marks=pytest.mark.slow),
        pytest.param([{}, {"status": "draft"}], [1], marks=pytest.mark.slow),
        ([{"status": "draft"}, {"status": "deprecated"}], []),
        ([{}, {"effective_from": TODAY}], [2]),
        ([{}, {"effective_from": date(2024, 1, 6)}], [1]),
        pytest.param([{"effective_from": date(2024, 1, 6)}], [], marks=pytest.mark.slow),
        ([{"effective_from": TODAY}, {"effective_from": TODAY}], [2]),
        pytest.param([{"effective_from": TODAY}, {"effective_from": date(2024, 1, 4)}], [1], marks=pytest.mark.slow),
        pytest.param([{"effective_from": date(1990, 1, 1)}, {}], [1], marks=pytest.mark.slow),
    ],
)
def test_the_metric_is_the_active_version_in_force_last(found: Rows, wanted: list[int], tables: Maker) -> None:
    built = tables(versions(*found))
    assert current(built["metric_definitions"]) == wanted
    assert {row["metric_version"] for row in built["current_rates"]} == set(wanted)
    assert {row["metric_version"] for row in built["cohort_rates"]} == set(range(1, len(found) + 1))


def test_a_version_comes_into_force_at_midnight_of_the_zone(tables: Maker) -> None:
    found = ({}, {"effective_from": "2024-01-06"})
    midnight = at(110)  # 23:00 UTC of Friday
    for zone, clock, wanted in (
        ("UTC", midnight, [1]),
        ("Europe/Amsterdam", midnight, [2]),
        ("Europe/Amsterdam", midnight - MICROSECOND, [1]),
    ):
        variables = {"timezone": zone, "as_of": clock.isoformat(sep=" ")}
        assert current(tables(versions(*found, **variables))["metric_definitions"]) == wanted


@pytest.mark.parametrize(("retired_on", "is_retired"), [("2024-01-04", True), ("2024-01-05", False), (None, False)])
def test_a_version_stops_after_the_day_it_is_retired_on(
    retired_on: str | None, is_retired: bool, tables: Maker
) -> None:
    built = tables(versions({"status": "deprecated", "retired_on": retired_on}, {}))
    retired = {row["metric_version"]: row["is_retired"] for row in built["metric_definitions"]}
    assert retired == {1: is_retired, 2: False}
    for name in ("metric_conversations", "attributed_outcomes", "cohort_rates", "period_rates"):
        assert {row["metric_version"] for row in built[name]} == ({2} if is_retired else {1, 2}), name


@pytest.mark.slow
def test_a_retired_version_has_rows_in_no_table(made: Maker) -> None:
    """Not even of conversations below its kind; nor are there any when it is the only one."""
    retired = {"status": "deprecated", "retired_on": "2024-01-04", "kind": "two_way"}
    built = made(versions(retired, {}))
    assert {name: {row["metric_version"] for row in built[name]} for name in BELOW} == {name: {2} for name in BELOW}
    alone = made(versions(retired))
    assert {name: alone[name] for name in BELOW} == {name: [] for name in BELOW}
    assert len(alone["metric_definitions"]) == 1


@pytest.mark.slow
def test_versions_over_the_same_conversations_do_not_touch_each_other(tables: Maker) -> None:
    both = tables(versions({"window_days": 1}, {"window_days": 0.01, "kind": "reached"}))
    for number, each in ((1, {"window_days": 1}), (2, {"window_days": 0.01, "kind": "reached", "version": 2})):
        alone = tables(versions(each))
        for name in ("metric_conversations", "cohort_rates", "period_rates"):
            beside = [row for row in both[name] if row["metric_version"] == number]
            assert alone[name]
            assert sorted(map(repr, beside)) == sorted(map(repr, alone[name])), name
