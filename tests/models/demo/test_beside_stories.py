"""What `convsql.demo.besides` plants beside the year: its table finds each story, as strong as it is planted, and nothing else has moved."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import yaml
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from convsql.demo import besides, generate, stories
from convsql.demo.kinds_of_stories import Experiment
from tests.models.demo.figures import DEFAULT_SEED, Built
from tests.models.demo.test_later_stories import seed_rows
from tests.models.demo.test_stories import SEEDS
from tests.support.root import ROOT


def settings() -> dict[str, Any]:
    variables: dict[str, Any] = yaml.safe_load((ROOT / "vars.yml").read_text(encoding="utf-8"))["vars"]
    return variables


def monitored(built: Built, story: Experiment) -> dict[str, Any]:
    (row,) = built.records("from experiment_monitor where experiment = $1 and metric = $2 order by metric_version desc limit 1", story.name, story.metric)  # fmt: skip
    return row


@SEEDS
def test_what_is_known_of_people_narrows_the_interval_by_what_it_explains(built: Built) -> None:
    """The covariance of what contacts did before and after, worked out contact by contact with numpy."""
    story = stories.COME_BACK
    row = monitored(built, story)
    assert not row["is_small"] and row["covariate_slope"] < 0, "who had a deal before opens none now"
    people = built.records(
        """
        with own as (
            select assigned.variant, contact_id, metric_conversations.*, assigned.assigned_at
            from metric_conversations join stg_experiment_assignments as assigned using (contact_id)
            where metric = $1 and metric_version = (select max(metric_version) from metric_definitions where metric = $1)
                and experiment = $2 and eligibility = 'eligible' and contact_id not in (select contact_id from experiment_holdouts)
        )
        select variant,
            count(*) filter (is_matured and anchor_at >= assigned_at) as n,
            count(*) filter (is_matured and anchor_at >= assigned_at and status = 'converted') as k,
            count(*) filter (window_ends_at <= assigned_at and anchor_at >= assigned_at - interval 90 day) as n0,
            count(*) filter (window_ends_at <= assigned_at and anchor_at >= assigned_at - interval 90 day and status = 'converted') as k0
        from own group by variant, contact_id""",
        story.metric,
        story.name,
    )  # fmt: skip
    ((assigned,),) = built.rows("select count(*) from stg_experiment_assignments where experiment = $1 and contact_id not in (select contact_id from experiment_holdouts)", story.name)  # fmt: skip
    assert len(people) <= int(assigned)  # type: ignore[call-overload]
    prior = sum(p["k0"] for p in people) / sum(p["n0"] for p in people)
    own, known = [], []
    for variant in (story.treatment, story.control):
        side = [p for p in people if p["variant"] == variant and p["n"] + p["n0"] > 0]
        rate = sum(p["k"] for p in side) / sum(p["n"] for p in side)
        size = np.mean([p["n"] for p in side])
        own += [(p["k"] - rate * p["n"]) / size for p in side]
        known += [p["k0"] - prior * p["n0"] for p in side]
    explained = float(np.corrcoef(own, known)[0, 1]) ** 2
    assert row["variance_reduction"] == pytest.approx(explained, abs=0.05) and row["variance_reduction"] > 0.05
    assert row["adjusted_error"] < row["standard_error"]
    others = built.rows("select max(variance_reduction) from experiment_monitor where experiment in (select unnest($1))", [each.name for each in stories.EXPERIMENTS])  # fmt: skip
    assert others == [(0.0,)], "contacts of the other experiments are new when they are assigned"


@SEEDS
def test_the_holdout_finds_what_is_lost_without_the_chat_and_the_markov_chain_agrees(built: Built) -> None:
    story = stories.HOLDOUT
    (row,) = built.records("from removal_credit where metric = $1 and cut_by = 'channel' and cut_value = $2", story.metric, story.channel)  # fmt: skip
    assert row["holdout"] == story.name
    assert max(0.0, row["holdout_low"]) < story.lost < row["holdout_high"]
    assert row["holdout_effect"] == pytest.approx(story.lost, abs=0.12) and row["agrees_with_holdout"]
    assert monitored(built, story)["is_holdout"]
    met = "select count(distinct contact_id) from stg_messages join stg_experiment_assignments using (contact_id) where experiment = $1 and variant = $2 and canonical_channel = $3"
    ((control,), (treated,)) = (
        built.rows(met, story.name, variant, story.channel)[0] for variant in (story.control, story.treatment)
    )
    assert int(control) < 0.02 * story.contacts < 0.3 * story.contacts < int(treated), (
        "but for contacts that others were merged into"
    )  # type: ignore[call-overload]


@SEEDS
def test_who_is_held_out_is_in_no_other_experiment(built: Built) -> None:
    both = "select count(distinct contact_id) from stg_experiment_assignments join experiment_holdouts using (contact_id) where stg_experiment_assignments.experiment = $1"
    ((shared,),) = built.rows(both, stories.COME_BACK.name)
    assert monitored(built, stories.COME_BACK)["held_out"] == shared
    if built.seed == DEFAULT_SEED:
        assert shared, "the tool that assigns does not know of the holdout"
    story = stories.HOLDOUT
    (setting,) = (each for each in settings()["experiments"] if each["name"] == story.name)
    assert (setting["name"], setting["control"], setting["withholds"]) == (story.name, story.control, {"dimension": "channel", "value": story.channel})  # fmt: skip


@SEEDS
def test_proposals_that_are_reminded_of_are_signed_more_often(built: Built) -> None:
    """As much more often as follows from which share of the signed and of the others was reminded of."""
    story = stories.PROPOSAL_REMINDERS
    (row,) = built.records("from reminder_effect where subject = 'proposal' and measure = 'proposal_signed'")
    assert row["reminded"] > 200 < row["others"]
    signed = (row["reminded_reached"] + row["others_reached"]) / (row["reminded"] + row["others"])
    with_one = signed * story.share_of_signed
    without = signed * (1 - story.share_of_signed)
    planted = with_one / (with_one + (1 - signed) * story.share_of_others) - without / (without + (1 - signed) * (1 - story.share_of_others))  # fmt: skip
    assert row["difference_low"] < planted < row["difference_high"] and row["verdict"] == "higher"
    campaign_id = story.campaign[0]
    assert not built.rows("select conversation_id from conversations where campaign_id = $1", campaign_id)


@SEEDS
def test_only_the_west_is_called_and_written_to_in_its_quiet_hours(built: Built) -> None:
    """Each first message beside the clock of its territory, read by zoneinfo."""
    story = stories.EARLY_CALLS
    zones = settings()["sending_rules"]["territory_zones"]
    assert zones[story.territory] == story.zone
    sent = built.rows(
        """
        select channel, territory, sent_at from conversation_messages join conversations using (conversation_id, channel)
        where message_role = 'message' and direction = 'outbound' and channel in ('sms', 'voice') and (first_inbound_at is null or first_inbound_at > sent_at)"""
    )
    quiet: dict[str, int] = {"sms": 0, "voice": 0}
    own: dict[str, int] = {"sms": 0, "voice": 0}
    for channel, territory, at in sent:
        assert isinstance(at, datetime)
        hour = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zones[territory])).hour
        is_quiet = not 8 <= hour < 21
        assert not is_quiet or territory == story.territory or at.hour < 9 or at.hour >= 17
        quiet[str(channel)] += is_quiet
        own[str(channel)] += territory == story.territory
    found = {row["channel"]: row for row in built.records("from sending_rules where kind = 'quiet_hours' and period_grain = 'all'")}  # fmt: skip
    assert {channel: row["found"] for channel, row in found.items()} == quiet
    assert {row["signal"] for row in found.values()} == {"seen"}
    for channel, count in quiet.items():
        assert 0.2 < count / own[channel] < 0.6, "three or four of the eight hours of the working day"


@SEEDS
def test_the_campaign_is_an_event_of_its_week(built: Built) -> None:
    story = stories.DEAF_CAMPAIGN
    (event,) = (row for row in seed_rows("events") if row["event_id"] == story.event_id)
    assert (event["kind"], event["segment"]) == ("campaign", story.channel)
    assert (event["starts_on"], event["ends_on"]) == (f"{story.starts:%Y-%m-%d}", f"{story.ends - timedelta(days=1):%Y-%m-%d}")  # fmt: skip
    rows = built.records("select distinct cohort_period, days_inside, period_share from rate_events where event_id = $1 and cohort_grain = 'week'", story.event_id)  # fmt: skip
    assert [(row["cohort_period"], row["days_inside"]) for row in rows] == [(story.starts.date(), 5)]
    assert rows[0]["period_share"] == pytest.approx(5 / 7)


@SEEDS
def test_the_outage_has_a_code_of_its_own(built: Built) -> None:
    story = stories.OUTAGE
    rows = built.records("from failure_reasons where channel = $1 and code = $2", story.channel, story.code)
    by_period = {row["period_start"]: row for row in rows}
    month = story.starts.date().replace(day=1)
    assert set(by_period) == {None, month}
    own = by_period[month]
    assert own["category"] == "queue" and own["failed_messages"] > 40 and own["share_of_failed"] > 0.75
    (limit,) = built.records("from sending_rules where kind = 'failure_share' and channel = $1 and period_start = $2", story.channel, month)  # fmt: skip
    assert own["failed_messages"] <= limit["found"] and own["failure_share"] <= limit["found_share"]
    others = built.records("from failure_reasons where period_grain = 'all' and channel = $1 and code <> $2", story.channel, story.code)  # fmt: skip
    assert {"invalid", "unreachable", "filtered"} <= {row["category"] for row in others}


@SEEDS
def test_most_of_those_who_opt_out_are_from_the_bought_list(built: Built) -> None:
    story = stories.BOUGHT_LIST
    rows = {row["cut_value"]: row for row in built.records("from opt_out_rates where period_grain = 'all' and cut_by = 'consent_source'")}  # fmt: skip
    left = {source: row["opted_out"] for source, row in rows.items()}
    low, high = proportion_confint(left[story.source], sum(left.values()), alpha=0.01, method="wilson")
    assert low < story.share_of_stopped * (1 - story.unknown) < high
    assert all(row["rate_high"] < rows[story.source]["rate_low"] for source, row in rows.items() if source != story.source and not row["is_small"])  # fmt: skip
    (rule,) = built.records("from sending_rules where kind = 'without_consent' and period_grain = 'all'")
    assert rule["signal"] == "seen"
    assert 0.001 < binom.cdf(rule["found"], rule["checked"], story.unknown) < 0.999


@SEEDS
def test_the_late_shift_is_not_kept(built: Built) -> None:
    story = stories.LATE_SHIFT
    pause = stories.LONG_PAUSE.usual
    rows = built.records("from contact_centre where cut_value = $1 and period_grain = 'month'", story.team)
    assert {row["period_start"] >= story.starts.date() for row in rows} == {True, False}
    for row in rows:
        shift = 60 * (story.until - 9) if row["period_start"] >= story.starts.date() else 480
        assert row["roster_adherence"] == pytest.approx((480 - pause) / shift, abs=0.005), row["period_start"]
        assert row["adherence"] == pytest.approx((480 - pause) / 480, abs=0.005), "of business hours"
    (team,) = built.rows("select count(*) from contact_centre where 'rosters' in (select unnest(string_split(not_instrumented, ', ')))")  # fmt: skip
    assert team == (0,)


def test_what_is_planted_beside_the_year_is_over_before_the_other_experiments_begin() -> None:
    """Else the experiment that worked would no longer be the only thing of its time."""
    assert max(stories.COME_BACK.ends, stories.HOLDOUT.ends) <= stories.WORKED.starts
    assert date(2026, 3, 23).weekday() == stories.DEAF_CAMPAIGN.starts.weekday() == 0


@pytest.mark.slow
def test_without_them_every_row_is_the_same_but_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = generate.generate(1)

    def nothing(rng: Random, *_: object) -> list[Any]:
        return []

    for name in ("welcome_back", "hold_out", "remind_of_proposals", "failure_rows", "consent_rows"):
        monkeypatch.setattr(besides, name, nothing)
    monkeypatch.setattr(besides, "roster_rows", lambda _: [])
    without = generate.generate(1)
    theirs = {"delivery_failures", "consents", "rosters"}
    assert all(whole[name] and not without[name] for name in theirs)
    for name in whole.keys() - theirs:
        kept = [row for row in whole[name] if not re.match(r"m-b\d", str(row[0])) and row[1] not in (stories.COME_BACK.name, stories.HOLDOUT.name)]  # fmt: skip
        assert kept == without[name], name
