"""Channels and delivery statuses."""

from __future__ import annotations

from convsql.init.vocabulary.reading import Vocabulary, any_of

# The meaning of a status is a row of the package's seed that has the same flags.
_CALL = r"(?:call |dial |outbound call |inbound call )?"
STATUSES = Vocabulary(
    (
        (
            "no-answer",
            any_of(
                rf"{_CALL}(?:un ?answered|not answered|never answered|no answer|not connected|did not (?:answer|connect|pick up)|no connect(?:ion)?)",
                rf"{_CALL}(?:no pick ?up|not reached|unreached|abandoned)(?: call)?",
                r"(?:hang|hung) up|not picked up|unreachable|not reachable",
            ),
        ),
        ("missed", rf"{_CALL}missed(?: call)?"),
        ("busy", rf"{_CALL}(?:busy|line busy)"),
        ("ringing", rf"{_CALL}ringing"),
        (
            "voicemail",
            any_of(
                rf"{_CALL}(?:voice ?mail|left voice ?mail)(?: call)?",
                r"left (?:a )?message|machine(?: answered)?|answering machine",
            ),
        ),
        (
            "failed",
            any_of(
                rf"{_CALL}failed|(?:un ?|not |non )delivered|(?:delivery |send )?(?:failed|failure|error)|(?:hard |soft )?bounced?|rejected|blocked|dropped|deferred",
                r"invalid(?: number| address)?|wrong number|expired|undeliverable|not deliverable|cancell?ed|not sent|unsent|could not (?:be )?(?:sent|delivered)",
            ),
        ),
        ("queued", r"queued|scheduled|sending|pending|draft|waiting"),
        (
            "answered",
            any_of(rf"{_CALL}(?:answered|connected|completed|in progress)", r"spoke(?: with contact)?|talked"),
        ),
        (
            "delivered",
            any_of(
                r"(?:message |e ?mail |sms )?(?:delivered|sent|read|opened|seen|received|clicked|submitted|replied)"
            ),
        ),
    ),
    (
        ("voicemail", r"\b(voice ?mail|machine)\b"),
        ("busy", r"\bbusy\b"),
        ("ringing", r"\bringing\b"),
        ("no-answer", r"\b(missed|abandoned)\b"),
        ("failed", r"\b(fail\w*|undeliver\w*|bounc\w*|reject\w*|block\w*|drop\w*|invalid|error)\b"),
        ("answered", r"\b(answer\w*|connect\w*|complet\w*|spoke\w*|talk\w*|picked up|reached)\b"),
        ("delivered", r"\b(deliver\w*|sent|read|opened|seen|received)\b"),
    ),
)

_CHANNEL_HINTS = (
    ("whatsapp", r"whats ?app"),
    ("video", r"\b(video|zoom|teams|webinar)\b"),
    ("voice", r"\b(voice|phone|call|calls|dial|telephone|voip|anruf)\b"),
    ("sms", r"\b(sms|mms|text|texts)\b"),
    ("email", r"\b(e ?mail|mail|newsletter)\b"),
    ("chat", r"\b(live ?chat|web ?chat|chat|chatbot|widget)\b"),
    ("web_form", r"\b(web ?form|form|landing page)\b"),
    ("social", r"\b(facebook|messenger|instagram|twitter|linkedin|social|dm)\b"),
)
_SAFE = r"(?:inbound |outbound |incoming |outgoing |customer |business |mobile |live |web |one |two |way |direct )*"
_TAIL = r"(?: business| message| messages| messaging| msg| chat| conversation| call| calls| api| thread| text| inbound| outbound| widget)*"
CHANNELS = Vocabulary(
    tuple(
        (channel, rf"{_SAFE}(?:{words}){_TAIL}")
        for channel, words in (
            ("whatsapp", r"whats ?app"),
            ("video", r"video|zoom|teams|google meet"),
            ("voice", r"voice|phone|call|calls|dial|telephone|voip|phone call|voice call|anruf"),
            ("sms", r"sms|mms|text|texts|text message"),
            ("email", r"e ?mail|mail"),
            ("chat", r"live ?chat|web ?chat|chat|chatbot|widget"),
            ("web_form", r"web ?form|form|landing page|contact form|form submission"),
            (
                "social",
                r"facebook|facebook messenger|messenger|instagram|instagram dm|twitter|twitter dm|linkedin|social|dm",
            ),
        )
    ),
    _CHANNEL_HINTS,
)

# An industry that is in no list is not regulated.
REGULATED = Vocabulary(
    (
        (
            "true",
            any_of(
                r"(?:\w+ )?(?:banks?|banking|financ(?:e|ial)(?: services?)?|insurance|lending|mortgages?|investments?|pharma(?:ceuticals?)?)",
                r"health ?care|health|medical|medical devices|hospitals?(?: and \w+ ?\w*)?|legal(?: services)?|law firms?|law practice",
                r"government(?: administration| agency)?|public sector|energy|utilit(?:y|ies)|gambling(?: and casinos)?|telecom(?:munications?)?",
            ),
        ),
    ),
    (
        ("true", r"bank|financ|insur|invest|lending|loan|mortgage|health|pharma|medic|legal|law firm"),
        ("true", r"govern|public sector|energy|utilit|gambl|telecom"),
    ),
)
