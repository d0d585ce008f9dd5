"""What is planted in the demo, the tables of causes and of audits tell. The truth is read from `convsql.demo.stories`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from convsql.demo import stories
from convsql.demo.kinds_of_stories import Story
from tests.models.comparisons.alone import Alone
from tests.models.demo.figures import Built
from tests.models.demo.test_stories import SEEDS


def shares(built: Built, story: Story, reason: str, cut: str) -> dict[str, dict[str, Any]]:
    """Of each value of a cut with enough conversations that did not convert: the row of one reason."""
    rows = built.records(
        """
        select *, unconverted / unconverted_share as all_unconverted
        from drop_off_reasons
        where metric = $1 and reason = $2 and cut_by = $3 and period_grain = 'all' and is_instrumented
            and metric_version = (select max(metric_version) from metric_definitions where metric = $1)""",
        story.metric,
        reason,
        cut,
    )
    return {row["cut_value"]: row for row in rows if row["unconverted"] and row["all_unconverted"] > 150}


def alone(built: Built, story: Story, reason: str) -> dict[str, Any]:
    return shares(built, story, reason, "all")["all"]


@SEEDS
def test_one_team_loses_conversations_to_slow_answers(built: Built) -> None:
    story = stories.SLOW_TEAM
    found = shares(built, story, "slow_follow_up", "owner_team")
    own = found.pop(story.team)
    assert found
    assert all(own["unconverted_share"] > 3 * other["unconverted_share"] for other in found.values())
    assert own["affected_rate"] < shares(built, story, "unexplained", "owner_team")[story.team]["affected_rate"]


@SEEDS
def test_one_territory_loses_conversations_to_reps_from_elsewhere(built: Built) -> None:
    story = stories.MISROUTING
    found = shares(built, story, "incorrect_routing", "territory")
    own = found.pop(story.territory)
    assert len(found) >= 3
    assert all(own["unconverted_share"] > 3 * other["unconverted_share"] for other in found.values())
    assert own["associated_low"] > 0 and alone(built, story, "incorrect_routing")["associated_low"] > 0


@SEEDS
def test_one_campaign_loses_conversations_for_want_of_a_next_step(built: Built) -> None:
    story = stories.MUTE_CAMPAIGN
    found = shares(built, story, "no_next_step", "campaign_id")
    own = found.pop(story.campaign_id)
    assert found
    assert all(own["unconverted_share"] > 2 * other["unconverted_share"] for other in found.values())
    assert alone(built, story, "no_next_step")["associated_low"] > 0


@SEEDS
def test_on_reading_again_those_noted_as_the_wrong_person_were_lost_deals_of_two_reps(built: Built) -> None:
    """A reviewer reads that a conversation noted so says farewell after a lost deal, and calls it no intent."""
    story = stories.WRONG_PERSON
    conversations = built.records("select conversation_id, contact_id, owner_id, started_at, disposition_code, disposition_category from conversations where disposition_category is not null")  # fmt: skip
    lost = dict(
        built.rows("select contact_id, min(occurred_at) from outcomes where outcome = 'closed_lost' group by 1")
    )
    with Alone("disposition_sample", disposition_reviews=True, audit_sample_size=60) as sample:
        drawn = sample.build(conversations=conversations)
        reviews = []
        for row in drawn:
            is_farewell = row["disposition_code"] == story.code and row["contact_id"] in lost and row["started_at"] > lost[row["contact_id"]]  # fmt: skip
            reviews.append({"conversation_id": row["conversation_id"], "category": "no_intent" if is_farewell else row["disposition_category"]})  # fmt: skip
        reviewed = sample.build(conversations=conversations, disposition_reviews=reviews)
    with Alone("disposition_audit") as audit:
        rows = {row["category"]: row for row in audit.build(disposition_sample=reviewed)}
    assert rows["wrong_person"]["error_low"] > 0.05
    assert all(row["wrong"] == 0 for name, row in rows.items() if name not in ("wrong_person", "all"))
    assert 0 < rows["all"]["kappa"] < 1
    wrong = Counter(row["owner_id"] for row in reviewed if row["reviewed_category"] != row["disposition_category"])
    leading = wrong.most_common(
        len(story.rep_ids)
    )  # another rep may have reached a wrong person after a lost deal, by chance
    assert {rep for rep, _ in leading} == story.rep_ids
    assert sum(count for _, count in leading) >= 0.8 * wrong.total()
