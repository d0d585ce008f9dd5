"""The demo with what it leaves empty filled in: seeds, settings and an input, so that two engines are compared on rows of every table."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import yaml

from convsql.demo import write_demo
from tests.support.demo import copy_package

SEEDS: Mapping[str, Sequence[Sequence[object]]] = {
    "amount_targets": [
        ("month", "2026-09-01", 400_000),
        ("month", "2026-10-01", 450_000),
        ("quarter", "2026-10-01", 1_200_000.5),
        ("year", "2026-01-01", 4_000_000),
    ],
    "targets": [
        ("conversation_to_opportunity", "2026-01-01", 0.15),
        ("conversation_to_opportunity", "2026-07-01", 0.2),
        ("conversation_to_meeting", "2026-02-01", 0.1),
    ],
    "events": [
        ("ev-1", "outage", "2026-07-09", "2026-07-13", "sms", "The SMS provider delivered late"),
        ("ev-2", "campaign", "2026-09-01", None, None, "A competitor's launch"),
        ("ev-3", "weather", "2025-12-20", "2026-01-10", "conversation_to_meeting", "Snow"),
    ],
    "currency_rates": [("EUR", "2025-01-01", 1.0625), ("EUR", "2026-03-01", 1.125), ("gbp", "2025-06-01", 1.3)],
    "business_hours": [
        *(("default", day, "09:00", "17:00", "UTC") for day in range(1, 6)),
        *(("field", day, "20:30", "04:15", "America/New_York") for day in (1, 2, 4, 6)),
    ],
}
VARIABLES: Mapping[str, Any] = {
    "reporting_currency": "USD",
    "business_calendars": {"by": "owner_team", "calendars": {"field sales": "field"}},
    "reminder_effect": {"kinds": ["email"], "topic": "scheduling", "landmark_days": 1},
    "experiments": [
        {"name": "first line", "control": "control", "holdout": True, "withholds": {"dimension": "channel", "value": "sms"}},
        {"name": "booking link", "planned_contacts": 3000, "minimum_effect": 0.02},
    ],
    "sending_rules": {"territory_zones": {"west": "America/Los_Angeles", "east": "America/New_York"}},
}  # fmt: skip
LEFT_EMPTY = {
    "disposition_reviews": "a seed of conversations' ids, which only a build tells",
    "undecided_values": "values that somebody has yet to map",
}
"""What has no rows even so, with the reason."""


def write_filled(folder: Path) -> None:
    """A copy of the package in `folder`, over the demo's year, with all that can be filled in."""
    copy_package(folder)
    raw = folder / "demo" / "raw"
    write_demo(raw)
    for name, rows in SEEDS.items():
        file = folder / "seeds" / f"{name}.csv"
        header = file.read_text(encoding="utf-8").splitlines()[0]
        with file.open("w", encoding="utf-8", newline="") as written:
            written.write(header + "\n")
            csv.writer(written, lineterminator="\n").writerows(rows)
    variables = folder / "vars.yml"
    known = yaml.safe_load(variables.read_text(encoding="utf-8"))["vars"]
    known |= VARIABLES | {"inputs": [*known["inputs"], "message_sentiments"]}
    variables.write_text(yaml.safe_dump({"vars": known}, sort_keys=False), encoding="utf-8")
    with duckdb.connect() as engine:
        _give_currencies(engine, raw / "deals.parquet")
        _give_sentiments(engine, raw / "messages.parquet", raw / "message_sentiments.parquet")


def _give_currencies(engine: duckdb.DuckDBPyConnection, deals: Path) -> None:
    """Every third deal in euros, every third in dollars, the others in none."""
    engine.execute(f"create table deals as from '{deals}'")
    engine.execute(
        "copy (select *, (['EUR', null, 'usd'])[row_number() over (order by deal_id) % 3 + 1] as currency from deals)"
        f" to '{deals}' (format parquet)"
    )


def _give_sentiments(engine: duckdb.DuckDBPyConnection, messages: Path, file: Path) -> None:
    """A score for every message that has a text, from -1 to 1."""
    engine.execute(
        "copy (select message_id, 'arithmetic' as model, (row_number() over (order by message_id) * 37 % 201 - 100) / 100 as compound,"
        f" sent_at as loaded_at from '{messages}' where body is not null) to '{file}' (format parquet)"
    )
