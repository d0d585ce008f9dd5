"""Reminders before meetings and after proposals: generated ones against a plain reading, that who signs at once counts for nobody, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from math import isclose
from random import Random
from statistics import median
from typing import Any

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.spec.reference.like_for_like import like_for_like
from tests.support.root import ROOT

TRIALS, EFFECT = (Alone(name, minimum_coverage=0.8, confidence=0.95) for name in ("reminder_trials", "reminder_effect"))
DAY = timedelta(days=1)
START, KNOWN = datetime(2024, 1, 1), datetime(2024, 6, 1)
SOURCES = {"p0": "web", "p1": "web", "p2": "event", "p3": None}


class World:
    def __init__(self) -> None:
        self.meetings: Rows = []
        self.messages: Rows = []
        self.outcomes: Rows = []
        self.sources: dict[str, str | None] = {}

    def build(self) -> dict[tuple[str, str], Row]:
        placed = TRIALS.build(
            stg_meetings=self.meetings, stg_messages=self.messages, outcomes=self.outcomes,
            stg_campaigns=[{"campaign_id": "r", "kind": "reminder"}, {"campaign_id": "x", "kind": "email"}],
            stg_contacts=[{"contact_id": name, "source": source} for name, source in self.sources.items()],
            map_topics=[{"topic": "reminder", "keyword": "see you", "keyword_words": " see you"}, {"topic": "pricing", "keyword": "price", "keyword_words": " price"}],
            outcome_clocks=[{"outcome": name, "complete_at": KNOWN} for name in ("proposal_sent", "proposal_signed", "closed_won")],
            input_clocks=[{"input": name, "latest_at": KNOWN} for name in ("messages", "meetings", "deals")],
        )  # fmt: skip
        return {(row["subject"], row["measure"]): row for row in EFFECT.build(reminder_trials=placed)}

    def message(self, contact: str, at: datetime, **columns: Any) -> None:
        self.messages.append({"message_id": str(len(self.messages)), "contact_id": contact, "sent_at": at, "direction": "outbound", "is_attempt": True, **columns})  # fmt: skip

    def deal(self, contact: str, sent: datetime, end: str | None, days: float) -> None:
        name = f"d{len(self.outcomes)}"
        self.outcomes.append({"outcome_id": name, "outcome": "proposal_sent", "source": "deal_stages", "entity_id": name, "contact_id": contact, "occurred_at": sent})  # fmt: skip
        if end:
            self.outcomes.append({"outcome_id": f"{name} e", "outcome": end, "source": "deal_stages", "entity_id": name, "contact_id": contact, "occurred_at": sent + days * DAY})  # fmt: skip


def generated(pick: Random) -> World:
    world = World()
    for n in range(pick.choice((3, 500))):
        contact = f"c{n}"
        world.sources[contact] = pick.choice(("web", "web", "event", None))
        booked = START + pick.randint(0, 140) * DAY
        starts = booked + pick.choice((1, 2, 4, 5, 9)) * DAY
        status = pick.choice(("attended", "attended", "no_show", "cancelled", "booked"))
        world.meetings.append({"meeting_id": f"m{n}", "contact_id": contact, "kind": pick.choice(("demo", "demo", None)), "booked_at": booked, "starts_at": starts, "status": status, "attended_at": starts if status == "attended" else None})  # fmt: skip
        if pick.random() < 0.7:
            world.deal(contact, starts + pick.choice((0, 1, 29, 30)) * DAY, pick.choice((None, "proposal_signed", "proposal_signed", "closed_lost")), pick.choice((0, 2, 3, 20, 33)))  # fmt: skip
        for _ in range(pick.choice((0, 1, 2))):
            at = pick.choice((booked, starts)) + pick.choice((-1, 0, 1)) * DAY
            world.message(contact, at, campaign_id=pick.choice((None, "r", "x")), body=pick.choice((None, "What a price!", "See you tomorrow")), direction=pick.choice(("outbound", "outbound", "inbound")), is_attempt=pick.random() < 0.9)  # fmt: skip
        if pick.random() < 0.5:
            world.message(contact, starts + pick.choice((1, 2, 4, 31)) * DAY, campaign_id="r")
    return world


def is_reminded(world: World, contact: str, first: datetime, end: datetime) -> bool:
    return any(
        m["contact_id"] == contact and first <= m["sent_at"] < end and m["direction"] == "outbound" and m["is_attempt"]
        and (m.get("campaign_id") == "r" or "see you" in (m.get("body") or "").lower())
        for m in world.messages
    )  # fmt: skip


def trials(world: World) -> dict[tuple[str, str], list[tuple[str, bool, bool, float | None]]]:
    """(stratum, reminded, reached, days) of each, by subject and measure."""
    found: dict[tuple[str, str], list[tuple[str, bool, bool, float | None]]] = defaultdict(list)
    for row in world.meetings:
        booked, starts, contact = row["booked_at"], row["starts_at"], row["contact_id"]
        if row["status"] == "cancelled" or starts + DAY > KNOWN:
            continue
        lead = (starts - booked) / DAY
        stratum = f"{0 if lead < 2 else 1 if lead < 5 else 2} {world.sources[contact]}"
        kind, reminded = row["kind"] or "meeting", is_reminded(world, contact, booked, starts)
        found[kind, "attended"].append((stratum, reminded, row["attended_at"] is not None, None))
        if row["attended_at"] is not None and starts + 30 * DAY <= KNOWN:
            after = [(o["occurred_at"] - starts) / DAY for o in world.outcomes if o["contact_id"] == contact and o["outcome"] == "proposal_sent"]  # fmt: skip
            soon = [days for days in after if 0 <= days < 30]
            found[kind, "proposal_sent"].append((stratum, reminded, bool(soon), min(soon, default=None)))
    for row in world.outcomes:
        if row["outcome"] != "proposal_sent" or row["occurred_at"] + 33 * DAY > KNOWN:
            continue
        ends = [o for o in world.outcomes if o["entity_id"] == row["entity_id"] and o is not row]
        days = (ends[0]["occurred_at"] - row["occurred_at"]) / DAY if ends else None
        if days is not None and days < 3:
            continue
        hit = days is not None and ends[0]["outcome"] == "proposal_signed" and days < 33
        reminded = is_reminded(world, row["contact_id"], row["occurred_at"], row["occurred_at"] + 3 * DAY)
        found["proposal", "proposal_signed"].append((f" {world.sources[row['contact_id']]}", reminded, hit, days if hit else None))  # fmt: skip
    return found


def near(got: float | None, wanted: float | None) -> bool:
    return got is wanted if got is None or wanted is None else isclose(got, wanted, rel_tol=1e-7, abs_tol=1e-8)


@pytest.mark.parametrize("seed", range(15))
def test_the_reminded_are_compared_as_in_the_reading(seed: int) -> None:
    world = generated(Random(seed))
    found, wanted = world.build(), trials(world)
    assert found.keys() == {key for key, rows in wanted.items() if any(r[1] for r in rows)}
    for key, row in found.items():
        cells: list[dict[str, tuple[int, int]]] = [defaultdict(lambda: (0, 0)), defaultdict(lambda: (0, 0))]
        days: list[list[float]] = [[], []]
        for stratum, reminded, hit, wait in wanted[key]:
            k, n = cells[reminded][stratum]
            cells[reminded][stratum] = k + hit, n + 1
            days[reminded] += [] if wait is None else [wait]
        (j, m), (k, n) = ((sum(c[0] for c in side.values()), sum(c[1] for c in side.values())) for side in cells)
        assert (row["reminded_reached"], row["reminded"], row["others_reached"], row["others"]) == (k, n, j, m)
        assert near(row["rate_high"], wilson(k, n, 0.95)[1])
        assert near(row["median_days"], median(days[1]) if days[1] else None)
        assert near(row["others_median_days"], median(days[0]) if days[0] else None)
        beside = like_for_like(cells[1], cells[0])
        assert near(row["coverage"], beside.coverage if beside else 0.0)
        if min(n, m) < 30:
            assert (row["verdict"], row["difference"]) == ("too_few", None)
        elif beside is None or beside.coverage < 0.8:
            assert (row["verdict"], row["difference"]) == ("not_comparable", None)
        else:
            assert near(row["expected_rate"], beside.other) and near(row["difference_low"], beside.low) and near(row["difference_high"], beside.high)  # fmt: skip
            assert row["verdict"] == ("lower" if beside.high < 0 else "higher" if beside.low > 0 else "undecided")


def test_the_generated_meetings_hold_what_they_are_meant_to() -> None:
    found = [row for seed in range(15) for row in generated(Random(seed)).build().values()]
    assert {row["subject"] for row in found} == {"demo", "meeting", "proposal"}
    assert {"too_few", "undecided"} <= {row["verdict"] for row in found}


def test_a_reminder_that_waits_for_the_slow_ones_is_not_the_worse_for_it() -> None:
    """Reminders on the second day, to all who have not signed by then: of the quick ones nobody is reminded, and nobody counts."""
    pick, world = Random(3), World()
    for n in range(2000):
        contact, days = f"c{n}", pick.expovariate(0.15)
        world.sources[contact] = "web"
        world.deal(contact, START, "proposal_signed", days)
        if days > 2 and pick.random() < 0.5:
            world.message(contact, START + 2 * DAY, campaign_id="r")
    (row,) = world.build().values()
    assert row["reminded"] + row["others"] < 1400
    assert row["verdict"] == "undecided"


def test_the_worked_example_of_the_page() -> None:
    world = World()
    for lead, reminded, came, n in ((1, True, 36, 40), (7, True, 96, 120), (1, False, 130, 160), (7, False, 52, 80)):
        for place in range(n):
            contact = f"c{len(world.meetings)}"
            world.sources[contact] = "web"
            starts = START + lead * DAY
            world.meetings.append({"meeting_id": contact, "contact_id": contact, "kind": "demo", "booked_at": START, "starts_at": starts, "status": "attended" if place < came else "no_show", "attended_at": starts if place < came else None})  # fmt: skip
            if reminded:
                world.message(contact, starts - DAY, campaign_id="r")
    row = world.build()["demo", "attended"]
    page = (ROOT / "docs/kpis/reminder_effect.md").read_text(encoding="utf-8")
    said = f"| attended | {row['reminded']} | {row['reminded_rate']:.3f} | {row['others']} | {row['others_rate']:.3f} | {row['expected_rate']:.3f} | {row['difference']:+.3f} | {row['difference_low']:+.3f} to {row['difference_high']:+.3f} | {row['verdict']} |"
    assert said in page, said
