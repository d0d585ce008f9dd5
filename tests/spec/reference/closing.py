"""What calls, hours and campaigns bring, and how long it takes (section 5), conversation by conversation.

> `contact_close_rates` (dials → contacts → conversions; the identity conversions/dial = contact rate × conversions/contact holds),
> `outcome_timing` (demo attendance rate, demo conversion time, proposal sign time, conversion time), `campaign_costs` (CTR, cost per
> conversation, per conversion; amount per conversation), `send_windows` (hour × weekday × frequency).

Silent there: dials are counted when their whole day, and a window after it, is known; rates of timings are over what began a whole window before
the end is known.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from tests.spec.reference.cohorts import local, period_of
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import wilson
from tests.spec.reference.responses import mean, percentile
from tests.spec.reference.values import seconds

Key = tuple[Any, ...]
DAY = timedelta(days=1)


def rated(numerator: int, denominator: int, name: str, confidence: float) -> Row:
    limits = wilson(numerator, denominator, confidence) or (None, None)
    return {
        name: numerator / denominator if denominator else None,
        "rate_low": limits[0],
        "rate_high": limits[1],
        "is_small": denominator < 30,
    }


def contact_close_rates(dials: Rows, judged: Rows, windows: dict[str, tuple[timedelta, datetime | None]], grains: tuple[str, ...], zone: str, confidence: float) -> Rows:  # fmt: skip
    """Dials have conversation_id, contact_id, at, channel, rep_id and is_live; judged rows metric, conversation_id, is_matured and status; windows are by metric."""
    rows: Rows = []
    for metric, (window, complete_at) in windows.items():
        if complete_at is None:
            continue
        until = local(complete_at - window, zone).date()
        own = [each for each in dials if local(each["at"], zone).date() < until]
        reached = {each["conversation_id"] for each in own if each["is_live"]}
        counted = {each["conversation_id"]: each for each in judged if each["metric"] == metric and each["is_matured"] and each["conversation_id"] in reached}  # fmt: skip
        groups: dict[Key, Rows] = defaultdict(list)
        for dial in own if counted else []:
            for grain in grains:
                for cut, value in (
                    ("all", None),
                    ("channel", dial["channel"]),
                    ("rep_id", dial["rep_id"] or "unknown"),
                ):
                    groups[(grain, period_of(dial["at"], grain, zone), cut, value)].append(dial)
        for key, found in groups.items():
            live = [each for each in found if each["is_live"]]
            converted = {each["conversation_id"] for each in live if counted.get(each["conversation_id"], {}).get("status") == "converted"}  # fmt: skip
            for name, above, below in (
                ("connection_rate", len(live), len(found)),
                ("contact_rate", len(live), len(found)),
                ("conversions_per_contact", len(converted), len(live)),
                ("conversions_per_dial", len(converted), len(found)),
                (
                    "lead_contact_rate",
                    len({each["contact_id"] for each in live}),
                    len({each["contact_id"] for each in found}),
                ),
            ):
                rows.append({
                    "metric": metric,
                    **dict(zip(("period_grain", "period_start", "cut_by", "cut_value"), key, strict=True)),
                    "rate_name": name, "numerator": above, "denominator": below, **rated(above, below, "close_rate", confidence),
                })  # fmt: skip
    return rows


def outcome_timing(timings: Rows, outcomes: Rows, clocks: dict[str, datetime | None], judged: Rows, grains: tuple[str, ...], zone: str, confidence: float) -> Rows:  # fmt: skip
    """Each outcome of a timing's beginning, and the first end that its unit has at or after it within the window."""
    walks: dict[Key, list[tuple[datetime, bool, timedelta | None]]] = defaultdict(list)
    for timing in timings:
        window, unit = timedelta(days=timing["window_days"]), f"{timing['by']}_id"
        for begun in (each for each in outcomes if each["outcome"] == timing["from"]):
            ends = [
                each["occurred_at"] - begun["occurred_at"] for each in outcomes
                if each["outcome"] == timing["to"] and each[unit] is not None and each[unit] == begun[unit]
            ]  # fmt: skip
            within = [length for length in ends if timedelta() <= length < window]
            known = clocks.get(timing["to"])
            is_matured = known is not None and begun["occurred_at"] + window <= known
            walks[(timing["name"], None)].append((begun["occurred_at"], is_matured, min(within, default=None)))
    for each in judged:
        if each["eligibility"] == "eligible":
            length = each["converted_at"] - each["anchor_at"] if each["converted_at"] else None
            walks[("conversion", each["metric"])].append((each["anchor_at"], each["is_matured"], length))
    groups: dict[Key, list[tuple[bool, timedelta | None]]] = defaultdict(list)
    for (name, metric), found in walks.items():
        for at, is_matured, length in found:
            for grain in grains:
                groups[(name, metric, grain, period_of(at, grain, zone))].append((is_matured, length))
    return [_timing(key, members, confidence) for key, members in groups.items()]


