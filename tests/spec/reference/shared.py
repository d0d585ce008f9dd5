"""Reads the shared data sets, which are not part of the repository, as worlds.

They are looked for beside the repository (`../shared/data`) or where `CONVSQL_SHARED_DATA` says.
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import duckdb
import yaml

from tests.spec.reference.columns import INPUTS, Row, Rows
from tests.spec.reference.world import World
from tests.support.root import ROOT

SHARED = Path(os.environ.get("CONVSQL_SHARED_DATA", ROOT.parent / "shared" / "data"))


def world_of(folder: str, variant: str | None = None) -> World:
    """The world of a folder of Parquet files, with the seeds and variables of a variant."""
    base = SHARED / folder
    settings = base / "variants" / variant if variant else base
    tables = {name: _parquet(base / f"{name}.parquet") for name in INPUTS if (base / f"{name}.parquet").exists()}
    return World(tables, seeds_of(settings / "seeds"), vars_of(settings / "vars.yml"))


def twilio() -> World:
    """The Twilio export by the mapping of the folder's README."""
    base = SHARED / "connectors"
    messages = [_twilio_message(row, "sms", "date_sent") for row in read_csv(base / "twilio/twilio_message_data.csv")]
    messages += [
        _twilio_message(row, "call", "start_time") | {"talk_seconds": row["duration"]}
        for row in read_csv(base / "twilio/twilio_call_data.csv")
    ]
    contacts = [{"contact_id": each} for each in sorted({row["contact_id"] for row in messages})]
    return World(
        {"messages": messages, "contacts": contacts, "deals": [], "deal_stages": []},
        seeds_of(base / "seeds"),
        vars_of(base / "vars.yml"),
    )


def _twilio_message(row: Row, channel: str, sent_at: str) -> Row:
    inbound = row["direction"].startswith("inbound")
    return {
        "message_id": row["id"],
        "contact_id": row["from"] if inbound else row["to"],
        "channel": channel,
        "direction": "inbound" if inbound else "outbound",
        "sent_at": _without_zone_word(row[sent_at]),
        "sender_type": "contact" if inbound else "bot",
        "status": row["status"],
        "body": row.get("body"),
        "cost": row["price"].lstrip("-"),
        "loaded_at": _without_zone_word(row["_fivetran_synced"]),
    }


def _without_zone_word(value: str) -> str:
    """`YYYY-MM-DD HH:MM:SS.ffffff UTC` as ISO 8601."""
    return value.replace(" UTC", "Z")


def seeds_of(folder: Path) -> dict[str, Rows]:
    return {path.stem: read_csv(path) for path in sorted(folder.glob("*.csv"))}


def vars_of(path: Path) -> Row:
    loaded: Row = yaml.safe_load(path.read_text(encoding="utf-8"))
    inner: Row = loaded.get("vars", loaded)
    return inner


def read_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def expected(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHARED / folder / "expected.json").read_text(encoding="utf-8"))
    return found


def _parquet(path: Path) -> Rows:
    relation = duckdb.connect().execute("select * from read_parquet(?)", [str(path)])
    columns = [each[0] for each in relation.description]
    return [dict(zip(columns, row, strict=True)) for row in relation.fetchall()]
