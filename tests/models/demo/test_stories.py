"""What the generator plants for the comparison of rates is there to be found, and what is chance looks like chance.

The truth is read from `convsql.demo.stories`; other seeds than the default tell the same true stories.
"""

from __future__ import annotations

import os
from datetime import datetime
from itertools import pairwise

import pytest
from scipy.stats import binom, chisquare
from statsmodels.stats.proportion import proportion_confint

from convsql.demo import stories
from convsql.demo.kinds_of_stories import Story
from tests.models.demo.figures import Built, Counts, benchmark, laney_lower_limit, split, z_of

DEFAULT = pytest.mark.parametrize("built", [7], indirect=True, ids=["seed 7"])
# CI looks at one seed more than the fast tests do: each is a demo to build.
MORE_SEEDS = [int(seed) for seed in os.environ.get("CONVSQL_SEEDS", "1 2 3").split()]
SEEDS = pytest.mark.parametrize(
    "built",
    [7, *(pytest.param(seed, marks=pytest.mark.slow) for seed in MORE_SEEDS)],
    indirect=True,
    ids=lambda seed: f"seed {seed}",
)
STEPS = (("opportunity", "opportunity_created"), ("proposal", "proposal_sent"), ("won", "closed_won"))


def between(start: datetime, end: datetime) -> str:
    return f"anchor_at >= '{start}' and anchor_at < '{end}'"


def strata(built: Built, story: Story, columns: str, start: datetime, end: datetime) -> dict[object, Counts]:
    rows = built.tables.execute(
        f"""
        select {columns}, count(*) filter (status = 'converted'), count(*)
        from metric_conversations join conversations using (conversation_id)
        where metric = $1 and is_matured and {between(start, end)} group by all""",
        [story.metric],
    ).fetchall()
    return {tuple(stratum): Counts(converted, matured) for *stratum, converted, matured in rows}


def quarters(built: Built, before: str, after: str) -> dict[datetime, Counts]:
    """By quarter: deals that entered the step before, and those of them that entered the one after."""
    rows = built.tables.execute(
        """
        select date_trunc('quarter', first.occurred_at)::timestamp, count(last.outcome_id), count(*)
        from outcomes as first
        left join outcomes as last on first.deal_id = last.deal_id and last.outcome = $2
        where first.outcome = $1 group by all order by 1""",
        [before, after],
    ).fetchall()
    return {quarter: Counts(reached, entered) for quarter, reached, entered in rows}


@SEEDS
def test_one_step_is_below_its_benchmark_and_its_own_history(built: Built) -> None:
    story = stories.BOTTLENECK
    found = quarters(built, story.before, story.outcome)
    low, _ = benchmark(story.step)
    earlier = [c for quarter, c in found.items() if quarter < story.starts]
    assert len(earlier) == 2 and all(c.rate > low for c in earlier)
    now = found[story.starts]
    assert proportion_confint(now.converted, now.matured, method="wilson")[1] < low
    assert all(z_of(now, c) < -built.least_z for c in earlier)
    assert (
        z_of(
            built.counts(story.metric, f"anchor_at >= '{story.starts}'"),
            built.counts(story.metric, f"anchor_at < '{story.starts}'"),
        )
        < -built.least_z
    )


@SEEDS
def test_the_step_after_the_bottleneck_is_as_good_as_ever(built: Built) -> None:
    found = quarters(built, stories.BOTTLENECK.outcome, "closed_won")
    low, _ = benchmark("won")
    assert found[stories.BOTTLENECK.starts].rate > low


@SEEDS
def test_a_mix_shift_hides_an_improvement(built: Built) -> None:
    story = stories.MIX_SHIFT
    start = story.starts.replace(month=story.starts.month - 1)
    for columns in ("channel", "channel, source"):
        found = split(
            strata(built, story, columns, start, story.starts), strata(built, story, columns, story.starts, story.ends)
        )
        assert found.rate_effect + found.mix_effect == pytest.approx(found.after - found.before)
        assert found.z > built.least_z
        assert found.mix_effect < -0.7 * found.rate_effect