def _timing(key: Key, members: list[tuple[bool, timedelta | None]], confidence: float) -> Row:
    matured = [length for is_matured, length in members if is_matured]
    lengths = [seconds(length) for length in matured if length is not None]
    return {
        **dict(zip(("timing", "metric", "period_grain", "period_start"), key, strict=True)),
        "begun": len(members),
        "matured": len(matured),
        "arrived": len(lengths),
        **rated(len(lengths), len(matured), "arrival_rate", confidence),
        "mean_seconds": mean(lengths),
        "median_seconds": percentile(lengths, 0.5),
        "p90_seconds": percentile(lengths, 0.9),
        "is_whole": len(matured) == len(members) and key[2] != "all",
        "is_small": len(lengths) < 30,
    }


def send_windows(conversations: Rows, judged: Rows, touches: Rows, zone: str, confidence: float) -> Rows:
    """Touches have contact_id, touch_date and messages_before; no verdicts: those are of the statistics."""
    before = {(each["contact_id"], each["touch_date"]): each["messages_before"] for each in touches}
    by_id = {each["conversation_id"]: each for each in conversations}
    groups: dict[Key, Rows] = defaultdict(list)
    for each in judged:
        talk = by_id[each["conversation_id"]]
        if not each["is_matured"] or talk["first_outbound_at"] is None:
            continue
        at = local(talk["first_outbound_at"], zone)
        count = before[(talk["contact_id"], at.date())]
        band = "none" if count == 0 else "1_to_3" if count < 4 else "4_to_9" if count < 10 else "10_plus"
        row = {
            "is_converted": each["converted_at"] is not None,
            "is_late": talk["first_outbound_at"] > each["anchor_at"],
        }
        for key in (("all", None, None, None), ("hour", at.isoweekday(), at.hour, None), ("frequency", None, None, band), ("hour+frequency", at.isoweekday(), at.hour, band)):  # fmt: skip
            groups[(each["metric"], *key)].append(row)
    rows: Rows = []
    for key, found in groups.items():
        everything = groups[(key[0], "all", None, None, None)]
        hits = sum(each["is_converted"] for each in found)
        rest, rest_hits = len(everything) - len(found), sum(each["is_converted"] for each in everything) - hits
        rows.append({
            **dict(zip(("metric", "cut_by", "weekday", "hour", "frequency"), key, strict=True)),
            "matured": len(found), "matured_converted": hits, **rated(hits, len(found), "conversion_rate", confidence),
            "rest_rate": rest_hits / rest if rest else None,
            "sent_after_anchor": sum(each["is_late"] for each in found), "uses_late_facts": any(each["is_late"] for each in found),
        })  # fmt: skip
    return rows


def campaign_costs(campaigns: Rows, messages: Rows, clicks: Rows, conversations: Rows, judged: Rows, credits: Rows, metrics: tuple[str, ...], confidence: float) -> Rows:  # fmt: skip
    """Messages have message_id, contact_id, campaign_id, is_sent (delivered, ours) and cost; credits conversation_id, metric and credited_amount."""
    named = {each["campaign_id"] for each in (*campaigns, *messages, *conversations)} - {None}
    clicked = {each["message_id"] for each in clicks}
    rows: Rows = []
    for name in named:
        (campaign,) = [each for each in campaigns if each["campaign_id"] == name] or [{"cost": None}]
        own = [each for each in messages if each["campaign_id"] == name]
        sent = [each for each in own if each["is_sent"]]
        costs = [each["cost"] for each in own if each["cost"] is not None]
        parts = [*costs, *([] if campaign["cost"] is None else [campaign["cost"]])]
        talks = {each["conversation_id"] for each in conversations if each["campaign_id"] == name}
        limits = wilson(sum(each["message_id"] in clicked for each in sent), len(sent), confidence) or (None, None)
        for metric in metrics:
            eligible = [each for each in judged if each["metric"] == metric and each["conversation_id"] in talks and each["eligibility"] == "eligible"]  # fmt: skip
            matured = [each for each in eligible if each["is_matured"]]
            converted = sum(each["converted_at"] is not None for each in eligible)
            amount = sum(each["credited_amount"] or 0 for each in credits if each["metric"] == metric and each["conversation_id"] in talks)  # fmt: skip
            cost = sum(parts) if parts else None
            rows.append({
                "metric": metric, "campaign_id": name, "campaign_cost": campaign["cost"], "message_cost": sum(costs) if costs else None, "cost": cost,
                "messages": len(sent), "contacts_messaged": len({each["contact_id"] for each in sent}),
                "clicked_messages": sum(each["message_id"] in clicked for each in sent),
                "click_rate": sum(each["message_id"] in clicked for each in sent) / len(sent) if sent else None,
                "click_low": limits[0], "click_high": limits[1],
                "conversations": len(talks), "eligible": len(eligible), "converted": converted, "matured": len(matured),
                "matured_converted": sum(each["converted_at"] is not None for each in matured),
                **rated(sum(each["converted_at"] is not None for each in matured), len(matured), "conversion_rate", confidence),
                "amount": float(amount),
                "cost_per_conversation": cost / len(talks) if cost is not None and talks else None,
                "cost_per_conversion": cost / converted if cost is not None and converted else None,
                "amount_per_conversation": amount / len(talks) if talks else None,
            })  # fmt: skip
    return rows
