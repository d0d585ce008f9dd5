"""The parts of a conversation: messages, and people taking turns."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from convsql.demo import words
from convsql.demo.people import TEAM_CHANGE, Contact, Rep
from convsql.demo.season import NEW_PHONES_FROM, Season, next_open
from convsql.demo.stories import MUTE_CAMPAIGN, SLOW_TEAM

CONTACT_MINUTES = {"chat": 0.7, "sms": 22.0, "email": 280.0, "web_form": 200.0}
REP_MINUTES = {"chat": 1.2, "sms": 9.0, "email": 75.0, "web_form": 30.0}
COSTS = {"sms": 0.0079, "email": 0.0004}
SENT_STATUS = {"sms": "delivered", "email": "delivered", "chat": "delivered", "web_form": "delivered"}


@dataclass(slots=True)
class Message:
    """One message before it has an id: ids are given in the order of time at the end."""

    contact_id: str
    channel: str
    direction: str
    sent_at: datetime
    thread_id: str | None = None
    sender_type: str | None = None
    rep_id: str | None = None
    status: str | None = None
    talk_seconds: int | None = None
    campaign_id: str | None = None
    body: str | None = None
    cost: float | None = None
    message_id: str = ""


@dataclass(slots=True)
class Talk:
    """One exchange with a contact: its messages and what the rest of the story needs of them."""

    contact: Contact
    channel: str
    intent: str
    messages: list[Message]

    @property
    def two_way_at(self) -> datetime | None:
        """The moment both sides have spoken: a live call, or the later of the first words of each."""
        live = [m.sent_at for m in self.messages if is_live(m)]
        firsts = []
        for direction in ("inbound", "outbound"):
            spoken = [m.sent_at for m in self.messages if m.direction == direction and is_word(m)]
            if not spoken:
                return min(live, default=None)
            firsts.append(min(spoken))
        return min([max(firsts), *live])

    @property
    def wait_minutes(self) -> float | None:
        """How long the contact's first message waited for a rep once the team was in; None when it never was answered."""
        asked = next((m.sent_at for m in self.messages if m.direction == "inbound" and is_word(m)), None)
        if asked is None:
            return None
        answered = [m.sent_at for m in self.messages if m.sent_at > asked and m.sender_type == "rep"]
        return (min(answered) - min(next_open(asked), min(answered))).total_seconds() / 60 if answered else None

    @property
    def human_count(self) -> int:
        """The number of messages of reps, live calls included."""
        return sum(m.sender_type == "rep" or is_live(m) for m in self.messages)

    @property
    def first_rep_id(self) -> str | None:
        """The rep who spoke first: for a call, of those who spoke."""
        return next((m.rep_id for m in self.messages if m.sender_type == "rep" or is_live(m)), None)

    @property
    def first_sent_at(self) -> datetime | None:
        """When the first message went out; of several dials, the last one's time, since each is a conversation."""
        sent = [m.sent_at for m in self.messages if m.direction == "outbound" and is_word(m)]
        return (sent[-1] if self.channel == "voice" else sent[0]) if sent else None

    @property
    def has_next_step(self) -> bool:
        """Tell whether one of us asked for a next step; on the telephone nobody knows, and the answer is yes."""
        return self.channel == "voice" or any(
            m.direction == "outbound" and (m.body or "").endswith(words.NEXT_STEPS) for m in self.messages
        )

    @property
    def last_rep_message(self) -> Message | None:
        """The last message with a rep, of whom a disposition would come."""
        return next((m for m in reversed(self.messages) if m.rep_id is not None), None)


def is_live(message: Message) -> bool:
    """Tell whether both sides were on the telephone."""
    if message.channel != "voice":
        return False
    return message.status == "answered" or (message.status is None and bool(message.talk_seconds))


def is_word(message: Message) -> bool:
    """Tell whether a message is something somebody said, and it arrived."""
    return message.status not in ("failed", "bounced") and message.sender_type != "system"


