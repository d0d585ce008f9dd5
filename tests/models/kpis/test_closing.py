"""Calls, hours, campaigns and the time it takes: generated conversations against the plain reading, and the figures of the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportions_ztest

from tests.models.comparisons.alone import Alone
from tests.spec.properties.compare import KEYS, first_difference
from tests.spec.reference.closing import campaign_costs, contact_close_rates, outcome_timing, send_windows
from tests.spec.reference.cohorts import local
from tests.spec.reference.columns import Row, Rows

ZONE = "America/New_York"
GRAINS = ("week", "month", "all")
START = datetime(2024, 3, 4)
METRICS = ("m1", "m2")
WINDOW = timedelta(days=7)
TIMINGS = [
    {"name": "attend", "from": "demo_scheduled", "to": "demo_attended", "by": "entity", "window_days": 3},
    {"name": "sign", "from": "proposal_sent", "to": "demo_attended", "by": "contact", "window_days": 10},
]
TABLE_KEYS = {
    "contact_close_rates": ("metric", "period_grain", "period_start", "cut_by", "cut_value", "rate_name"),
    "outcome_timing": ("timing", "metric", "period_grain", "period_start"),
    "send_windows": ("metric", "cut_by", "weekday", "hour", "frequency"),
    "campaign_costs": ("metric", "campaign_id"),
}


@cache
def alone(model: str) -> Alone:
    return Alone(model, kpi_grains=["week", "month"], timezone=ZONE, confidence=0.9, outcome_timings=TIMINGS)


def generated(pick: Random, counts: tuple[int, ...] = (0, 12, 150, 400)) -> dict[str, Any]:
    """A world of conversations, each with a call or a message of ours, and of outcomes."""
    count = pick.choice(counts)
    at = [START + timedelta(days=pick.randint(0, 40), hours=pick.choice((0, 3, 4, 14, 14, 14))) for _ in range(count)]
    complete_at = START + timedelta(days=pick.choice((20, 60)), hours=4)
    world: dict[str, Any] = {
        "clocks": {"m1": complete_at, "m2": pick.choice((None, complete_at)), "demo_attended": complete_at}
    }
    world["conversations"] = [
        {"conversation_id": f"c{n}", "contact_id": f"p{n % 50}", "campaign_id": pick.choice((None, "k1", "k2")), "first_outbound_at": pick.choice((None, at[n], at[n]))}
        for n in range(count)
    ]  # fmt: skip
    world["dials"] = [
        {"message_id": f"d{n}", "conversation_id": f"c{n % max(count - 5, 1)}", "at": at[n], "channel": pick.choice(("voice", "video")), "rep_id": pick.choice((None, "r1", "r2")), "is_live": pick.random() < 0.4}
        for n in range(count)
    ]  # fmt: skip
    who = {each["conversation_id"]: each["contact_id"] for each in world["conversations"]}
    world["dials"] = [{**each, "contact_id": who[each["conversation_id"]]} for each in world["dials"]]
    world["judged"] = []
    for metric in METRICS:
        for n in range(count):
            if pick.random() < 0.3:
                continue
            known, is_eligible = world["clocks"][metric], pick.random() < 0.9
            hit = (
                pick.choice((None, None, timedelta(), timedelta(days=2)))
                if pick.random() < 0.8 or at[n].hour == 3
                else timedelta(days=1)
            )
            world["judged"].append({
                "metric": metric, "metric_version": 1, "conversation_id": f"c{n}", "anchor_at": at[n], "eligibility": "eligible" if is_eligible else "channel",
                "converted_at": None if hit is None or not is_eligible else at[n] + hit,
                "status": None if not is_eligible else "converted" if hit is not None else "not_converted",
                "is_matured": None if not is_eligible else known is not None and at[n] + WINDOW <= known,
            })  # fmt: skip
    world["outcomes"] = [
        {"outcome_id": f"o{n}", "outcome": pick.choice(("demo_scheduled", "demo_attended", "proposal_sent")), "entity_id": f"e{pick.randint(0, 30)}", "contact_id": pick.choice((None, f"p{pick.randint(0, 9)}")), "occurred_at": START + timedelta(days=pick.randint(0, 30), hours=pick.choice((0, 12)))}
        for n in range(pick.choice((0, 60)))
    ]  # fmt: skip
    world["touches"] = sorted({("p" + str(n % 50), local(each, ZONE).date()) for n, each in enumerate(at)})
    world["touches"] = [
        {"contact_id": who, "touch_date": day, "messages_before": pick.choice((0, 1, 3, 4, 9, 10))}
        for who, day in world["touches"]
    ]
    world["messages"] = [
        {"message_id": f"s{n}", "contact_id": f"p{pick.randint(0, 9)}", "campaign_id": pick.choice((None, "k1", "k3")), "is_sent": pick.random() < 0.8, "cost": pick.choice((None, 0.25, 1.0))}
        for n in range(pick.choice((0, 80)))
    ]  # fmt: skip
    world["clicks"] = [
        {"message_id": f"s{n}", "clicked_at": START + timedelta(days=d)} for n in range(0, 60, 4) for d in (0, 1)
    ]
    world["campaigns"] = [{"campaign_id": name, "cost": pick.choice((None, 100.5))} for name in ("k1", "k4")]
    world["credits"] = [
        {"metric": pick.choice(METRICS), "metric_version": 1, "conversation_id": f"c{pick.randint(0, 30)}", "credited_amount": pick.choice((None, 10.0, 2.5))}
        for _ in range(20)
    ]  # fmt: skip
    return world


def build(world: dict[str, Any]) -> dict[str, Rows]:
    versions: Rows = [{"metric": metric, "metric_version": 1} for metric in METRICS]
    cuts = [
        {**row, "window_us": WINDOW // timedelta(microseconds=1), "complete_at": world["clocks"][row["metric"]]}
        for row in versions
    ]
    spoken: Rows = [
        {"message_id": each["message_id"], "conversation_id": each["conversation_id"], "contact_id": each["contact_id"], "sent_at": each["at"], "message_role": "message", "direction": "outbound", "channel": each["channel"], "rep_id": each["rep_id"], "is_live": each["is_live"]}
        for each in world["dials"]
    ]  # fmt: skip
    live = [{"raw_channel": name, "channel": name, "is_live": True} for name in ("voice", "video")]
    dials = alone("dials").build(map_channels=live, conversation_messages=spoken)
    leads = alone("dialled_leads").build(dials=dials)
    sent: Rows = [
        {**{name: each[name] for name in ("message_id", "campaign_id", "cost")}, "direction": "outbound", "is_attempt": each["is_sent"]}
        for each in world["messages"]
    ]  # fmt: skip
    touched: Rows = [
        {"contact_id": each["contact_id"], "campaign_id": each["campaign_id"], "touch_date": START, "channel": each["message_id"]}
        for each in world["messages"] if each["is_sent"]
    ]  # fmt: skip
    return {
        "contact_close_rates": alone("contact_close_rates").build(dials=dials, dialled_leads=leads, metric_cuts=cuts, metric_conversations=world["judged"]),
        "outcome_timing": alone("outcome_timing").build(
            outcomes=world["outcomes"], metric_conversations=world["judged"],
            outcome_clocks=[{"outcome": "demo_attended", "complete_at": world["clocks"]["demo_attended"]}],
        ),
        "send_windows": alone("send_windows").build(
            contact_touches=world["touches"], conversations=world["conversations"], metric_conversations=world["judged"]
        ),
        "campaign_costs": alone("campaign_costs").build(
            metric_versions=versions, stg_campaigns=world["campaigns"], stg_link_clicks=world["clicks"], stg_messages=sent, contact_touches=touched,
            conversations=world["conversations"], metric_conversations=world["judged"], attributed_outcomes=world["credits"],
        ),
    }  # fmt: skip


def read(world: dict[str, Any]) -> dict[str, Rows]:
    windows = {metric: (WINDOW, world["clocks"][metric]) for metric in METRICS}
    return {
        "contact_close_rates": contact_close_rates(world["dials"], world["judged"], windows, GRAINS, ZONE, 0.9),
        "outcome_timing": outcome_timing(TIMINGS, world["outcomes"], world["clocks"], world["judged"], GRAINS, ZONE, 0.9),
        "send_windows": send_windows(world["conversations"], world["judged"], world["touches"], ZONE, 0.9),
        "campaign_costs": campaign_costs(
            world["campaigns"], world["messages"], world["clicks"], world["conversations"], world["judged"], world["credits"], METRICS, 0.9
        ),
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(16))
def test_tables_are_those_of_the_reading(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for table, key in TABLE_KEYS.items():
        monkeypatch.setitem(KEYS, table, key)
    world = generated(Random(seed))
    difference = first_difference(read(world), build(world))
    assert difference is None, str(difference)


def test_what_is_generated_is_of_every_kind() -> None:
    found = [read(generated(Random(seed))) for seed in range(16)]
    assert all(any(tables[name] for tables in found) for name in TABLE_KEYS)
    timings = [row for tables in found for row in tables["outcome_timing"]]
    assert {row["timing"] for row in timings if row["arrived"] and row["matured"] < row["begun"]} == {
        "attend",
        "sign",
        "conversion",
    }
    assert {row["is_small"] for tables in found for row in tables["send_windows"]} == {True, False}


def test_the_chain_of_a_row_multiplies() -> None:
    chains: dict[tuple[Any, ...], dict[str, Row]] = {}
    for seed in range(16):
        for row in build(generated(Random(seed)))["contact_close_rates"]:
            key = (seed, *(row[name] for name in TABLE_KEYS["contact_close_rates"][:-1]))
            chains.setdefault(key, {})[row["rate_name"]] = row
    reached = [chain for chain in chains.values() if chain["connection_rate"]["numerator"] > 0]
    assert len(reached) > 50
    for chain in reached:
        factors = chain["connection_rate"]["close_rate"] * chain["conversions_per_contact"]["close_rate"]
        assert chain["conversions_per_dial"]["close_rate"] == pytest.approx(factors, abs=1e-12)


def test_people_are_counted_once_however_often_they_are_dialled() -> None:
    """The page's: a dialled three times and never reached, b twice and reached by the second, c once and reached; of three people two, of six dials two."""
    at = [START + timedelta(days=day) for day in range(6)]
    calls = [("a", 0), ("a", 0), ("a", 0), ("b", 0), ("b", 1), ("c", 1)]
    world: dict[str, Any] = {
        name: [] for name in ("outcomes", "touches", "messages", "clicks", "campaigns", "credits", "conversations")
    }
    world["clocks"] = {"m1": START + timedelta(days=60), "m2": None, "demo_attended": None}
    world["dials"] = [
        {"message_id": f"d{n}", "conversation_id": f"c{n}", "contact_id": who, "at": at[n], "channel": "voice", "rep_id": f"r{n}", "is_live": bool(live)}
        for n, (who, live) in enumerate(calls)
    ]  # fmt: skip
    world["judged"] = [
        {"metric": "m1", "metric_version": 1, "conversation_id": "c5", "anchor_at": at[5], "eligibility": "eligible", "converted_at": None, "status": "not_converted", "is_matured": True}
    ]  # fmt: skip
    rows = {(row["period_grain"], row["cut_by"], row["cut_value"], row["rate_name"]): row for row in build(world)["contact_close_rates"]}  # fmt: skip
    people, dials = (rows["all", "all", None, name] for name in ("lead_contact_rate", "connection_rate"))
    assert (people["numerator"], people["denominator"], dials["numerator"], dials["denominator"]) == (2, 3, 2, 6)
    assert (people["numerator_id"], people["denominator_id"]) == ("leads_reached", "leads_dialled")
    assert [rows["all", "rep_id", rep, "lead_contact_rate"]["numerator"] for rep in ("r3", "r4")] == [0, 1]


def test_verdicts_are_those_of_statsmodels() -> None:
    rows = [row for row in build(generated(Random(2), (6000,)))["send_windows"] if row["metric"] == "m1"]
    (whole,) = (row for row in rows if row["cut_by"] == "all")
    for cut in ("hour", "frequency"):
        own = [row for row in rows if row["cut_by"] == cut]
        judged = [row for row in own if row["matured"] >= 30 and whole["matured"] - row["matured"] >= 30]
        assert judged
        p = [
            proportions_ztest([row["matured_converted"], whole["matured_converted"] - row["matured_converted"]], [row["matured"], whole["matured"] - row["matured"]])[1]
            for row in judged
        ]  # fmt: skip
        adjusted = multipletests(p, method="fdr_bh")[1]
        assert [row["adjusted_p"] for row in judged] == pytest.approx(list(adjusted))
        for row, value in zip(judged, adjusted, strict=True):
            expected = (
                "undecided" if value >= 0.1 else "better" if row["conversion_rate"] > row["rest_rate"] else "worse"
            )
            assert row["verdict"] == expected
        assert all(row["verdict"] == "too_few" for row in own if row not in judged)
