"""Files for machines: `run_results.json`, `manifest.json` and `catalog.json` in dbt's shapes; JSON on stdout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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


def status_of(outcome: Outcome) -> str:
    """What became of a whole run, in a word."""
    if outcome.failed:
        return "failed"
    if outcome.held:
        return "held"
    if outcome.nothing_to_do:
        return "nothing_to_do"
    return "published" if outcome.published else "passed"


def outcome_json(outcome: Outcome, exit_code: int) -> dict[str, Any]:
    """A whole run."""
    return {
        "status": status_of(outcome),
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


def write_run_results(
    compiled: Compiled, outcome: Outcome, command: str, exit_code: int, profiles: Path | None = None
) -> None:
    """Write `target/run_results.json`, and the manifest that its ids stand in."""
    from convsql.artifacts.manifest_file import write_manifest
    from convsql.artifacts.run_results import run_results

    content = run_results(compiled, outcome, command, exit_code, status_of(outcome), profiles)
    write_changed(compiled.project.target_dir / "run_results.json", json.dumps(content, default=str))
    write_manifest(compiled)


def write_catalog(compiled: Compiled) -> None:
    """Write `target/catalog.json`."""
    from convsql.artifacts.catalog import catalog

    write_changed(compiled.project.target_dir / "catalog.json", json.dumps(catalog(compiled), default=str))
