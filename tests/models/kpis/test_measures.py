"""Every rate of the package names what it is made of, by the ids of one registry."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from tests.models.comparisons.alone import Alone
from tests.support.root import ROOT

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
IDS = ("numerator_id", "denominator_id")
SIDES = ("numerator", "denominator")


@cache
def declared() -> dict[str, dict[str, Any]]:
    """Every model's columns by name, as its YAML has them."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted((ROOT / "models").glob("**/*.yml")):
        for model in yaml.load(file.read_text(encoding="utf-8"), LOADER).get("models", []):
            found[model["name"]] = {column["name"]: column for column in model.get("columns", [])}
    return found


def rates() -> list[tuple[str, str]]:
    return [(model, column) for model, columns in declared().items() for column in columns if column.endswith("_rate")]


@pytest.fixture(scope="module")
def registered() -> set[str]:
    with Alone("measures") as measures:
        return {row["measure_id"] for row in measures.build()}


def test_there_are_rates_to_look_at() -> None:
    assert {("cohort_rates", "conversion_rate"), ("funnel_rates", "step_rate")} <= set(rates())


@pytest.mark.parametrize(("model", "column"), rates(), ids=lambda name: name)
def test_a_rate_names_two_measures_of_the_registry(model: str, column: str, registered: set[str]) -> None:
    """In the meta of its column, or row by row: then `rates_name_their_measures` holds the rows to the registry."""
    columns = declared()[model]
    meta = columns[column].get("config", {}).get("meta", {})
    if any(side in meta for side in SIDES):
        assert {meta.get(side) for side in SIDES} <= registered, "not registered in macros/kpis/declared_measures.sql"
        assert meta["numerator"] != meta["denominator"]
    else:
        assert set(IDS) <= columns.keys(), "neither meta: {numerator, denominator} nor columns that name them"


def test_ids_in_rows_are_held_to_the_registry() -> None:
    text = (ROOT / "tests/governance/rates_name_their_measures.sql").read_text(encoding="utf-8")
    with_ids = {model for model, columns in declared().items() if any(name in columns for name in IDS)}
    for model in with_ids:
        assert set(IDS) <= declared()[model].keys(), f"{model} names one of the two"
        assert f"'{model}'" in text, f"{model} is not listed in rates_name_their_measures.sql"
