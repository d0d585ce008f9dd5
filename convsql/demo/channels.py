"""How a talk goes in each channel."""

from collections.abc import Callable
from datetime import datetime, timedelta

from convsql.demo import words
from convsql.demo.people import Contact, Rep
from convsql.demo.season import BOTS_FROM, DAY, is_open, is_slow
from convsql.demo.talk import Message, Talk, Talker

Channel = Callable[[Talker, Contact, datetime, str], Talk]

REPLY_CHANCE = {
    "event": 0.46,
    "outbound_list": 0.24,
    "referral": 0.6,
    "partner": 0.5,
    "organic_search": 0.48,
    "paid_search": 0.4,
}
CALL_OUTCOMES = {"answered": 0.34, "no_answer": 0.34, "voicemail": 0.24, "busy": 0.05, "failed": 0.03}


def chat(talker: Talker, contact: Contact, at: datetime, intent: str) -> Talk:
    """A contact opens the chat: a rep answers in working hours, from April on a bot at any hour."""
    thread, rep = contact.next_thread(), talker.desk(contact, intent, at)
    messages = [
        talker.say(
            contact,
            "chat",
            at,
            "contact",
            talker.line(words.CONTACT_OPENS[intent]),
            thread=thread,
            campaign=contact.campaign_id,
        )
    ]
    if at >= BOTS_FROM:
        _bot_round(talker, contact, messages, thread)
        is_handed_over = is_open(messages[-1].sent_at) and talker.chance(0.5 if is_slow(at) else 0.8)
    else:
        is_handed_over = is_open(at) and talker.chance(0.7 if is_slow(at) else 0.93)
    if is_handed_over:
        if talker.chance(0.5):
            joined = talker.short_break(messages[-1].sent_at, 2, 9)
            messages.append(talker.say(contact, "chat", joined, "system", words.SYSTEM_LINE, thread=thread))
        heir = contact.closer if intent == "buy" and talker.chance(0.18) else None
        talker.take_turns(messages, contact, rep, talker.rng.randrange(3, 9), speaker="rep", stay=0.86, heir=heir)
    elif talker.chance(0.62):
        talker.take_turns(messages, contact, rep, talker.rng.randrange(1, 5), speaker="rep", stay=0.4)
    return Talk(contact, "chat", intent, messages)


def _bot_round(talker: Talker, contact: Contact, messages: list[Message], thread: str) -> None:
    """Let the bot greet and ask; most contacts answer it once or twice."""
    at = messages[-1].sent_at
    for lines in (words.BOT_OPENS, words.BOT_GOES_ON):
        at = talker.short_break(at, 3, 14)
        body = talker.line(lines)
        if lines is words.BOT_OPENS:
            body = talker.asking(body, messages[0].campaign_id)
        messages.append(talker.say(contact, "chat", at, "bot", body, thread=thread))
        if not talker.chance(0.74):
            return
        at = talker.short_break(at, 15, 80)
        messages.append(talker.say(contact, "chat", at, "contact", talker.line(words.CONTACT_GOES_ON), thread=thread))
    if not is_open(at):
        at = talker.short_break(at, 3, 14)
        messages.append(talker.say(contact, "chat", at, "bot", words.BOT_AFTER_HOURS, thread=thread))


def web_form(talker: Talker, contact: Contact, at: datetime, intent: str) -> Talk:
    """A contact fills the form on the website; a rep answers by e-mail in the same thread."""
    thread, rep = contact.next_thread(), talker.desk(contact, intent, at)
    body = talker.line(words.CONTACT_OPENS[intent])
    messages = [talker.say(contact, "web_form", at, "contact", body, thread=thread, campaign=contact.campaign_id)]
    if talker.chance(0.92):
        talker.take_turns(messages, contact, rep, talker.rng.randrange(1, 6), speaker="rep", stay=0.66)
    return Talk(contact, "web_form", intent, messages)


