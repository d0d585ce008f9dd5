"""What becomes of the talks: deals and their stages, meetings, lifecycle stages and dispositions."""

from datetime import datetime, timedelta
from math import exp, log
from random import Random

from convsql.demo.people import Contact
from convsql.demo.season import END, Season, lift
from convsql.demo.talk import Message, Talk

CHANNEL_ODDS = {"voice": -0.75, "web_form": -0.75, "chat": -1.35, "sms": -1.75, "email": -2.2}
PERSONA_ODDS = {
    "sales_leader": 0.45,
    "founder": 0.3,
    "operations_manager": 0.2,
    "it_director": -0.15,
    "finance_lead": -0.35,
}
SOURCE_ODDS = {"referral": 0.45, "partner": 0.3, "event": 0.1, "paid_search": -0.1, "outbound_list": -0.35}
WAIT_ODDS = ((5.0, 0.5), (60.0, 0.2), (1440.0, -0.25))
BOT_ONLY_ODDS = -1.3
AMOUNTS = {
    "finance": 21000.0,
    "healthcare": 19000.0,
    "manufacturing": 15000.0,
    "software": 12000.0,
    "retail": 9000.0,
    "education": 7000.0,
}

DEAL_CREATED, PROPOSAL, SIGNED = "opportunity_created", "proposal_sent", "contract_signed"
WON, LOST = "closed_won", "closed_lost"
LEAD, MARKETING, SALES, CUSTOMER = "lead", "mql", "sql", "customer"
QUALIFIED_CODES = ("qualified", "interested", "demo_booked")
OTHER_CODES = ("not_interested", "not_interested", "no_budget", "call_back_later", "follow_up")

Stage = tuple[str, str, datetime]
Disposition = tuple[str, str | None, Message | None, str, datetime, str | None]


