"""What becomes of the talks: deals and their stages, meetings, lifecycle stages and dispositions."""

from datetime import datetime, timedelta
from math import log
from random import Random

from convsql.demo.chances import deal_chance, disposition_code, farewell_code, meeting_chance, proposal_chance
from convsql.demo.people import Contact, Rep
from convsql.demo.season import END, Season
from convsql.demo.talk import Message, Talk

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

Stage = tuple[str, str, datetime]
Disposition = tuple[str, str | None, Message | None, str, datetime, str | None]


class Commerce:
    """Follows the talks and writes what they lead to."""

    def __init__(self, rng: Random, season: Season, reps: list[Rep]) -> None:
        self._rng = rng
        self._season = season
        self._reps = {rep.rep_id: rep for rep in reps}
        self.deals: list[tuple[object, ...]] = []
        self.deal_stages: list[Stage] = []
        self.lifecycle_stages: list[Stage] = []
        self.meetings: list[tuple[object, ...]] = []
        self.dispositions: list[Disposition] = []
        self.losses: list[tuple[Contact, datetime]] = []

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
                is_won_over = self._rng.random() < deal_chance(talk, self._reps)
                if self._rng.random() < meeting_chance(talk, self._reps, is_won_over):
                    self._meet_first(talk.contact, two_way_at)
                if is_won_over:
                    self._open_deal(talk, two_way_at)
        if talk.human_count:
            self._dispose(talk, disposition_code(self._rng, talk, is_won_over))

    def part(self, talk: Talk) -> None:
        """Let a closer note how the farewell of a lost deal went."""
        self._dispose(talk, farewell_code(self._rng, talk.contact.closer))

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
        if rng.random() < proposal_chance(contact, opens_at, attended is not None):
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
        if self.deal_stages[-1][1] == LOST:
            self.losses.append((contact, ends_at))

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

    def _dispose(self, talk: Talk, code: str) -> None:
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
        self.dispositions.append((talk.contact.contact_id, thread, message, code, recorded_at, last.rep_id))
