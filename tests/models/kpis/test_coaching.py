"""Reps and conversations to learn from: generated conversations against a plain reading and statsmodels, that luck is not taught, and the figures of the page."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from math import isclose
from random import Random
from typing import NamedTuple

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.like_for_like import like_for_like
from tests.support.root import ROOT

METRICS = [{"name": "m", "outcome": "o", "window_days": 7, "strata": ["channel"]}]
SETTINGS = {"conversion_metrics": METRICS, "coaching_conversations": 3, "slow_follow_up_minutes": 60, "minimum_coverage": 0.8, "confidence": 0.95}  # fmt: skip
CELLS, AGENTS, EXAMPLES = (Alone(name, **SETTINGS) for name in ("coaching_cells", "coaching_agents", "coaching_conversations"))  # fmt: skip
START = datetime(2024, 1, 1)


class Talk(NamedTuple):
    rep: str
    team: str
    channel: str
    hit: bool
    seconds: float | None = 60.0
    asked: bool | None = True
    handoffs: int = 0


def build(talks: list[Talk]) -> tuple[dict[str, Row], Rows]:
    """Reps by id, and the conversations to read."""
    ids = [f"{n:05d}" for n in range(len(talks))]
    defined = [{"metric": "m", "metric_version": 1, "is_current": True}]
    judged = [
        {
            "metric": "m",
            "metric_version": 1,
            "conversation_id": i,
            "anchor_at": START + timedelta(hours=int(i)),
            "status": "converted" if t.hit else "not_converted",
            "is_matured": True,
        }
        for i, t in zip(ids, talks, strict=True)
    ]
    conversations = [
        {
            "conversation_id": i,
            "owner_id": t.rep,
            "owner_team": t.team,
            "channel": t.channel,
            "first_response_seconds": t.seconds,
            "handoff_count": t.handoffs,
            "two_way_at": START,
            "started_at": START,
        }
        for i, t in zip(ids, talks, strict=True)
    ]
    steps = [{"conversation_id": i, "asked_at": START if t.asked else None} for i, t in zip(ids, talks, strict=True) if t.asked is not None]  # fmt: skip
    cells = CELLS.build(metric_definitions=defined, metric_conversations=judged, conversations=conversations, conversation_next_steps=steps)  # fmt: skip
    agents = AGENTS.build(coaching_cells=cells)
    examples = EXAMPLES.build(coaching_agents=agents, coaching_cells=cells, metric_conversations=judged, conversations=conversations, conversation_next_steps=steps)  # fmt: skip
    return {row["agent_id"]: row for row in agents}, examples


def generated(pick: Random) -> list[Talk]:
    skill = {f"r{n}": pick.choice((0.0, 0.0, 0.25)) for n in range(8)}
    talks: list[Talk] = []
    for rep, more in skill.items():
        for _ in range(pick.choice((5, 60, 200))):
            channel = pick.choice(("sms", "voice", "chat")) if rep != "r7" else "fax"
            base = {"sms": 0.2, "voice": 0.4, "chat": 0.05, "fax": 0.3}[channel]
            talks.append(Talk(rep, "a" if rep < "r4" else "b", channel, pick.random() < base + more, pick.choice((None, 60.0, 3600.0, 3601.0)), pick.choice((None, True, False)), pick.choice((0, 0, 1))))  # fmt: skip
    return talks


def near(got: float | None, wanted: float | None) -> bool:
    return got is wanted if got is None or wanted is None else isclose(got, wanted, rel_tol=1e-6, abs_tol=1e-8)


@pytest.mark.parametrize("seed", range(12))
def test_reps_are_compared_as_in_the_reading(seed: int) -> None:
    talks = generated(Random(seed))
    agents, examples = build(talks)
    cells: dict[str, dict[str, tuple[int, int]]] = defaultdict(lambda: defaultdict(lambda: (0, 0)))
    teams = {talk.rep: talk.team for talk in talks}
    for talk in talks:
        k, n = cells[talk.rep][talk.channel]
        cells[talk.rep][talk.channel] = k + talk.hit, n + 1
    tested: dict[str, float] = {}
    besides = {}
    for rep, own in cells.items():
        others: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for other in cells:
            if other != rep and teams[other] == teams[rep]:
                for channel, (k, n) in cells[other].items():
                    others[channel] = others[channel][0] + k, others[channel][1] + n
        beside = besides[rep] = like_for_like(own, others)
        trials = sum(n for _, n in own.values())
        assert near(agents[rep]["coverage"], beside.coverage if beside else 0.0)
        if trials >= 30 and beside and beside.coverage >= 0.8:
            tables = [[[own[c][0], own[c][1] - own[c][0]], [others[c][0], others[c][1] - others[c][0]]] for c in own if others[c][1]]  # fmt: skip
            tested[rep] = StratifiedTable([np.array(t, dtype=float) for t in tables]).test_null_odds().pvalue  # fmt: skip
        else:
            assert agents[rep]["verdict"] == ("too_few" if trials < 30 else "not_comparable")
            assert agents[rep]["difference"] is None
    adjusted = dict(zip(tested, multipletests(list(tested.values()), method="fdr_bh")[1], strict=True)) if tested else {}  # fmt: skip
    for rep, p in adjusted.items():
        row, beside = agents[rep], besides[rep]
        assert beside is not None and near(row["adjusted_p"], p)
        assert near(row["expected_rate"], beside.other) and near(row["difference_low"], beside.low) and near(row["difference_high"], beside.high)  # fmt: skip
        assert row["verdict"] == ("learn_from" if p < 0.05 and beside.low > 0 else "undecided")
    for row in agents.values():
        own_talks = [t for t in talks if t.rep == row["agent_id"]]
        answered, written = [t for t in own_talks if t.seconds is not None], [t for t in own_talks if t.asked is not None]  # fmt: skip
        assert near(row["fast_share"], sum(t.seconds <= 3600 for t in answered if t.seconds) / len(answered) if len(answered) >= 30 else None)  # fmt: skip
        assert near(row["asked_share"], sum(bool(t.asked) for t in written) / len(written) if len(written) >= 30 else None)  # fmt: skip
    for rep in agents:
        shown = sorted((e for e in examples if e["agent_id"] == rep), key=lambda e: e["place"])
        good = [(i, t) for i, t in enumerate(talks) if t.rep == rep and t.hit and t.asked and t.handoffs == 0 and t.seconds is not None and t.seconds <= 3600]  # fmt: skip

        def predicted(talk: Talk) -> float:
            peers = [t for t in talks if t.rep != talk.rep and (t.team, t.channel) == (talk.team, talk.channel)]
            return sum(t.hit for t in peers) / len(peers)

        wanted = sorted(good, key=lambda each: (predicted(each[1]), -each[0]))[:3] if agents[rep]["verdict"] == "learn_from" else []  # fmt: skip
        assert [int(e["conversation_id"]) for e in shown] == [i for i, _ in wanted]
        assert all(near(e["predicted_rate"], predicted(t)) for e, (_, t) in zip(shown, wanted, strict=True))


def test_the_generated_talks_hold_what_they_are_meant_to() -> None:
    found = [build(generated(Random(seed))) for seed in range(12)]
    assert {row["verdict"] for agents, _ in found for row in agents.values()} == {"learn_from", "undecided", "too_few", "not_comparable"}  # fmt: skip
    assert any(examples for _, examples in found)


@pytest.mark.slow
def test_luck_is_hardly_ever_taught() -> None:
    """Twelve reps who are all alike, a hundred times: in at most 5 of them anybody is said to be one to learn from."""
    pick, taught = Random("luck"), 0
    for _ in range(100):
        cells: Rows = [
            {"metric": "m", "metric_version": 1, "team": "a", "stratum": stratum, "agent_id": f"r{n}", "matured": 60, "matured_converted": sum(pick.random() < rate for _ in range(60)), "answered": 0, "fast": 0, "written": 0, "asked": 0}
            for n in range(12)
            for stratum, rate in (("sms", 0.1), ("voice", 0.3))
        ]  # fmt: skip
        taught += any(row["verdict"] == "learn_from" for row in AGENTS.build(coaching_cells=cells))
    assert taught <= 5


def test_the_worked_example_of_the_page() -> None:
    talks = [
        Talk(rep, "a", channel, n < converted)
        for rep, channel, converted, trials in (("ann", "sms", 30, 100), ("ann", "voice", 30, 50), ("bob", "sms", 30, 200), ("bob", "voice", 60, 150), ("cem", "sms", 15, 100), ("cem", "voice", 20, 50))
        for n in range(trials)
    ]  # fmt: skip
    agents, _ = build(talks)
    page = (ROOT / "docs/kpis/coaching.md").read_text(encoding="utf-8")
    for row in agents.values():
        line = f"| {row['agent_id']} | {row['matured']} | {row['conversion_rate']:.2f} | {row['expected_rate']:.2f} | {row['difference']:+.2f} | {row['difference_low']:+.2f} to {row['difference_high']:+.2f} | {row['adjusted_p']:.4f} | {row['verdict']} |"
        assert line in page, line
