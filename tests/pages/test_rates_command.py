"""`convsql rates`: what it shows is what is published, for people and for machines."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

import convsql as convsql_api
from convsql.rates.question import MEASURES, Question, clocks_sql
from convsql.rates.terminal import WIDTH, bar
from convsql.rates.words import period_name, why_open
from tests.support import convsql
from tests.support.root import ROOT

METRIC = "conversation_to_opportunity"


def rates(project: Path, *arguments: str, code: int = 0) -> str:
    done = convsql("rates", *arguments, "--project-dir", str(project))
    assert done.code == code, done.err
    return done.out or done.err


def test_every_cohort_has_a_line_with_its_rate_counts_and_completeness(demo_project: Path) -> None:
    text = rates(demo_project, METRIC)
    with duckdb.connect(str(demo_project / "convsql.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select strftime(cohort_period, '%Y-%m'), matured_converted, matured, conversion_rate, is_complete from current_rates"
            f" where metric = '{METRIC}' and cohort_grain = 'month' and cohort_by = 'all'"
        ).fetchall()
        ((as_of,),) = connection.execute("select as_of from clocks").fetchall()
    assert len(rows) > 10
    lines = {line.split()[0]: line for line in text.splitlines() if line.strip()}
    for month, converted, matured, rate, is_complete in rows:
        assert f"{converted:,} / {matured:,}" in lines[month]
        assert rate is None or f"{rate * 100:.1f}%" in lines[month]
        assert ("complete" in lines[month]) == is_complete
    assert f"{METRIC}@2  as of {as_of:%Y-%m-%d %H:%M} UTC" in text


def test_cohorts_are_cut_as_asked_and_named(demo_project: Path) -> None:
    text = rates(demo_project, METRIC, "--by", "persona,industry", "--grain", "all")
    assert "industry" in text
    assert "all time" in text
    only = rates(demo_project, METRIC, "--by", "channel", "--last", "2")
    assert len({line.split()[0] for line in only.splitlines() if re.match(r" ?20\d\d-", line)}) == 2
    assert f"{METRIC}@1" in rates(demo_project, f"{METRIC}@1")
    assert f"{METRIC}@1" in rates(demo_project, METRIC, "--metric-version", "1")


def test_machines_get_every_measure(demo_project: Path) -> None:
    done = convsql("rates", METRIC, "--by", "channel", "--json", "--project-dir", str(demo_project)).json
    assert (done["metric"], done["metric_version"], done["by"], done["grain"]) == (METRIC, 2, ["channel"], "month")
    assert set(MEASURES) < set(done["rows"][0])
    assert done["as_of"] == done["rows"][0]["as_of"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no metric is named\n  hint: there are call_to_demo, conversation_to_meeting, "),
        (("conversion_to_opportunity",), "did you mean 'conversation_to_opportunity'?"),
        ((METRIC, "--by", "chanel"), "did you mean 'channel'?"),
        ((METRIC, "--grain", "weak"), "did you mean 'week'?"),
    ],
)
def test_a_wrong_name_is_answered(demo_project: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in rates(demo_project, *arguments, code=2)


def test_a_bar_ends_where_the_interval_ends() -> None:
    row = {"rate_low": 0.1, "conversion_rate": 0.2, "rate_high": 0.4, "projected_rate": 0.2}
    assert bar(row, 0.4) == "█" * (WIDTH // 4) + "▓" * (WIDTH // 4) + "░" * (WIDTH // 2)
    assert bar({**row, "conversion_rate": None}, 0.4) == "·" * (WIDTH // 2)
    nothing = {"rate_low": 0.0, "conversion_rate": 0.0, "rate_high": 0.0, "projected_rate": None}
    assert bar(nothing, 0.0) == bar({**nothing, "conversion_rate": None}, 0.0) == ""


def test_periods_have_names() -> None:
    from datetime import date

    day = date(2026, 8, 10)
    assert [period_name(day, g) for g in ("day", "week", "month", "quarter", "year")] == [
        "2026-08-10", "2026-08-10", "2026-08", "2026-Q3", "2026",
    ]  # fmt: skip


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1", "FORCE_COLOR": ""}])
def test_nothing_is_coloured_when_piped(demo_project: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "convsql", "rates", METRIC, "--project-dir", str(demo_project)]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}, capture_output=True, check=True
    )
    assert b"\x1b" not in done.stdout + done.stderr
    assert METRIC.encode() in done.stdout


def test_a_period_that_is_not_over_is_named_with_the_input_that_lags(demo_project: Path) -> None:
    def row(month: int, is_complete: bool, pending: int = 0) -> dict[str, object]:
        return {
            "cohort_grain": "month",
            "cohort_period": date(2026, month, 1),
            "is_complete": is_complete,
            "eligible": 9,
            "pending": pending,
        }

    with convsql_api.Project(demo_project).published() as published:
        clocks = published.ask(clocks_sql(Question("qualified_to_won", 1, 90.0), published.name))
        latest = published.ask(f"select max(entered_at) as at from {published.name('stg_deal_stages')}")[0]["at"]
    assert {c["input"] for c in clocks} == {"messages", "deal_stages"}
    assert next(c["latest_at"] for c in clocks if c["input"] == "deal_stages") >= latest
    lagging = [
        {"input": "deal_stages", "latest_at": datetime(2026, 9, 12, 8)},
        {"input": "messages", "latest_at": datetime(2026, 9, 30)},
    ]
    said = why_open([row(8, True), row(9, False)], lagging)
    assert said.startswith("2026-09: not over for this metric")
    assert said.endswith("deal_stages to 2026-09-12 08:00 and messages to 2026-09-30 00:00.")
    assert why_open([row(8, True), row(9, False, pending=3)], lagging) == ""
