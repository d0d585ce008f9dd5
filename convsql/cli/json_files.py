"""Files for machines: compiled SQL, `run_results.json` (dbt's shape where it has one), JSON on stdout."""

from __future__ import annotations

import datetime
import json
from typing import Any

from convsql import __version__
from convsql.base.errors import ConvsqlError
from convsql.base.json_values import plain
from convsql.base.whole_file import write_changed
from convsql.building.results import Outcome, Result
from convsql.compiling.project import Compiled


def result_json(result: Result) -> dict[str, Any]:
    """One result; test rows only where a test failed or warned."""
    content: dict[str, Any] = {
        "unique_id": result.node.unique_id,
        "name": result.node.name,
        "resource_type": result.node.kind,
        "status": result.status,
        "execution_time": round(result.seconds, 6),
        "message": result.message or None,
        "failures": result.failures if result.node.kind in ("test", "unit_test") else None,
        "relation_name": result.relation or None,
        "fingerprint": result.fingerprint or None,
        "path": str(result.node.where),
    }
    if result.rows:
        content["failing_rows"] = [dict(zip(result.columns, map(plain, row), strict=True)) for row in result.rows]
        content["failing_rows_kept_in"] = result.kept_in
    return content


def outcome_json(outcome: Outcome, exit_code: int) -> dict[str, Any]:
    """A whole run."""
    status = (
        "failed"
        if outcome.failed
        else "held"
        if outcome.held
        else "nothing_to_do"
        if outcome.nothing_to_do
        else ("published" if outcome.published else "passed")
    )
    return {
        "status": status,
        "exit_code": exit_code,
        "build": outcome.published.sequence if outcome.published else None,
        "held": outcome.held or None,
        "elapsed_time": {k: round(v, 6) for k, v in outcome.seconds.items()},
        "notes": outcome.notes,
        "results": [result_json(r) for r in outcome.results],
    }


def error_json(error: ConvsqlError) -> dict[str, Any]:
    """Errors with file, line, reason and hint."""
    return {
        "status": "error",
        "exit_code": error.exit_code,
        "errors": [
            {
                "path": p.where.path if p.where else None,
                "line": p.where.line if p.where and p.where.line else None,
                "reason": p.reason,
                "hint": p.hint or None,
            }
            for p in error.problems
        ],
    }


def write_run_results(compiled: Compiled, outcome: Outcome, command: str, exit_code: int) -> None:
    """Write `target/run_results.json`."""
    content = {
        "metadata": {"convsql_version": __version__, "generated_at": datetime.datetime.now(datetime.UTC).isoformat()},
        "args": {"which": command, "target": compiled.target.name},
        **outcome_json(outcome, exit_code),
    }
    write_changed(compiled.project.target_dir / "run_results.json", json.dumps(content, default=str))
