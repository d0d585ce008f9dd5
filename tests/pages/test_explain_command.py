"""`convsql explain`: the conversations behind a published rate are those that it counts, and each says why."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from convsql.base.errors import ConvsqlError
from convsql.rates.members import STATUSES, cuts_of, grain_of_period, period_start
from tests.support import convsql

METRIC = "conversation_to_opportunity"
COUNTS = (
    "conversations below_kind excluded eligible converted pending not_converted matured matured_converted credited"
    " matured_credited"
).split()
ALL_DAYS = {"all": "null", "quarter": "date_trunc('quarter', placed_on)::date"}


def explained(project: Path, *arguments: str) -> Any:
    done = convsql("explain", *arguments, "--json", "--project-dir", str(project))
    assert done.code == 0, done.err
    return done.json


@pytest.mark.slow
def test_sums_of_the_members_are_every_row_of_cohort_rates(demo_project: Path) -> None:
    with duckdb.connect(str(demo_project / "convsql.duckdb"), read_only=True) as connection:
        sets = connection.execute("select distinct cohort_by, cohort_grain from cohort_rates order by all").fetchall()
        assert len(sets) > 5
        for cohort_by, grain in sets:
            names = [] if cohort_by == "all" else cohort_by.split("+")
            period = ALL_DAYS.get(grain, f"date_trunc('{grain}', placed_on)::date")
            columns = ", ".join(["metric", "metric_version", f"{period} as cohort_period", *names])
            counts = ", ".join(f"sum({each})::bigint as {each}" for each in [*COUNTS, "with_wait"])
            rates = ", ".join(["metric", "metric_version", "cohort_period", *names, *COUNTS, "with_wait"])
            published = (
                f"select {rates}, round(credit, 6), round(amount, 4) from cohort_rates"
                f" where cohort_by = '{cohort_by}' and cohort_grain = '{grain}'"
            )
            summed = (
                f"select {columns}, {counts}, round(sum(credit), 6), round(sum(amount), 4) from rate_members"
                f" semi join (select distinct metric, metric_version from cohort_rates where cohort_by = '{cohort_by}'"
                f" and cohort_grain = '{grain}') using (metric, metric_version) group by all"
            )
            for one, other in ((published, summed), (summed, published)):
                assert connection.execute(f"{one} except all {other}").fetchall() == [], (cohort_by, grain)


@pytest.mark.parametrize(
    "arguments", [[], ["--period", "2026-07", "--where", "channel=sms"], ["--grain", "all"], ["--metric-version", "1"]]
)
def test_as_many_conversations_stand_in_each_status_as_the_rate_counts(
    demo_project: Path, arguments: list[str]
) -> None:
    found = explained(demo_project, METRIC, "--limit", "0", *arguments)
    rate, members = found["rate"], found["conversations"]
    assert Counter(each["status"] for each in members) == {s: rate[s] for s in STATUSES if rate[s]}
    assert found["total"] == len(members) == rate["conversations"] > 0
    assert sum(found["excluded"].values()) == rate["excluded"]
    ranks = [STATUSES.index(each["status"]) for each in members]
    assert ranks == sorted(ranks)


def test_each_conversation_says_why_it_stands_there(demo_project: Path) -> None:
    found = explained(demo_project, METRIC, "--grain", "all", "--limit", "0")
    why = {each["status"]: each["why"] for each in found["conversations"]}
    late = next(each for each in found["conversations"] if each["status"] == "pending")
    assert why["below_kind"] == "it never went both ways"
    assert late["why"].startswith("no opportunity_created yet; its window ends 2026-")
    assert why["not_converted"].startswith("no opportunity_created before 2026-")
    assert why["converted"].startswith("opportunity_created after ")
    reasons = {each["eligibility"]: each["why"] for each in found["conversations"] if each["status"] == "excluded"}
    assert reasons["disposition"] == "its disposition excludes it"
    assert set(reasons) == set(found["excluded"])


def test_people_see_how_the_rate_comes_about(demo_project: Path) -> None:
    found = explained(demo_project, METRIC, "--period", "2026-07", "--where", "channel=sms")["rate"]
    done = convsql(
        "explain", METRIC, "--period", "2026-07-09", "--where", "channel=sms", "--project-dir", str(demo_project)
    )
    assert done.code == 0
    assert f"{METRIC}@2, 2026-07, channel sms" in done.out
    assert f"= {found['matured_converted']} / {found['matured']}, 95% interval" in done.out
    assert f"{found['conversations'] - 20:,} more: --limit" in done.out
    only = convsql("explain", METRIC, "--status", "converted", "--limit", "1", "--project-dir", str(demo_project)).out
    assert only.count("opportunity_created after ") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--where", "chanel=sms"], "did you mean 'channel'?"),
        (["--where", "channel"], "--where: 'channel' is not dimension=value"),
        (["--where", "channel=smz"], "has no channel 'smz'\n  hint: did you mean 'sms'?"),
        (["--where", "channel=sms", "--where", "channel=chat"], "channel is given twice"),
        (["--period", "2036-07"], "has no conversations in 2036-07\n  hint: there are some from 2025-10 to 2026-09"),
        (["--period", "July"], "--period: 'July' is not a period"),
        (["--period", "2026", "--grain", "all"], "grain all has no periods"),
        (["--period", "2026-Q3"], f"{METRIC}@2 has no rates by 'quarter'"),
        (["--period", "2026"], f"{METRIC}@2 has no rates by 'year'"),
        (["--grain", "monthly"], "did you mean 'month'?"),
        (["--status", "won"], "no status 'won'"),
    ],
)
def test_a_cohort_that_is_not_there_is_answered_with_what_is(
    demo_project: Path, arguments: list[str], said: str
) -> None:
    done = convsql("explain", METRIC, *arguments, "--project-dir", str(demo_project))
    assert done.code == 2
    assert said in done.err
    assert done.out == ""


def test_a_table_is_not_taken_for_a_misspelled_metric(demo_project: Path) -> None:
    done = convsql("rates", "cohort_rates", "--project-dir", str(demo_project))
    assert done.code == 2
    assert "'cohort_rates' is a table, not a metric\n  hint: `convsql show cohort_rates`" in done.err


@pytest.mark.parametrize(
    ("text", "grain", "start"),
    [
        ("2026-07", "month", date(2026, 7, 1)),
        ("2026-7", "month", date(2026, 7, 1)),
        ("2026-07-31", "month", date(2026, 7, 1)),
        ("2026-Q3", "quarter", date(2026, 7, 1)),
        ("2026-09-30", "quarter", date(2026, 7, 1)),
        ("2026", "year", date(2026, 1, 1)),
        ("2026-07-05", "week", date(2026, 6, 29)),
        ("2026-07-05", "day", date(2026, 7, 5)),
    ],
)
def test_a_period_is_named_by_any_day_of_it(text: str, grain: str, start: date) -> None:
    assert period_start(text, grain) == start


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "2026-Q5", "26-07", "", "0000-01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ConvsqlError, match="is not a period"):
        period_start(text, "month")


@pytest.mark.parametrize(
    ("text", "grain", "said"),
    [
        ("2026-Q3", "month", "is a quarter, and --grain month asks for a month"),
        ("2026", "quarter", "is a year, and --grain quarter asks for a quarter"),
        ("2026-07", "week", "is a month, and --grain week asks for a week"),
        ("2026-07", "day", "is a month, and --grain day asks for a day"),
    ],
)
def test_a_period_that_holds_several_of_the_grain_is_not_taken_for_the_first(text: str, grain: str, said: str) -> None:
    with pytest.raises(ConvsqlError) as raised:
        period_start(text, grain)
    assert said in raised.value.reason
    assert "such as 2026-" in raised.value.hint


@pytest.mark.parametrize(
    ("text", "grain"),
    [
        (None, "month"),
        ("2026-07", "month"),
        ("2026-07-09", "month"),
        (" 2026-Q3", "quarter"),
        ("2026", "year"),
        ("July", "month"),
    ],
)
def test_a_period_alone_says_its_grain(text: str | None, grain: str) -> None:
    assert grain_of_period(text) == grain


def test_a_value_may_hold_an_equals_sign() -> None:
    assert cuts_of(["campaign_id=a=b", " channel = sms "]) == {"campaign_id": "a=b", "channel": "sms"}
