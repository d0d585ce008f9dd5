"""Run one data test or unit test, and judge it as dbt does.

A data test fails by the rows its query returns: `error_if` and `warn_if` (default `!= 0`) are
applied to their number (or to `fail_calc`), `severity: warn` never fails. Failing rows are kept in
schema `_convsql_failures`, at most `limit` (500) of them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from convsql.bound import bound_sql, readable
from convsql.engine import Columns, EngineError, Session
from convsql.errors import ConvsqlError
from convsql.manifest import Graph, Node
from convsql.names import FAILURES_SCHEMA, qualified
from convsql.results import Result
from convsql.unit_tests import failure_text, run_unit_test

KEPT_ROWS = 500
SHOWN_ROWS = 5
_COMPARISON = re.compile(r"^\s*(=|==|!=|<>|>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)\s*$")
_BETWEEN = re.compile(r"^\s*between\s+(-?\d+)\s+and\s+(-?\d+)\s*$", re.IGNORECASE)


def holds(condition: str, failures: float) -> bool:
    """Whether `failures <condition>` is true, for dbt's conditions such as `!= 0`, `> 10`, `between 1 and 5`.

    Raises ConvsqlError for any other text.
    """
    if match := _BETWEEN.match(condition):
        return float(match[1]) <= failures <= float(match[2])
    match = _COMPARISON.match(condition)
    if not match:
        raise ConvsqlError(f"'{condition}' is no condition", hint="write a comparison with a number, such as '> 10'")
    number = float(match[2])
    return {
        "=": failures == number,
        "==": failures == number,
        "!=": failures != number,
        "<>": failures != number,
        ">": failures > number,
        "<": failures < number,
        ">=": failures >= number,
        "<=": failures <= number,
    }[match[1]]


def judge(node: Node, failures: float) -> str:
    """pass, warn or fail."""
    severity = str(node.config.get("severity", "error")).lower()
    if severity not in ("error", "warn"):
        raise ConvsqlError(f"severity '{severity}' of test '{node.name}' is neither error nor warn", node.where)
    if severity == "error" and holds(str(node.config.get("error_if", "!= 0")), failures):
        return "fail"
    return "warn" if holds(str(node.config.get("warn_if", "!= 0")), failures) else "pass"


def run_data_test(
    graph: Graph, node: Node, relation: Callable[[str], str], session: Session, fingerprint: str
) -> Result:
    """Run one data test over physical relations; a test that can't run is an error, never a pass."""
    started = time.perf_counter()
    result = Result(node, "error", fingerprint=fingerprint)
    query = bound_sql(graph, node, relation)
    limit = node.config.get("limit")
    limited = f"select * from (\n{query}\n) as all_failures limit {int(limit)}" if limit else query
    calculation = str(node.config.get("fail_calc", "count(*)"))
    try:
        failures = session.fetch(f"select {calculation} from (\n{limited}\n) as failures")[0][0] or 0
        result.failures = int(failures)
        result.status = judge(node, float(failures))
        if result.failures and result.status != "pass":
            _keep_rows(node, limited, session, result)
    except EngineError as error:
        result.message = readable(error.message)
    result.seconds = time.perf_counter() - started
    return result


def _keep_rows(node: Node, query: str, session: Session, result: Result) -> None:
    name = node.name[:60]
    where = qualified(FAILURES_SCHEMA, name)
    session.execute(f"create or replace table {where} as select * from (\n{query}\n) as failures limit {KEPT_ROWS}")
    columns, rows = session.query(f"select * from {where} order by all", SHOWN_ROWS)
    result.columns = [n for n, _ in columns]
    result.rows = rows
    result.kept_in = f"{FAILURES_SCHEMA}.{name}"
    result.message = f"{result.failures} failing row{'s' if result.failures != 1 else ''}"


def check_unit(
    graph: Graph, node: Node, columns: Mapping[str, Columns], root: Path, memory: Session, fingerprint: str
) -> Result:
    """Run one unit test in memory."""
    started = time.perf_counter()
    result = Result(node, "error", fingerprint=fingerprint)
    try:
        found = run_unit_test(graph, node, columns, root, memory)
        result.status = "pass" if found.passed else "fail"
        result.failures = len(found.missing) + len(found.unexpected)
        result.message = "" if found.passed else failure_text(found)
    except EngineError as error:
        result.message = readable(error.message)
    except ConvsqlError as error:
        result.message = str(error)
    result.seconds = time.perf_counter() - started
    return result