@DEFAULT
def test_every_channel_improves_while_the_rate_of_all_falls(built: Built) -> None:
    story = stories.MIX_SHIFT
    start = story.starts.replace(month=story.starts.month - 1)
    before = strata(built, story, "channel", start, story.starts)
    after = strata(built, story, "channel", story.starts, story.ends)
    assert before.keys() == after.keys() and len(before) == 5
    assert all(after[channel].rate > before[channel].rate for channel in before)
    found = split(before, after)
    assert found.after < found.before
    shifted = [sum(c.matured for (channel,), c in s.items() if channel in story.channels) for s in (before, after)]
    assert shifted[1] < shifted[0] / 2


@SEEDS
def test_limits_of_the_months_before_catch_the_true_degradation(built: Built) -> None:
    story = stories.DEGRADATION
    rows = built.tables.execute(
        """
        select cohort_period::timestamp, matured_converted, matured from cohort_rates
        where metric = $1 and cohort_grain = 'month' and cohort_by = 'all' and is_complete order by 1""",
        [story.metric],
    ).fetchall()
    earlier = [Counts(*counts) for month, *counts in rows if month < story.starts]
    later = [Counts(*counts) for month, *counts in rows if month >= story.starts]
    assert len(earlier) == 9 and len(later) >= 2
    assert later[0].rate < laney_lower_limit(earlier, later[0].matured)
    assert max(month.rate for month in later) < min(month.rate for month in earlier)
    pooled = [Counts(*map(sum, zip(*months, strict=True))) for months in (later, earlier)]
    assert z_of(*pooled) < -2 * built.least_z
    for number in range(4, len(earlier)):  # none of the months before is a signal, so the fall is the first
        assert earlier[number].rate > laney_lower_limit(earlier[:number], earlier[number].matured)


@DEFAULT
def test_the_false_scare_looks_bad_and_is_no_signal(built: Built) -> None:
    story = stories.FALSE_SCARE
    rows = built.tables.execute(
        f"""
        select cohort_period, matured_converted, matured from cohort_rates
        where metric = $1 and cohort_grain = 'week' and cohort_by = $2 and {story.dimension} = $3 and is_complete
        order by 1""",
        [story.metric, story.dimension, story.value],
    ).fetchall()
    earlier = [Counts(*counts) for week, *counts in rows if week < story.week]
    (low,) = (Counts(*counts) for week, *counts in rows if week == story.week)
    assert len(earlier) >= 8
    centre = sum(c.converted for c in earlier) / sum(c.matured for c in earlier)
    assert low.rate < centre / 3
    assert low.matured < 30 and low.matured * centre < 5
    assert binom.cdf(low.converted, low.matured, centre) > 0.01


@SEEDS
def test_the_experiment_that_worked_is_better_contact_by_contact(built: Built) -> None:
    story = stories.WORKED
    found = built.by_variant(story.metric, story.name)
    assert found.keys() == {story.treatment, story.control}
    assert min(c.matured for c in found.values()) > 400
    assert z_of(found[story.treatment], found[story.control]) > built.least_z


@DEFAULT
def test_the_experiment_that_did_not_work_changes_no_metric(built: Built) -> None:
    story = stories.DID_NOT_WORK
    metrics = [row[0] for row in built.rows("select distinct metric from metric_definitions")]
    assert len(metrics) > 4
    for metric in metrics:
        found = built.by_variant(str(metric), story.name)
        assert min(c.matured for c in found.values()) > 50
        assert abs(z_of(found[story.treatment], found[story.control])) < 2, metric


@SEEDS
def test_one_experiment_has_parts_of_the_wrong_size_and_two_changes_in_its_time(built: Built) -> None:
    for story in stories.EXPERIMENTS:
        sizes = dict(
            built.tables.execute(
                "select variant, count(*) from stg_experiment_assignments where experiment = $1 group by all",
                [story.name],
            ).fetchall()
        )
        assert sizes.keys() == {story.treatment, story.control}
        assert (chisquare(list(sizes.values())).pvalue < 0.001) == (story is stories.BROKEN_SPLIT)
        ((changes,),) = built.tables.execute(
            """
            select count(*) from stg_operational_changes where effective_at >= $1 and effective_at < $2
                and (scope = $3 or scope not in (select metric from metric_definitions))""",
            [story.starts, story.ends, story.metric],
        ).fetchall()
        assert changes == (2 if story is stories.BROKEN_SPLIT else 0)


def test_experiments_do_not_overlap() -> None:
    assert all(first.ends <= next.starts for first, next in pairwise(stories.EXPERIMENTS))
