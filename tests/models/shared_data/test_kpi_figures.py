"""The tables of waits have, on real inputs, the figures that their pages give of first responses and waits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.models.shared_data.conftest import Built


def _response(built: Built, measure: str) -> dict[str, Any]:
    return built.one(
        "select * from response_kpis where period_grain = 'all' and cut_by = 'all' and responder = 'human' and measure = $1",
        measure,
    )


def test_first_responses_have_the_expected_mean_median_and_p90(built: Built) -> None:
    wanted = built.expected["summary"][built.variant]
    row = _response(built, "first_response")
    assert row["conversations"] == wanted["with_wait"]
    assert row["answered"] == wanted["answered"]
    for column, key in (("mean_seconds", "mean"), ("median_seconds", "median"), ("p90_seconds", "p90")):
        assert row[column] == pytest.approx(wanted["first_response_seconds"][key], abs=6e-7)
    average = _response(built, "average_response")["mean_seconds"]
    assert average == pytest.approx(wanted["average_response_seconds_mean"], abs=1.1e-6)


def test_every_wait_is_in_one_hour_of_the_week(built: Built) -> None:
    wanted = built.expected["summary"][built.variant]
    found = built.one(
        "select sum(waits)::int as waits, sum(answered)::int as closed, sum(waiting)::int as open from wait_hotspots where period_grain = 'all' and topic is null"
    )
    assert found == {"waits": wanted["waits"], "closed": wanted["closed_waits"], "open": wanted["open_waits"]}


def test_promises_of_so_many_minutes_are_kept_as_often_as_expected(built: Built) -> None:
    if "answered_within" not in built.expected or built.variant != "default":
        pytest.skip("this data set's page gives no limits")
    for target, wanted in built.expected["answered_within"].items():
        row = built.one(
            "select * from sla_compliance where target = $1 and period_grain = 'all' and cut_by = 'all'", target
        )
        assert (row["in_time"], row["due"]) == (wanted, built.expected["summary"][built.variant]["with_wait"])
