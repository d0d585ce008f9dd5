"""The restatements of all builds, which grow and are asked by readers: a table that is never changed, and a view on the newest one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from convsql.base.quoting import STATE_SCHEMA, qualified
from convsql.engines.spark_catalogue import Catalogue, mark, named
from convsql.engines.spark_rows import make_table
from convsql.engines.spark_state import State

NAME = "restatements"
TABLE = qualified(STATE_SCHEMA, NAME)
_NONE = f"{NAME}__none"
_KINDS = {"BIGINT": "bigint", "VARCHAR": "string", "TIMESTAMP": "timestamp_ntz"}


def keep(catalogue: Catalogue, state: State, sequence: int) -> str:
    """Write what build `sequence` restated, and return the table that holds all until then (quoted); empty where there is none.

    Part of the transaction that publishes the build: the table is new, and nobody is shown it before the commit. Raises EngineError.
    """
    if NAME not in state.memory.columns_by_table(STATE_SCHEMA):
        return ""
    columns = [(name, _KINDS[kind]) for name, kind in state.memory.columns(TABLE)]
    empty = ", ".join(f"cast(null as {kind}) as {mark(name)}" for name, kind in columns)
    for name in (_NONE, NAME):
        view = named(STATE_SCHEMA, name)
        catalogue.run(f"create view if not exists {view} as select {empty} where false")
    current = str(state.facts.get(NAME, _NONE))
    if state.memory.fetch(f"select count(*) from {TABLE}")[0][0]:
        rows = state.memory.connection.sql(f"select * from {TABLE}").to_arrow_table()
        before = [named(STATE_SCHEMA, current)] if current != _NONE else []
        current = f"{NAME}__{secrets.token_hex(4)}"
        make_table(catalogue, STATE_SCHEMA, current, columns, rows, before)
        state.memory.execute(f"delete from {TABLE}")
        state.facts[NAME] = current
    state.facts["restated"] = {**state.facts.get("restated", {}), str(sequence): current}
    return qualified(STATE_SCHEMA, current)


def show(catalogue: Catalogue, facts: Mapping[str, Any]) -> None:
    """Let readers see all that was restated. Raises EngineError."""
    if current := facts.get(NAME):
        catalogue.show_view(STATE_SCHEMA, NAME, f"select * from {named(STATE_SCHEMA, current)}")


def sweep(catalogue: Catalogue, state: State, kept: set[int]) -> None:
    """Drop the tables that neither the newest view nor a kept build shows. Raises EngineError."""
    of_builds: dict[str, str] = state.facts.get("restated", {})
    needed = {state.facts.get(NAME), *(table for number, table in of_builds.items() if int(number) in kept)}
    for name in catalogue.names(STATE_SCHEMA, f"{NAME}__*"):
        if name != _NONE and name not in needed:
            catalogue.run(f"drop table if exists {named(STATE_SCHEMA, name)}")
    if of_builds:
        state.facts["restated"] = {number: table for number, table in of_builds.items() if int(number) in kept}
