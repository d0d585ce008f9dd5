"""Credit beyond rules: against linear algebra, Shapley by all orders of players, ChannelAttribution's figures, and chains with planted effects."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby, pairwise, permutations
from math import exp, log, sqrt
from random import Random
from statistics import NormalDist, stdev
from typing import Any

import numpy as np
import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.reference.columns import Row, Rows
from tests.support.root import ROOT

START = datetime(2024, 1, 1)
KEY = {"metric": "m", "metric_version": 1}
SETTINGS: dict[str, Any] = {
    "conversion_metrics": [{"name": "m", "version": 1, "outcome": "o", "window_days": 30}],
    "confidence": 0.95,
}
Path = tuple[tuple[str, ...], bool]
"""The channels of its touches, and whether it converts."""
DRAWS = Alone("bootstrap_draws", **SETTINGS).build()


@cache
def alone(step: str, settings: str) -> Alone:
    return Alone(step, **json.loads(settings))


class Reckoning:
    """The steps of removal_credit over some paths, each of a unit of its own, one built over the other."""

    def __init__(self, paths: list[Path], **more: Any) -> None:
        self.settings = {**SETTINGS, "removal_credit": {"by": ["channel"]}, **more}
        self.touches: Rows = [
            {**KEY, "conversation_id": f"{n}-{i}", "unit_id": str(n), "is_converted": converted, "path_number": 1, "bucket": n % 64,
             "touch_position": i + 1, "touch_count": len(names), "age_days": float(len(names) - i) if converted else None, "half_life_days": 7.0,
             "channel": name, "campaign_id": "unknown", "next_channel": names[i + 1] if i + 1 < len(names) else None}
            for n, (names, converted) in enumerate(paths) for i, name in enumerate(names)
        ]  # fmt: skip
        self.players = self._of("journey_players", journey_touches=self.touches)
        known = {"journey_touches": self.touches, "journey_players": self.players}
        self.sets = self._of("journey_sets", **known)
        draws = self._of("bootstrap_draws")
        self.chances = self._of("removal_chances", journey_chains=self._of("journey_chains", **known), journey_players=self.players, bootstrap_draws=draws)  # fmt: skip
        self.values = self._of("coalition_values", journey_sets=self.sets, journey_players=self.players, bootstrap_draws=draws)  # fmt: skip
        self.known = {**known, "journey_sets": self.sets, "removal_chances": self.chances, "coalition_values": self.values}  # fmt: skip

    def _of(self, step: str, **given: Rows) -> Rows:
        return alone(step, json.dumps(self.settings)).build(**given)

    def credit(self, **more: Rows) -> dict[str, Row]:
        return {row["cut_value"]: row for row in self._of("removal_credit", **self.known, **more)}


def expected_effects(paths: list[tuple[Path, float]]) -> tuple[float, dict[str, float]]:
    """The chance of the outcome and removal effects, by the fundamental matrix of the chain."""
    moves: Counter[tuple[str, str]] = Counter()
    for (names, converted), weight in paths:
        for step in pairwise(("(start)", *names, "(conversion)" if converted else "(null)")):
            moves[step] += weight  # type: ignore[assignment]
    states = sorted({a for a, _ in moves if a != "(start)"})

    def chance(without: str = "") -> float:
        totals: Counter[str] = Counter()
        for (a, _), n in moves.items():
            totals[a] += n
        kept = ["(start)", *(each for each in states if each != without)]
        matrix = np.array([[moves[a, b] / totals[a] for b in kept] for a in kept])
        return float(np.linalg.solve(np.eye(len(kept)) - matrix, [moves[a, "(conversion)"] / totals[a] for a in kept])[0])  # fmt: skip

    whole = chance()
    return whole, {each: 1 - chance(each) / whole for each in states}


def shapley(paths: list[tuple[Path, float]]) -> dict[str, float]:
    """Marginal contributions to the conversion rate of the paths within a set, over all orders in which the players can come."""
    players = sorted({name for (names, _), _ in paths for name in names})

    def worth(members: frozenset[str]) -> float:
        own = [(converted, weight) for (names, converted), weight in paths if set(names) <= members]
        total = sum(weight for _, weight in own)
        return sum(weight for converted, weight in own if converted) / total if total else 0.0

    found: dict[str, float] = defaultdict(float)
    orders = list(permutations(players))
    worths: dict[frozenset[str], float] = {}
    for order in orders:
        before: frozenset[str] = frozenset()
        for player in order:
            after = before | {player}
            for each in (before, after):
                worths.setdefault(each, worth(each))
            found[player] += (worths[after] - worths[before]) / len(orders)
            before = after
    return found


def generated(pick: Random, names: str, paths: int) -> list[Path]:
    odds = {name: pick.uniform(0.05, 0.6) for name in names}
    found = []
    for _ in range(paths):
        own = tuple(pick.choice(names) for _ in range(pick.choice((1, 1, 2, 3, 5))))
        found.append((own, pick.random() < max(odds[name] for name in own)))
    return found


def once(paths: list[Path], weights: list[int] | None = None) -> list[tuple[Path, float]]:
    counted: Counter[Path] = Counter()
    for path, weight in zip(paths, weights or [1] * len(paths), strict=True):
        counted[path] += weight
    return [(path, weight) for path, weight in counted.items() if weight]


@pytest.mark.parametrize(("seed", "names"), [(1, "ab"), (2, "abcd"), pytest.param(3, "abcde", marks=pytest.mark.slow)])
def test_effects_are_those_of_the_fundamental_matrix_and_parts_those_of_all_orders(seed: int, names: str) -> None:
    paths = generated(Random(seed), names, 700)
    made = Reckoning(paths)
    found = made.credit()
    chance, effects = expected_effects(once(paths))
    parts = shapley(once(paths))
    assert {name: row["removal_effect"] for name, row in found.items()} == pytest.approx(effects, abs=1e-9)
    assert {name: row["shapley_value"] for name, row in found.items()} == pytest.approx(parts, abs=1e-9)
    assert sum(row["removal_share"] for row in found.values()) == pytest.approx(1)
    assert sum(parts.values()) == pytest.approx(sum(converted for _, converted in paths) / len(paths))
    (whole,) = (row["conversion_chance"] for row in made.chances if row["replicate"] == row["removed"] == 0)
    assert whole == pytest.approx(chance, abs=1e-12)


@pytest.mark.slow
def test_intervals_are_of_the_replicates_of_the_bootstrap() -> None:
    paths = generated(Random(4), "abc", 640)
    found = Reckoning(paths).credit()
    weights = {(row["replicate"], row["bucket"]): row["weight"] for row in DRAWS}
    drawn = [once(paths, [weights.get((replicate, n % 64), 0) for n in range(len(paths))]) for replicate in range(1, 41)]  # fmt: skip
    z = NormalDist().inv_cdf(0.975)
    for measure, name, of in (("removal_effect", "removal", lambda p: expected_effects(p)[1]), ("shapley_value", "shapley", shapley)):  # fmt: skip
        every = [of(each) for each in drawn]
        for value, row in found.items():
            spread = z * stdev(each[value] for each in every)
            assert (row[f"{name}_low"], row[f"{name}_high"]) == pytest.approx((row[measure] - spread, row[measure] + spread), abs=1e-8)  # fmt: skip


def test_the_draws_are_of_64_with_replacement_and_even() -> None:
    assert {row["weight"] for row in DRAWS if row["replicate"] == 0} == {1}
    by_replicate = {replicate: list(rows) for replicate, rows in groupby(sorted(DRAWS, key=lambda r: r["replicate"]), lambda r: r["replicate"])}  # fmt: skip
    assert len(by_replicate) == 41 and all(sum(r["weight"] for r in rows) == 64 for rows in by_replicate.values())
    drawn: Counter[int] = Counter()
    for row in DRAWS:
        drawn[row["bucket"]] += row["weight"] if row["replicate"] else 0
    chi_square = sum((drawn[bucket] - 40) ** 2 / 40 for bucket in range(64))
    assert 35 < chi_square < 100, "63 degrees of freedom"
    hit = [len(rows) for replicate, rows in by_replicate.items() if replicate]
    assert 64 * (1 - exp(-1)) == pytest.approx(sum(hit) / 40, abs=1.5), "as many as are drawn with replacement"


# markov_model(order=1) of ChannelAttribution 2.2.5, which simulates its chains: here with nsim_start 4,000,000.
TABLE = [("a > b > c", 30, 20), ("a", 25, 90), ("b > c", 20, 60), ("c > a > c", 18, 12), ("d", 12, 130), ("d > a > b > d", 22, 9), ("b > b > a", 9, 14), ("c", 14, 41), ("a > d > c > b > a", 11, 6)]  # fmt: skip
CHANNEL_ATTRIBUTION = {"a": 0.480339, "b": 0.362382, "c": 0.551521, "d": 0.303107}


def test_effects_are_those_of_channel_attribution() -> None:
    paths = [(tuple(names.split(" > ")), ends) for names, hits, misses in TABLE for ends in [True] * hits + [False] * misses]  # fmt: skip
    found = Reckoning(paths).credit()
    assert {name: row["removal_effect"] for name, row in found.items()} == pytest.approx(CHANNEL_ATTRIBUTION, abs=0.003)


def test_the_published_example_of_three_channels() -> None:
    """C1 > C2 > C3 converts, C1 and C2 > C3 do not: 0.5, 1 and 1, or 20, 40 and 40 per cent (analyzecore.com, 2016, of ChannelAttribution's output)."""
    paths: list[Path] = [(("C1", "C2", "C3"), True), (("C1",), False), (("C2", "C3"), False)] * 100
    found = Reckoning(paths).credit()
    assert {name: (row["removal_effect"], row["removal_share"]) for name, row in found.items()} == {"C1": (0.5, 0.2), "C2": (1, 0.4), "C3": (1, 0.4)}  # fmt: skip


@pytest.mark.slow
def test_planted_effects_are_found_within_their_intervals() -> None:
    """A chain whose moves are known; `idle` is met by everybody else and changes nothing."""
    pick = Random(7)
    moves = {"(start)": {"ads": 0.5, "mail": 0.3, "idle": 0.2}, "ads": {"mail": 0.4, "(conversion)": 0.1}, "mail": {"ads": 0.1, "(conversion)": 0.3}, "idle": {"ads": 0.2}}  # fmt: skip
    paths: list[Path] = []
    for _ in range(6000):
        state, names = "(start)", []
        while not state.startswith("(c") and state != "(null)":
            draw, state_next = pick.random(), "(null)"
            for name, chance in moves[state].items():
                if draw < chance:
                    state_next = name
                    break
                draw -= chance
            state = state_next
            names += [] if state.startswith("(") else [state]
        paths.append((tuple(names), state == "(conversion)"))
    found = Reckoning(paths).credit()

    def chance(without: str = "") -> float:
        kept = [each for each in moves if each != without]
        matrix = np.array([[moves[a].get(b, 0) for b in kept] for a in kept])
        return float(np.linalg.solve(np.eye(len(kept)) - matrix, [moves[a].get("(conversion)", 0) for a in kept])[0])

    for name in ("ads", "mail", "idle"):
        assert found[name]["removal_low"] < 1 - chance(name) / chance() < found[name]["removal_high"], name
    assert found["mail"]["verdict"] == "carries" and found["idle"]["removal_effect"] < 0.1 < found["ads"]["removal_effect"]  # fmt: skip
    assert found["idle"]["shapley_value"] < found["ads"]["shapley_value"] < found["mail"]["shapley_value"]


def test_rules_share_the_conversions_out_by_where_a_touch_stands() -> None:
    paths: list[Path] = [(("a", "b", "b", "c"), True)] * 60 + [(("c", "a"), True)] * 60 + [(("b",), False)] * 40
    found = Reckoning(paths).credit()
    decay = [2 ** (-(4 - i) / 7) for i in range(4)]
    assert [found[name]["first_touch_share"] for name in "abc"] == [0.5, 0, 0.5]
    assert [found[name]["last_touch_share"] for name in "abc"] == [0.5, 0, 0.5]
    assert [found[name]["linear_share"] for name in "abc"] == [0.375, 0.25, 0.375]
    assert [found[name]["position_based_share"] for name in "abc"] == pytest.approx([0.45, 0.1, 0.45])
    assert found["b"]["time_decay_share"] == pytest.approx((decay[1] + decay[2]) / sum(decay) / 2)
    assert [(found[name]["paths"], found[name]["converted_paths"]) for name in "abc"] == [(120, 120), (100, 60), (120, 120)]  # fmt: skip


@pytest.mark.parametrize(("paths", "why"), [([(("a",), True)] * 99 + [(("b",), False)] * 200, "99 conversions"), ([(("a",), True)] * 300, "one value")])  # fmt: skip
def test_too_few_paths_are_refused(paths: list[Path], why: str) -> None:
    for row in Reckoning(paths).credit().values():
        assert (row["verdict"], row["removal_effect"], row["removal_low"], row["shapley_value"], row["removal_share"]) == ("too_few", None, None, None, None), why  # fmt: skip
        assert row["linear_share"] is not None


def test_what_has_few_paths_and_what_is_beyond_the_seventh_are_other() -> None:
    paths: list[Path] = [((f"n{n}",), bool(i % 2)) for n in range(9) for i in range(30 + n)] + [
        (("rare", "n8"), True)
    ] * 29
    made = Reckoning(paths)
    found = made.credit()
    assert set(found) == {"n2", "n3", "n4", "n5", "n6", "n7", "n8", "other"}
    assert (found["other"]["paths"], found["other"]["converted_paths"]) == (30 + 31 + 29, 15 + 15 + 29)
    eight = Reckoning([((f"n{n}",), bool(i % 2)) for n in range(8) for i in range(30)]).credit()
    assert set(eight) == {f"n{n}" for n in range(8)}


def talk(name: str, day: float, converted: float | None = None, unit: str = "u", **more: Any) -> Row:
    return {**KEY, "conversation_id": name, "first_message_id": name, "unit_id": unit, "anchor_at": START + timedelta(days=day), "window_ends_at": START + timedelta(days=day + 30), "eligibility": "eligible", "is_matured": True, "converted_at": None if converted is None else START + timedelta(days=converted), **more}  # fmt: skip


def test_a_path_is_of_one_first_outcome_or_of_windows_that_meet() -> None:
    talks = [
        talk("a1", 0, 25), talk("a2", 20, 25), talk("a3", 26, 40), talk("b1", 100), talk("b2", 129.9), talk("b3", 159.9), talk("b4", 300),
        talk("other unit", 20, 25, "v"), talk("open", 20, is_matured=False), talk("left out", 20, eligibility="channel"),
    ]  # fmt: skip
    with Alone("journey_touches", **SETTINGS) as model:
        rows = model.build(
            metric_conversations=talks,
            metric_definitions=[{**KEY, "is_current": True, "half_life_days": None}],
            conversations=[
                {"conversation_id": each["conversation_id"], "channel": each["conversation_id"][0]} for each in talks
            ],
        )
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: r["touch_position"]):
        found[row["unit_id"], row["is_converted"], row["path_number"]].append(row["conversation_id"])
    assert sorted(found.values()) == [["a1", "a2"], ["a3"], ["b1", "b2"], ["b3"], ["b4"], ["other unit"]]
    first = next(row for row in rows if row["conversation_id"] == "a1")
    assert (first["touch_count"], first["age_days"], first["half_life_days"], first["channel"], first["next_channel"], first["campaign_id"]) == (2, 25, 7, "a", "a", "unknown")  # fmt: skip
    assert {row["conversation_id"] for row in rows if row["next_channel"] is None} == {"a2", "a3", "b2", "b3", "b4", "other unit"}  # fmt: skip


