"""Every value of an input is read, or counted as one that can't be, or missing; nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convsql.definitions.read_inputs import declared_inputs, optional_inputs
from tests.spec.edges.value_shapes import SHAPES, L, M
from tests.spec.properties.harness import templates
from tests.spec.reference.shapes import NULL_WORDS

DECLARED = declared_inputs()
VARIABLES = {"inputs": list(optional_inputs())}
PLACES = {"time": 1, "open_time": 1, "number": 2, "duration": 3, "id": 4}
FREE = {"": True, " \t\u00a0": True}


def meant(shape: tuple[Any, ...], kind: str) -> Any:
    """What a shape is in a column of a kind: what it says in the table, or what follows from its words."""
    value, missing = shape[0], shape[1] is M
    if kind == "open_time" and value == "0001-01-01":
        return datetime(1, 1, 1)  # an end that need never come
    if kind in PLACES:
        found = shape[PLACES[kind]]
        return value.strip() if found is ... else found
    if kind == "text":
        return M if value in FREE else value
    if missing or kind == "label":
        return M if missing else value
    if kind == "score":
        plain = shape[3]  # a plain number is a length too; none of the lengths in words lies from -1 to 1
        return plain if isinstance(plain, float) and -1 <= plain <= 1 else L
    return L if kind in ("direction", "sender_type") else value.strip().lower()


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """Raw tables of text, and the models that count what is read of them, prepared."""
    with duckdb.connect(":memory:", config={"threads": 1}) as session:
        session.execute("set TimeZone = 'UTC'")
        session.execute("create schema raw")
        for name, each in DECLARED.items():
            session.execute(f"create table raw.{name} ({', '.join(f'{c.name} varchar' for c in each.columns)})")
        for name, sql in templates().compile(VARIABLES, ("staging_unreadable",)):
            session.execute(f"create view {name} as {sql}")
        yield session


def counted(session: duckdb.DuckDBPyConnection, values: list[str | None]) -> dict[tuple[str, str], dict[str, Any]]:
    """The counts of every column of every input, each of which holds the values, row by row."""
    session.execute(
        "create or replace temp table given as select * from (values (cast(null as varchar))) as v(value) where false"
    )
    session.execute(f"insert into given values {', '.join('(?)' for _ in values)}", values)
    for name, each in DECLARED.items():
        session.execute(f"delete from raw.{name}")
        session.execute(f"insert into raw.{name} select {', '.join('value' for _ in each.columns)} from given")
    rows = session.execute("select * from main.staging_unreadable")
    names = [each[0] for each in rows.description]
    found = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return {(row["input"], row["column_name"]): row for row in found}


def test_each_shape_in_each_column_is_counted_as_what_it_is(engine: duckdb.DuckDBPyConnection) -> None:
    assert len(SHAPES) == 60
    rows = counted(engine, [shape[0] for shape in SHAPES])
    for name, each in DECLARED.items():
        for column in each.columns:
            row = rows[name, column.name]
            kinds = [meant(shape, column.kind) for shape in SHAPES]
            if column.kind == "time" and column.is_required:
                kinds = [
                    datetime.min if shape[0] == "0001-01-01" else kind
                    for shape, kind in zip(SHAPES, kinds, strict=True)
                ]
            lost, missing = kinds.count(L), kinds.count(M)
            assert (row["missing_count"], row["unreadable_count"]) == (missing, lost), (name, column)
            assert (row["read_count"], row["row_count"]) == (60 - missing - lost, 60), (name, column)
            assert (row["reason"] is None) == (row["samples"] is None) == (lost == 0), (name, column)


@pytest.mark.slow
def test_samples_name_their_row_and_what_has_two_readings_is_said(engine: duckdb.DuckDBPyConnection) -> None:
    rows = counted(engine, ["03/04/2026 10:00", "1.55512E+10", None])
    sent, owner = rows["messages", "sent_at"], rows["deals", "owner_id"]
    assert (sent["reason"], sent["unreadable_count"]) == ("two_dates", 2)
    assert sent["samples"] == "'03/04/2026 10:00' (message_id 03/04/2026 10:00), '1.55512E+10' (message_id 1.55512E+10)"
    assert (owner["reason"], owner["samples"]) == ("digits_lost", "'1.55512E+10' (deal_id 1.55512E+10)")
    assert rows["deals", "deal_id"]["samples"] == "'1.55512E+10'"
    assert counted(engine, ["1,234", "5"])["deals", "amount"]["reason"] == "two_numbers"
    assert counted(engine, ["abc", "5"])["deals", "amount"]["reason"] == "no_number"


@pytest.mark.parametrize("kind", PLACES)
def test_each_shape_is_read_as_what_it_is(kind: str, engine: duckdb.DuckDBPyConnection) -> None:
    engine.execute("create or replace temp table shapes (position integer, value varchar)")
    engine.executemany("insert into shapes values (?, ?)", [[n, shape[0]] for n, shape in enumerate(SHAPES)])
    found = engine.execute(
        f"select {templates().macro('as_checked', 'value', kind)} from shapes order by position"
    ).fetchall()
    early = datetime(1, 1, 1)  # a time, though not one that can be true: plausible_times
    for shape, (value,) in zip(SHAPES, found, strict=True):
        expected = meant(shape, kind)
        if shape[0] == "0001-01-01" and kind == "time":
            expected = early
        assert value == (None if expected in (L, M) else expected), (shape[0], kind)


@pytest.mark.parametrize(
    ("macro", "kind", "values"),
    [
        (
            "as_id",
            "double",
            {11.0: "11", 2.0**53 - 1: "9007199254740991", 2.0**53: None, 1.5: None, float("nan"): None},
        ),
        ("as_id", "float", {11.0: "11", 2.0**24: None}),
        ("as_id", "bigint", {11: "11", 2**53 + 1: "9007199254740993"}),
        ("as_timestamp", "bigint", {1767603900: datetime(2026, 1, 5, 9, 5), 20260105: datetime(2026, 1, 5), 7: None}),
        ("as_timestamp", "double", {1767603900.5: datetime(2026, 1, 5, 9, 5, 0, 500000), float("nan"): None}),
        ("as_timestamp", "float", {1767603900.0: None}),
        ("as_number", "double", {float("nan"): None, float("inf"): None, -2.5: -2.5}),
    ],
)
def test_typed_columns_are_read_by_their_type(
    macro: str, kind: str, values: dict[float, Any], engine: duckdb.DuckDBPyConnection
) -> None:
    engine.execute(f"create or replace temp table typed (position integer, value {kind})")
    engine.executemany("insert into typed values (?, ?)", [[n, value] for n, value in enumerate(values)])
    sql = templates().macro(macro, "value")
    found = engine.execute(f"select {sql} from typed order by position").fetchall()
    assert [value for (value,) in found] == list(values.values())


def is_given(value: str | None, kind: str) -> bool:
    """Whether anything but white space stands there, and no word that says there is nothing."""
    said = (value or "").strip()
    return bool(said) and (kind == "text" or said.lower() not in NULL_WORDS)


PIECES = st.sampled_from(
    [shape[0] for shape in SHAPES] + ["inbound", "rep", "0.5", "$", "E+10", "T", ":", ",", ".", "\n", "é"]
)
TEXTS = st.one_of(st.none(), PIECES, st.text(max_size=12), st.builds(lambda a, b: a + b, PIECES, PIECES))


@pytest.mark.slow
@settings(max_examples=4, deadline=None, derandomize=True, database=None)
@given(values=st.lists(TEXTS.filter(lambda text: text is None or "\x00" not in text), min_size=250, max_size=400))
def test_what_is_given_is_read_or_counted(values: list[str | None], engine: duckdb.DuckDBPyConnection) -> None:
    for (name, column), row in counted(engine, values).items():
        kind = next(c.kind for c in DECLARED[name].columns if c.name == column)
        there = sum(is_given(value, kind) for value in values)
        assert row["row_count"] == len(values) == row["missing_count"] + row["given_count"], (name, column)
        assert row["given_count"] == there == row["read_count"] + row["unreadable_count"], (name, column)
        assert min(row["read_count"], row["unreadable_count"], row["missing_count"]) >= 0, (name, column)