def email_in(talker: Talker, contact: Contact, at: datetime, intent: str) -> Talk:
    """A contact writes a mail and a rep answers."""
    thread, rep = contact.next_thread(), talker.desk(contact, intent, at)
    messages = [talker.say(contact, "email", at, "contact", talker.line(words.CONTACT_OPENS[intent]), thread=thread)]
    if talker.chance(0.94):
        heir = contact.closer if talker.chance(0.12) else None
        talker.take_turns(messages, contact, rep, talker.rng.randrange(1, 7), speaker="rep", stay=0.64, heir=heir)
    return Talk(contact, "email", intent, messages)


def email_out(talker: Talker, contact: Contact, at: datetime, intent: str) -> Talk:
    """A campaign or a rep writes first; some are away, some bounce, some answer."""
    rep = contact.owner
    thread = contact.next_thread()
    is_campaign = contact.campaign_id is not None and talker.chance(0.55)
    at = talker.season.at_work(at)
    campaign = contact.campaign_id if is_campaign else None
    body = talker.asking(talker.line(words.CAMPAIGN_MAIL if is_campaign else words.REP_OPENS), campaign)
    is_bounced = talker.chance(0.02)
    status = "bounced" if is_bounced else None
    sender, author = ("bot", None) if is_campaign else ("rep", rep)
    messages = [
        talker.say(contact, "email", at, sender, body, rep=author, thread=thread, status=status, campaign=campaign)
    ]
    if is_bounced:
        return Talk(contact, "email", intent, messages)
    if talker.chance(0.22 if is_slow(at) else 0.035):
        back = talker.short_break(at, 20, 120)
        messages.append(talker.say(contact, "email", back, "contact", talker.line(words.OUT_OF_OFFICE), thread=thread))
        if talker.chance(0.5):
            return Talk(contact, "email", intent, messages)
    is_interested = talker.chance(REPLY_CHANCE[contact.source] * 0.62)
    if not is_interested and talker.chance(0.4):
        again = talker.season.at_work(messages[-1].sent_at + DAY * talker.rng.randrange(2, 6))
        messages.append(
            talker.say(contact, "email", again, "rep", talker.line(words.REP_OPENS), rep=rep, thread=thread)
        )
        is_interested = talker.chance(0.12)
    if is_interested:
        _first_answer(talker, contact, messages, intent, 420.0)
        talker.take_turns(messages, contact, rep, talker.rng.randrange(1, 6), speaker="rep", stay=0.66)
    return Talk(contact, "email", intent, messages)


def sms_in(talker: Talker, contact: Contact, at: datetime, intent: str) -> Talk:
    """A contact sends a text and a rep answers."""
    rep = talker.desk(contact, intent, at)
    messages = [talker.say(contact, "sms", at, "contact", talker.line(words.CONTACT_OPENS[intent]))]
    if talker.chance(0.94):
        talker.take_turns(messages, contact, rep, talker.rng.randrange(2, 8), speaker="rep", stay=0.8)
    return Talk(contact, "sms", intent, messages)


def sms_out(talker: Talker, contact: Contact, at: datetime, intent: str) -> Talk:
    """A campaign or a rep sends a text; some fail, some contacts opt out, some answer."""
    rep: Rep = contact.owner
    at = talker.season.at_work(at)
    is_campaign = contact.campaign_id is not None and talker.chance(0.5)
    campaign = contact.campaign_id if is_campaign else None
    body = talker.asking(talker.line(words.CAMPAIGN_TEXT if is_campaign else words.REP_OPENS), campaign)
    sender, author = ("bot", None) if is_campaign else ("rep", rep)
    messages: list[Message] = []
    if talker.chance(0.035):
        messages.append(talker.say(contact, "sms", at, sender, body, rep=author, status="failed", campaign=campaign))
        if talker.chance(0.4):
            return Talk(contact, "sms", intent, messages)
        at = at + timedelta(minutes=15)
    messages.append(talker.say(contact, "sms", at, sender, body, rep=author, campaign=campaign))
    if talker.chance(0.07 if is_campaign else 0.02):
        stopped = talker.season.awake(at, 20.0)
        messages.append(talker.say(contact, "sms", stopped, "contact", talker.line(words.STOP_WORDS)))
        contact.opted_out = True
        return Talk(contact, "sms", intent, messages)
    is_interested = talker.chance(REPLY_CHANCE[contact.source])
    if not is_interested and talker.chance(0.3):
        again = talker.season.at_work(at + DAY)
        messages.append(talker.say(contact, "sms", again, "rep", talker.line(words.REP_OPENS), rep=rep))
        is_interested = talker.chance(0.2)
    if is_interested:
        _first_answer(talker, contact, messages, intent, 35.0)
        talker.take_turns(messages, contact, rep, talker.rng.randrange(2, 7), speaker="rep", stay=0.82)
    return Talk(contact, "sms", intent, messages)


