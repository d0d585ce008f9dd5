"""Edges of the tables that compare rates, for the count of edges in generated worlds."""

from __future__ import annotations

from collections.abc import Callable

from tests.reference.columns import Rows
from tests.reference.world import World

COMPARED: dict[str, Callable[[World, dict[str, Rows]], bool]] = {
    "change between two periods": lambda w, t: bool(t["rate_changes"]),
    "stratum of one period only": lambda w, t: any(row["one_sided_strata"] for row in t["rate_changes"]),
    "group that may be compared": lambda w, t: any(row["is_comparable"] for row in t["standardised_rates"]),
    "group refused for its coverage": lambda w, t: any(row["refusal"] == "coverage" for row in t["standardised_rates"]),
}
