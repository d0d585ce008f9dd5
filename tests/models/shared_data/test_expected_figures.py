"""Published tables of real inputs have the figures that were found for them without SQL."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.models.shared_data.conftest import DIMENSIONS, Built

# In expected.json and no columns of cohort_rates: checked on their own, or parts of a rate there.
_BESIDE = {"with_wait", "abandoned", "is_complete", "is_small"}


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, float) and found is not None:
        decimals = len(repr(wanted).partition(".")[2])  # figures there are rounded
        return bool(found == pytest.approx(wanted, abs=0.6 * 10 ** -max(decimals, 4), rel=1e-9))
    if isinstance(found, datetime | date) and wanted is not None:
        return str(found) == str(wanted)
    return bool(found == wanted)


def _compare(row: dict[str, Any], wanted: dict[str, Any], place: str) -> None:
    different = {
        k: (row[k], v)
        for k, v in wanted.items()
        if k in row
        and k not in _BESIDE - {"is_complete", "is_small"}
        and not isinstance(v, dict | list)
        and not _same(row[k], v)
    }
    assert not different, f"{place}: {different}"


def _metrics(built: Built) -> list[dict[str, Any]]:
    return list(built.expected["metrics"][built.variant])


def test_the_whole_metric_has_the_expected_counts_rates_and_limits(built: Built) -> None:
    for metric in _metrics(built):
        row = built.one(
            "select * from cohort_rates where metric = $1 and metric_version = $2 and cohort_grain = 'all' and cohort_by = 'all'",
            metric["name"],
            metric["version"],
        )
        assert row["cohort_period"] is None
        assert row["is_complete"] is False
        _compare(row, metric, metric["name"])
        assert row["abandonment_rate"] == pytest.approx(metric["abandonment_rate"], abs=6e-7)


def test_each_month_has_the_expected_counts_rates_and_limits(built: Built) -> None:
    for metric in _metrics(built):
        rows = built.rows(
            "select * from cohort_rates where metric = $1 and metric_version = $2 and cohort_grain = 'month' and cohort_by = 'all'",
            metric["name"],
            metric["version"],
        )
        assert {str(r["cohort_period"]) for r in rows} == set(metric["by_month"])
        for row in rows:
            _compare(row, metric["by_month"][str(row["cohort_period"])], f"{metric['name']} {row['cohort_period']}")


def test_each_value_of_a_dimension_has_the_expected_counts(built: Built) -> None:
    for metric in _metrics(built):
        for key, dimension in DIMENSIONS.items():
            if key not in metric:
                continue
            rows = built.rows(
                "select * from cohort_rates where metric = $1 and metric_version = $2 and cohort_grain = 'all' and cohort_by = $3",
                metric["name"],
                metric["version"],
                dimension,
            )
            assert {r[dimension] for r in rows} == set(metric[key])
            for row in rows:
                _compare(row, metric[key][row[dimension]], f"{metric['name']} {row[dimension]}")


def test_period_rates_have_the_expected_credit_and_conversations(built: Built) -> None:
    for metric in _metrics(built):
        rows = built.rows(
            "select * from period_rates where metric = $1 and metric_version = $2 and cohort_grain = 'month' and cohort_by = 'all'",
            metric["name"],
            metric["version"],
        )
        assert {str(r["cohort_period"]) for r in rows} == set(metric["period_rates"])
        for row in rows:
            wanted = metric["period_rates"][str(row["cohort_period"])]
            assert row["eligible"] == wanted["eligible"]
            assert row["credit"] == pytest.approx(wanted["credit"], abs=6e-7)


def test_the_same_conversations_are_eligible_converted_and_credited(built: Built) -> None:
    for metric in _metrics(built):
        conditions = {
            "md5_eligible": "eligibility = 'eligible'",
            "md5_converted": "status = 'converted'",
            "md5_credited": "conversation_id in (select conversation_id from attributed_outcomes as a where a.credit > 0 "
            "and a.metric = m.metric and a.metric_version = m.metric_version)",
        }
        for key, condition in conditions.items():
            found = built.one(
                f"select md5(string_agg(conversation_id, ',' order by conversation_id)) as digest from metric_conversations as m "
                f"where metric = $1 and metric_version = $2 and {condition}",
                metric["name"],
                metric["version"],
            )
            assert found["digest"] == metric[key], f"{metric['name']} {key}"
        excluded = {
            r["eligibility"]: r["n"]
            for r in built.rows(
                "select eligibility, count(*) as n from metric_conversations where metric = $1 and metric_version = $2 "
                "and eligibility <> 'eligible' group by 1",
                metric["name"],
                metric["version"],
            )
        }
        assert excluded == dict(metric["excluded_by_reason"])
        touches = built.one(
            "select count(*) as n from attributed_outcomes where metric = $1 and metric_version = $2",
            metric["name"],
            metric["version"],
        )
        assert touches["n"] == metric["attributed_outcomes_rows"]


def test_outcomes_are_counted(built: Built) -> None:
    if "outcomes" not in built.expected:
        pytest.skip("this data set's page gives no counts of outcomes")
    found = {r["outcome"]: r["n"] for r in built.rows("select outcome, count(*) as n from outcomes group by 1")}
    assert found == built.expected["outcomes"]


def test_conversations_and_waits_have_the_expected_summary(built: Built) -> None:
    wanted = built.expected["summary"][built.variant]
    found = built.one("""
        select count(*) as conversations, count(reached_at) as reached, count(two_way_at) as two_way,
            count(sales_handled_at) as sales_handled, count(qualified_at) as intent_qualified,
            count(first_response_seconds) as answered, avg(first_response_seconds) as mean,
            percentile_cont(0.5) within group (order by first_response_seconds) as median,
            percentile_cont(0.9) within group (order by first_response_seconds) as p90,
            avg(average_response_seconds) as average_response_seconds_mean,
            max(longest_wait_seconds) as longest_wait_seconds, sum(failed_count) as failed_messages,
            sum(late_disposition_count) as late_dispositions,
            md5(string_agg(conversation_id, ',' order by conversation_id)) as md5_conversation_ids
        from conversations""")
    for key in (
        "conversations",
        "reached",
        "two_way",
        "sales_handled",
        "intent_qualified",
        "answered",
        "failed_messages",
        "late_dispositions",
        "md5_conversation_ids",
        "longest_wait_seconds",
        "average_response_seconds_mean",
    ):
        assert _same(found[key], wanted[key]), key
    for key in ("mean", "median", "p90"):
        assert found[key] == pytest.approx(wanted["first_response_seconds"][key], abs=6e-7)
    waits = built.one("select count(*) as waits, count(closed_at) as closed_waits from waits")
    assert waits == {"waits": wanted["waits"], "closed_waits": wanted["closed_waits"]}
    channels = {r["channel"]: r["n"] for r in built.rows("select channel, count(*) as n from conversations group by 1")}
    assert channels == wanted["by_channel"]
    assert str(built.one("select as_of from clocks")["as_of"]) == wanted["as_of"]
    clocks = {
        r["outcome"]: str(r["complete_at"]) for r in built.rows("select outcome, complete_at from outcome_clocks")
    }
    assert {k: clocks[k] for k in wanted["complete_at"]} == wanted["complete_at"]


def test_response_times_fall_within_the_expected_limits(built: Built) -> None:
    if "answered_within" not in built.expected or built.variant != "default":
        pytest.skip("this data set's page gives no limits")
    for limit, wanted in built.expected["answered_within"].items():
        seconds = 60 * float(limit.removeprefix("sla.").removesuffix("min"))
        found = built.one("select count(*) as n from conversations where first_response_seconds <= $1", seconds)
        assert found["n"] == wanted
