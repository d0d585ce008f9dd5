"""`target/sources.json`, in the third version of dbt's shape."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from convsql import __version__
from convsql.freshness.sources import Measured

SCHEMA = "https://schemas.getdbt.com/dbt/sources/v3.json"


def artifact(measured: Sequence[Measured], began: datetime.datetime, seconds: float) -> dict[str, Any]:
    """The document of one run; times in UTC, ages in seconds."""
    return {
        "metadata": {
            "dbt_schema_version": SCHEMA,
            "dbt_version": f"convsql {__version__}",
            "generated_at": _time(datetime.datetime.now(datetime.UTC)),
            "invocation_id": str(uuid.uuid4()),
            "invocation_started_at": _time(began),
            "env": {},
        },
        "results": [_result(each) for each in measured],
        "elapsed_time": seconds,
    }


def _result(measured: Measured) -> dict[str, Any]:
    unique_id = measured.node.unique_id
    if measured.status == "runtime error":
        return {"unique_id": unique_id, "error": measured.message, "status": "runtime error"}
    ended = measured.started_at + datetime.timedelta(seconds=measured.seconds)
    promised = measured.node.source_table.freshness
    return {
        "unique_id": unique_id,
        "max_loaded_at": _time(measured.latest),
        "snapshotted_at": _time(measured.taken_at),
        "max_loaded_at_time_ago_in_s": measured.age,
        "status": measured.status,
        "criteria": {key: promised.get(key) for key in ("warn_after", "error_after", "filter")},
        "adapter_response": {},
        "timing": [
            {"name": "execute", "started_at": _time(measured.started_at), "completed_at": _time(ended)},
        ],
        "thread_id": "MainThread",
        "execution_time": measured.seconds,
    }


def _time(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).replace(tzinfo=None).isoformat() + "Z"
