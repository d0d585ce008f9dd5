"""Who is in the demo: reps and their history, campaigns, accounts and contacts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from convsql.demo.kinds_of_stories import Experiment
from convsql.demo.season import END, FIRST_DAY, Season
from convsql.demo.stories import MISROUTING, NEW_REPS, SLOW_TEAM, experiment_of

Row = tuple[object, ...]
T = TypeVar("T")

FOUNDED = datetime(2024, 1, 1)
PERSONAS = {"operations_manager": 30, "sales_leader": 22, "it_director": 18, "founder": 12, "finance_lead": 12, None: 6}
INDUSTRIES = {
    "software": 26,
    "retail": 20,
    "manufacturing": 18,
    "healthcare": 13,
    "finance": 12,
    "education": 8,
    None: 3,
}
TERRITORIES = {"north": 34, "south": 26, "east": 22, "west": 18}
SOURCES = {"organic_search": 26, "paid_search": 20, "outbound_list": 22, "event": 14, "referral": 11, "partner": 7}

CAMPAIGNS: tuple[tuple[str, str, str, str, float], ...] = (
    ("cmp-01", "Autumn guide", "email", "outbound_list", 4200.0),
    ("cmp-02", "Autumn fair follow-up", "sms", "event", 1800.0),
    ("cmp-03", "Search brand", "paid_search", "paid_search", 14500.0),
    ("cmp-04", "Search generic", "paid_search", "paid_search", 22800.0),
    ("cmp-05", "Spring launch", "email", "outbound_list", 5600.0),
    ("cmp-06", "Spring fair follow-up", "sms", "event", 2300.0),
    ("cmp-07", "Cold call list", "voice", "outbound_list", 7900.0),
    ("cmp-08", "Summer webinar", "email", "event", 3100.0),
)

_NAMES = {
    "sdr": (
        "Maya Chen",
        "Tom Okafor",
        "Zoë Lindqvist",
        "Ravi Menon",
        "Elena Petrova",
        "Sam Doyle",
        "نور حداد",
        "Iris Wolf",
    ),
    "ae": ("José Alvarado", "Hannah Stern", "Kofi Mensah", "Lucía Prieto", "Ben Adler", "Aiko Tanaka"),
    "support": ("Pat O'Neill", "Dana Kowalska", "Yusuf Demir", "Grace Liu"),
}
TEAM_CHANGE = datetime(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Rep:
    """One person of the team, with how quickly and how well they work."""

    rep_id: str
    name: str
    desk: str
    territory: str
    pace: float
    skill: float


@dataclass(slots=True)
class Contact:
    """One contact, and what has happened with them so far."""

    contact_id: str
    account_id: str | None
    persona: str | None
    industry: str | None
    source: str
    territory: str
    created_at: datetime
    owner: Rep
    closer: Rep
    campaign_id: str | None
    experiment: Experiment | None
    variant: str | None
    opted_out: bool = False
    threads: int = 0
    deal_opens_at: datetime | None = None
    deal_ends_at: datetime | None = None
    is_customer: bool = False

    def next_thread(self) -> str:
        """Return the id of a new thread of this contact."""
        self.threads += 1
        return f"t-{self.contact_id[2:]}-{self.threads}"


def pick(rng: Random, weights: dict[T, int]) -> T:
    """Draw one key, in proportion to its weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def make_reps(rng: Random) -> list[Rep]:
    """Return the team: callers, closers and support, spread over the territories."""
    places = list(TERRITORIES)
    reps: list[Rep] = []
    for desk, names in _NAMES.items():
        for place, name in enumerate(names):
            pace, skill = rng.lognormvariate(0.0, 0.35), rng.gauss(0.0, 0.12)
            reps.append(Rep(f"r-{len(reps) + 1:02}", name, desk, places[place % len(places)], pace, skill))
    return reps


