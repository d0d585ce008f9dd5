"""The states of all sources that a compiled project reads: files looked at, tables of the warehouse asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convsql.base.errors import Problems
from convsql.compiling.connector_tables import absent_tables, is_connector_table, read_instead
from convsql.compiling.declared_columns import declared_columns
from convsql.compiling.source_files import files_read, is_absent
from convsql.compiling.sources import external_state, is_warehouse, missing_source, raw_files_of, warehouse_state
from convsql.compiling.table_versions import TableVersions
from convsql.engines.access import Access
from convsql.engines.session import Columns

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled


def source_states(
    compiled: Compiled, access: Access, problems: Problems, check_contents: bool, may_lack_data: bool
) -> dict[str, Columns]:
    """Note the state of every source that something reads; columns of those that stand in the warehouse."""
    used = {p for n in compiled.graph.nodes.values() for p in n.parents if p.startswith("source.")}
    columns: dict[str, Columns] = {}
    raw_files = raw_files_of(compiled.project)
    read = [node for node in compiled.graph.of("source") if node.unique_id in used]
    warehouse, absent = [], []
    for node in read:
        declared = declared_columns(node, compiled.project) if may_lack_data else []
        if declared and (access.read() is None if is_warehouse(node) else not files_read(node)):
            columns[node.unique_id] = declared
            compiled.warnings.append(f"source '{node.dotted_name}' is missing: checked against its declared columns")
        elif is_warehouse(node):
            warehouse.append(node)
        elif is_connector_table(node) and is_absent(node):
            absent.append(node)
        else:
            state = external_state(node, problems, raw_files, check_contents)
            if state:
                compiled.sources[node.unique_id] = state
    if absent:
        without = list(compiled.project.vars_for(absent[0].package).get("connectors_without") or [])
        unread = read_instead(absent, compiled.graph.of("source"), without)
        problems.take(absent_tables([*absent, *(n for n in unread if is_absent(n))], read, without))
    if not warehouse:
        return columns
    versions = TableVersions(compiled.project.target_dir, compiled.target.path)
    session = access.read()
    try:
        for node in warehouse:
            if session is None:
                problems.take(missing_source(node, FileNotFoundError("the database file is not there yet")))
                continue
            try:
                state = warehouse_state(node, session, versions)
                columns[node.unique_id] = session.columns(state.relation)
                compiled.sources[node.unique_id] = state
            except Exception as error:
                problems.take(missing_source(node, error))
    finally:
        if session is not None:
            session.close()
    versions.save()
    return columns
