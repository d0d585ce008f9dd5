"""Generated seeds, variables and metric definitions."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.spec.properties.picking import Picker
from tests.spec.reference.cohorts import DIMENSIONS
from tests.spec.reference.columns import INPUTS, Row, Rows

OPTIONAL = tuple(name for name, each in INPUTS.items() if each.optional)
ZONES = ("UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Africa/Cairo", "America/Havana")
FAR_ZONES = (
    "Pacific/Pago_Pago",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Auckland",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Pacific/Marquesas",
)
GRAINS = ("day", "day", "week", "month", "quarter", "year", "all")
KINDS = ("attempt", "attempt", "reached", "two_way", "two_way", "sales_handled", "intent_qualified")
MODELS = ("first_touch", "last_touch", "linear", "position_based", "time_decay")
PREDICATES = (
    "not is_regulated",
    "persona <> 'small'",
    "persona is null or source = 'ads'",
    "channel in ('sms', 'voice') and campaign_id is null",
    "initiated_by = 'contact' or not (territory = 'north')",
    "thread_id is not null",
    "contact_id <> 'O''Brien'",
)


def rows(columns: str, *values: tuple[object, ...]) -> Rows:
    return [dict(zip(columns.split(), each, strict=True)) for each in values]


CHANNELS: tuple[Rows, ...] = (
    rows(
        "raw_channel channel gap_hours gap_hours_threaded is_live",
        ("sms", "sms", 24, 24, False),
        (" Call ", "Voice", 0, 24, True),
        ("voice", "voice", 0, None, True),
        ("chat", "chat", 0.5, 0.5, False),
        ("mail", "email", 168, 168, False),
    ),
    rows(
        "raw_channel channel gap_hours gap_hours_threaded is_live",
        ("SMS", "text", None, 1, False),
        ("call", "voice", 1, 0, True),
        ("voice", "voice", 24, 24, True),
        ("chat", "text", 0.5, None, False),
        ("mail", None, None, None, None),
    ),
    [],
)
STATUSES: tuple[Rows, ...] = (
    rows(
        "status is_attempt is_answered",
        ("delivered", True, False),
        ("Answered", True, True),
        ("voicemail", True, False),
        ("failed", False, False),
        ("busy", False, None),
    ),
    [],
)
CATEGORIES: tuple[Rows, ...] = (
    rows(
        "code category is_win",
        ("won", "qualified", True),
        ("Interested", "qualified", False),
        ("support", "support", False),
        ("wrong", "wrong_person", False),
        ("zz_no", "no_intent", None),
    ),
)
NON_REPLIES: tuple[Rows, ...] = (
    rows(
        "pattern kind",
        ("stop%", "opt_out"),
        ("%out of office%", "autoresponder"),
        ("stop out_of office", "autoresponder"),
    ),
    [],
)
OUTCOME_STAGES: tuple[Rows, ...] = (
    rows(
        "source stage outcome",
        ("deal_stages", "Won", "closed_won"),
        ("deal_stages", "signed", "closed_won"),
        ("deal_stages", "open", "opportunity_created"),
        ("lifecycle_stages", "mql", "mql"),
        ("meetings", "demo_attended", "demo_attended"),
        ("meetings", "meeting_booked", "meeting_booked"),
    ),
    rows(
        "source stage outcome",
        ("lifecycle_stages", "won", "closed_won"),
        ("meetings", "demo_booked", "meeting_booked"),
        ("meetings", "meeting_booked", "meeting_booked"),
        ("deal_stages", "open", "opportunity_created"),
    ),
)
OUTCOMES = ("closed_won",) * 14 + ("opportunity_created", "mql", "meeting_booked", "demo_attended", "unheard_of")
INDUSTRIES: tuple[Rows, ...] = (rows("industry is_regulated", ("Bank", True), ("retail", False)), [])
WEEK = tuple(range(1, 8))
BUSINESS_HOURS: tuple[Rows, ...] = (
    [],
    [
        _opening
        for day in WEEK[:5]
        for _opening in rows(
            "calendar weekday opens closes timezone", ("default", day, "09:00", "17:00", "Europe/Amsterdam")
        )
    ],
    [
        _opening
        for day in WEEK
        for _opening in rows(
            "calendar weekday opens closes timezone",
            ("default", day, "08:30", "12:00", "America/New_York"),
            ("default", day, "13:00", "23:30", "America/New_York"),
            ("night", day, "20:00", "23:00", "UTC"),
        )
    ],
    [
        _opening
        for day in WEEK
        for _opening in rows(
            "calendar weekday opens closes timezone",
            ("default", day, "08:30", "12:00", "Africa/Cairo"),
            ("default", day, "11:00", "12:00", "Africa/Cairo"),
            ("default", day, "11:30", "17:00", "Africa/Cairo"),
            ("default", day, "06:00", "06:30:30", "UTC"),
        )
    ],
    [
        _opening
        for day in WEEK
        for _opening in rows(
            "calendar weekday opens closes timezone",
            ("default", day, "21:00", "05:00", "America/New_York"),
            ("default", day, "12:00", "12:00", "Asia/Kolkata"),
            ("night", day, "22:15", "06:00", "Australia/Lord_Howe"),
            ("night", day, "18:00", "24:00", "UTC"),
        )
        if day not in (3, 6)
    ],
)
ASSIGNED: tuple[Row, ...] = (
    {"by": "owner_team", "calendars": {"blue": "night", "red": "nowhere"}},
    {"by": "owner_territory", "calendars": {"east": "Night "}},
    {"by": "territory", "calendars": {"south": "night", "east": "default"}},
)
HOLIDAYS: tuple[Rows, ...] = (
    [],
    rows(
        "calendar holiday_date name",
        ("default", "2024-04-01", "Easter Monday"),
        ("default", "2024-01-01", "New Year"),
        ("night", "2024-07-08", "A night off"),
    ),
)


EXPERIMENTS: tuple[Rows, ...] = (
    [{"name": "tone", "control": "b", "shares": {"a": 1, "b": 3, "c": 2}, "observation_days": 3}],
    [{"name": "time", "metrics": ["first"]}, {"name": "unheard of", "shares": {"a": 1}}],
)


# At the ends of what is legal.
ODD: dict[str, tuple[object, ...]] = {
    "confidence": (0.5, 0.001, 0.999999),
    "disposition_grace_hours": (0.001, 8760, 87600),
    "abandonment_hours": (0.001, 168, 87600),
    "minimum_coverage": (0.000001, 0.999999),
    "sensitivity_windows": ([36500, 0.001], [3650, 1]),
    "as_of": ("9990-12-31 23:59:59.999999",),
}


def seeds(pick: Picker) -> dict[str, Rows]:
    """Every mapping seed, in one of its variants."""
    found = {
        "channels": CHANNELS[pick.of((0, 0, 0, 1, 2))],
        "message_statuses": STATUSES[pick.of((0, 0, 0, 0, 1))],
        "disposition_categories": CATEGORIES[0],
        "outcome_stages": OUTCOME_STAGES[pick.of((0, 0, 1))],
        "non_replies": NON_REPLIES[pick.of((0, 0, 0, 1))],
        "industry_groups": INDUSTRIES[pick.of((0, 0, 1))],
        "business_hours": BUSINESS_HOURS[pick.of((0, 1, 2, 3))],
        "holidays": HOLIDAYS[pick.of((0, 1))],
    }
    if Picker(Random(f"overnight {found}")).chance(25):  # a choice of its own, that leaves the others as they are
        found["business_hours"] = BUSINESS_HOURS[4]
    return found


def variables(pick: Picker) -> Row:
    """The variables; each may be missing."""
    found: Row = {
        "inputs": [name for name in OPTIONAL if pick.chance(75)],
        "conversion_metrics": metrics(pick),
    }
    if pick.chance(70):
        found["timezone"] = pick.of(ZONES)
    if pick.chance(30):
        found["as_of"] = pick.at().isoformat(sep=pick.of((" ", "T")))
    if pick.chance(40):
        found["confidence"] = pick.of((0.8, 0.9, 0.99))
    if pick.chance(40):
        found["disposition_grace_hours"] = pick.of((0, 1, 0.5, 24))
    if pick.chance(40):
        found["abandonment_hours"] = pick.of((1, 0.5, 24, 0))
    if pick.chance(20):
        found["business_calendar"] = pick.of(("night", "nowhere"))
    calendars = Picker(Random(f"calendars {found}"))
    if calendars.chance(50):
        found["business_calendars"] = calendars.of(ASSIGNED)
    comparing = Picker(Random(f"comparing {found}"))  # choices of their own, that leave the others as they are
    if comparing.chance(60):
        found["minimum_coverage"] = comparing.of((0, 0.5, 1))
    if comparing.chance(60):
        found["sensitivity_windows"] = comparing.of(([1, 0.5], [7, 1, 14], [30]))
    if comparing.chance(40):
        found["experiments"] = comparing.of(EXPERIMENTS)
        found["sample_ratio_alpha"] = 0.3
    odd = Picker(Random(f"odd {found}"))
    if odd.chance(50):
        found["timezone"] = odd.of(FAR_ZONES)
    for name, values in ODD.items():
        if odd.chance(20):
            found[name] = odd.of(values)
    return found


def metrics(pick: Picker) -> Rows:
    """Up to three metric versions; some share the name, some the number."""
    named = (("first", 1), ("first", 2), ("other", 1))
    return [metric(pick, *each) for each in named if pick.chance(65)]


def date_metrics(pick: Picker, found: Rows) -> None:
    """Give metric versions dates near the instants of the worlds, as text or as dates."""
    for each in found:
        for field, percent in (("effective_from", 60), ("review_by", 20), ("retired_on", 80)):
            if pick.chance(percent) and (field != "retired_on" or each["status"] == "deprecated"):
                day = pick.at().date() + timedelta(days=pick.of((-400, -30, -1, 0, 0, 1, 2, 30, 400)))
                each[field] = pick.of((day, day.isoformat()))


def metric(pick: Picker, name: str, version: int) -> Row:
    found: Row = {
        "name": name,
        "version": version,
        "status": pick.of(("active", "draft", "deprecated")),
        "owner": "revops",
        "description": "Generated.",
        "change_note": "None.",
        "outcome": pick.of(OUTCOMES),
        "window_days": pick.of((0.5, 1, 1, 7, 14, 30, 60)),
    }
    choices = {
        "kind": KINDS,
        "anchor": ("kind", "start", "start"),
        "unit": ("contact", "contact", "account"),
        "attribution": MODELS,
        "repeat_outcomes": (False, True),
    }
    for field, values in choices.items():
        if pick.chance(80):
            found[field] = pick.of(values)
    if found.get("attribution") == "time_decay":
        found["half_life_days"] = pick.of((7, 1, 0.5))
    found["eligible"] = eligible(pick)
    if pick.chance(90):
        found["cohorts"] = {
            "grains": [each for each in GRAINS if pick.chance(40)] or ["month"],
            "by": [[], *(_set(pick) for _ in range(pick.count(0, 3)))],
        }
    strata = Picker(Random(f"strata {found}"))
    if strata.chance(60):
        found["strata"] = strata.of((["channel"], ["persona"], ["channel", "persona"], ["owner_team"], _set(strata)))
    return found


def eligible(pick: Picker) -> Row:
    found: Row = {}
    if pick.chance(12):
        found["channels"] = pick.of((["sms", "chat"], ["voice"], ["text", "email", "sms"]))
    if pick.chance(15):
        found["exclude_dispositions"] = pick.of((["support", "wrong_person"], ["qualified"]))
    if pick.chance(12):
        found["handled_by"] = pick.of((["human", "mixed"], ["bot"], ["none", "human"]))
    if pick.chance(15):
        found["where"] = pick.of(PREDICATES)
    return found


def _set(pick: Picker) -> list[str]:
    return [pick.of(DIMENSIONS) for _ in range(pick.count(1, 3))]
