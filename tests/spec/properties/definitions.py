"""Generated metric definitions as a file may spell them: gaps, nulls, odd white space, quotes, lists in any order."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from tests.spec.properties.picking import Picker
from tests.spec.properties.settings import KINDS, MODELS
from tests.spec.reference.columns import Row

WORDS = ("sms", "Chat", " e-mail ", "rock'n'roll", "ÉMAIL", "دردشة", "🙂", 'a"b', "back\\slash", "voice")
PIECES = (
    "persona", "=", "<>", "and", "or", "not is_regulated", "'a  b'", "''", "'it''s'", "' '", "'\t'", "(", ")", "--", "/*", "*/", '"x  y"',
    "$$", "\\", "é", "1.50", "\u2003",
)  # fmt: skip
SPACES = ("", " ", "  ", "\n", "\t ", "\r\n", " \n  ", "\xa0")
CATEGORIES = ("support", "wrong_person", "qualified", "other")
HANDLERS = ("human", "bot", "mixed", "none")
DAYS = (0.5, 1, 7, 14, 30.0, 0.1, 1 / 3, 36500, 90.000001)


def definition(number: int) -> Row:
    """The definition of a number; one in five of the keys that may be left out is null instead."""
    pick = Picker(Random(f"definition {number}"))
    found: Row = {
        "name": f"metric_{number}",
        "version": pick.count(1, 12),
        "outcome": pick.of(("closed_won", "mql")),
        "window_days": pick.of(DAYS),
    }
    optional = {
        "status": ("draft", "deprecated"),
        "owner": ("revops",),
        "kind": KINDS,
        "anchor": ("kind", "start"),
        "unit": ("contact", "account"),
        "attribution": MODELS,
        "half_life_days": (7, 0.5, 1e-05, 1 / 3, 123456789),
        "repeat_outcomes": (True, False),
        "strata": (["persona"], []),
        "cohorts": ({"grains": ["week"]}, {"by": [[], ["channel"]]}),
    }
    found |= {key: pick.of(values) for key, values in optional.items() if pick.chance(60)}
    for key in ("effective_from", "review_by", "retired_on"):
        if pick.chance(30) and (key != "retired_on" or found.get("status") == "deprecated"):
            found[key] = date(2024, 2, 28) + timedelta(days=pick.count(0, 400))
    eligible: Row = {}
    for key, values in (("channels", WORDS), ("exclude_dispositions", CATEGORIES), ("handled_by", HANDLERS)):
        if pick.chance(60):
            eligible[key] = pick.maybe(80, [[pick.of(values) for _ in range(pick.count(0, 5))]])
    if pick.chance(70):
        eligible["where"] = "".join(pick.of(SPACES) + pick.of(PIECES) for _ in range(pick.count(0, 6))) + pick.of(
            SPACES
        )
    if eligible or pick.chance(50):
        found["eligible"] = eligible or None
    return found
