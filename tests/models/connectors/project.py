"""A user's project over the connectors' fixtures, built once for all tools together."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.support import Run, convsql

FIXTURES = Path(__file__).parent / "fixtures"
TOOLS = ("hubspot", "salesforce", "twilio", "zendesk", "intercom")
VARIABLES: dict[str, Any] = {
    "connectors": list(TOOLS),
    "connector_path": str(FIXTURES),
    "raw_format": "csv",
    "connectors_without": ["hubspot.deal_company", "salesforce.opportunity_contact_role"],
    "contact_match": ["email", "phone"],
    "phone_country_code": "1",
    "zendesk_disposition_field": "Result",
}


@dataclass(frozen=True)
class Project:
    """A project begun without data. `variables` go to every command."""

    root: Path
    variables: Mapping[str, Any]

    def run(self, command: str, *arguments: str) -> Run:
        with contextlib.chdir(self.root):
            return convsql(command, "--vars", json.dumps(self.variables), *arguments)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.root / "connected.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()


def begin(root: Path, **variables: Any) -> Project:
    """A new project in `root` with the connectors' variables, some of them others."""
    assert convsql("init", str(root), "--yes", "--name", "connected").code == 0
    return Project(root, {**VARIABLES, **variables})
