"""Agents by brute force: who led a conversation, and rates adjusted to the agent's own mix.

> `agent_performance`: … conversion with interval beside the team's, the team's rate adjusted to the agent's own mix, rank with its uncertainty,
> humans and bots apart, credit to who sent the message at the time.

The interval of ranks is that of Klein, Wright and Wieczorek, "A joint confidence region for an overall ranking of populations", JRSS C 69, 2020:
from intervals that hold together, count who lies wholly above and wholly below.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.spec.reference.columns import Rows
from tests.spec.reference.intervals import wilson

Agent = tuple[str, str]
Strata = dict[str, tuple[int, int]]
"""Stratum → matured, converted of them."""


def agent_of(message: dict[str, object]) -> Agent | None:
    if message["message_role"] != "message":
        return None
    if message["is_human"]:
        return "human", str(message["rep_id"] or "unknown")
    return ("bot", str(message["rep_id"] or "bot")) if message["sender"] == "bot" else None


def leader(messages: Rows, anchor_at: datetime, ends_at: datetime, is_converted: bool) -> Agent:
    """Whoever sent the converting message, where it is ours; the last of ours to have spoken by the anchor, or the first after it and
    before the end; else nobody.
    """
    spoken = sorted((m["sent_at"], m["message_id"], agent_of(m)) for m in messages if agent_of(m))
    converting = [agent for at, _, agent in spoken if is_converted and at == ends_at]
    if converting:
        return converting[-1] or ("none", "none")
    before = [agent for at, _, agent in spoken if at <= anchor_at]
    after = [agent for at, _, agent in spoken if anchor_at < at < ends_at]
    found = before[-1] if before else after[0] if after else None
    return found or ("none", "none")


@dataclass(frozen=True)
class Standing:
    """One agent beside the team."""

    expected: Fraction
    adjusted: Fraction | None
    ranks: tuple[int, int, int] | None


def standings(team: dict[str, Strata], confidence: float, sizes: list[int]) -> dict[str, Standing]:
    """Every agent of a team. `sizes` are the numbers of intervals for which a limit is known."""
    pooled: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for strata in team.values():
        for name, (matured, converted) in strata.items():
            pooled[name][0] += matured
            pooled[name][1] += converted
    rate = Fraction(sum(k for _, k in pooled.values()), sum(n for n, _ in pooled.values()))
    expected = {
        agent: sum((n * Fraction(pooled[name][1], pooled[name][0]) for name, (n, _) in strata.items()), Fraction(0))
        for agent, strata in team.items()
    }
    ranked = [agent for agent in team if expected[agent]]
    size = next((each for each in sizes if each >= len(ranked)), sizes[-1])
    adjusted, limits = {}, {}
    for agent in ranked:
        n, k = (sum(each[side] for each in team[agent].values()) for side in (0, 1))
        factor = float(n * rate / expected[agent])
        adjusted[agent] = k * rate / expected[agent]
        low, high = wilson(k, n, confidence ** (1 / size)) or (0.0, 1.0)
        limits[agent] = factor * low, factor * high
    found = {}
    for agent in team:
        ranks = None
        if agent in limits:
            ranks = (
                1 + sum(adjusted[other] > adjusted[agent] for other in ranked),
                1 + sum(limits[other][0] > limits[agent][1] for other in ranked),
                len(ranked) - sum(limits[other][1] < limits[agent][0] for other in ranked),
            )
        found[agent] = Standing(expected[agent], adjusted.get(agent), ranks)
    return found