def rep_rows(reps: list[Rep]) -> list[Row]:
    """Return the history of the team: one caller closes from June on, one of support sells from March on, four begin in October."""
    teams = {
        "sdr": (SLOW_TEAM.peers, "sales"),
        "ae": ("account executives", "sales"),
        "support": ("support", "support"),
    }
    rows: list[Row] = []
    for rep in reps:
        team, role = teams[rep.desk]
        team = SLOW_TEAM.team if rep.rep_id in SLOW_TEAM.rep_ids else team
        changes = {
            "r-03": (datetime(2026, 6, 1), "account executives", "sales"),
            "r-16": (TEAM_CHANGE, SLOW_TEAM.peers, "sales"),
        }
        if rep.rep_id in changes:
            moved_at, new_team, new_role = changes[rep.rep_id]
            rows.append((rep.rep_id, FOUNDED, moved_at, rep.name, team, role, rep.territory, FIRST_DAY))
            rows.append(
                (rep.rep_id, moved_at, None, rep.name, new_team, new_role, rep.territory, moved_at + timedelta(hours=6))
            )
        elif rep.rep_id in NEW_REPS.beginners:
            at = NEW_REPS.starts
            rows.append((rep.rep_id, at, None, rep.name, team, role, rep.territory, at + timedelta(hours=6)))
        else:
            rows.append((rep.rep_id, FOUNDED, None, rep.name, team, role, rep.territory, FIRST_DAY))
    return rows


def campaign_for(rng: Random, source: str, at: datetime) -> str | None:
    """Return the campaign that brought a contact of this source, of the half of the year it ran in."""
    spring = at >= datetime(2026, 3, 1)
    fitting = [
        c[0]
        for c in CAMPAIGNS
        if c[3] == source and not ("Autumn" in c[1] and spring) and not ("Spring" in c[1] and not spring)
    ]
    return rng.choice(fitting) if fitting and rng.random() < 0.85 else None


def make_contacts(rng: Random, season: Season, reps: list[Rep], count: int) -> list[tuple[Contact, datetime]]:
    """Return the contacts, each with the moment of their first conversation in the demo year."""
    by_place = {place: [r for r in reps if r.desk == "sdr" and r.territory == place] for place in TERRITORIES}
    closers = {place: [r for r in reps if r.desk == "ae" and r.territory == place] for place in TERRITORIES}
    accounts = int(count / 2.3)
    people: list[tuple[Contact, datetime]] = []
    for number in range(1, count + 1):
        is_known = rng.random() < 0.18
        if is_known:
            created = FOUNDED + timedelta(seconds=rng.randrange(int((FIRST_DAY - FOUNDED).total_seconds())))
            starts = season.around(FIRST_DAY + timedelta(days=rng.expovariate(1 / 45)))
        else:
            starts = season.arrival()
            created = starts - timedelta(seconds=rng.randrange(5, 90))
        territory, source = pick(rng, TERRITORIES), pick(rng, SOURCES)
        is_misrouted = territory == MISROUTING.territory and MISROUTING.starts <= created < MISROUTING.ends
        test = experiment_of(created)
        contact = Contact(
            contact_id=f"c-{number:05}",
            account_id=f"a-{rng.randrange(1, accounts):04}" if rng.random() < 0.93 else None,
            persona=pick(rng, PERSONAS),
            industry=pick(rng, INDUSTRIES),
            source=source,
            territory=territory,
            created_at=created,
            owner=rng.choice(by_place[MISROUTING.routed_to if is_misrouted else territory]),
            closer=rng.choice(closers[territory]),
            campaign_id=campaign_for(rng, source, starts),
            experiment=test,
            variant=test.variant(f"c-{number:05}") if test else None,
        )
        people.append((contact, starts))
    return [(contact, starts) for contact, starts in people if starts < END]


def contact_row(contact: Contact, loaded_at: datetime, merged_into: str | None = None) -> Row:
    """Return the row of one contact as the feed brings it at ``loaded_at``."""
    return (
        contact.contact_id,
        contact.account_id,
        contact.persona,
        contact.industry,
        contact.source,
        contact.territory,
        contact.created_at,
        merged_into,
        loaded_at,
    )


def account_industries(people: list[tuple[Contact, datetime]]) -> None:
    """Give the contacts of one account its industry: that of the first of them."""
    industry: dict[str, str | None] = {}
    for contact, _ in people:
        if contact.account_id is not None:
            contact.industry = industry.setdefault(contact.account_id, contact.industry)
