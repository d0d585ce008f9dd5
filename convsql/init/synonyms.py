"""What values are usually called: patterns over the words of a value, the first that fits decides.

A value is read as its words in lower case, divided by single blanks (`O_SENT_BACK` is `o sent back`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

Rules = tuple[tuple[str, str], ...]

_LOST = r"lost|declined|cancell?ed|rejected|withdrawn|dead|disqualified|unqualified|not qualified|abandoned|no sale"
DEAL_STAGES: Rules = (
    ("closed_lost", rf"\b({_LOST})\b"),
    ("closed_won", r"\b(won|sold|approved|purchased|bought|order placed|paid|customer|sale)\b"),
    ("proposal_signed", r"\b(sent back|countersigned|signed|returned|verbally agreed)\b"),
    ("proposal_sent", r"\b(proposal|quote|quotation|offer|estimate|contract ?sent)\b|^(\w )?sent$"),
    ("demo_scheduled", r"\bdemo\b.*\b(booked|scheduled|set)\b"),
    ("meeting_booked", r"\b(meeting|discovery|call)\b.*\b(booked|scheduled|set)\b"),
    ("sql_accepted", r"\b(sql|sales accepted|sales qualified|pre ?accepted|pre ?qualified)\b"),
    ("mql", r"\b(mql|marketing qualified|submitted)\b"),
    ("opportunity_created", r"\b(opportunity|opened|qualified|qualification|needs analysis|appointment ?scheduled)\b"),
)
LIFECYCLE_STAGES: Rules = (
    ("sql_accepted", r"\b(sql|sales ?accepted.*|sales ?qualified.*)\b"),
    ("mql", r"\b(mql|marketing ?qualified.*)\b"),
    ("customer", r"\b(customer|client|buyer)\b"),
    ("lead", r"\b(lead|prospect)\b"),
)
MEETINGS: Rules = (
    ("demo_attended", r"\b(demo|demonstration|walkthrough)\b.* attended$"),
    ("demo_scheduled", r"\b(demo|demonstration|walkthrough)\b.* booked$"),
    ("meeting_attended", r"\b(meeting|intro|introduction|discovery|call|appointment|consultation)\b.* attended$"),
    ("meeting_booked", r"\b(meeting|intro|introduction|discovery|call|appointment|consultation)\b.* booked$"),
)
DISPOSITIONS: Rules = (
    ("wrong_person", r"\bwrong\b|\bleft company\b|\bgatekeeper\b|\bdisconnected\b|\bnot in service\b"),
    (
        "no_intent",
        r"\b(not|no|un) ?(interest(ed)?|qualified|budget|need)\b|\b(refused|declined|competitor|dnc|do not)\b",
    ),
    ("no_answer", r"\b(no ?answer|voice ?mail|busy|unreachable|not reached|no response|left message|not home)\b"),
    ("callback", r"\b(call ?back|call .*later|follow ?up|later|reschedule.*)\b"),
    ("support", r"\b(support|billing|complaint|existing customer|refund|technical|service)\b"),
    ("qualified", r"\b(qualified|interested|hot|demo|meeting|appointment|sale|sold|won|booked|converted)\b"),
    ("other", r"\b(other|spam|duplicate|test|language)\b"),
)
IS_WIN = r"\b(booked|set|scheduled|sale|sold|won|converted)\b"
CHANNELS: Rules = (
    ("whatsapp", r"whats ?app"),
    ("video", r"\b(video|zoom|teams|webinar)\b"),
    ("voice", r"\b(voice|phone|call|calls|dial|telephone|voip)\b"),
    ("sms", r"\b(sms|mms|text|texts)\b"),
    ("email", r"\b(e ?mail|mail|newsletter)\b"),
    ("chat", r"\b(live ?chat|web ?chat|chat|chatbot|widget)\b"),
    ("web_form", r"\b(web ?form|form|landing page)\b"),
    ("social", r"\b(facebook|messenger|instagram|twitter|linkedin|social|dm)\b"),
)
STATUSES: Rules = (
    ("delivered", r"\b(un|not|no) ?answer(ed)?\b|\b(missed|busy|voice ?mail|ringing)\b"),
    ("failed", r"fail|undeliver|not deliver|bounce|reject|block|drop|defer|invalid|cancel|expired|error"),
    ("failed", r"queue|schedul|sending|pending|^accepted$"),
    ("answered", r"\b(answered|connected|completed|in progress|spoke|talked)\b"),
    ("delivered", r"deliver|\b(sent|read|opened|seen|received|clicked|submitted|replied)\b"),
)
REGULATED: Rules = (
    ("true", r"bank|financ|insur|invest|lending|loan|mortgage|health|pharma|medic|legal|law firm"),
    ("true", r"govern|public sector|energy|utilit|gambl|telecom"),
)


def words(value: str) -> str:
    """A value as its words: `Closed-Won` → `closed won`."""
    return re.sub(r"[\W_]+", " ", value).strip().lower()


def guess(value: str, rules: Rules) -> str:
    """What the first fitting rule says; empty when none fits."""
    text = words(value)
    return next((meaning for meaning, pattern in rules if re.search(pattern, text)), "")


def says(value: str, pattern: str) -> bool:
    """Whether a value's words hold a pattern."""
    return re.search(pattern, words(value)) is not None


def first_of(rows: Iterable[dict[str, str]], column: str, value: str) -> dict[str, str] | None:
    """The first row with this value in this column, trimmed and in lower case."""
    return next((row for row in rows if row[column].strip().lower() == value), None)
