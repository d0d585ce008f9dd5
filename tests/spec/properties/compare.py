"""Compares the tables of two readings row by row, and says the first difference so that one can read it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.spec.reference.cohorts import DIMENSIONS
from tests.spec.reference.columns import INPUTS, Row, Rows

TOLERANCE = 1e-9
METRIC = ("metric", "metric_version")
COHORT = (*METRIC, "cohort_grain", "cohort_period", "cohort_by", *DIMENSIONS)
KEYS: dict[str, tuple[str, ...]] = {
    **{f"stg_{name}": each.key for name, each in INPUTS.items()},
    "contact_survivors": ("contact_id",),
    "clocks": (),
    "staging_set_aside": ("input", "reason"),
    "staging_unreadable": ("input", "column_name"),
    "deal_currencies": ("currency",),
    "key_matches": ("input", "column_name"),
    "conversation_messages": ("message_id",),
    "waits": ("opening_message_id",),
    "conversations": ("conversation_id",),
    "outcomes": ("outcome_id",),
    "outcome_clocks": ("outcome",),
    "metric_definitions": METRIC,
    "metric_conversations": (*METRIC, "conversation_id"),
    "attributed_outcomes": (*METRIC, "outcome_id", "conversation_id"),
    "cohort_rates": COHORT,
    "current_rates": COHORT,
    "period_rates": COHORT,
    "rate_members": (*METRIC, "conversation_id"),
    "cohort_curves": (*METRIC, "cohort_grain", "cohort_period", "elapsed_us"),
    "standardised_rates": COHORT,
    "experiment_contacts": ("experiment", *METRIC, "contact_id"),
    "experiment_variants": ("experiment", "variant"),
    "experiment_results": ("experiment", "variant", *METRIC),
    "window_sensitivity": (*METRIC, "window_days"),
    "rate_changes": (*METRIC, "cohort_grain", "cohort_period"),
}


@dataclass(frozen=True)
class Difference:
    """The first difference between two readings."""

    table: str
    key: Row
    column: str
    reference: Any
    built: Any

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.key.items() if value is not None)
        return f"{self.table} [{shown}] {self.column}:\n  reference {self.reference!r}\n  built     {self.built!r}"


def first_difference(reference: dict[str, Rows], built: dict[str, Rows]) -> Difference | None:
    """None where every table of `built` has the rows of the reference."""
    entities = {row["outcome_id"]: _entity(row) for row in built.get("outcomes", [])}
    for table, rows in built.items():
        want = _keyed(table, reference[table])
        found = _keyed(table, [_named(row, entities) for row in rows])
        difference = _differ(table, want, found)
        if difference is not None:
            return difference
    return None


def _entity(row: Row) -> tuple[str, str, str]:
    return (row["outcome"], row["source"], row["entity_id"])


def _named(row: Row, entities: dict[Any, Any]) -> Row:
    """The row with the outcome named by what it is instead of by its id."""
    if "outcome_id" not in row:
        return row
    return {**row, "outcome_id": entities.get(row["outcome_id"], row["outcome_id"])}


def _keyed(table: str, rows: Rows) -> dict[tuple[Any, ...], Row]:
    keys = [tuple(_plain(row[column]) for column in KEYS[table]) for row in rows]
    repeated = [key for key, count in Counter(keys).items() if count > 1]
    if repeated:
        raise AssertionError(f"{table}: key twice: {dict(zip(KEYS[table], repeated[0], strict=True))}")
    return dict(zip(keys, rows, strict=True))


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _differ(table: str, want: dict[tuple[Any, ...], Row], found: dict[tuple[Any, ...], Row]) -> Difference | None:
    for key in sorted({*want, *found}, key=repr):
        named = dict(zip(KEYS[table], key, strict=True))
        if key not in want or key not in found:
            return Difference(table, named, "(row)", want.get(key), found.get(key))
        for column, value in want[key].items():
            if column in KEYS[table]:
                continue
            if column not in found[key]:
                return Difference(table, named, column, value, "no such column")
            if not _equal(value, found[key][column]):
                return Difference(table, named, column, value, found[key][column])
    return None


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= TOLERANCE * max(1.0, abs(one))
    return bool(one == other)
