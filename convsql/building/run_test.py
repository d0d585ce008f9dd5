"""Run one data test or unit test.

A data test fails by the rows its query returns (`convsql.project.severity`). Failing rows are kept in schema `_convsql_failures`, at most
`limit` (500) of them: the first in the order of their columns, so that another run keeps the same ones. What to do about them is told by a
column of the rows, or by the test's `meta: {what_to_do: …}`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from convsql.base.errors import ConvsqlError, DatabaseLost
from convsql.base.personal import masked
from convsql.base.quoting import FAILURES_SCHEMA, physical_name, qualified, quote
from convsql.building.results import Result
from convsql.building.sending import Sender
from convsql.building.tests_together import Counted
from convsql.compiling.cache import digest
from convsql.compiling.personal import personal_outputs, shown_message
from convsql.compiling.unit_tests import failure_text, run_unit_test
from convsql.engines.session import Columns, EngineError, Session
from convsql.project.nodes import Graph, Node
from convsql.project.severity import judge
from convsql.sqltext.sent_sql import readable

KEPT_ROWS = 500
SHOWN_ROWS = 5
WHAT_TO_DO = "what_to_do"  # a key of a test's meta, or a column of its rows


def run_data_test(
    node: Node, sender: Sender, session: Session, fingerprint: str, counted: Counted | None = None, pii: bool = False
) -> Result:
    """Run one data test over physical relations; a test that can't run is an error, never a pass.

    `counted` are its failures, where they were counted together with those of other tests. Personal values of the rows that are shown
    are masked, unless `pii`.
    """
    started = time.perf_counter()
    result = Result(node, "error", fingerprint=fingerprint)
    try:
        failures = float(session.fetch(sender.counted(node))[0][0]) if counted is None else counted.failures
        result.failures = int(failures)
        result.status = judge(node, failures)
        if result.failures and result.status != "pass":
            _keep_rows(node, sender.failures(node), session, result)
            if not pii:
                personal = personal_outputs(sender.plan.compiled, node, result.columns)
                result.rows = [masked(row, personal) for row in result.rows]
    except EngineError as error:
        message = readable(error.message)
        result.message = message if pii else shown_message(sender.plan.compiled, node, message)
    result.seconds = time.perf_counter() - started + (counted.seconds if counted else 0.0)
    return result


def _keep_rows(node: Node, query: str, session: Session, result: Result) -> None:
    name = _failures_name(node)
    where = qualified(FAILURES_SCHEMA, name)
    failures = f"select * from (\n{query}\n) as failures"
    columns, _ = session.query(f"{failures} limit 0", 0)
    result.columns = [n for n, _ in columns]
    order = ", ".join(str(number) for number, _ in enumerate(columns, 1))
    most = min(KEPT_ROWS, int(node.config.get("limit") or KEPT_ROWS))
    session.replace_table(FAILURES_SCHEMA, name, f"{failures} order by {order} limit {most}")
    _, result.rows = session.query(f"select * from {where} order by {order}", SHOWN_ROWS)
    result.kept_in = f"{FAILURES_SCHEMA}.{name if re.fullmatch('[a-z_][a-z0-9_]*', name) else quote(name)}"
    result.message = f"{result.failures} failing row{'s' if result.failures != 1 else ''}"
    if (hint := _what_to_do(node)) and WHAT_TO_DO not in result.columns:
        result.message += f"\nhint: {hint}"


def _what_to_do(node: Node) -> str:
    """What the test itself says is to be done about its rows."""
    meta = node.config.get("meta")
    return str(meta.get(WHAT_TO_DO) or "") if isinstance(meta, Mapping) else ""


def _failures_name(node: Node) -> str:
    return node.name if len(node.name.encode()) <= 60 else physical_name(node.name, digest(node.unique_id))


def forget_failures(session: Session, results: Sequence[Result]) -> None:
    """Drop the kept rows of all tests that neither failed in this run nor warn by a verdict that still holds. Raises EngineError."""
    kept = {_failures_name(r.node) for r in results if r.kept_in or (r.known and r.status == "warn")}
    for name, kind in session.relations(FAILURES_SCHEMA).items():
        if name not in kept:
            session.drop(kind, FAILURES_SCHEMA, name)


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
    except DatabaseLost:
        raise
    except ConvsqlError as error:
        result.message = str(error)
    result.seconds = time.perf_counter() - started
    return result
