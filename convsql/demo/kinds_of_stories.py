"""What is said of each kind of story that is planted in the demo: its parameters, with their units."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import md5

from convsql.demo.season import END, FIRST_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One thing that is so: a sentence for people, the metric that shows it ("": no rate does), and its time (the end is not part of it)."""

    tells: str
    metric: str = ""
    starts: datetime = FIRST_DAY
    ends: datetime = END
    odds: float = 0.0

    def at(self, moment: datetime) -> float:
        """Return the odds that it adds at a moment."""
        return self.odds if self.starts <= moment < self.ends else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bottleneck(Story):
    """A step that fewer get over: of the entities with ``before``, fewer reach ``outcome``."""

    step: str
    before: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MixShift(Story):
    """Meetings are booked more readily, and so many of the contacts of some channels write instead."""

    share: float
    channels: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment(Story):
    """Contacts created in its time are assigned; ``odds`` are those of booking a meeting with ``treatment``."""

    name: str
    treatment: str
    control: str = "control"
    treated_share: float = 0.5

    def variant(self, contact_id: str) -> str:
        """Return what a contact gets, drawn from its id as tools for experiments do."""
        digest = md5(f"{self.name}: {contact_id}".encode()).hexdigest()
        return self.treatment if int(digest[:8], 16) < self.treated_share * 2**32 else self.control


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseScare(Story):
    """A week of a small segment that chance alone made low, in the data of the default seed."""

    dimension: str
    value: str
    week: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowTeam(Story):
    """A team whose first replies take so many times longer; what that costs is what a wait costs anywhere."""

    team: str
    peers: str
    rep_ids: frozenset[str]
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Misrouting(Story):
    """New contacts of a territory get their owner from another one; ``odds`` go to whoever talks to a rep from elsewhere."""

    territory: str
    routed_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MuteCampaign(Story):
    """A campaign in which nobody names a next step; ``odds`` go to every written talk in which nobody does."""

    campaign_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPerson(Story):
    """Reps who note after a lost deal that it was the wrong person, in so many of the farewells of lost deals."""

    rep_ids: frozenset[str]
    code: str
    share: float
    farewells: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodHour(Story):
    """An hour (UTC) of a weekday (1 is Monday) in which the first thing we send works better."""

    weekday: int
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders(Story):
    """Of the demos that begin more than ``ahead`` later, ``share`` are reminded of; so many (``comes``) of those who would stay away come then."""

    share: float
    comes: float
    ahead: timedelta
    campaign: tuple[str, str, str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReps(Story):
    """Reps who begin, each with a ``share`` of the contacts of a colleague; month by month (of 30 days) so many of the first meetings are not theirs."""

    team: str
    beginners: dict[str, tuple[str, str]]
    share: float
    losses: tuple[float, ...]

    def loss_at(self, moment: datetime) -> float:
        """Return the share of first meetings that are lost at a moment."""
        month = (moment - self.starts) // timedelta(days=30)
        return self.losses[month] if 0 <= month < len(self.losses) else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDeals(Story):
    """Reps of a team keep a ``share`` of their deals; of those that would have got an offer, so many (``loss``) do not."""

    team: str
    share: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LongPause(Story):
    """A team that pauses for so many minutes a day, where the others take ``usual``."""

    team: str
    rep_ids: frozenset[str]
    minutes: int
    usual: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage(Story):
    """Days on which so many of the messages of a channel fail at first, and arrive when they are sent again, refused with a ``code``; it is in the seed ``events``."""

    channel: str
    event_id: str
    share: float
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeafCampaign(Story):
    """A campaign that in its time also writes to a ``share`` of those who had said stop by then; it is in the seed ``events``."""

    campaign_id: str
    channel: str
    event_id: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedTargets(Story):
    """An amount to be won in every quarter of the year 2026, in the seed ``amount_targets``: from ``starts`` on not half of it is."""

    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ComeBack(Experiment):
    """Contacts are assigned when they write again; of those who neither opened a deal before nor do so after it, a ``share`` is in it."""

    share: float
    longest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdout(Experiment):
    """So many ``contacts`` are assigned to each side; who is in the control never meets the channel, and so many (``lost``) of the first meetings are not booked."""

    channel: str
    contacts: int
    lost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalReminders(Story):
    """Proposals still open after ``ahead`` are reminded of before it: a share of those that are signed within ``window`` from then, and a share of the others."""

    share_of_signed: float
    share_of_others: float
    ahead: timedelta
    window: timedelta
    campaign: tuple[str, str, str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyCalls(Story):
    """A territory in another zone than the team: the variable ``sending_rules`` has the zones."""

    territory: str
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BoughtList(Story):
    """The ``source`` of the consent of a share of those who said stop, and of a share of the others; of ``unknown`` of all no consent is on record."""

    source: str
    share_of_stopped: float
    share_of_others: float
    unknown: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LateShift(Story):
    """A team whose roster says that they are there until an hour (UTC), where all go home with the others."""

    team: str
    rep_ids: frozenset[str]
    until: int
