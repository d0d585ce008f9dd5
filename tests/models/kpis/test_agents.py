"""Who led a conversation, and how agents compare: against a plain reading of messages, fractions and every pair of agents."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models.comparisons.alone import Alone
from tests.spec.properties.harness import templates
from tests.spec.reference.agents import leader, standings
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.intervals import z_value
from tests.support.examples import examples
from tests.support.root import ROOT

METRIC: Row = {"name": "m", "version": 1, "outcome": "won", "window_days": 1, "strata": ["channel"]}
VERSION: Row = {"metric": "m", "metric_version": 1}
START = datetime(2024, 1, 31, 23, 58)
SIZES = [1, 2, 3, 4, 5, 6, 8, 10]
"""The numbers of agents for which simultaneous_z knows the limit, as far as these tests go."""

TURNS = Alone("agent_turns")
LED = Alone("agent_conversations", conversion_metrics=[METRIC])
CELLS = Alone("agent_cells", conversion_metrics=[METRIC])
PERFORMANCE = Alone("agent_performance", conversion_metrics=[METRIC], inputs=["rep_states"])

spoken = st.fixed_dictionaries(
    {
        "minute": st.integers(0, 4),
        "sender": st.sampled_from(("contact", "rep", "bot")),
        "rep_id": st.sampled_from(("r-1", "r-2", None)),
        "message_role": st.sampled_from(("message", "message", "message", "failed", "system")),
        "is_live": st.sampled_from((False, False, True)),
    }
)


def messages_of(conversation: str, drawn: Rows) -> Rows:
    return [
        {
            "message_id": f"{conversation}{n:02}",
            "conversation_id": conversation,
            "sent_at": START + timedelta(minutes=each["minute"]),
            "is_human": each["sender"] == "rep" or (each["is_live"] and each["rep_id"] is not None),
            **{name: each[name] for name in ("sender", "rep_id", "message_role", "is_live")},
        }
        for n, each in enumerate(drawn)
    ]


@examples(150)
@given(
    talks=st.lists(st.lists(spoken, min_size=1, max_size=7), min_size=1, max_size=3),
    anchor=st.integers(0, 4),
    length=st.integers(0, 3),
    is_converted=st.booleans(),
)
def test_each_conversation_is_led_by_who_converted_it_or_spoke_last_at_its_anchor(
    talks: list[Rows], anchor: int, length: int, is_converted: bool
) -> None:
    conversations = {name: messages_of(name, drawn) for name, drawn in zip("abc", talks, strict=False)}
    anchor_at = START + timedelta(minutes=anchor)
    ends_at = anchor_at + timedelta(minutes=length)
    messages = [row for rows in conversations.values() for row in rows]
    turns = TURNS.build(conversation_messages=messages)
    matured = [
        {**VERSION, "conversation_id": name, "anchor_at": anchor_at, "ends_at": ends_at, "stratum": "", "is_converted": is_converted, "cell_date": date(2024, 1, 1)}
        for name in conversations
    ]  # fmt: skip
    led = LED.build(matured_conversations=matured, agent_turns=turns, conversation_messages=messages)
    assert {row["conversation_id"] for row in led} == conversations.keys()
    cells = CELLS.build(agent_conversations=led)
    expected = Counter(leader(rows, anchor_at, ends_at, is_converted) for rows in conversations.values())
    assert {(row["agent_kind"], row["agent_id"]): row["matured"] for row in cells} == expected


counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
team_of = st.dictionaries(
    st.sampled_from([f"r-{n}" for n in range(7)]),
    st.dictionaries(st.sampled_from(("easy", "hard", "odd")), counted, min_size=1),
    min_size=1,
)


def cells_of(team: dict[str, dict[str, tuple[int, int]]]) -> Rows:
    return [
        {**VERSION, "agent_kind": "human", "agent_id": agent, "team": "t", "role": "sales", "cell_date": date(2024, 1, 1), "stratum": stratum, "matured": n, "matured_converted": k}
        for agent, strata in team.items()
        for stratum, (n, k) in strata.items()
    ]  # fmt: skip


def performed(cells: Rows, model: Alone = PERFORMANCE) -> Rows:
    return [row for row in model.build(agent_cells=cells, metric_versions=[VERSION]) if row["period_grain"] == "all"]


@pytest.mark.slow
@examples(150)
@given(team=team_of)
def test_adjusted_rates_and_intervals_of_ranks_are_those_of_the_formulas(
    team: dict[str, dict[str, tuple[int, int]]],
) -> None:
    found = {row["agent_id"]: row for row in performed(cells_of(team))}
    for agent, standing in standings(team, 0.95, SIZES).items():
        row = found[agent]
        assert row["expected_wins"] == pytest.approx(float(standing.expected), abs=1e-9)
        if standing.adjusted is None:
            assert row["adjusted_rate"] is row["team_rank"] is row["rank_low"] is row["rank_high"] is None
            continue
        assert row["adjusted_rate"] == pytest.approx(float(standing.adjusted), rel=1e-9)
        assert row["adjusted_low"] <= row["adjusted_rate"] * (1 + 1e-12) and row["adjusted_rate"] <= row[
            "adjusted_high"
        ] * (1 + 1e-12)
        assert (row["team_rank"], row["rank_low"], row["rank_high"]) == standing.ranks
        assert row["rank_low"] <= row["team_rank"] <= row["rank_high"]
    assert sum(row["expected_wins"] for row in found.values()) == pytest.approx(sum(r["wins"] for r in found.values()))


def test_without_strata_the_adjusted_rate_is_the_crude_one() -> None:
    rows = performed(cells_of({"r-1": {"": (50, 10)}, "r-2": {"": (50, 20)}}))
    assert [row["adjusted_rate"] for row in rows] == pytest.approx([row["conversion_rate"] for row in rows], abs=1e-15)


def test_teams_and_bots_are_ranked_apart_and_a_move_makes_two_rows() -> None:
    cells = cells_of({"r-1": {"": (50, 10)}, "r-2": {"": (50, 20)}})
    moved = [{**cells[0], "team": "u"}, {**cells[1], "agent_kind": "bot", "agent_id": "bot", "team": "unknown"}]
    rows = performed([*cells, *moved])
    assert len(rows) == 4
    assert [row["team_rank"] for row in rows if row["team"] in ("u", "unknown")] == [1, 1]


def test_what_has_no_rep_is_ranked_as_nobody_and_moves_no_rank() -> None:
    team = {"r-1": {"a": (50, 10)}, "r-2": {"a": (50, 20)}}
    alone = {row["agent_id"]: row for row in performed(cells_of(team))}
    found = {row["agent_id"]: row for row in performed(cells_of({**team, "unknown": {"a": (900, 890)}}))}
    nobody = found.pop("unknown")
    assert found == alone
    assert (nobody["matured"], nobody["team_rank"], nobody["rank_low"], nobody["ranked_agents"]) == (900, None, None, 0)


def test_an_agent_with_no_conversation_stands_there_with_what_they_did() -> None:
    activity = [{"period_grain": grain, "period_start": start, "agent_kind": "human", "agent_id": "r-1", "team": "t", "role": "sales", "messages_sent": 3, "dials": 2, "answered_dials": 1, "inbound_calls": 0, "talk_micros": 90_000_000, "pause_count": 1, "pause_micros": 60_000_000, "wrap_up_micros": 0, "available_micros": 0} for grain, start in (("month", date(2024, 1, 1)), ("all", None))]  # fmt: skip
    rows = PERFORMANCE.build(agent_activity=activity, metric_versions=[VERSION])
    assert {row["period_grain"] for row in rows} == {"month", "all"}
    for row in rows:
        assert (row["dials"], row["talk_seconds"], row["pause_count"], row["pause_seconds"]) == (2, 90.0, 1, 60.0)
        assert row["matured"] == 0 and row["conversion_rate"] is None and row["team_rank"] is None and row["is_small"]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_rows_shows_in_no_digit(seed: int) -> None:
    pick = Random(seed)
    cells = cells_of({f"r-{n}": {s: (pick.randint(1, 90), 1) for s in "abcde"} for n in range(9)})
    first = performed(cells)
    pick.shuffle(cells)
    key = lambda row: row["performance_id"]  # noqa: E731
    assert sorted(performed(cells), key=key) == sorted(first, key=key)


@pytest.mark.parametrize("agents", SIZES)
def test_the_limits_of_so_many_agents_hold_together(agents: int) -> None:
    written = templates().macro("simultaneous_z", str(agents), confidence=0.9)
    with duckdb.connect() as connection:
        ((z,),) = connection.execute(f"select {written}").fetchall()
    assert z == pytest.approx(z_value(0.9 ** (1 / agents)), abs=1e-9)


def test_the_figures_of_the_page_are_those_of_the_table() -> None:
    team = {"picker": {"easy": (80, 40), "hard": (20, 0)}, "digger": {"easy": (20, 20), "hard": (80, 15)}}
    page = (ROOT / "docs/kpis/agent_performance.md").read_text(encoding="utf-8")
    for row in performed(cells_of(team)):
        for column in ("conversion_rate", "adjusted_rate"):
            assert f"{row[column]:.3f}" in page
        assert f"| {row['agent_id']} |" in page
