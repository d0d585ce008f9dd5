"""Whole generated inputs, small and rich in the edges of section 7."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random

from hypothesis import strategies as st

from tests.spec.properties.crm import (
    DEALS,
    contacts,
    deal,
    deal_stage,
    disposition,
    lifecycle_stage,
    meeting,
    others,
    rep,
)
from tests.spec.properties.messages import BODIES, CONTACTS, STOP, message, people
from tests.spec.properties.money import REPORTING, give_currencies
from tests.spec.properties.picking import SHORT_STEPS, Picker
from tests.spec.properties.settings import date_metrics, seeds, variables
from tests.spec.properties.wild import date_wildly, narrow_span
from tests.spec.reference.columns import INPUTS, LENGTH, NUMBER, TIME, Row, Rows
from tests.spec.reference.world import World

ODD_TIMES = (
    "2022-02-30 10:00:00", "soon", "01/02/2026 10:00", "1767261600", "1767261600123", "2026-01-01 24:00", "\\N", "NaT",
    "\u00e9t\u00e9", "2026-1-5 9:05", "Jan 5, 2026, 9:05 PM", "20260105", "202601050930", "5 Jan 2026",
)  # fmt: skip
ODD_NUMBERS = (
    "n/a", "1,200.00", "$500", "1.200,00", "3:25", "nan", "(12)", "x" * 70, "1,234", "2m 5s", "1 234,5", "12,5", "$1,234",
)  # fmt: skip
SEEDS = st.integers(0, 2**63 - 1)
"""A world is known by the number of its setup and such a number; `shrinking` makes a failing one small."""


@dataclass(frozen=True)
class Setup:
    """What the worlds of one workshop have in common."""

    variables: Row
    typed: bool
    instants: tuple[datetime, ...]


@cache
def setup(number: int) -> Setup:
    """The setup of a number: variables and metrics, how the raw tables are typed, a few instants."""
    pick = Picker(Random(f"setup {number}"))
    pick.add_instants(pick.count(2, 4))
    found = Setup(variables(pick), pick.chance(50), tuple(pick.instants))
    date_metrics(Picker(Random(f"dates {number}"), found.instants), found.variables["conversion_metrics"])
    money = Picker(Random(f"reporting {number}"))
    if money.chance(60):
        found.variables["reporting_currency"] = money.of(REPORTING)
    spans = Picker(Random(f"span {number}"), found.instants)
    if spans.chance(25):
        found.variables["plausible_times"] = narrow_span(spans)
    return found


def world(number: int, seed: int, max_messages: int = 40) -> World:
    """A world; its raw tables are typed, or all strings of several spellings."""
    common = setup(number)
    pick = Picker(Random(f"world {number} {seed}"), common.instants)
    pick.is_dense = pick.chance(50)
    if pick.is_dense:
        pick.instants = [pick.at()]
        pick.add_instants(pick.count(4, 9), SHORT_STEPS)
        pick.instants += common.instants[:1]
    else:
        pick.add_instants(pick.count(2, 6))
    pick.people = people(pick)
    pick.lengths = [timedelta(days=each["window_days"]) for each in common.variables["conversion_metrics"]]
    messages = [message(pick, each) for each in range(some(pick, min(8, max_messages), max_messages))]
    grace_hours = common.variables.get("disposition_grace_hours", 24)
    tables = {
        "messages": repeated(pick, messages, "m"),
        "contacts": repeated(pick, contacts(pick), "c"),
        "deals": repeated(pick, [deal(pick, each) for each in DEALS[1:] if pick.chance(85)], "d"),
        "deal_stages": [deal_stage(pick, messages) for _ in range(some(pick, 3, 10))],
        "lifecycle_stages": [lifecycle_stage(pick, messages) for _ in range(some(pick, 1, 4))],
        "meetings": [meeting(pick, each, messages) for each in range(some(pick, 1, 4))],
        "dispositions": [disposition(pick, messages, grace_hours) for _ in range(some(pick, 2, 6))],
        "reps": [rep(pick) for _ in range(some(pick, 2, 5))],
        **others(pick),
    }
    load_percent = pick.of((0, 15, 60))
    for rows in tables.values():
        for row in rows:
            row["loaded_at"] = row.get("loaded_at") or pick.maybe_at(load_percent)
    if not common.typed:
        for name, rows in tables.items():
            as_text(pick, name, rows)
    found = World(tables, seeds(pick), common.variables, common.typed)
    date_wildly(Picker(Random(f"wild {number} {seed}")), found)
    give_currencies(Picker(Random(f"money {number} {seed}")), found)
    return found


def some(pick: Picker, enough: int, at_most: int) -> int:
    """Mostly enough rows for things to meet; sometimes none."""
    return pick.count(enough, at_most) if pick.chance(85) else pick.count(0, at_most)


def repeated(pick: Picker, rows: Rows, letter: str) -> Rows:
    """The rows, some twice: word for word, or with something changed."""
    found: Rows = []
    for row in rows:
        found.append(row)
        if pick.chance(6):
            change: Row = {"loaded_at": pick.maybe_at(60)}
            if letter == "m":
                change |= {"sent_at": pick.at(), "body": pick.of(STOP + BODIES)}
            elif letter == "c":
                change |= {"persona": pick.of(("large", None)), "merged_into": pick.maybe(30, CONTACTS)}
            else:
                change |= {"amount": pick.of((1.0, None)), "contact_id": pick.maybe(70, pick.people)}
            found.append({**row, **change} if pick.chance(80) else dict(row))
    return found


def as_text(pick: Picker, name: str, rows: Rows) -> None:
    """Times and numbers as the strings of a file; a few as nobody should write them, or that say nothing."""
    for row in rows:
        for column, kind in INPUTS[name].types.items():
            value = row.get(column)
            if isinstance(value, datetime):
                row[column] = _spelled(pick, value)
            elif isinstance(value, float):
                row[column] = repr(value)
            elif value is None and kind in (TIME, NUMBER, LENGTH) and column not in INPUTS[name].required:
                row[column] = pick.of((None, None, None, "", *(ODD_TIMES if kind == TIME else ODD_NUMBERS)))
            elif value is None and kind == TIME:
                row[column] = pick.of((None, *ODD_TIMES))


def _spelled(pick: Picker, at: datetime) -> str:
    spelling = pick.of((0, 0, 0, 1, 2, 3))
    if spelling == 1:
        return at.isoformat(sep="T") + "Z"
    if spelling == 2:
        return (at + timedelta(hours=2)).isoformat(sep=" ") + "+02:00"
    if spelling == 3:
        return " " + (at - timedelta(hours=4, minutes=30)).isoformat(sep="T") + "-0430 "
    return at.isoformat(sep=" ")