class Talker:
    """Lets contacts, reps and bots write to each other."""

    def __init__(self, rng: Random, season: Season, reps: list[Rep]) -> None:
        self.rng = rng
        self.season = season
        self._callers = [r for r in reps if r.desk == "sdr"]
        self._support = [r for r in reps if r.desk == "support"]
        self._moved = next(r for r in reps if r.rep_id == "r-16")

    def chance(self, share: float) -> bool:
        """Tell yes in the given share of cases."""
        return self.rng.random() < share

    def line(self, lines: tuple[str, ...] | str) -> str:
        """Return one of the lines with its topic filled in."""
        text = lines if isinstance(lines, str) else self.rng.choice(lines)
        return text.format(topic=self.rng.choice(words.TOPICS)) if "{" in text else text

    def asking(self, body: str, campaign_id: str | None, share: float = 0.8) -> str:
        """Return what is said, in so many cases with a next step; a campaign without one stays without."""
        if campaign_id == MUTE_CAMPAIGN.campaign_id or not self.chance(share):
            return body
        return f"{body} {self.rng.choice(words.NEXT_STEPS)}"

    def desk(self, contact: Contact, intent: str, at: datetime) -> Rep:
        """Return who answers: support for support, else the contact's rep or a caller on duty."""
        if intent == "support":
            staff = [r for r in self._support if r is not self._moved] if at >= TEAM_CHANGE else self._support
            return self.rng.choice(staff)
        if contact.is_customer or (contact.deal_opens_at is not None and at >= contact.deal_opens_at):
            return contact.closer
        if self.chance(0.8):
            return contact.owner
        return self.rng.choice([*self._callers, self._moved] if at >= TEAM_CHANGE else self._callers)

    def say(
        self,
        contact: Contact,
        channel: str,
        at: datetime,
        sender: str,
        body: str,
        *,
        rep: Rep | None = None,
        thread: str | None = None,
        status: str | None = None,
        campaign: str | None = None,
    ) -> Message:
        """Return one written message; what came in is received, what went out is delivered."""
        inbound = sender == "contact"
        return Message(
            contact_id=contact.contact_id,
            channel=channel,
            direction="inbound" if inbound else "outbound",
            sent_at=at,
            thread_id=thread,
            sender_type=sender,
            rep_id=rep.rep_id if rep else None,
            status=status or ("received" if inbound else SENT_STATUS[channel]),
            campaign_id=campaign,
            body=body,
            cost=None if inbound else COSTS.get(channel),
        )

    def call(
        self, contact: Contact, at: datetime, direction: str, rep: Rep, outcome: str, campaign: str | None
    ) -> Message:
        """Return one call; the old telephone system gave no status."""
        talk = 0
        if outcome == "answered":
            talk = max(15, int(self.rng.lognormvariate(5.2, 0.7)))
        elif outcome == "voicemail":
            talk = self.rng.randrange(12, 45)
        is_old = at < NEW_PHONES_FROM and outcome in ("answered", "no_answer")
        return Message(
            contact_id=contact.contact_id,
            channel="voice",
            direction=direction,
            sent_at=at,
            sender_type=None if is_old else "contact" if direction == "inbound" else "rep",
            rep_id=rep.rep_id if direction == "outbound" or outcome == "answered" else None,
            status=None if is_old else outcome,
            talk_seconds=talk,
            campaign_id=campaign,
            cost=round(0.013 * (talk // 60 + 1), 4) if direction == "outbound" else None,
        )

    def take_turns(
        self,
        messages: list[Message],
        contact: Contact,
        rep: Rep,
        turns: int,
        *,
        speaker: str,
        stay: float,
        heir: Rep | None = None,
    ) -> None:
        """Let rep and contact answer each other, in the channel and thread of the last message, while both stay."""
        last = messages[-1]
        channel = "email" if last.channel == "web_form" else last.channel
        at = last.sent_at
        for turn in range(turns):
            if speaker == "rep":
                minutes = REP_MINUTES[last.channel if turn == 0 else channel] * rep.pace
                is_late = turn == 0 and rep.rep_id in SLOW_TEAM.rep_ids
                at = self.season.answered(at, minutes * SLOW_TEAM.factor if is_late else minutes)
                body = self.line(words.REP_GOES_ON)
                if turn == 0:
                    body = self.asking(body, messages[0].campaign_id)
                if heir is not None and turn >= 2:
                    body, rep, heir = self.line(words.REP_HANDS_OVER), heir, None
                messages.append(self.say(contact, channel, at, "rep", body, rep=rep, thread=last.thread_id))
                speaker = "contact"
            else:
                if not self.chance(stay):
                    return
                at = self.season.awake(at, CONTACT_MINUTES[channel])
                messages.append(
                    self.say(contact, channel, at, "contact", self.line(words.CONTACT_GOES_ON), thread=last.thread_id)
                )
                speaker = "rep"

    def short_break(self, at: datetime, low: int, high: int) -> datetime:
        """Return a moment ``low`` to ``high`` seconds later."""
        return at + timedelta(seconds=self.rng.randrange(low, high))
