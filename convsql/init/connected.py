"""Folders of other tools' tables (`hubspot/deal.csv`): which tools, which of their tables, and the values that want a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convsql.engines.session import EngineError, Session
from convsql.init.found import Found, form_of, values_of

# The tool that knows people best is named first: contacts of the others are matched to its own.
TOOLS = ("hubspot", "salesforce", "intercom", "zendesk", "twilio")
# Where the values stand that mapping seeds translate: what they are for, tool, table, SQL over its columns.
_VALUES = (
    ("status", "twilio", "message", "status"),
    ("status", "twilio", "call", "status"),
    ("status", "hubspot", "engagement_call", "property_hs_call_status"),
    ("status", "hubspot", "engagement_email", "property_hs_email_status"),
    ("status", "salesforce", "task", "call_disposition"),
    ("industry", "hubspot", "contact", "property_industry"),
    ("industry", "salesforce", "lead", "industry"),
    ("deal_stages", "salesforce", "opportunity_history", "stage_name"),
    ("deal_stages", "salesforce", "opportunity_field_history", "new_value"),
    ("lifecycle_stages", "hubspot", "contact_property_history", "value"),
    ("meetings", "hubspot", "engagement_meeting", "engagement_id"),
)
_ONLY = {"contact_property_history": "name = 'lifecyclestage'", "opportunity_field_history": "field = 'StageName'"}


def read_connectors(found: Found, package: Path, session: Session) -> None:
    """Note in `found` the tools whose folders lie in its folder. Raises ConvsqlError for a table that can't be read."""
    found.connectors = [tool for tool in TOOLS if (found.folder / tool).is_dir()]
    for tool in found.connectors:
        for table, must, may in _tables(package, tool):
            form = form_of(found.folder / tool, table)
            if form is None:
                found.connectors_without.append(f"{tool}.{table}")
                continue
            found.connector_forms.add(form)
            try:
                _read(tool, table, found.relation(form, f"{tool}/{table}"), must, may, found, session)
            except EngineError as error:
                raise found.stumbled(form, f"{tool}/{table}", error) from None
    if found.connectors_without:
        found.notes.append(f"tables that are not there: {', '.join(found.connectors_without)}")


def _tables(package: Path, tool: str) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each table that the connector reads, the columns it must have, and those it may."""
    import yaml

    file = package / "models" / "connectors" / tool / "sources.yml"
    (source,) = yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]
    for table in source["tables"]:
        required = [c["name"] for c in table["columns"] if _is_required(c)]
        yield table["name"], required, [c["name"] for c in table["columns"] if not _is_required(c)]


def _is_required(column: dict[str, Any]) -> bool:
    return bool(column.get("config", {}).get("meta", {}).get("required"))


def _read(
    tool: str, table: str, relation: str, must: list[str], may: list[str], found: Found, session: Session
) -> None:
    columns = [column.lower() for column, _ in session.columns(relation)]
    found.rows[f"{tool}/{table}"] = int(session.fetch(f"select count(*) from {relation}")[0][0])
    if missing := [c for c in must if c not in columns]:
        found.notes.append(f"{tool}/{table}: without {', '.join(missing)}, which must be there")
    if absent := [c for c in may if c not in columns]:
        found.notes.append(f"{tool}/{table}: without {', '.join(absent)} (optional: null)")
    for subject, of_tool, of_table, column in _VALUES:
        if (of_tool, of_table) == (tool, table) and column in columns:
            condition = _ONLY.get(table)
            rows = f"(from {relation} where {condition})" if condition else relation
            _count(subject, values_of(column, rows, session, found, f"{tool}/{table}.{column}"), found)
    if (tool, table) == ("hubspot", "deal_stage") and "value" in columns:
        labels = form_of(found.folder / tool, "deal_pipeline_stage")
        value = "value"
        if labels:
            known = found.relation(labels, "hubspot/deal_pipeline_stage")
            relation = f"(select coalesce(case when regexp_matches(cast(s.value as varchar), '^[0-9]+$') then l.label end, s.value) as value from {relation} as s left join {known} as l on s.value = l.stage_id)"
        _count("deal_stages", values_of(value, relation, session, found, "hubspot/deal_stage.value"), found)


def _count(subject: str, values: dict[str, int], found: Found) -> None:
    if subject == "meetings":  # a meeting of HubSpot has no kind that the package's seed does not know
        values = {"meeting_booked": len(values), "meeting_attended": len(values)} if values else {}
    there = found.values.setdefault(subject, {})
    for value, count in values.items():
        there[value] = there.get(value, 0) + count
