"""Stages of deals, of contacts and of meetings: phrases of the default pipelines of HubSpot, Salesforce, Pipedrive, Zoho and others."""

from __future__ import annotations

from convsql.init.vocabulary.reading import Vocabulary, any_of

NO_OUTCOME = "none"

_OF_DEAL = r"(?:deal |opportunity |sale |stage |business )?"
_WHY = r"(?: (?:to|due to|because of|by|on|competitor|competition|price|budget|timing|no budget|no decision|no response|unresponsive|other)(?: \w+)*)?"
_REVIVED = r"(?!.*\b(?:not|never|back|recovered|revived|reopened|reactivated|re|win|found|without|contact|touch)\b)"

DEAL_STAGES = Vocabulary(
    (
        (
            "closed_lost",
            any_of(
                rf"{_REVIVED}{_OF_DEAL}(?:closed |closed as )?(?:lost|dead|abandoned|withdrawn)(?: deal| opportunity| sale)?{_WHY}",
                r"closed not won|not won|(?:closed )?no (?:sale|deal|decision)",
                rf"{_OF_DEAL}(?:disqualified|unqualified|not qualified|un qualified|dis qualified|qualified out)",
                r"not interested|will not buy|\w? ?(?:declined|cancell?ed)|rejected|(?:(?:ab)?geschlossen )?verloren|(?:fermée? |conclue? )?perdue?|(?:cerrad[oa] )?perdid[oa]|(?:chius[oa] )?pers[oa]",
            ),
        ),
        (
            "closed_won",
            any_of(
                rf"{_OF_DEAL}(?:closed |closed as |close )?won(?: deal| opportunity| sale| customer| business)?",
                r"(?:closed |deal )?(?:sold|purchased|bought)|sale (?:made|closed|completed)|order placed",
                # "a" is the application in the loan process of the BPI challenges, as o is the offer
                r"a approved|(?:(?:ab)?geschlossen )?gewonnen|(?:fermée? |conclue? )?gagnée?|(?:cerrad[oa] )?ganad[oa]|(?:chius[oa] )?vint[oa]",
            ),
        ),
        (
            "proposal_signed",
            any_of(
                r"(?:proposal|contract|quote|agreement|offer) (?:is )?(?:signed|countersigned)",
                r"signed (?:proposal|contract|quote|agreement|offer)|o sent back",
            ),
        ),
        (
            "proposal_sent",
            any_of(
                r"(?:proposal|quote|quotation|offer|estimate|contract)(?: is)? (?:sent|made|delivered|submitted|presented)",
                r"(?:sent|presented) (?:proposal|quote|quotation|offer|estimate|contract)",
                r"proposal|proposal (?:and )?(?:price )?quote|quote|quotation|contractsent|o sent",
            ),
        ),
        ("demo_scheduled", r"(?:product )?demo(?:nstration)? (?:booked|scheduled|set)|(?:booked|scheduled) demo"),
        (
            "meeting_booked",
            r"(?:(?:first|intro|discovery|sales) )?(?:meeting|discovery|discovery call) (?:booked|scheduled|set)",
        ),
        (
            "sql_accepted",
            any_of(
                r"sql|sales (?:accepted|qualified)(?: lead| opportunity)?|sal|(?:a )?(?:pre ?accepted|pre ?qualified)",
            ),
        ),
        ("mql", any_of(r"mql|marketing qualified(?: lead)?", r"a submitted")),
        (
            "opportunity_created",
            any_of(
                r"(?:new )?opportunity(?: (?:created|opened|identified|open))?|opportunity qualified",
                r"(?:is )?qualified(?: to buy| opportunity)?|qualification|needs analysis|appointment ?scheduled|qualifiedtobuy",
            ),
        ),
        (
            NO_OUTCOME,
            any_of(
                r"prospecting|value proposition|id decision makers|identify decision makers|perception analysis|contact made|lead in",
                r"negotiations?(?: review| started)?|presentation ?scheduled|decision ?maker ?bought ?in|on hold|nurture|nurturing",
            ),
        ),
    ),
    (
        (
            "closed_lost",
            r"\b(lost|dead|abandoned|withdrawn|disqualified|unqualified|declined|rejected|cancell?ed|unsold)\b",
        ),
        (
            "closed_won",
            r"\b(won|win|sold|approved|purchased|bought|buy|order|paid|customer|sale|closed|booked business|gewonnen)\b",
        ),
        ("proposal_signed", r"\b(signed|countersigned|signature|agreed|executed)\b"),
        ("proposal_sent", r"\b(proposal|quote|quotation|offer|estimate|contract|sent)\b"),
        ("demo_scheduled", r"\b(demo|demonstration)\b"),
        ("meeting_booked", r"\b(meeting|discovery|appointment)\b"),
        ("sql_accepted", r"\b(sql|sales accepted|sales qualified|accepted)\b"),
        ("mql", r"\b(mql|marketing qualified)\b"),
        ("opportunity_created", r"\b(opportunity|qualified|qualification|opened)\b"),
    ),
)

LIFECYCLE_STAGES = Vocabulary(
    (
        ("sql_accepted", r"sql|sal|sales ?(?:accepted|qualified)(?: ?lead| opportunity)?"),
        ("mql", r"mql|marketing ?qualified(?: ?lead)?"),
        ("customer", r"(?:new |current |active |paying |existing )?(?:customer|client|buyer)"),
        ("lead", r"(?:new |raw |open )?(?:lead|prospect)"),
        (
            NO_OUTCOME,
            any_of(
                r"subscriber|evangelist|other|visitor|nurture|(?:former|lost|churned|ex|inactive) (?:customer|client)",
                r"customer churned|(?:disqualified|unqualified|not qualified|un qualified)(?: lead)?",
            ),
        ),
    ),
    (
        ("sql_accepted", r"\b(sql|sal|sales ?accepted|sales ?qualified|salesqualifiedlead)\b"),
        ("mql", r"\b(mql|marketing ?qualified)\b"),
        ("customer", r"\b(customer|client|buyer)\b"),
        ("lead", r"\b(lead|prospect)\b"),
    ),
)

_MEETING = r"(?:sales |first |initial |intro |introductory |discovery |video |phone |zoom )*(?:meeting|intro|introduction|discovery|call|appointment|consultation)(?: call| meeting)?"
_DEMO = r"(?:product |sales |first |live |platform )*(?:demo|demonstration|walkthrough)(?: call| meeting)?"
MEETINGS = Vocabulary(
    (
        ("demo_attended", rf"{_DEMO} attended"),
        ("demo_scheduled", rf"{_DEMO} booked"),
        ("meeting_attended", rf"{_MEETING} attended"),
        ("meeting_booked", rf"{_MEETING} booked"),
    ),
    (
        ("demo_attended", r"\b(demo|demonstration|walkthrough)\b.* attended$"),
        ("demo_scheduled", r"\b(demo|demonstration|walkthrough)\b.* booked$"),
        ("meeting_attended", r"\b(?:meeting|intro|discovery|call|appointment|consultation)\b.* attended$"),
        ("meeting_booked", r"\b(?:meeting|intro|discovery|call|appointment|consultation)\b.* booked$"),
    ),
)
