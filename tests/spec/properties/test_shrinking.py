"""A wrong model is noticed, its world made small, and kept so that it can be built again."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path

from tests.spec.properties.compare import first_difference
from tests.spec.properties.shrinking import keep, shrink
from tests.spec.properties.strategies import world
from tests.spec.reference.columns import Rows
from tests.spec.reference.reading import read
from tests.spec.reference.world import World


def wrong(found: World) -> dict[str, Rows]:
    """Tables of a model that counts the messages of a conversation with a wait one too high."""
    tables = read(found)
    for row in tables["conversations"]:
        row["message_count"] += row["wait_count"] > 0
    return tables


def test_a_difference_names_table_key_column_and_both_values() -> None:
    found = world(0, 0)
    first = first_difference(read(found), wrong(found))
    assert first is not None
    assert (first.table, first.column, first.built) == ("conversations", "message_count", first.reference + 1)
    assert set(first.key) == {"conversation_id"}


def test_a_missing_row_and_a_second_row_of_a_key_are_differences() -> None:
    found = world(0, 0)
    tables = read(found)
    built = {**tables, "waits": tables["waits"][1:]}
    assert str(first_difference(tables, built)).startswith("waits [")
    doubled = {**tables, "waits": tables["waits"] * 2}
    assert "key twice" in str(_error(tables, doubled))


def _error(reference: dict[str, Rows], built: dict[str, Rows]) -> AssertionError | None:
    try:
        first_difference(reference, built)
    except AssertionError as error:
        return error
    return None


def test_a_failing_world_shrinks_to_the_message_that_matters_and_is_kept(tmp_path: Path) -> None:
    small = shrink(world(0, 0), lambda each: first_difference(read(each), wrong(each)) is not None)
    assert {name: len(rows) for name, rows in small.tables.items() if rows} == {"messages": 1}
    again = run_path(str(keep(small, "small", "one too many", tmp_path)))["WORLD"]
    assert again == small
