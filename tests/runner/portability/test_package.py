"""Every model and singular test of the package keeps to the SQL that travels."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import ErrorLevel, exp

from convsql.dialects import DIALECTS, type_name
from convsql.dialects.duckdb_types import parsed
from tests.runner.portability.doubles import WRITTEN_IN_FULL
from tests.runner.portability.orders import ENDS_IN_A_KEY
from tests.runner.portability.package import CHOSEN, VARIANTS, compiled, queries, schema_of, sql_of
from tests.runner.portability.walker import LONG_DECIMAL, TEXT_OF_A_DOUBLE, Schema, findings
from tests.spec.reference.columns import INPUTS

WRITTEN_OUT = {LONG_DECIMAL, TEXT_OF_A_DOUBLE}


def unique_columns() -> frozenset[str]:
    """Columns that a `unique` test holds to be a key of some model: what a window may be ordered by at the end."""
    graph = compiled("as in vars.yml", "typed").graph
    tested = (
        n.generic.column_name for n in graph.of("test") if n.generic and n.generic.test_name.endswith("test_unique")
    )
    return frozenset(name for name in tested if name)


def _judged(path: str, sql: str, schema: Schema) -> list[str]:
    keys = unique_columns() | ENDS_IN_A_KEY.get(path, {}).keys()
    found = findings(sql, schema, keys)
    if path in WRITTEN_IN_FULL:
        found = [finding for finding in found if finding.reason not in WRITTEN_OUT]
    return [f"{path}: {finding}" for finding in found if not _picks_one_row_per_key(path, finding.sql)]


def _picks_one_row_per_key(path: str, window: str) -> bool:
    """The staging models' choice among rows of one key: by all their columns, so that what ties is the same row."""
    name = path.removeprefix("models/staging/stg_").removesuffix(".sql")
    if name not in INPUTS or not window.upper().startswith("ROW_NUMBER() OVER"):
        return False
    return {c.name for c in sqlglot.parse_one(window, read="duckdb").find_all(exp.Column)} >= set(INPUTS[name].columns)


@pytest.mark.parametrize(("settings", "kinds"), CHOSEN)
def test_nothing_that_does_not_travel(settings: str, kinds: str) -> None:
    """In every variant only the queries that differ from the first one's are looked at."""
    found = compiled(settings, kinds)
    usual = compiled(*VARIANTS[0])
    known = set() if found is usual else {sql_of(usual, node) for node in queries(usual)}
    schema = schema_of(found)
    written = {node.path: sql_of(found, node) for node in queries(found)}
    assert [o for path, sql in written.items() if sql not in known for o in _judged(path, sql, schema)] == []


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "kinds"), [VARIANTS[0], ("connectors", "strings")])
def test_every_type_that_is_written_has_a_name_on_every_engine(settings: str, kinds: str) -> None:
    """Types are called by DuckDB's names, in queries and of columns: the dialect layer knows each engine's own."""
    found = compiled(settings, kinds)
    words = {parsed(kind) for node in found.graph.of("model", "seed") for _, kind in found.columns[node.unique_id]}
    for node in queries(found):
        words |= {
            parsed(k.sql("duckdb"))
            for k in sqlglot.parse_one(sql_of(found, node), read="duckdb").find_all(exp.DataType)
        }
    words -= {"INTERVAL"}  # what is added to a time, and no column
    assert {"VARCHAR", "DOUBLE", "TIMESTAMP", "BIGINT"} <= words
    assert all(type_name(word, dialect) for word in words for dialect in DIALECTS)


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param(("as in vars.yml", "typed"), marks=pytest.mark.slow),
        pytest.param(("connectors", "strings"), marks=pytest.mark.slow),
    ],
)
def test_transpiles(settings: tuple[str, str]) -> None:
    """To Spark by sqlglot alone; PostgreSQL's translations are in tests/dialects."""
    found = compiled(*settings)
    for node in queries(found):
        written = sqlglot.transpile(
            sql_of(found, node), read="duckdb", write="spark", unsupported_level=ErrorLevel.RAISE
        )
        sqlglot.parse_one(written[0], read="spark")


@pytest.mark.slow
def test_no_reason_is_out_of_date() -> None:
    """Each exception is still one: its model orders a window that way."""
    ends: dict[str, set[str]] = {}
    for found, node in (
        (f, n) for f in (compiled("as in vars.yml", "typed"), compiled("connectors", "strings")) for n in queries(f)
    ):
        for window in sqlglot.parse_one(sql_of(found, node), read="duckdb").find_all(exp.Window):
            order = window.args.get("order")
            if order is not None:
                ends.setdefault(node.path, set()).add(order.expressions[-1].this.name)
    assert {path: set(columns) - ends.get(path, set()) for path, columns in ENDS_IN_A_KEY.items()} == {
        path: set() for path in ENDS_IN_A_KEY
    }


@pytest.mark.slow
def test_no_reason_for_a_long_decimal_or_a_text_of_a_double_is_out_of_date() -> None:
    """Each exception is still one: its model writes a double in full."""
    written = set()
    for variant in (VARIANTS[0], ("connectors", "strings")):
        found = compiled(*variant)
        schema = schema_of(found)
        for node in queries(found):
            if node.path in WRITTEN_IN_FULL and WRITTEN_OUT & {f.reason for f in findings(sql_of(found, node), schema)}:
                written.add(node.path)
    assert written == set(WRITTEN_IN_FULL)