@pytest.mark.slow
def test_units_fall_into_64_groups_evenly() -> None:
    talks = [talk(f"c{n}", 0, unit=f"unit {n}") for n in range(6400)]
    with Alone("journey_touches", **SETTINGS) as model:
        rows = model.build(metric_conversations=talks, metric_definitions=[{**KEY, "is_current": True}], conversations=[{"conversation_id": each["conversation_id"]} for each in talks])  # fmt: skip
    counts = Counter(row["bucket"] for row in rows)
    assert sorted(counts) == list(range(64))
    assert sum((n - 100) ** 2 / 100 for n in counts.values()) < 110


@pytest.mark.slow
def test_the_lift_of_a_holdout_stands_beside_the_effect() -> None:
    paths = generated(Random(5), "ab", 640)
    experiments = [
        {"name": "h", "control": "out", "holdout": True, "withholds": {"dimension": "channel", "value": "a"}}
    ]
    variants: Rows = [{"experiment": "h", "variant": name, "is_control": name == "out", "assigned": n} for name, n in (("out", 200), ("in", 400))]  # fmt: skip
    contacts: Rows = [
        {**KEY, "experiment": "h", "variant": name, "contact_id": f"{name}{n}", "matured": 1, "matured_converted": int(n < hits)}
        for name, n_of, hits in (("out", 200, 30), ("in", 400, 100)) for n in range(n_of)
    ]  # fmt: skip
    found = Reckoning(paths, experiments=experiments).credit(experiment_variants=variants, experiment_contacts=contacts)
    row = found["a"]
    spread = NormalDist().inv_cdf(0.975) * sqrt(1 / 30 - 1 / 200 + 1 / 100 - 1 / 400)
    assert (row["holdout"], row["holdout_effect"]) == ("h", 0.4)
    assert (row["holdout_low"], row["holdout_high"]) == pytest.approx((1 - exp(log(0.6) + spread), 1 - exp(log(0.6) - spread)), abs=1e-8)  # fmt: skip
    assert row["agrees_with_holdout"] == (row["holdout_low"] <= row["removal_high"] and row["removal_low"] <= row["holdout_high"])  # fmt: skip
    assert (found["b"]["holdout"], found["b"]["agrees_with_holdout"]) == (None, None)


def test_it_can_be_switched_off() -> None:
    off = {**SETTINGS, "removal_credit": {"by": []}}
    assert Alone("bootstrap_draws", **off).build() == []
    with Alone("journey_touches", **off) as model:
        assert model.build(metric_conversations=[talk("a", 0)], metric_definitions=[{**KEY, "is_current": True}], conversations=[{"conversation_id": "a"}]) == []  # fmt: skip


def test_the_worked_example_of_the_page() -> None:
    paths: list[Path] = [(("chat",), True)] * 60 + [(("chat",), False)] * 140 + [(("mail", "chat"), True)] * 60 + [(("mail", "chat"), False)] * 40 + [(("mail",), False)] * 100  # fmt: skip
    found = Reckoning(paths).credit()
    page = (ROOT / "docs/comparisons/removal_credit.md").read_text(encoding="utf-8")
    for name in ("chat", "mail"):
        row = found[name]
        cells = f"| `{name}` | {row['first_touch_share']:.3f} | {row['last_touch_share']:.3f} | {row['linear_share']:.3f} | {row['removal_effect']:.3f} | {row['removal_share']:.3f} | {row['shapley_value']:.3f} |"
        assert cells in page, cells
