"""What `convsql.demo.afterwards` lays over the year: its table finds each story, as strong as it is planted, and nothing else has moved."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from statsmodels.stats.proportion import proportion_confint

from convsql.demo import afterwards, generate, stories
from convsql.demo.people import Rep
from tests.models.demo.figures import DEFAULT_SEED, Built
from tests.models.demo.test_stories import DEFAULT, SEEDS
from tests.support.root import ROOT


def seed_rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@SEEDS
def test_who_is_reminded_of_a_demo_comes_more_often(built: Built) -> None:
    """Of those who would stay away so many come: the difference is that share of what the others lack."""
    story = stories.REMINDERS
    (row,) = built.records("from reminder_effect where subject = 'demo' and measure = 'attended'")
    assert row["verdict"] == "higher" and row["reminded"] > 400 < row["others"]
    assert row["difference_low"] < story.comes * (1 - row["expected_rate"]) < row["difference_high"]


@SEEDS
def test_who_is_reminded_is_led_no_further_by_it(built: Built) -> None:
    """Nor quite as far: who would have stayed away is less interested."""
    (row,) = built.records("from reminder_effect where subject = 'demo' and measure = 'proposal_sent'")
    assert row["verdict"] != "higher" and row["reminded"] > 300


@SEEDS
def test_a_reminder_is_no_conversation(built: Built) -> None:
    campaign_id = stories.REMINDERS.campaign[0]
    assert len(built.rows("select message_id from stg_messages where campaign_id = $1", campaign_id)) > 400
    assert not built.rows("select conversation_id from conversations where campaign_id = $1", campaign_id)


@SEEDS
def test_new_reps_get_few_first_meetings_and_learn(built: Built) -> None:
    """As many fewer as are planted, of those that established reps get of the same mix."""
    story = stories.NEW_REPS
    rows = {row["tenure_number"]: row for row in built.records("from rep_ramp where metric = $1", story.metric)}
    for month, loss in enumerate(story.losses, 1):
        row = rows[month]
        assert row["reps"] >= len(story.beginners) and row["matured"] >= 60
        if month <= 2:
            assert row["difference"] == pytest.approx(-loss * row["expected_rate"], abs=0.05)
            assert row["verdict"] == "lower" or built.seed != DEFAULT_SEED
    last = rows[len(story.losses) + 1]
    assert last["verdict"] != "lower" and last["conversion_rate"] > 2 * rows[1]["conversion_rate"]


@SEEDS
def test_what_inbound_sales_keeps_gets_an_offer_less_often(built: Built) -> None:
    story = stories.KEPT_DEALS
    rows = built.records("from handover_rates where period_grain = 'all' and step = 'proposal' and handing_team = $1", story.team)  # fmt: skip
    sides = {row["taking_team"]: row for row in rows}
    kept, handed = sides[story.team], sides["account executives"]
    assert kept["verdict"] == "worse" and kept["entered"] >= 30
    offered, entered = (sum(side[each] for side in (kept, handed)) for each in ("advanced", "entered"))
    left = offered * (1 - story.loss)
    low, high = proportion_confint(kept["advanced"], kept["entered"], method="wilson")
    assert low < left / (left + entered - offered) < high, "as much less often as it is planted"
    assert handed["verdict"] in ("better", "undecided")
    later = [row for row in built.records("from handover_rates where period_grain = 'all' and step = 'won'") if not row["is_small"]]  # fmt: skip
    assert {row["verdict"] for row in later} <= {"undecided", "too_few"}, "what has an offer is won as often as any"


@SEEDS
def test_one_team_is_there_less_of_its_hours(built: Built) -> None:
    story = stories.LONG_PAUSE
    rows = built.records("from contact_centre where period_grain = 'all' and cut_by = 'team'")
    found = {row["cut_value"]: row["adherence"] for row in rows}
    for team, adherence in found.items():
        pause = story.minutes if team == story.team else story.usual
        assert adherence == pytest.approx(1 - pause / 480, abs=0.005), team
    assert len(found) > 3


@SEEDS
def test_the_outage_is_beside_its_week_and_its_failures_are_beyond_a_carriers_limit(built: Built) -> None:
    story = stories.OUTAGE
    (event,) = (row for row in seed_rows("events") if row["event_id"] == story.event_id)
    assert (event["kind"], event["segment"]) == ("outage", story.channel)
    assert (event["starts_on"], event["ends_on"]) == (f"{story.starts:%Y-%m-%d}", f"{story.ends - timedelta(days=1):%Y-%m-%d}")  # fmt: skip
    named = built.records(
        "select distinct cohort_period, days_inside from rate_events where event_id = $1 and is_named and cohort_grain = 'week'",
        story.event_id,
    )
    assert named == [{"cohort_period": date(2026, 5, 11), "days_inside": 3}]
    months = built.records("from sending_rules where kind = 'failure_share' and channel = $1 and period_grain = 'month'", story.channel)  # fmt: skip
    beyond = [row["period_start"] for row in months if row["signal"] == "beyond"]
    assert beyond == [story.starts.date().replace(day=1)] and len(months) == 12
    ((failed, tried),) = built.rows(
        "select count(*) filter (not is_attempt), count(*) from stg_messages where channel = $1 and direction = 'outbound' and sent_at >= $2 and sent_at < $3",
        story.channel, story.starts, story.ends,
    )  # fmt: skip
    assert failed / tried == pytest.approx(story.share / (1 + story.share), abs=0.08)  # type: ignore[operator]


@SEEDS
def test_who_had_said_stop_is_written_to_and_later_nobody_is(built: Built) -> None:
    story = stories.DEAF_CAMPAIGN
    rows = built.records("from sending_rules where kind = 'after_opt_out' and channel = $1 and period_grain = 'month'", story.channel)  # fmt: skip
    before = [row for row in rows if row["period_start"] < story.starts.date().replace(day=1)]
    assert sum(row["found"] for row in before) > 5
    assert {row["signal"] for row in rows if row["period_start"] >= story.ends.date()} == {"not_seen"}
    (late,) = built.records("from sending_rules where rule = 'tcpa_revocation' and channel = $1 and period_grain = 'all'", story.channel)  # fmt: skip
    assert late["signal"] == "seen" and late["longest_days"] > 50


@SEEDS
def test_the_bottleneck_costs_a_quarter_its_target_and_twice_the_next_one_is_not_enough(built: Built) -> None:
    story = stories.MISSED_TARGETS
    assert {float(row["amount"]) for row in seed_rows("amount_targets")} == {story.amount}
    rows = {row["period_start"]: row for row in built.records("from pipeline_coverage")}
    assert set(rows) == {date(2026, month, 1) for month in (1, 4, 7, 10)}
    fallen = rows[story.starts.date()]["attained_share"]
    assert fallen < 0.5 and fallen < 0.7 * rows[date(2026, 1, 1)]["attained_share"]
    following = rows[date(2026, 10, 1)]
    assert following["coverage"] > 1.5
    assert following["verdict"] == "unlikely" and following["weighted_coverage_high"] < 0.5
    if built.seed == DEFAULT_SEED:
        assert [rows[date(2026, month, 1)]["verdict"] for month in (1, 4, 7)] == ["reached", "missed", "unlikely"]


@DEFAULT
def test_a_rate_meets_its_target_until_it_falls(built: Built) -> None:
    (target,) = seed_rows("targets")
    story = stories.DEGRADATION
    assert target["metric"] == story.metric
    rows = built.records("from target_attainment where metric = $1 and cohort_grain = 'month' and is_complete order by cohort_period", story.metric)  # fmt: skip
    since = [row["cohort_period"] >= story.starts.date() for row in rows]
    assert len(rows) == 8 and sum(since) == 2
    assert [row["is_met"] for row in rows] == [not fallen for fallen in since]
    assert {row["verdict"] for row, fallen in zip(rows, since, strict=True) if fallen} == {"below"}


@SEEDS
def test_a_year_has_no_season_and_a_week_with_a_holiday_is_not_judged(built: Built) -> None:
    judged = {row["judged_by"] for row in built.records("select distinct judged_by from season_alerts")}
    assert judged == {"level", "nothing"}
    weeks = built.records("select distinct cohort_period from season_alerts where no_season_because = 'holiday'")
    assert {row["cohort_period"] for row in weeks} == {date(2025, 12, 22), date(2025, 12, 29)}
    days = "select metric, cast(anchor_at as date) as day, count(*) filter (status = 'converted') as converted from metric_conversations where is_matured group by all"
    assert {row["enough"] for row in built.records(f"select avg(converted) >= 5 as enough from ({days}) group by metric")} == {False}  # fmt: skip


def told(monkeypatch: pytest.MonkeyPatch, **changed: Any) -> dict[str, list[tuple[object, ...]]]:
    for name, instead in changed.items():
        monkeypatch.setattr(afterwards, name, instead)
    return generate.generate(1)


@pytest.mark.slow
def test_without_the_later_stories_every_row_is_the_same_but_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages keep their ids and what they say: only reps, owners and who came are theirs."""
    whole = generate.generate(1)

    def nobody(rng: Random, reps: list[Rep], *_: object) -> list[Rep]:
        return []

    without = told(monkeypatch, let_new_reps_begin=nobody, let_reps_keep_deals=lambda *_: None, remind=lambda *_: [], fail_at_first=lambda *_: [], text_the_deaf_way=lambda *_: [])  # fmt: skip
    for name in ("contacts", "deal_stages", "lifecycle_stages", "opt_outs", "link_clicks", "experiment_assignments"):
        assert whole[name] == without[name], name

    def kept(rows: list[tuple[object, ...]], *places: int) -> list[tuple[object, ...]]:
        return [tuple(v for n, v in enumerate(row) if n not in places) for row in rows if not str(row[0]).startswith("m-a")]  # fmt: skip

    for name, places in (("messages", (7,)), ("deals", (3,)), ("dispositions", (5,)), ("meetings", (6, 7))):
        assert kept(whole[name], *places) == kept(without[name], *places), name
        assert len(whole[name]) == len(without[name]) or name == "messages"
