"""What is planted in the demo, and what its tables should tell: where, from when, how strong.

Odds are added on the log-odds scale. Tests read the truth from here.
"""

from datetime import date, datetime, timedelta

from convsql.demo.kinds_of_stories import (
    Bottleneck,
    BoughtList,
    ComeBack,
    DeafCampaign,
    EarlyCalls,
    Experiment,
    FalseScare,
    GoodHour,
    Holdout,
    KeptDeals,
    LateShift,
    LongPause,
    Misrouting,
    MissedTargets,
    MixShift,
    MuteCampaign,
    NewReps,
    Outage,
    ProposalReminders,
    Reminders,
    SlowTeam,
    Story,
    WrongPerson,
)

BOTTLENECK = Bottleneck(
    tells="Since April few opportunities get a proposal.",
    metric="handled_to_proposal",
    starts=datetime(2026, 4, 1),
    odds=-1.5,
    step="proposal",
    before="opportunity_created",
    outcome="proposal_sent",
)
MIX_SHIFT = MixShift(
    tells="In February every channel books more meetings, and the rate of all does not rise: few call or chat, most write.",
    metric="conversation_to_meeting",
    starts=datetime(2026, 2, 1),
    ends=datetime(2026, 3, 1),
    odds=1.55,
    share=0.84,
    channels=frozenset({"voice", "chat"}),
)
DEGRADATION = Story(
    tells="Since July far fewer conversations book a first meeting.",
    metric="conversation_to_meeting",
    starts=datetime(2026, 7, 1),
    odds=-1.9,
)
FALSE_SCARE = FalseScare(
    tells="In the first week of June no talk with a partner's contact led to a meeting: bad luck.",
    metric="conversation_to_meeting",
    dimension="source",
    value="partner",
    week=date(2026, 6, 1),
)
WORKED = Experiment(
    tells="A link to pick a time, in the first reply, brings more first meetings.",
    metric="conversation_to_meeting",
    starts=datetime(2026, 4, 6),
    ends=datetime(2026, 6, 15),
    odds=1.3,
    name="booking link",
    treatment="link_in_first_reply",
)
DID_NOT_WORK = Experiment(
    tells="A shorter first line changes nothing.",
    metric="conversation_to_meeting",
    starts=datetime(2025, 10, 6),
    ends=datetime(2025, 12, 22),
    name="first line",
    treatment="short_first_line",
)
BROKEN_SPLIT = Experiment(
    tells="The two parts of a test should be equal and are not; a rep changed team and the bot came while it ran.",
    metric="conversation_to_meeting",
    starts=datetime(2026, 2, 9),
    ends=datetime(2026, 4, 5),
    name="greeting by name",
    treatment="first_name",
    treated_share=0.6,
)
EXPERIMENTS = (DID_NOT_WORK, BROKEN_SPLIT, WORKED)
SLOW_TEAM = SlowTeam(
    tells="Field sales answers late, and those who wait buy less.",
    metric="conversation_to_opportunity",
    team="field sales",
    peers="inbound sales",
    rep_ids=frozenset({"r-05", "r-06"}),
    factor=14.0,
)
MISROUTING = Misrouting(
    tells="Leads of the west land with the reps of the east, and buy less.",
    metric="conversation_to_meeting",
    odds=-1.2,
    territory="west",
    routed_to="east",
)
MUTE_CAMPAIGN = MuteCampaign(
    tells="The campaign Search generic never asks for a next step.",
    metric="conversation_to_meeting",
    odds=-1.3,
    campaign_id="cmp-04",
)
WRONG_PERSON = WrongPerson(
    tells="Two closers note lost deals as the wrong person.",
    metric="conversation_to_opportunity",
    rep_ids=frozenset({"r-10", "r-13"}),
    code="wrong_person",
    share=0.8,
    farewells=0.3,
)
GOOD_HOUR = GoodHour(
    tells="What we send first on a Tuesday between ten and eleven works best.",
    metric="conversation_to_meeting",
    odds=1.5,
    weekday=2,
    hour=10,
)
REMINDERS = Reminders(
    tells="Who is reminded of a demo the day before comes more often.",
    share=0.5,
    comes=0.7,
    ahead=timedelta(hours=25),
    campaign=("cmp-09", "Demo reminder", "reminder", 0.0),
)
NEW_REPS = NewReps(
    tells="Four reps begin in October, and get few first meetings until they have learned.",
    metric="conversation_to_meeting",
    starts=datetime(2025, 10, 6),
    team=SLOW_TEAM.peers,
    beginners={
        "r-19": ("Nina Costa", "r-01"),
        "r-20": ("Omar Said", "r-02"),
        "r-21": ("Vera Novak", "r-03"),
        "r-22": ("Paul Weber", "r-07"),
    },
    share=0.4,
    losses=(0.97, 0.92, 0.6),
)
KEPT_DEALS = KeptDeals(
    tells="What inbound sales keeps for itself, instead of handing it to the account executives, gets a proposal less often.",
    team=SLOW_TEAM.peers,
    share=0.5,
    loss=0.65,
)
LONG_PAUSE = LongPause(
    tells="Field sales pauses for an hour longer than the others.",
    team=SLOW_TEAM.team,
    rep_ids=SLOW_TEAM.rep_ids,
    minutes=105,
    usual=45,
)
OUTAGE = Outage(
    tells="For three days in May the SMS provider delivers hardly anything at the first try.",
    starts=datetime(2026, 5, 12),
    ends=datetime(2026, 5, 15),
    channel="sms",
    event_id="ev-1",
    share=0.85,
    code="30001",
)
DEAF_CAMPAIGN = DeafCampaign(
    tells="The spring texts also go to people who had said stop.",
    starts=datetime(2026, 3, 23),
    ends=datetime(2026, 3, 28),
    campaign_id="cmp-06",
    channel="sms",
    event_id="ev-2",
    share=0.6,
)
MISSED_TARGETS = MissedTargets(
    tells="By the third quarter the bottleneck costs more than half of what was to be won; twice the next target is open, and little of it will be won.",
    starts=datetime(2026, 7, 1),
    amount=1_500_000.0,
)
COME_BACK = ComeBack(
    tells="Who had a deal of late opens none when writing again: what is known of people from before narrows what a test says of them.",
    metric="conversation_to_opportunity",
    starts=datetime(2025, 12, 22),
    ends=datetime(2026, 4, 5),
    name="warm welcome",
    treatment="last_topic",
    share=0.15,
    longest=timedelta(days=90),
)
HOLDOUT = Holdout(
    tells="Some contacts are never shown the chat window, and two fifths fewer of them book a first meeting.",
    metric="conversation_to_meeting",
    ends=datetime(2026, 2, 9),
    name="chat window",
    treatment="shown",
    control="held_out",
    channel="chat",
    contacts=550,
    lost=0.4,
)
PROPOSAL_REMINDERS = ProposalReminders(
    tells="Proposals that somebody is reminded of in their first days are signed more often.",
    share_of_signed=0.65,
    share_of_others=0.4,
    ahead=timedelta(days=3),
    window=timedelta(days=30),
    campaign=("cmp-10", "Proposal reminder", "reminder", 0.0),
)
EARLY_CALLS = EarlyCalls(
    tells="The west is five hours behind, and is called and written to from nine in the morning of the others.",
    territory=MISROUTING.territory,
    zone="America/New_York",
)
BOUGHT_LIST = BoughtList(
    tells="Most of those who opt out are from a bought list, and few of the others are.",
    source="bought list",
    share_of_stopped=0.7,
    share_of_others=0.2,
    unknown=0.08,
)
LATE_SHIFT = LateShift(
    tells="Since July the roster has support there until six, and nobody stays after five.",
    starts=datetime(2026, 7, 1),
    team="support",
    rep_ids=frozenset({"r-15", "r-17", "r-18"}),
    until=18,
)
STORIES: dict[str, Story] = {
    "bottleneck": BOTTLENECK,
    "mix shift": MIX_SHIFT,
    "degradation": DEGRADATION,
    "false scare": FALSE_SCARE,
    "experiment that worked": WORKED,
    "experiment that did not": DID_NOT_WORK,
    "broken split": BROKEN_SPLIT,
    "slow team": SLOW_TEAM,
    "misrouted territory": MISROUTING,
    "campaign without a next step": MUTE_CAMPAIGN,
    "wrong person": WRONG_PERSON,
    "good hour": GOOD_HOUR,
    "reminders": REMINDERS,
    "new reps": NEW_REPS,
    "kept deals": KEPT_DEALS,
    "long pause": LONG_PAUSE,
    "outage": OUTAGE,
    "deaf campaign": DEAF_CAMPAIGN,
    "missed targets": MISSED_TARGETS,
    "people with a past": COME_BACK,
    "holdout": HOLDOUT,
    "proposal reminders": PROPOSAL_REMINDERS,
    "early calls": EARLY_CALLS,
    "bought list": BOUGHT_LIST,
    "late shift": LATE_SHIFT,
}


def experiment_of(created_at: datetime) -> Experiment | None:
    """Return the experiment that assigns contacts created at this moment."""
    return next((e for e in EXPERIMENTS if e.starts <= created_at < e.ends), None)
