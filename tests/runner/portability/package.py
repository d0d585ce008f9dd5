"""The package compiled without a database, with different variables, for tests that read its SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import yaml
from sqlglot.schema import MappingSchema

from convsql.compiling.binding import bound_sql
from convsql.compiling.project import Compiled, compile_project
from convsql.dbt_habits.habits import load_project
from convsql.demo.tables import TABLES
from convsql.engines.access import Access
from convsql.engines.duckdb import open_memory
from convsql.engines.session import Session
from convsql.project.nodes import Node
from convsql.project.profiles import load_target
from tests.spec.reference.columns import INPUTS
from tests.support.root import ROOT

# The raw tables in the warehouse: typed, as a loader leaves them, or all strings, as CSV files come.
KINDS = {"typed": {"time": "timestamp", "number": "double"}, "strings": {}}
SETTINGS: dict[str, dict[str, Any]] = {
    "as in vars.yml": {},
    "no metrics": {"conversion_metrics": []},
    "no inputs": {"inputs": []},
    "all set": {
        "as_of": "2026-06-30 00:00:00", "timezone": "Europe/Amsterdam", "confidence": 0.9, "abandonment_hours": 8,
        "disposition_grace_hours": 2, "business_calendar": "support", "kpi_grains": ["week", "quarter"],
        "business_calendars": {"by": "owner_team", "calendars": {"field sales": "field"}},
    },
    "connectors": {
        "connectors": ["raw", "hubspot", "salesforce", "twilio", "zendesk", "intercom"], "contact_match": ["email", "phone"],
        "phone_country_code": "1", "zendesk_disposition_field": "result",
    },
    "other tables of connectors": {
        "connectors": ["salesforce", "hubspot"], "connectors_without": ["hubspot.deal_stage", "salesforce.opportunity_history"],
    },
}  # fmt: skip
VARIANTS = [
    ("as in vars.yml", "typed"),
    ("as in vars.yml", "strings"),
    ("no metrics", "typed"),
    ("no inputs", "typed"),
    ("all set", "typed"),
    ("connectors", "strings"),
    ("other tables of connectors", "strings"),
]
# The first of them in the fast suite, all in CI.
FAST = 1
CHOSEN = [pytest.param(*each, marks=() if n < FAST else pytest.mark.slow) for n, each in enumerate(VARIANTS)]  # fmt: skip


def _warehouse(kinds: Mapping[str, str]) -> Session:
    session = open_memory()
    session.execute("create schema raw")
    for name, each in INPUTS.items():
        shape = ", ".join(f"{column} {kinds.get(kind, 'varchar')}" for column, kind in each.types.items())
        session.execute(f"create table raw.{name} ({shape})")
    for name in TABLES.keys() - INPUTS.keys():
        shape = ", ".join(f"{column} {kind if kinds else 'varchar'}" for column, kind in TABLES[name].items())
        session.execute(f"create table raw.{name} ({shape})")
    for file in (ROOT / "models" / "connectors").glob("*/sources.yml"):
        (tool,) = yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]
        session.execute(f"create schema {tool['name']}")
        for table in tool["tables"]:
            shape = ", ".join(f'"{column["name"]}" varchar' for column in table["columns"])
            session.execute(f'create table {tool["name"]}."{table["name"]}" ({shape})')
    return session


@cache
def compiled(settings: str, kinds: str) -> Compiled:
    """The package with some settings over some raw tables."""
    project = load_project(ROOT, json.dumps({"raw_path": None, **SETTINGS[settings]}))
    access = Access(lambda: _warehouse(KINDS[kinds]), open_memory, open_memory)
    return compile_project(project, load_target(project), access, use_cache=False)


def relation(found: Compiled, unique_id: str) -> str:
    """A plain name for a relation; sources apart from models of the same name."""
    node = found.graph.nodes[unique_id]
    return f"{node.source.source_name}_{node.name}_raw" if node.source else node.name


def sql_of(found: Compiled, node: Node) -> str:
    return bound_sql(found.graph, node, lambda unique_id: relation(found, unique_id))


def schema_of(found: Compiled) -> MappingSchema:
    """Columns and types of everything that a query can read, names normalized once for all queries."""
    columns = {relation(found, unique_id): dict(listed) for unique_id, listed in found.columns.items()}
    return MappingSchema(columns, dialect="duckdb")


def queries(found: Compiled) -> list[Node]:
    """Models and singular tests."""
    return [n for n in found.graph.of("model", "test") if not n.generic]
