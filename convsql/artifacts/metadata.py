"""What every artifact begins with."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from convsql import __version__

SHAPE = "1.11.0"  # the dbt whose shapes these are: tools read a version of dbt's here
_SCHEMAS = {"manifest": "manifest/v12", "run_results": "run-results/v6", "catalog": "catalog/v1"}


def metadata(kind: str) -> dict[str, Any]:
    """The metadata of one artifact: `manifest`, `run_results` or `catalog`."""
    return {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{_SCHEMAS[kind]}.json",
        "dbt_version": SHAPE,
        "generated_at": said(datetime.datetime.now(datetime.UTC)),
        "invocation_id": str(uuid.uuid4()),
        "invocation_started_at": None,
        "env": {"CONVSQL_VERSION": __version__},
    }


def said(moment: datetime.datetime) -> str:
    """A time in UTC, as dbt writes it."""
    return moment.replace(tzinfo=None).isoformat() + "Z"
