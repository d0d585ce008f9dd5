"""What the demo's generator put in, the tables that compare rates tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.properties.harness import seed_columns, templates
from tests.properties.templates import ROOT

TABLES = ("rate_changes", "standardised_rates", "experiment_results", "funnel_rates", "rate_alerts", "benchmark_gaps", "window_sensitivity")  # fmt: skip
BOTS_BEGIN = date(2026, 4, 1)


@pytest.fixture(scope="module")
def built(demo_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demo's tables, with the variables that ship."""
    variables = yaml.safe_load((ROOT / "vars.yml").read_text(encoding="utf-8"))["vars"]
    with duckdb.connect(config={"threads": 2}) as engine:
        engine.execute("set TimeZone = 'UTC'")
        engine.execute("create schema raw")
        for file in demo_folder.glob("*.parquet"):
            engine.execute(f"create view raw.{file.stem} as select * from '{file}'")
        for name, types in seed_columns().items():
            columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
            engine.execute(f"create table {name} as from read_csv('{ROOT}/seeds/{name}.csv', header = true, columns = {{{columns}}})")  # fmt: skip
        for name, sql in templates().compile(variables, TABLES):
            engine.execute(f"create table {name} as {sql}")
        yield engine


def rows(built: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    relation = built.execute(sql)
    names = [each[0] for each in relation.description]
    return [dict(zip(names, values, strict=True)) for values in relation.fetchall()]


def test_when_bots_came_another_mix_of_channels_was_the_whole_fall(built: duckdb.DuckDBPyConnection) -> None:
    """Bots took the chats, which convert best, out of what reps handle: the rate fell, the work did not get worse."""
    changes = rows(built, f"from rate_changes where metric = 'conversation_to_opportunity' and cohort_grain = 'month' and cohort_period = date '{BOTS_BEGIN}'")  # fmt: skip
    assert len(changes) == 2
    for row in changes:
        assert row["mix_effect"] < 5 * -abs(row["rate_effect"])
        assert row["rate_effect_low"] < 0 < row["rate_effect_high"]


def test_a_new_version_is_told_from_better_work(built: duckdb.DuckDBPyConnection) -> None:
    changes = rows(built, "from rate_changes where metric = 'conversation_to_opportunity' and metric_version = 2 and cohort_grain = 'month'")  # fmt: skip
    assert len(changes) >= 9
    assert all(row["definition_effect"] > 0.04 for row in changes)


def test_too_few_of_those_that_qualify_book_a_meeting(built: duckdb.DuckDBPyConnection) -> None:
    bottleneck = rows(built, "select step from funnel_rates where cohort_by = 'all' and cohort_grain = 'all' and is_benchmark_bottleneck")  # fmt: skip
    assert bottleneck == [{"step": "meeting"}]


def test_since_the_bots_fewer_conversations_get_to_a_rep(built: duckdb.DuckDBPyConnection) -> None:
    steps = rows(built, f"from funnel_rates where cohort_by = 'all' and cohort_grain = 'month' and step = 'sales_handled' and is_complete and cohort_period >= date '{BOTS_BEGIN}'")  # fmt: skip
    assert len(steps) >= 4
    assert {row["history_verdict"] for row in steps} == {"worse"}


def test_the_shorter_first_line_worked_for_opportunities_and_not_for_meetings(
    built: duckdb.DuckDBPyConnection,
) -> None:
    found = {row["metric"]: row for row in rows(built, "from experiment_results where metric_status = 'active'")}
    assert found["conversation_to_opportunity"]["verdict"] == "better"
    assert found["conversation_to_opportunity"]["difference_low"] > 0
    assert found["conversation_to_meeting"]["verdict"] == "undecided"
    assert not any(row["is_ratio_off"] for row in found.values())
    assert all(row["is_confounded"] for row in found.values()), "bots came in its time"


def test_signals_are_rare(built: duckdb.DuckDBPyConnection) -> None:
    judged = rows(built, "from rate_alerts where method is not null")
    assert len(judged) > 500
    assert sum(row["is_new_signal"] for row in judged) < 0.02 * len(judged)


def test_a_longer_window_sees_a_third_more_opportunities(built: duckdb.DuckDBPyConnection) -> None:
    """What the change note of version 2 says: a third of the opportunities opened in the third and fourth week."""
    (row,) = rows(built, "from window_sensitivity where metric = 'conversation_to_opportunity' and metric_version = 2 and window_days = 30")  # fmt: skip
    assert 0.25 < row["added_converted"] / row["converted"] < 0.45


def test_leads_are_accepted_more_often_than_what_is_quoted(built: duckdb.DuckDBPyConnection) -> None:
    (row,) = rows(built, "from benchmark_gaps where metric = 'lead_to_sales_accepted' and cohort_grain = 'all'")
    assert row["verdict"] == "above"
