"""What the generator plants for the diagnosis is there to be found. The truth is read from `convsql.demo.stories`."""

from __future__ import annotations

from pathlib import Path

import pytest

from convsql.demo import season, stories, words
from tests.models.demo.figures import Built, Counts, next_step_phrases, z_of
from tests.models.demo.test_stories import SEEDS
from tests.support.root import ROOT

SALES = "owner_id in (select rep_id from stg_reps where role = 'sales')"


@SEEDS
def test_one_team_answers_late_in_every_channel_and_converts_less(built: Built) -> None:
    story = stories.SLOW_TEAM
    for channel in ("chat", "sms", "email", "web_form"):
        medians = dict(
            built.tables.execute(
                """
                select owner_team = $1, median(first_response_business_seconds) from conversations
                where channel = $2 and owner_team <> 'support' group by all""",
                [story.team, channel],
            ).fetchall()
        )
        assert medians[True] > 3 * medians[False], channel
    own, peers = (built.counts(story.metric, f"owner_team = '{team}'") for team in (story.team, story.peers))
    assert z_of(own, peers) < -built.least_z


@SEEDS
def test_the_slow_team_is_in_no_territory_alone(built: Built) -> None:
    """Or the territory would explain it."""
    for (territory,) in built.rows("select distinct territory from stg_reps where team = $1", stories.SLOW_TEAM.team):
        assert territory not in (stories.MISROUTING.territory, stories.MISROUTING.routed_to)
        others = built.rows(
            "select rep_id from stg_reps where territory = $1 and team = $2", territory, stories.SLOW_TEAM.peers
        )
        assert others


@SEEDS
def test_one_territory_is_answered_from_elsewhere_and_converts_less(built: Built) -> None:
    story = stories.MISROUTING
    shares = dict(
        built.tables.execute(
            f"""
            select territory = $1, avg((owner_territory <> territory)::int) from conversations
            where {SALES} and owner_team <> 'account executives' and started_at >= $2 group by all""",
            [story.territory, story.starts],
        ).fetchall()
    )
    assert shares[True] > 0.75 and shares[False] < 0.25
    own, others = (built.counts(story.metric, f"territory {sign} '{story.territory}'") for sign in ("=", "<>"))
    assert z_of(own, others) < -built.least_z


@SEEDS
def test_like_for_like_those_answered_from_elsewhere_convert_less(built: Built) -> None:
    story = stories.MISROUTING
    within = f"{SALES} and territory <> '{story.territory}'"
    elsewhere, at_home = (
        built.counts(story.metric, f"{within} and owner_territory {sign} territory") for sign in ("<>", "=")
    )
    assert z_of(elsewhere, at_home) < -built.least_z


@SEEDS
def test_one_campaign_never_names_a_next_step_and_converts_less(built: Built) -> None:
    story = stories.MUTE_CAMPAIGN
    quoted = [phrase.replace("'", "''") for phrase in next_step_phrases()]
    asks = " or ".join(f"lower(body) like '%{phrase}%'" for phrase in quoted)
    rows = built.tables.execute(
        f"""
        with firsts as (
            select conversations.campaign_id, said.body
            from conversations
            join conversation_messages as placed using (conversation_id)
            join stg_messages as said on said.message_id = placed.message_id
            where placed.direction = 'outbound' and said.body is not null and placed.message_role = 'message'
            qualify row_number() over (partition by conversation_id order by placed.sent_at, placed.message_id) = 1
        )
        select coalesce(campaign_id, '') = $1, count(*) filter ({asks}), count(*)
        from firsts group by all""",
        [story.campaign_id],
    ).fetchall()
    said = {is_mute: Counts(asked, all) for is_mute, asked, all in rows}
    assert said[True].converted == 0 and said[True].matured > 300
    assert said[False].rate > 0.6
    own = built.counts(story.metric, f"campaign_id = '{story.campaign_id}'")
    others = built.counts(story.metric, f"campaign_id <> '{story.campaign_id}' and source = 'paid_search'")
    assert z_of(own, others) < -built.least_z


def test_a_next_step_is_one_to_the_seed_and_no_other_line_is() -> None:
    phrases = next_step_phrases()

    def lines(value: object) -> list[str]:
        if isinstance(value, dict):
            value = tuple(line for group in value.values() for line in group)
        return [value] if isinstance(value, str) else list(value) if isinstance(value, tuple) else []

    for name, value in vars(words).items():
        if name.isupper() and name != "TOPICS":
            for line in lines(value):
                assert any(p in line.lower() for p in phrases) == (name == "NEXT_STEPS"), line


@SEEDS
def test_some_reps_note_lost_deals_as_the_wrong_person(built: Built) -> None:
    story = stories.WRONG_PERSON
    rows = built.tables.execute(
        """
        select noted.rep_id, count(*) filter (noted.code = $1), count(*)
        from stg_dispositions as noted
        where exists (
            select 1 from outcomes
            where outcome = 'closed_lost' and outcomes.contact_id = noted.contact_id and occurred_at < recorded_at
        ) group by all""",
        [story.code],
    ).fetchall()
    shares = {rep_id: Counts(wrong, noted) for rep_id, wrong, noted in rows}
    assert story.rep_ids <= shares.keys()
    for rep_id, share in shares.items():
        assert share.rate > 0.25 if rep_id in story.rep_ids else share.converted == 0


@SEEDS
def test_what_they_note_so_takes_answered_conversations_out_of_the_metric(built: Built) -> None:
    story = stories.WRONG_PERSON
    rows = built.tables.execute(
        """
        select owner_id, count(*)
        from metric_conversations join conversations using (conversation_id)
        where metric = $1 and eligibility = 'disposition' and disposition_code = $2 and two_way_at is not null
        group by all""",
        [story.metric, story.code],
    ).fetchall()
    counts = dict(rows)
    own = sum(counts[rep_id] for rep_id in story.rep_ids)
    assert own > 30 and own > 0.9 * sum(counts.values())


@SEEDS
def test_one_hour_of_the_week_works_better_than_every_other(built: Built) -> None:
    story = stories.GOOD_HOUR
    rows = built.tables.execute(
        """
        select isodow(first_outbound_at), hour(first_outbound_at), count(*) filter (status = 'converted'), count(*)
        from metric_conversations join conversations using (conversation_id)
        where metric = $1 and is_matured and first_outbound_at is not null group by all""",
        [story.metric],
    ).fetchall()
    hours = {(day, hour): Counts(converted, matured) for day, hour, converted, matured in rows}
    own = hours.pop((story.weekday, story.hour))
    others = Counts(*map(sum, zip(*hours.values(), strict=True)))
    assert z_of(own, others) > built.least_z
    large = [c for c in hours.values() if c.matured > 100]
    assert len(large) > 20 and all(c.rate < own.rate for c in large)


@pytest.mark.parametrize("name", stories.STORIES)
def test_the_page_on_the_demo_tells_each_story(name: str) -> None:
    page = Path(ROOT / "docs" / "demo.md").read_text(encoding="utf-8")
    story = stories.STORIES[name]
    (line,) = (line for line in page.splitlines() if line.startswith(f"| {name} |"))
    assert story.tells in line and (f"`{story.metric}`" if story.metric else "no rate") in line
    for moment, edge in ((story.starts, season.FIRST_DAY), (story.ends, season.END)):
        assert moment == edge or moment.date().isoformat() in line
