"""Folders of other tools' tables (`hubspot/deal.csv`): which tools, which of their tables, and the values that want a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convsql.engines.session import EngineError, Session
from convsql.init.connected_values import count_values
from convsql.init.found import Found, form_of

# The tool that knows people best is named first: contacts of the others are matched to its own.
TOOLS = ("hubspot", "salesforce", "intercom", "zendesk", "twilio")
# What only some loaders write, in some of their modes: nobody misses it.
_UNMISSED = ("is_deleted", "_fivetran_deleted", "_fivetran_active", "_fivetran_start", "_fivetran_end")


def read_connectors(found: Found, package: Path, session: Session) -> None:
    """Note in `found` the tools whose folders lie in its folder. Raises ConvsqlError for a table that can't be read."""
    found.connectors = [tool for tool in TOOLS if (found.folder / tool).is_dir()]
    for tool in found.connectors:
        relations: dict[str, str] = {}  # table → what reads it
        columns: dict[str, list[str]] = {}
        forms: dict[str, str] = {}  # table, with its tool → how it lies there
        try:
            for table, must, may in _tables(package, tool):
                form = form_of(found.folder / tool, table)
                if form is None:
                    found.connectors_without.append(f"{tool}.{table}")
                    continue
                forms[f"{tool}/{table}"] = form
                found.connector_forms.add(form)
                relations[table] = found.relation(form, f"{tool}/{table}")
                columns[table] = _columns(tool, table, relations[table], must, may, found, session)
            count_values(tool, relations, columns, session, found)
        except EngineError as error:
            raise found.stumbled(forms, error) from None
    if found.connectors_without:
        found.notes.append(f"missing tables: {', '.join(found.connectors_without)}")


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


def _columns(
    tool: str, table: str, relation: str, must: list[str], may: list[str], found: Found, session: Session
) -> list[str]:
    """The columns of a table; what it lacks is noted."""
    columns = [column.lower() for column, _ in session.columns(relation)]
    found.rows[f"{tool}/{table}"] = int(session.fetch(f"select count(*) from {relation}")[0][0])
    if missing := [c for c in must if c not in columns]:
        found.notes.append(f"{tool}/{table}: without {', '.join(missing)}, which must be there")
    if absent := [c for c in may if c not in (*columns, *_UNMISSED)]:
        found.notes.append(f"{tool}/{table}: without {', '.join(absent)} (optional: null)")
    return columns