class Commerce:
    """Follows the talks and writes what they lead to."""

    def __init__(self, rng: Random, season: Season) -> None:
        self._rng = rng
        self._season = season
        self.deals: list[tuple[object, ...]] = []
        self.deal_stages: list[Stage] = []
        self.lifecycle_stages: list[Stage] = []
        self.meetings: list[tuple[object, ...]] = []
        self.dispositions: list[Disposition] = []

    def welcome(self, contact: Contact) -> None:
        """Note that a contact is a lead from the moment it is created."""
        self.lifecycle_stages.append((contact.contact_id, LEAD, contact.created_at))

    def follow(self, talk: Talk) -> None:
        """Let a talk have its consequences: a disposition, and now and then a deal."""
        is_won_over = False
        two_way_at = talk.two_way_at
        if two_way_at is not None and talk.intent == "buy":
            if self._rng.random() < 0.45:
                self.lifecycle_stages.append((talk.contact.contact_id, MARKETING, self._season.later(two_way_at, 30.0)))
            if self._is_free(talk.contact, two_way_at):
                is_won_over = self._rng.random() < deal_chance(talk)
                if self._rng.random() < (0.4 if is_won_over else 0.05):
                    self._meet_first(talk.contact, two_way_at)
                if is_won_over:
                    self._open_deal(talk, two_way_at)
        if talk.human_count:
            self._dispose(talk, is_won_over)

    def _is_free(self, contact: Contact, at: datetime) -> bool:
        """Tell whether a contact may open a deal: none is open or coming, nor one just ended."""
        if contact.deal_opens_at is None:
            return True
        return contact.deal_ends_at is not None and at > contact.deal_ends_at + timedelta(days=45)

    def _open_deal(self, talk: Talk, two_way_at: datetime) -> None:
        contact, rng = talk.contact, self._rng
        pace = 1.5 if contact.industry in ("finance", "healthcare") else 1.0
        opens_at = self._season.at_work(two_way_at + timedelta(days=pace * rng.lognormvariate(log(7.5), 0.9)))
        amount = round(AMOUNTS.get(contact.industry or "", 10000.0) * rng.lognormvariate(0.0, 0.6), 2)
        contact.deal_opens_at, contact.deal_ends_at = opens_at, None
        self.add_deal(contact.contact_id, contact.account_id, contact.closer.rep_id, amount, opens_at)
        deal_id = str(self.deals[-1][0])
        accepted_at = max(two_way_at, opens_at - timedelta(minutes=rng.randrange(5, 2000)))
        self.lifecycle_stages.append((contact.contact_id, SALES, accepted_at))
        attended = self._hold_demo(contact, deal_id, two_way_at, opens_at) if rng.random() < 0.6 else None
        odds = (-0.15 if attended is None else 0.75) + contact.closer.skill + 0.5 * lift(opens_at)
        if rng.random() < 1 / (1 + exp(-odds)):
            offered_at = self._season.at_work((attended or opens_at) + timedelta(days=rng.lognormvariate(log(6), 0.7)))
            self.deal_stages.append((deal_id, PROPOSAL, offered_at))
            if rng.random() < 0.06:
                self.deal_stages.append((deal_id, PROPOSAL, self._season.at_work(offered_at + timedelta(days=4))))
            ends_at = self._season.at_work(offered_at + timedelta(days=rng.lognormvariate(log(14), 0.6)))
            if rng.random() < 0.46 + 0.3 * contact.closer.skill:
                self.deal_stages.append(
                    (deal_id, SIGNED, max(offered_at, ends_at - timedelta(hours=rng.randrange(2, 50))))
                )
                self.deal_stages.append((deal_id, WON, ends_at))
                self.lifecycle_stages.append((contact.contact_id, CUSTOMER, ends_at))
                contact.is_customer = True
            else:
                self.deal_stages.append((deal_id, LOST, ends_at))
        else:
            ends_at = self._season.at_work(opens_at + timedelta(days=rng.lognormvariate(log(25), 0.5)))
            self.deal_stages.append((deal_id, LOST, ends_at))
        contact.deal_ends_at = ends_at

    def add_deal(
        self, contact_id: str | None, account_id: str | None, owner_id: str, amount: float | None, opens_at: datetime
    ) -> None:
        """Write one deal and its first stage."""
        deal_id = f"d-{len(self.deals) + 1:04}"
        self.deals.append((deal_id, contact_id, account_id, owner_id, amount, opens_at))
        self.deal_stages.append((deal_id, DEAL_CREATED, opens_at))

    def _hold_demo(self, contact: Contact, deal_id: str, two_way_at: datetime, opens_at: datetime) -> datetime | None:
        """Book a demo around the opening of a deal and return when it was attended."""
        rng = self._rng
        booked_at = max(two_way_at, opens_at - timedelta(minutes=rng.randrange(2, 240)))
        starts_at = self._season.at_work(opens_at + timedelta(days=rng.randrange(1, 8))).replace(minute=0, second=0)
        return self.add_meeting(contact, deal_id, "demo", booked_at, starts_at)

    def _meet_first(self, contact: Contact, two_way_at: datetime) -> None:
        """Book a first meeting soon after a talk; the calendar did not always say of which kind."""
        booked_at = self._season.later(two_way_at, 900.0)
        starts_at = self._season.at_work(booked_at + timedelta(days=2)).replace(minute=0, second=0)
        kind = "discovery" if self._rng.random() < 0.7 else None
        self.add_meeting(contact, None, kind, booked_at, starts_at)

    def add_meeting(
        self, contact: Contact, deal_id: str | None, kind: str | None, booked_at: datetime, starts_at: datetime
    ) -> datetime | None:
        """Write one meeting: booked while it is to come, then attended, missed or cancelled."""
        draw = self._rng.random()
        attended_at: datetime | None = None
        status = "booked"
        if starts_at < END - timedelta(hours=1):
            status = "attended" if draw < 0.76 else "no_show" if draw < 0.92 else "cancelled"
            if status == "attended":
                attended_at = starts_at + timedelta(minutes=self._rng.randrange(0, 6))
        meeting_id = f"mt-{len(self.meetings) + 1:04}"
        self.meetings.append((meeting_id, contact.contact_id, deal_id, kind, booked_at, starts_at, status, attended_at))
        return attended_at or (starts_at if status == "booked" and draw < 0.76 else None)

    def _dispose(self, talk: Talk, is_won_over: bool) -> None:
        """Let the rep note how a talk went; some do it days too late."""
        rng, last = self._rng, talk.last_rep_message
        if last is None or rng.random() > 0.84:
            return
        recorded_at = talk.messages[-1].sent_at + timedelta(seconds=rng.randrange(60, 2400))
        if rng.random() < 0.045:
            recorded_at += timedelta(hours=rng.randrange(26, 120))
        draw = rng.random()
        thread = last.thread_id if 0.6 <= draw < 0.9 else None
        message = last if draw < 0.6 else None
        code = disposition_code(rng, talk, is_won_over)
        self.dispositions.append((talk.contact.contact_id, thread, message, code, recorded_at, last.rep_id))


def deal_chance(talk: Talk) -> float:
    """Return how likely a talk opens a deal: by channel, person, origin, month, waiting time and who answered."""
    contact = talk.contact
    odds = (
        CHANNEL_ODDS[talk.channel] + PERSONA_ODDS.get(contact.persona or "", 0.0) + SOURCE_ODDS.get(contact.source, 0.0)
    )
    odds += lift(talk.messages[0].sent_at)
    if talk.human_count == 0:
        odds += BOT_ONLY_ODDS
    elif talk.messages[0].direction == "inbound" and talk.channel != "voice":
        wait = talk.wait_minutes
        odds += next((gain for limit, gain in WAIT_ODDS if wait is not None and wait < limit), -0.6)
        odds += contact.owner.skill
    if contact.variant == "short_first_line":
        odds += 0.15
    return 1 / (1 + exp(-odds))


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
    if (is_won_over and rng.random() < 0.72) or rng.random() < 0.1:
        return rng.choice(QUALIFIED_CODES)
    return rng.choice(OTHER_CODES)
