"""Chains and circles of merges of any length are followed to their end, in a row for each contact."""

from __future__ import annotations

import duckdb
import pytest

from tests.spec.properties.harness import templates


def survivors(contacts: str) -> dict[str, str]:
    """What contact_survivors makes of the rows of a query (contact_id, merged_into)."""
    with duckdb.connect(config={"threads": 1, "memory_limit": "1GB"}) as engine:
        engine.execute(f"create table stg_contacts as {contacts}")
        for name, sql in templates().compile({}, ("contact_survivors",)):
            if name.startswith("contact_"):
                engine.execute(f"create table {name} as {sql}")
        return dict(engine.execute("select * from contact_survivors").fetchall())


@pytest.mark.parametrize("length", [63, 64, 65, 4097, 10_000])
def test_a_chain_moves_to_its_end(length: int) -> None:
    rows = f"select 'c' || i as contact_id, 'c' || (i + 1) as merged_into from range({length}) as t (i)"
    assert survivors(rows) == {f"c{each}": f"c{length}" for each in range(length)}


@pytest.mark.parametrize("length", [2, 3, 64, 65, 5_000])
def test_a_circle_and_what_leads_into_it_move_to_its_least_id(length: int) -> None:
    rows = f"select 'o' || i as contact_id, 'o' || ((i + 1) % {length}) as merged_into from range({length}) as t (i)"
    moves = survivors(f"{rows} union all select 'tail', 'o1'")
    assert moves == {**{f"o{each}": "o0" for each in range(1, length)}, "tail": "o0"}