def _first_answer(talker: Talker, contact: Contact, messages: list[Message], intent: str, minutes: float) -> None:
    """Let the contact answer what came first."""
    last = messages[-1]
    lines = words.CONTACT_OPENS["wrong"] if intent == "wrong" else words.CONTACT_GOES_ON
    at = talker.season.awake(last.sent_at, minutes)
    messages.append(talker.say(contact, last.channel, at, "contact", talker.line(lines), thread=last.thread_id))


def voice_in(talker: Talker, contact: Contact, at: datetime, intent: str) -> Talk:
    """A contact calls: somebody answers, or the voicemail does and a rep calls back."""
    rep = talker.desk(contact, intent, at)
    if is_open(at) and talker.chance(0.6 if is_slow(at) else 0.82):
        messages = [talker.call(contact, at, "inbound", rep, "answered", None)]
    else:
        messages = [talker.call(contact, at, "inbound", rep, "voicemail", None)]
        if talker.chance(0.85):
            back = talker.season.answered(at, 55.0 * rep.pace)
            outcome = "answered" if talker.chance(0.6) else "no_answer"
            messages.append(talker.call(contact, back, "outbound", rep, outcome, None))
    return Talk(contact, "voice", intent, messages)


def voice_out(talker: Talker, contact: Contact, at: datetime, intent: str) -> Talk:
    """A rep dials, up to three times on different days, until somebody answers."""
    rep = talker.desk(contact, "buy", at)
    campaign = contact.campaign_id if contact.campaign_id == "cmp-07" else None
    messages: list[Message] = []
    for _ in range(talker.rng.randrange(1, 4)):
        at = talker.season.at_work(at)
        outcome = talker.rng.choices(list(CALL_OUTCOMES), list(CALL_OUTCOMES.values()))[0]
        messages.append(talker.call(contact, at, "outbound", rep, outcome, campaign))
        if outcome == "answered":
            break
        at = at + DAY * talker.rng.randrange(1, 4)
    return Talk(contact, "voice", intent, messages)


def farewell(talker: Talker, contact: Contact, lost_at: datetime) -> Talk:
    """The closer of a lost deal thanks by text, and most contacts answer."""
    at = talker.season.at_work(lost_at + timedelta(days=talker.rng.randrange(1, 4)))
    messages = [talker.say(contact, "sms", at, "rep", words.REP_SAYS_FAREWELL, rep=contact.closer)]
    if talker.chance(0.85):
        back = talker.season.awake(at, 35.0)
        messages.append(talker.say(contact, "sms", back, "contact", talker.line(words.CONTACT_SAYS_FAREWELL)))
        thanks = talker.season.answered(back, 9.0)
        messages.append(talker.say(contact, "sms", thanks, "rep", words.REP_THANKS, rep=contact.closer))
    return Talk(contact, "sms", "buy", messages)


FIRST_TALKS: dict[str, dict[Channel, int]] = {
    "organic_search": {chat: 42, web_form: 34, email_in: 16, voice_in: 8},
    "paid_search": {chat: 46, web_form: 40, voice_in: 14},
    "referral": {email_in: 44, voice_in: 28, chat: 28},
    "partner": {email_in: 42, web_form: 32, voice_in: 26},
    "event": {email_out: 36, sms_out: 46, voice_out: 18},
    "outbound_list": {email_out: 48, voice_out: 34, sms_out: 18},
}
LATER_TALKS: dict[Channel, int] = {
    chat: 22,
    email_out: 16,
    email_in: 9,
    sms_out: 25,
    sms_in: 9,
    voice_out: 15,
    voice_in: 4,
}
