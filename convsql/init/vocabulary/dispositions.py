"""How reps record a call: codes of HubSpot, Aircall, Outreach, Salesloft and others."""

from __future__ import annotations

from convsql.init.vocabulary.reading import Vocabulary, any_of

_GOT = r"(?:booked|set|scheduled|made|confirmed)"
DISPOSITIONS = Vocabulary(
    (
        (
            "wrong_person",
            any_of(
                r"wrong (?:number|person|contact|company|party)(?: \w+)?|bad number|number (?:disconnected|not in service|out of service)",
                r"disconnected(?: number)?|not in service|left (?:the )?company|no longer (?:there|with company|works there|employed)|gate ?keeper|invalid number",
            ),
        ),
        (
            "no_intent",
            any_of(
                r"(?:not|un|no|never|not at all) ?interest(?:ed)?|not qualified|un ?qualified|dis ?qualified|no (?:budget|need|interest|sale|fit)",
                r"not a (?:fit|good fit)|refused|declined|competitor|uses competitor|(?:dnc|do not call|do not contact|will not buy|not buying)",
            ),
        ),
        (
            "no_answer",
            any_of(
                r"(?:un ?answered|not answered|never answered|no answer|no response|no pick ?up|not home|not reached|not connected|unreachable|did not answer)(?: vm| voice ?mail)?",
                r"(?:left )?(?:a )?voice ?mail(?: left)?|left (?:a )?message|left vm|vm|busy|line busy|machine|answering machine",
            ),
        ),
        (
            "callback",
            any_of(
                r"call ?back(?: (?:later|requested|scheduled))?|call (?:me )?later|call back later|follow ?up(?: (?:later|required|needed))?",
                r"requested (?:a )?call ?back|reschedule[d]?|not a good time|bad time|busy call later",
            ),
        ),
        (
            "support",
            r"support(?: request)?|customer service|billing(?: question| issue)?|complaint|existing customer|refund|technical(?: issue)?",
        ),
        (
            "qualified",
            any_of(
                r"(?:very |highly |is )?(?:qualified|interested)|hot(?: lead)?|warm lead|positive",
                rf"(?:demo|meeting|appointment|call) {_GOT}|(?:booked|scheduled|set) (?:a )?(?:demo|meeting|appointment)|sale|sold|won|converted|sale made",
            ),
        ),
        ("other", r"other|spam|duplicate|test|language barrier"),
    ),
    (
        ("wrong_person", r"\b(wrong|gatekeeper|disconnected)\b"),
        ("no_intent", r"\b(refused|declined|competitor|dnc|interest|budget)\b"),
        ("no_answer", r"\b(voice ?mail|busy|unreachable|no response|message)\b"),
        ("callback", r"\b(call ?back|follow ?up|later|reschedule\w*)\b"),
        ("support", r"\b(support|billing|complaint|customer|refund|technical|service)\b"),
        ("qualified", r"\b(qualified|interested|hot|demo|meeting|appointment|sale|sold|won|booked|converted)\b"),
        ("other", r"\b(other|spam|duplicate|test|language)\b"),
    ),
)
# Of codes that are `qualified` for sure, those that say that something was sold or booked.
IS_WIN = rf"(?:demo|meeting|appointment|call) {_GOT}|(?:booked|scheduled|set) (?:a )?(?:demo|meeting|appointment)|sale|sold|won|converted|sale made"
