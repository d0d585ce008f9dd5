"""The values of other tools' tables that mapping seeds translate, as the connectors hand them on."""

from __future__ import annotations

import ast
import re

from convsql.base.installed import shipped_file
from convsql.base.quoting import literal
from convsql.engines.session import Session
from convsql.init.found import Found, counted, text_of

# What a value is for, tool, table, and its column; values that stand in one column as they are handed on.
_VALUES = (
    ("status", "twilio", "message", "status"),
    ("status", "twilio", "call", "status"),
    ("status", "hubspot", "engagement_email", "property_hs_email_status"),
    ("status", "salesforce", "task", "call_disposition"),
    ("industry", "hubspot", "contact", "property_industry"),
    ("industry", "salesforce", "lead", "industry"),
    ("lifecycle_stages", "hubspot", "contact_property_history", "value"),
    ("deal_stages", "salesforce", "opportunity_history", "stage_name"),
    ("deal_stages", "salesforce", "opportunity_field_history", "old_value"),
    ("deal_stages", "salesforce", "opportunity_field_history", "new_value"),
    ("deal_stages", "salesforce", "opportunity", "stage_name"),
)
# Of a table that holds changes of all fields, the rows of the one that is asked for.
_ONLY = {
    "contact_property_history": ("name", ("lifecyclestage",)),
    "deal_property_history": ("name", ("dealstage",)),
    "opportunity_field_history": ("field", ("stagename", "stage_name")),
}
_SAYS_NOTHING = "^[0-9]+$|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # macros/connectors/says_nothing.sql
_CALL_OUTCOMES = "macros/connectors/hubspot_call_outcomes.sql"


def count_values(
    tool: str, relations: dict[str, str], columns: dict[str, list[str]], session: Session, found: Found
) -> None:
    """Note in `found` the values of one tool's tables; `relations` reads each that is there, `columns` are its columns."""
    for subject, of_tool, table, column in _VALUES:
        if of_tool == tool and column in columns.get(table, ()) and not _is_told_elsewhere(table, relations):
            place = f"{tool}/{table}.{column}"
            _add(subject, counted(text_of(column), _rows(table, relations, columns), session, found, place), found)
    if tool == "hubspot":
        _call_outcomes(relations, columns, session, found)
        _stages_of_deals(relations, columns, session, found)
        _meetings("hubspot/engagement_meeting", "property_hs_activity_type", relations, columns, session, found)
    if tool == "salesforce":
        _meetings("salesforce/event", "type", relations, columns, session, found)


def _is_told_elsewhere(table: str, relations: dict[str, str]) -> bool:
    """Whether opportunity_history, which goes before the two others, tells the stages of opportunities."""
    return table in ("opportunity", "opportunity_field_history") and "opportunity_history" in relations


def _rows(table: str, relations: dict[str, str], columns: dict[str, list[str]]) -> str:
    if table == "opportunity" and "opportunity_field_history" in relations:  # of one without a change, where it began
        changed = _rows("opportunity_field_history", relations, columns)
        return f"(from {relations[table]} where id not in (select opportunity_id from {changed} where opportunity_id is not null))"
    name, values = _ONLY.get(table, ("", ()))
    if name not in columns[table]:
        return relations[table]
    return f"(from {relations[table]} where {text_of(name)} in ({', '.join(map(literal, values))}))"


def _call_outcomes(relations: dict[str, str], columns: dict[str, list[str]], session: Session, found: Found) -> None:
    """What became of calls: their outcome, by its label where the account made it itself, else their status."""
    there = columns.get("engagement_call", [])
    parts = []
    rows = relations.get("engagement_call", "")
    if "property_hs_call_disposition" in there:
        outcome = text_of("property_hs_call_disposition")
        known = " ".join(f"when {literal(key)} then {literal(status)}" for key, status in call_outcomes().items())
        parts.append(f"case {outcome} {known} end")
        if {"value", "label"} <= set(columns.get("property_option", [])):
            rows = f"({_labelled(rows, outcome, relations['property_option'], 'value')})"
            parts.append(f"case when {_says_nothing(outcome)} then {text_of('found_label')} end")
        parts.append(outcome)
    if "property_hs_call_status" in there:
        parts.append(f"nullif({text_of('property_hs_call_status')}, 'completed')")
    if parts:
        place = "hubspot/engagement_call.property_hs_call_disposition"
        _add("status", counted(f"coalesce({', '.join(parts)})", rows, session, found, place), found)


def _stages_of_deals(relations: dict[str, str], columns: dict[str, list[str]], session: Session, found: Found) -> None:
    """The stages of HubSpot's deals; one whose id tells nothing by its label."""
    table = "deal_stage" if "deal_stage" in relations else "deal_property_history"
    if "value" not in columns.get(table, ()):
        return
    rows, value = _rows(table, relations, columns), text_of("value")
    if {"stage_id", "label"} <= set(columns.get("deal_pipeline_stage", [])):
        rows = f"({_labelled(rows, value, relations['deal_pipeline_stage'], 'stage_id')})"
        value = f"coalesce(case when {_says_nothing(value)} then {text_of('found_label')} end, {value})"
    _add("deal_stages", counted(value, rows, session, found, f"hubspot/{table}.value"), found)


def _labelled(rows: str, value: str, labels: str, key: str) -> str:
    """Rows with their label in the column found_label."""
    known = f"select {text_of(key)} as found_key, max(label) as found_label from {labels} group by 1"
    return f"select given.*, known.found_label from {rows} as given left join ({known}) as known on {value} = known.found_key"


def _says_nothing(value: str) -> str:
    return f"regexp_matches({value}, {literal(_SAYS_NOTHING)})"


def _meetings(
    place: str,
    column: str,
    relations: dict[str, str],
    columns: dict[str, list[str]],
    session: Session,
    found: Found,
) -> None:
    """Meetings become stages: their kind followed by _booked, and by _attended where one was."""
    table = place.split("/")[1]
    if table not in relations:
        return
    kind = f"coalesce({text_of(column)}, 'meeting')" if column in columns[table] else "'meeting'"
    _add("meetings", counted(f"{kind} || '_booked'", relations[table], session, found, place), found)
    outcomes = [text_of(c) for c in ("property_hs_meeting_outcome", "meeting_outcome") if c in columns[table]]
    if outcomes:
        attended = f"case when coalesce({', '.join(outcomes)}, '') = 'completed' then {kind} || '_attended' end"
        _add("meetings", counted(attended, relations[table], session, found, place), found)


def _add(subject: str, values: dict[str, int], found: Found) -> None:
    there = found.values.setdefault(subject, {})
    for value, count in values.items():
        there[value] = there.get(value, 0) + count


def call_outcomes() -> dict[str, str]:
    """HubSpot's own outcomes of calls, id → status, as the connector's macro declares them."""
    text = shipped_file(_CALL_OUTCOMES).read_text(encoding="utf-8")
    declared = re.search(r"\{\{ return\((.*)\) \}\}", text, re.DOTALL)
    return dict(ast.literal_eval(declared[1])) if declared else {}
