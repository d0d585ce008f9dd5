"""Generated assignments and conversations: the three tables of experiments are those of the plain reading."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest

from tests.models.comparisons.alone import Alone
from tests.spec.properties.compare import first_difference
from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.experiments import experiment_contacts, experiment_results, experiment_variants
from tests.spec.reference.world import World

START = datetime(2024, 1, 1)
MODELS = ("experiment_contacts", "experiment_variants", "experiment_results")
METRICS = (("m", 1, "active", None), ("m", 2, "active", "support"), ("other", 1, "draft", None))
SETTINGS: tuple[Row, ...] = (
    {},
    {"experiments": [{"name": "tone", "control": "b", "shares": {"a": 1, "b": 3, "x": 2}}], "confidence": 0.8},
    {
        "experiments": [
            {"name": "time", "metrics": ["other"], "observation_days": 2},
            {"name": "tone", "control": "gone"},
        ]
    },
    {"sample_ratio_alpha": 0.4, "confidence": 0.5},
)


@cache
def alone(model: str, number: int) -> Alone:
    return Alone(model, conversion_metrics=[], **SETTINGS[number])


def instant(pick: Random) -> datetime:
    return START + timedelta(hours=pick.choice((0, 0, 6, 24, 24, 48, 100, 500)))


def generated(pick: Random) -> dict[str, Rows]:
    contacts = [f"c{n}" for n in range(pick.choice((1, 4, 30)))]
    assignments = [
        {"contact_id": contact, "experiment": experiment, "variant": pick.choice("aab"), "assigned_at": instant(pick)}
        for experiment in ("tone", "time", "solo")
        for contact in contacts
        if pick.random() < 0.8
    ]
    conversations: Rows = []
    for metric, version, *_ in METRICS:
        leaning = {each: pick.choice((0.1, 0.5, 0.9)) for each in contacts}
        for n in range(pick.choice((0, 10, 120))):
            contact, anchor = pick.choice(contacts), instant(pick)
            is_eligible, is_matured = pick.random() < 0.9, pick.random() < 0.8
            converted = pick.random() < leaning[contact]
            status = "converted" if converted else "not_converted" if is_matured else "pending"
            conversations.append({
                "metric": metric,
                "metric_version": version,
                "conversation_id": f"{metric}{version}{n}",
                "contact_id": contact,
                "anchor_at": anchor,
                "window_ends_at": anchor + timedelta(days=1),
                "eligibility": "eligible" if is_eligible else "channel",
                "status": status if is_eligible else None,
                "is_matured": is_matured if is_eligible else None,
            })  # fmt: skip
    changes = [
        {"change_id": f"x{n}", "effective_at": instant(pick), "scope": pick.choice((None, "tone", "other", "voice"))}
        for n in range(pick.choice((0, 3)))
    ]
    return {"assignments": assignments, "conversations": conversations, "changes": changes}


@cache
def both(seed: int) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """The reading and the built tables."""
    number = seed % len(SETTINGS)
    given = generated(Random(seed))
    world = World(vars=SETTINGS[number])
    defined: list[dict[str, Any]] = [
        {"name": name, "version": version, "status": status, "excludes": excludes is not None}
        for name, version, status, excludes in METRICS
    ]
    contacts = experiment_contacts(world, given["assignments"], given["conversations"])
    variants = experiment_variants(world, given["assignments"])
    results = experiment_results(world, defined, variants, contacts, given["changes"])
    reading = dict(zip(MODELS, (contacts, variants, results), strict=True))
    built: dict[str, Rows] = {}
    built["experiment_contacts"] = alone("experiment_contacts", number).build(
        stg_experiment_assignments=given["assignments"], metric_conversations=given["conversations"]
    )
    built["experiment_variants"] = alone("experiment_variants", number).build(
        stg_experiment_assignments=given["assignments"]
    )
    built["experiment_results"] = alone("experiment_results", number).build(
        experiment_variants=built["experiment_variants"],
        experiment_contacts=built["experiment_contacts"],
        metric_definitions=[
            dict(zip(("metric", "metric_version", "status", "excluded_dispositions"), each, strict=True))
            for each in METRICS
        ],
        stg_operational_changes=given["changes"],
    )
    return reading, built


@pytest.mark.parametrize("seed", range(60))
def test_tables_are_those_of_the_reading(seed: int) -> None:
    reading, built = both(seed)
    difference = first_difference(reading, built)
    assert difference is None, str(difference)


def test_the_generated_experiments_hold_what_they_are_meant_to() -> None:
    found: Rows = [row for seed in range(60) for row in both(seed)[0]["experiment_results"]]
    assert {row["verdict"] for row in found} == {"better", "worse", "undecided", "sample_ratio", "no_data"}
    for column in ("is_ratio_off", "is_confounded", "is_small", "uses_late_facts"):
        assert {row[column] for row in found} == {True, False}, column
    assert any(row["design_effect"] > 1 for row in found)
    assert any(row["p"] is not None and row["adjusted_p"] > row["p"] for row in found)
