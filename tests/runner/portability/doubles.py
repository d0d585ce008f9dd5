"""Why a double becomes a long decimal, or a text, where the rule says that it should not."""

from __future__ import annotations

# Path of the model → why every engine has the same digits of it: it rests on no `power`, `exp` or `ln`, and each dialect keeps them all.
WRITTEN_IN_FULL: dict[str, str] = {
    "models/comparisons/rate_changes.sql": "terms of a sum that are put together first: products and quotients of counts",
    "models/kpis/campaign_costs.sql": "costs as they are given, added up in a later CTE",
    "models/kpis/customer_value.sql": "amounts as they are given, added up in a later CTE",
    "models/staging/mappings/map_benchmarks.sql": "bounds as they are given, on a grid of nine places",
    "models/connectors/hubspot/hubspot_messages.sql": "a raw column that is a number or a text as `typeof` says, which the dialect layer answers first",
}
