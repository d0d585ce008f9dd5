"""Edges of the tables that compare rates, for the count of edges in generated worlds."""

from __future__ import annotations

from collections.abc import Callable

from tests.spec.reference.columns import Rows
from tests.spec.reference.world import World

COMPARED: dict[str, Callable[[World, dict[str, Rows]], bool]] = {
    "change between two periods": lambda w, t: bool(t["rate_changes"]),
    "stratum of one period only": lambda w, t: any(row["one_sided_strata"] for row in t["rate_changes"]),
    "outcome that a longer window holds": lambda w, t: any(
        row["added_converted"] and row["window_days"] > row["metric_window_days"] for row in t["window_sensitivity"]
    ),
    "conversation before its contact's assignment": lambda w, t: any(
        row["contact_id"] == each["contact_id"]
        and row["eligibility"] == "eligible"
        and row["anchor_at"] < each["assigned_at"]
        for each in t["stg_experiment_assignments"]
        for row in t["metric_conversations"]
    ),
    "group that may be compared": lambda w, t: any(row["is_comparable"] for row in t["standardised_rates"]),
    "group refused for its coverage": lambda w, t: any(row["refusal"] == "coverage" for row in t["standardised_rates"]),
}
