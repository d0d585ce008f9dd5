"""What is planted in the demo, the tables that compare rates tell. The truth is read from `convsql.demo.stories`.

Two limits of a year of one company: `rate_alerts` judges no month, as none has eight complete ones before it without a change between, so
that weeks are read; and `standardised_rates` refuses campaigns, each of which is of few of the strata. The territory, the hour and the
notes of lost deals are in no cohorts of the metrics that show them: no comparison tells these, and `test_causes` reads them from the
conversations.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from convsql.demo import stories
from convsql.demo.kinds_of_stories import Experiment, Story
from convsql.demo.season import BOTS_FROM
from tests.models.demo.figures import DEFAULT_SEED, Built
from tests.models.demo.test_stories import DEFAULT, SEEDS

BINOMIAL_LIMIT = 0.00135


def change(built: Built, story: Story, grain: str, period: date) -> dict[str, Any]:
    (row,) = built.records("from rate_changes where metric = $1 and cohort_grain = $2 and cohort_period = $3", story.metric, grain, period)  # fmt: skip
    return row


def weeks(built: Built, story: Story) -> list[dict[str, Any]]:
    """The judged weeks of all conversations."""
    return built.records("from rate_alerts where metric = $1 and cohort_grain = 'week' and cohort_by = 'all' and method is not null order by cohort_period", story.metric)  # fmt: skip


def results(built: Built, story: Experiment) -> list[dict[str, Any]]:
    """The treatment beside the control, by each metric that is no draft."""
    found = built.records("from experiment_results where experiment = $1 and metric_status <> 'draft'", story.name)
    assert len(found) > 4
    assert {(row["variant"], row["control_variant"]) for row in found} == {(story.treatment, story.control)}
    return found


def experiment_changes(built: Built, story: Experiment) -> list[str]:
    rows = built.rows("select 'change ' || change_id from stg_operational_changes where effective_at >= $1 and effective_at < $2 and scope not in (select metric from metric_definitions)", story.starts, story.ends)  # fmt: skip
    return [str(name) for (name,) in rows]


@DEFAULT
def test_the_bottleneck_is_that_of_the_funnel_since_it_began(built: Built) -> None:
    """Beside its benchmark and its history. Of the months since, one has had the time for a proposal."""
    story = stories.BOTTLENECK
    rows = built.records("from funnel_rates where cohort_by = 'all' and cohort_grain = 'month' and step = $1 and is_complete", story.step)  # fmt: skip
    since = [row for row in rows if row["cohort_period"] >= story.starts.date()]
    assert since and len(rows) - len(since) >= 6
    for row in rows:
        assert row["is_benchmark_bottleneck"] == row["is_history_bottleneck"] == (row in since)


@SEEDS
def test_fewer_proposals_are_worse_work_and_no_other_mix(built: Built) -> None:
    row = change(built, stories.BOTTLENECK, "quarter", stories.BOTTLENECK.starts.date())
    assert row["rate_effect_high"] < 0
    assert abs(row["mix_effect"]) < abs(row["rate_effect"]) / 10


@SEEDS
def test_since_the_bots_fewer_conversations_get_to_a_rep(built: Built) -> None:
    steps = built.records("from funnel_rates where cohort_by = 'all' and cohort_grain = 'month' and step = 'sales_handled' and is_complete and history_verdict is not null")  # fmt: skip
    since = [row for row in steps if row["cohort_period"] >= BOTS_FROM.date()]
    assert len(since) >= 4 and {row["history_verdict"] for row in since} == {"worse"}
    assert sum(row["history_verdict"] == "worse" for row in steps if row not in since) <= 1, "by chance"


@SEEDS
def test_a_mix_shift_is_told_from_better_work(built: Built) -> None:
    row = change(built, stories.MIX_SHIFT, "month", stories.MIX_SHIFT.starts.date())
    assert row["rate_effect_low"] > 0
    assert row["mix_effect"] < -0.7 * row["rate_effect"]
    back = change(built, stories.MIX_SHIFT, "month", stories.MIX_SHIFT.ends.date())
    assert back["rate_effect_high"] < 0 < back["mix_effect"]


@DEFAULT
def test_with_the_mix_of_the_year_the_month_is_better_though_its_rate_is_lower(built: Built) -> None:
    story = stories.MIX_SHIFT
    rows = built.records("from standardised_rates where metric = $1 and cohort_grain = 'month' and cohort_by = 'all' and is_comparable", story.metric)  # fmt: skip
    months = {row["cohort_period"]: row for row in rows}
    before, shifted = months[date(2026, story.starts.month - 1, 1)], months[story.starts.date()]
    assert shifted["crude_rate"] < before["crude_rate"]
    assert shifted["standardised_low"] > before["standardised_high"]


@SEEDS
def test_the_degradation_wakes_soon_and_is_no_other_mix(built: Built) -> None:
    story = stories.DEGRADATION
    since = [row["signal"] for row in weeks(built, story) if row["cohort_period"] >= story.starts.date()]
    assert len(since) >= 8
    woken = [signal in ("below_limit", "run_below") for signal in since]
    if built.seed == DEFAULT_SEED:
        assert since.index("below_limit") < 2
        assert sum(woken) >= 0.75 * len(since)
    assert any(woken[:6])  # in other years the weeks before July may have been poorer, and limits wider
    row = change(built, story, "month", story.starts.date())
    assert row["rate_effect_high"] < 0 and abs(row["mix_effect"]) < abs(row["rate_effect"]) / 4


@DEFAULT
def test_the_degradation_is_new_in_its_first_whole_week(built: Built) -> None:
    since = [row for row in weeks(built, stories.DEGRADATION) if row["cohort_period"] >= stories.DEGRADATION.starts.date()]  # fmt: skip
    assert since[0]["is_new_signal"] and since[0]["signal"] == "below_limit"


@DEFAULT
def test_before_it_only_the_end_of_the_experiment_that_worked_wakes(built: Built) -> None:
    """Booking links brought more meetings while they were sent: their end is a fall, and it was written down nowhere."""
    before = [row for row in weeks(built, stories.DEGRADATION) if row["cohort_period"] < stories.DEGRADATION.starts.date() - timedelta(days=6)]  # fmt: skip
    assert len(before) >= 10
    signals = [row["cohort_period"] for row in before if row["signal"]]
    assert all(week >= stories.WORKED.ends.date() for week in signals)


@DEFAULT
def test_the_false_scare_wakes_nobody(built: Built) -> None:
    story = stories.FALSE_SCARE
    (row,) = built.records(f"from rate_alerts where metric = $1 and cohort_grain = 'week' and cohort_by = $2 and {story.dimension} = $3 and cohort_period = $4", story.metric, story.dimension, story.value, story.week)  # fmt: skip
    assert row["matured_converted"] == 0 < row["matured"]
    assert row["method"] == "exact_binomial" and row["lower_tail"] > BINOMIAL_LIMIT
    assert row["signal"] is None and not row["is_new_signal"]


@DEFAULT
def test_no_month_is_judged_and_a_change_says_why(built: Built) -> None:
    rows = built.records("from rate_alerts where cohort_grain <> 'week' and cohort_by = 'all'")
    assert len(rows) > 40
    assert all(row["method"] is None and row["no_limits_because"] for row in rows)


@DEFAULT
def test_signals_are_rare_until_something_is_wrong(built: Built) -> None:
    judged = built.records("from rate_alerts where method is not null and cohort_period < $1", stories.DEGRADATION.starts.date() - timedelta(days=6))  # fmt: skip
    assert len(judged) > 500
    assert sum(row["is_new_signal"] for row in judged) < 0.02 * len(judged)


@SEEDS
def test_the_experiment_that_worked_is_better_by_its_metric(built: Built) -> None:
    story = stories.WORKED
    (row,) = (row for row in results(built, story) if row["metric"] == story.metric)
    assert row["verdict"] == "better" and row["difference_low"] > 0
    assert not row["is_ratio_off"] and not row["is_confounded"]


@SEEDS
def test_the_experiment_that_worked_is_so_at_any_look_and_the_others_are_not(built: Built) -> None:
    wanted = {
        stories.WORKED.name: "better",
        stories.DID_NOT_WORK.name: "undecided",
        stories.BROKEN_SPLIT.name: "sample_ratio",
    }
    for row in built.records("from experiment_monitor where metric = $1", stories.WORKED.metric):
        if row["experiment"] in wanted:
            assert row["verdict"] == wanted.pop(row["experiment"]), row["experiment"]
    assert not wanted


@DEFAULT
def test_the_experiment_that_did_not_is_undecided_by_every_metric(built: Built) -> None:
    for row in results(built, stories.DID_NOT_WORK):
        assert row["verdict"] == "undecided" and not row["is_ratio_off"]
        assert row["difference_low"] < 0 < row["difference_high"]


@SEEDS
def test_the_broken_split_is_refused_and_names_what_else_changed(built: Built) -> None:
    names = experiment_changes(built, stories.BROKEN_SPLIT)
    assert len(names) == 2
    for row in results(built, stories.BROKEN_SPLIT):
        assert row["verdict"] == "sample_ratio" and row["is_ratio_off"]
        assert row["is_confounded"] and all(name in row["other_change_names"] for name in names)


@SEEDS
def test_with_the_same_leads_the_slow_team_is_still_behind(built: Built) -> None:
    story = stories.SLOW_TEAM
    rows = built.records(
        """
        select own.standardised_rate < peers.standardised_rate as is_behind
        from standardised_rates as own
        join standardised_rates as peers using (metric, metric_version, cohort_grain, cohort_by, cohort_period)
        where metric = $1 and cohort_grain = 'month' and cohort_by = 'owner_team'
            and own.owner_team = $2 and peers.owner_team = $3 and own.is_comparable and peers.is_comparable""",
        story.metric,
        story.team,
        story.peers,
    )
    assert len(rows) >= 8
    assert sum(row["is_behind"] for row in rows) > 0.8 * len(rows)


@DEFAULT
def test_a_campaign_is_of_too_few_strata_to_be_standardised(built: Built) -> None:
    story = stories.MUTE_CAMPAIGN
    rows = built.records("from standardised_rates where metric = $1 and campaign_id = $2 and is_complete and matured > 0", story.metric, story.campaign_id)  # fmt: skip
    assert len(rows) > 10 and {row["refusal"] for row in rows} == {"coverage"}


@SEEDS
def test_a_new_version_is_told_from_better_work(built: Built) -> None:
    changes = built.records("from rate_changes where metric_version = 2 and cohort_grain = 'month'")
    assert len(changes) >= 9
    assert all(row["definition_effect"] > 0.02 for row in changes)


@DEFAULT
def test_the_longer_window_sees_what_its_change_note_says(built: Built) -> None:
    """A quarter of the opportunities opened in the third and fourth week."""
    (row,) = built.records("from window_sensitivity where metric_version = 2 and is_own_window")
    assert row["added_converted"] / row["converted"] == pytest.approx(1 / 4, abs=0.05)


@DEFAULT
def test_a_point_is_worth_more_where_few_go_on_and_the_product_of_the_rates_is_what_came(built: Built) -> None:
    rows = built.records("from worth_of_a_point where cohort_grain = 'month' and cohort_by = 'all' and lift_unit = 'points'")  # fmt: skip
    story = stories.BOTTLENECK
    of_step = {(row["cohort_period"], row["step"]): row for row in rows}
    for (period, step), row in of_step.items():
        if step == story.step and of_step[period, "won"]["step_rate"]:
            assert (row["more_deals"] > of_step[period, "won"]["more_deals"]) == (row["step_rate"] < of_step[period, "won"]["step_rate"])  # fmt: skip
    over = {row["cohort_period"]: row["expected_conversations"] for row in rows if row["is_complete"]}
    came = built.rows("select cohort_period, reached from funnel_rates where cohort_grain = 'month' and cohort_by = 'all' and step = 'won' and is_complete")  # fmt: skip
    assert len(over) >= 3
    assert over == pytest.approx(dict(came))


@DEFAULT
def test_nothing_on_record_excuses_the_fall_of_july_and_the_holidays_are_beside_their_weeks(built: Built) -> None:
    rows = built.records("from rate_events where metric = $1 and cohort_by = 'all' and cohort_grain = 'week'", stories.DEGRADATION.metric)  # fmt: skip
    assert not [row for row in rows if row["cohort_period"] >= date(2026, 6, 1)]
    holidays = {row["cohort_period"] for row in rows if row["event_source"] == "holidays"}
    assert holidays == {date(2025, 12, 22), date(2025, 12, 29)}
    assert {row["event_id"] for row in rows if row["event_source"] == "changes"} == {"ch-1", "ch-2", "ch-3"}


@DEFAULT
def test_the_closers_take_what_both_teams_bring_and_field_sales_keeps_next_to_nothing(built: Built) -> None:
    rows = built.records("from handover_rates where period_grain = 'all'")
    assert {row["taking_team"] for row in rows} == {"account executives", stories.KEPT_DEALS.team}
    assert {row["handing_team"] for row in rows} == {"account executives", "field sales", "inbound sales"}
    handed = {(row["handing_team"], row["taking_team"]): row for row in rows if row["is_handover"]}
    assert handed["field sales", "account executives"]["step_rate"] > 0.7
    assert handed["field sales", stories.KEPT_DEALS.team]["step_rate"] < 0.05
    brought = {row["handing_team"]: row["entered"] for row in rows if row["is_handover"]}
    ((entered,),) = built.rows("select entered from funnel_rates where cohort_by = 'all' and cohort_grain = 'all' and step = 'opportunity'")  # fmt: skip
    assert sum(brought.values()) == entered


@DEFAULT
def test_every_open_deal_is_in_one_stage_and_an_old_opportunity_is_hardly_ever_won(built: Built) -> None:
    rows = built.records("from pipeline_stages order by stage, age_number")
    ((open_deals, amount),) = built.rows("""
        select count(*), sum(amount) from (
            select entity_id, max(amount) as amount from outcomes where source = 'deal_stages' group by 1
            having count(*) filter (outcome in ('closed_won', 'closed_lost')) = 0)""")  # fmt: skip
    assert sum(row["open_deals"] for row in rows) == open_deals
    assert sum(row["open_amount"] for row in rows) == pytest.approx(amount)
    rates = [row["win_rate"] for row in rows if row["stage"] == "opportunity_created"]
    assert rates == sorted(rates, reverse=True) and rates[0] > 0.15 and rates[-1] < 0.05
    weighted = sum(row["weighted_amount"] for row in rows)
    assert 0 < weighted < 0.25 * float(amount)  # type: ignore[arg-type]


@DEFAULT
def test_a_forecast_holds_but_for_the_month_in_which_the_bottleneck_began(built: Built) -> None:
    rows = built.records(
        "from won_forecast where metric = 'qualified_to_won' and cohort_period is not null and actual is not null"
    )
    missed = [(row["origin_on"], row["cohort_period"]) for row in rows if not row["is_within_95"]]
    began = stories.BOTTLENECK.starts.date()
    assert missed == [(date(began.year, began.month + 1, 1), began)]
    assert {row["backtests"] for row in rows} == {len(rows)} and rows[0]["coverage_95"] == 1 - 1 / len(rows)
    (now,) = built.records(
        "from won_forecast where metric = 'qualified_to_won' and cohort_period is null and is_current"
    )
    assert now["converted"] < now["low_80"] < now["forecast"] < now["high_80"] < now["high_95"] < now["converted"] + now["pending"]  # fmt: skip


@DEFAULT
def test_the_month_after_the_bottleneck_began_wins_fewer_of_what_is_decided(built: Built) -> None:
    after = date(stories.BOTTLENECK.starts.year, stories.BOTTLENECK.starts.month + 1, 1)
    (row,) = built.records("from sales_velocity where cut_by = 'all' and period_start = $1", after)
    effects = {name: row[f"{name}_effect"] for name in ("opportunities", "win_rate", "amount", "cycle")}
    assert row["win_rate_change_high"] < 0 and min(effects, key=lambda name: effects[name]) == "win_rate"
    assert sum(effects.values()) == pytest.approx(row["velocity_change"])


@DEFAULT
def test_the_campaign_without_a_next_step_converts_later_than_any_other(built: Built) -> None:
    story = stories.MUTE_CAMPAIGN
    rows = built.records("from conversion_survival where metric = $1 and cut_by = 'campaign_id' and is_window order by logrank_z", story.metric)  # fmt: skip
    assert (rows[0]["cut_value"], rows[0]["verdict"]) == (story.campaign_id, "later")
    assert rows[0]["logrank_z"] < -4 < rows[1]["logrank_z"]


@DEFAULT
def test_the_campaign_without_a_next_step_drags_and_no_other_does(built: Built) -> None:
    story = stories.MUTE_CAMPAIGN
    rows = built.records("from removal_credit where metric = $1 and cut_by = 'campaign_id'", story.metric)
    assert [row["cut_value"] for row in rows if row["verdict"] == "drags"] == [story.campaign_id]


@DEFAULT
def test_those_who_wait_buy_less_within_each_persona_and_channel(built: Built) -> None:
    rows = built.records("from response_curve where metric = $1 and band = 'under_5m'", stories.SLOW_TEAM.metric)
    assert {row["clock"]: row["trend"] for row in rows} == {"calendar": "falls", "business": "falls"}
    assert all(row["gain_low"] > 0 and row["gain_coverage"] > 0.9 for row in rows)


@DEFAULT
def test_leads_are_accepted_more_often_and_bought_from_less_often_than_what_is_quoted(built: Built) -> None:
    rows = built.rows("select metric, verdict from benchmark_gaps where cohort_grain = 'all'")
    assert dict(rows) == {"lead_to_sales_accepted": "above", "qualified_to_won": "below"}


@DEFAULT
def test_the_plan_takes_more_the_earlier_the_step(built: Built) -> None:
    steps = built.records("from capacity_plan order by step_number")
    needed = [row["needed"] for row in steps]
    assert len(needed) > 5 and needed == sorted(needed, reverse=True)
    assert needed[-1] == steps[-1]["target_count"]
    assert all(row["needed_low"] <= row["needed"] <= row["needed_high"] for row in steps)
