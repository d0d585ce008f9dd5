"""How likely things are: that a talk opens a deal or books a meeting, that a deal gets a proposal, what a rep notes."""

from collections.abc import Mapping
from datetime import datetime
from math import exp, log
from random import Random

from convsql.demo.people import Contact, Rep
from convsql.demo.season import lift
from convsql.demo.stories import (
    BOTTLENECK,
    DEGRADATION,
    GOOD_HOUR,
    MISROUTING,
    MIX_SHIFT,
    MUTE_CAMPAIGN,
    WORKED,
    WRONG_PERSON,
)
from convsql.demo.talk import Talk

CHANNEL_ODDS = {"voice": -0.7, "web_form": 0.5, "chat": -1.25, "sms": -1.5, "email": -1.9}
PERSONA_ODDS = {
    "sales_leader": 0.6,
    "founder": 0.45,
    "operations_manager": 0.3,
    "it_director": -0.15,
    "finance_lead": -0.35,
}
SOURCE_ODDS = {"referral": 0.45, "partner": 0.3, "event": 0.1, "paid_search": -0.1, "outbound_list": -0.35}
WAIT_ODDS = ((5.0, 0.9), (15.0, 0.4), (60.0, -0.1), (240.0, -1.1))
LONG_WAIT_ODDS = -2.0
BOT_ONLY_ODDS = -1.3
MEETING_ODDS = {"voice": 0.7, "web_form": -0.3, "chat": 0.7, "sms": -1.3, "email": -1.6}
MEETING_CHANCE, MEETING_CHANCE_WITH_DEAL = 0.06, 0.5
QUALIFIED_CODES = ("qualified", "interested", "demo_booked")
OTHER_CODES = ("not_interested", "not_interested", "no_budget", "call_back_later", "follow_up")


def chance(odds: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + exp(-odds))


def deal_chance(talk: Talk, reps: Mapping[str, Rep]) -> float:
    """Return how likely a talk opens a deal: by channel, person, origin, month, waiting time and who answered."""
    contact, began_at = talk.contact, talk.messages[0].sent_at
    odds = (
        CHANNEL_ODDS[talk.channel] + PERSONA_ODDS.get(contact.persona or "", 0.0) + SOURCE_ODDS.get(contact.source, 0.0)
    )
    odds += lift(began_at) + _handling_odds(talk, reps)
    if talk.human_count == 0:
        odds += BOT_ONLY_ODDS
    elif talk.channel != "voice":
        wait = talk.wait_minutes
        odds += next((gain for limit, gain in WAIT_ODDS if wait is not None and wait < limit), LONG_WAIT_ODDS)
        odds += contact.owner.skill
    return chance(odds)


def meeting_chance(talk: Talk, reps: Mapping[str, Rep], is_won_over: bool) -> float:
    """Return how likely a talk books a first meeting."""
    base = MEETING_CHANCE_WITH_DEAL if is_won_over else MEETING_CHANCE
    at = talk.messages[0].sent_at
    odds = log(base / (1 - base)) + MEETING_ODDS[talk.channel] + _handling_odds(talk, reps)
    odds += MIX_SHIFT.at(at) + DEGRADATION.at(at)
    if talk.contact.experiment is WORKED and talk.contact.variant == WORKED.treatment:
        odds += WORKED.odds
    return chance(odds)


def proposal_chance(contact: Contact, opens_at: datetime, has_attended: bool) -> float:
    """Return how likely a deal gets a proposal."""
    odds = (0.75 if has_attended else -0.15) + contact.closer.skill + 0.5 * lift(opens_at)
    return chance(odds + BOTTLENECK.at(opens_at))


def _handling_odds(talk: Talk, reps: Mapping[str, Rep]) -> float:
    """Return what the way a talk was handled adds: by whom, when, and whether a next step was named."""
    odds = 0.0
    at, sent_at, rep_id = talk.messages[0].sent_at, talk.first_sent_at, talk.first_rep_id
    if rep_id is not None and reps[rep_id].territory != talk.contact.territory:
        odds += MISROUTING.at(at)
    if not talk.has_next_step:
        odds += MUTE_CAMPAIGN.at(at)
    if sent_at is not None and (sent_at.isoweekday(), sent_at.hour) == (GOOD_HOUR.weekday, GOOD_HOUR.hour):
        odds += GOOD_HOUR.at(sent_at)
    return odds


def disposition_code(rng: Random, talk: Talk, is_won_over: bool) -> str:
    """Return the code a rep would choose for a talk."""
    if talk.intent == "support":
        return "support_request"
    if talk.intent == "wrong":
        return "wrong_number"
    if talk.two_way_at is None:
        if talk.channel != "voice":
            return "no_answer"
        return "left_voicemail" if talk.messages[-1].status == "voicemail" else "no_answer"
    if (is_won_over and rng.random() < 0.72) or rng.random() < 0.19:
        return rng.choice(QUALIFIED_CODES)
    return rng.choice(OTHER_CODES)


def farewell_code(rng: Random, closer: Rep) -> str:
    """Return what a closer notes after the farewell of a lost deal."""
    is_disguised = closer.rep_id in WRONG_PERSON.rep_ids and rng.random() < WRONG_PERSON.share
    return WRONG_PERSON.code if is_disguised else rng.choice(("not_interested", "no_budget"))
