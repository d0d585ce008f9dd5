"""A project's models and data tests on Spark, compared with DuckDB's rows of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from convsql.dialects import translate
from tests.dialects.parity import Outcome, Step, Work
from tests.dialects.parity import quoted as marked
from tests.spark.rows import SparkRows, difference_of

_AT_ONCE = 40  # tests in one query


def compare(work: Work, duck: duckdb.DuckDBPyConnection, session: Any, folder: Path, is_chain: bool = True) -> Outcome:
    """Build and compare every step. In a chain a model reads what Spark made of its parents, else DuckDB's rows of them."""
    rows = SparkRows(session, folder)
    for unique_id, relation in work.given.items():
        duck.execute(f"create or replace table {marked(unique_id)} as select * from {relation}")
        rows.give(duck, unique_id, work.columns[unique_id])
    outcome = Outcome()
    for step in work.steps:
        if not step.is_test:
            _model(step, work, duck, rows, outcome, is_chain)
    _tests([step for step in work.steps if step.is_test], work, duck, rows, outcome)
    return outcome


def _model(
    step: Step, work: Work, duck: duckdb.DuckDBPyConnection, rows: SparkRows, outcome: Outcome, is_chain: bool
) -> None:
    columns = work.columns[step.unique_id]
    duck.execute(f"create or replace table {marked(step.unique_id)} as {step.sql}")
    began = time.perf_counter()
    try:
        built = rows.build(step.unique_id, translate(step.sql, work.columns, "spark"))
        wrong = rows.types(built, columns)
    except Exception as error:
        outcome.failed[step.unique_id] = _words(error)
        rows.give(duck, step.unique_id, columns)
        return
    finally:
        outcome.seconds[step.unique_id] = time.perf_counter() - began
    wrong = wrong or difference_of(duck, marked(step.unique_id), f"read_parquet('{built}/*.parquet')", columns)
    if wrong:
        outcome.differing[step.unique_id] = wrong
    else:
        outcome.equal.append(step.unique_id)
    if is_chain and not wrong:
        rows.take(step.unique_id, built)
    else:
        rows.give(duck, step.unique_id, columns)


def _tests(
    steps: Sequence[Step], work: Work, duck: duckdb.DuckDBPyConnection, rows: SparkRows, outcome: Outcome
) -> None:
    """How many rows each data test finds: many tests in one query, each alone where that fails."""
    for start in range(0, len(steps), _AT_ONCE):
        part = steps[start : start + _AT_ONCE]
        texts: dict[str, str] = {}
        for step in part:
            try:
                counted = f"select count(*) as found from ({step.sql}) as failures"
                texts[step.unique_id] = translate(counted, work.columns, "spark")
            except Exception as error:
                outcome.failed[step.unique_id] = _words(error)
        for step, found in _counts(part, texts, rows, outcome):
            (said,) = duck.execute(f"select count(*) from ({step.sql})").fetchone() or (None,)
            if said == found:
                outcome.equal.append(step.unique_id)
            else:
                outcome.differing[step.unique_id] = f"{said} rows here, {found} there"


def _counts(part: Sequence[Step], texts: dict[str, str], rows: SparkRows, outcome: Outcome) -> list[tuple[Step, int]]:
    known = [step for step in part if step.unique_id in texts]
    queries = [f"select {n} as n, found from ({texts[s.unique_id]}) as t{n}" for n, s in enumerate(known)]
    try:
        found = rows.session.sql(rows.named(" union all ".join(queries))).collect() if queries else []
        return [(known[n], count) for n, count in found]
    except Exception:
        singles = []
        for n, step in enumerate(known):
            try:
                singles += [(step, count) for _, count in rows.session.sql(rows.named(queries[n])).collect()]
            except Exception as error:
                outcome.failed[step.unique_id] = _words(error)
        return singles


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition('JVM stacktrace')[0][:800]}"
