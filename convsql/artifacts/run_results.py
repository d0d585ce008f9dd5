"""`target/run_results.json`. What convsql knows besides stands in `args` and in `adapter_response`, which are open to anything."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convsql.artifacts.metadata import metadata, said
from convsql.base.json_values import plain
from convsql.base.quoting import quote
from convsql.building.results import Outcome, Result
from convsql.compiling.project import Compiled
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import profiles_file, published_schema


def relation_name(compiled: Compiled, node: Node) -> str | None:
    """The relation that readers find, in full; None for what has none."""
    if node.kind not in ("model", "seed") or not node.is_built:
        return None
    names = (compiled.target.database, published_schema(compiled.target, node), published_alias(node))
    return ".".join(map(quote, names))


def run_results(
    compiled: Compiled, outcome: Outcome, command: str, exit_code: int, status: str, profiles_dir: Path | None = None
) -> dict[str, Any]:
    """The document of one run. A node that was there already is a success: it stands as the run would have made it.

    `profiles_dir` is the folder that was named; tools look there for the profile. Raises ConvsqlError where there is none.
    """
    project = compiled.project
    args = {
        "which": "build" if command == "ci" else command,  # tools know dbt's commands
        "target": compiled.target.name,
        "project_dir": str(project.root),
        "profiles_dir": str(profiles_file(project.root, profiles_dir)[0].parent),
    }
    build = outcome.published.sequence if outcome.published else None
    own = {
        "status": status,
        "exit_code": exit_code,
        "build": build,
        "held": outcome.held or None,
        "notes": outcome.notes,
    }
    return {
        "metadata": metadata("run_results"),
        "results": [*(_result(compiled, r) for r in outcome.results), *_exposures(compiled, outcome, command)],
        "elapsed_time": round(outcome.seconds.get("total", 0.0), 6),
        "args": {**args, "convsql": own},
    }


def _result(compiled: Compiled, result: Result) -> dict[str, Any]:
    node = result.node
    is_test = node.kind in ("test", "unit_test")
    own: dict[str, Any] = {
        "status": result.status,
        "fingerprint": result.fingerprint or None,
        "relation": result.relation or None,
        "failing_rows_kept_in": result.kept_in or None,
        **({"made": result.made} if result.made else {}),
    }
    if result.rows:
        own["failing_rows"] = [dict(zip(result.columns, map(plain, row), strict=True)) for row in result.rows]
    ended = datetime.datetime.now(datetime.UTC)
    times = {"started_at": said(ended - datetime.timedelta(seconds=result.seconds)), "completed_at": said(ended)}
    return {
        "status": "success" if result.status == "reused" else result.status,
        "timing": [{"name": "execute", **times}],  # how long it took is known, and not when
        "thread_id": "MainThread",
        "execution_time": round(result.seconds, 6),
        "adapter_response": {"convsql": own},
        "message": result.message or None,
        "failures": result.failures if is_test else None,
        "unique_id": node.unique_id,
        "compiled": node.kind != "seed",
        "compiled_code": None,
        "relation_name": relation_name(compiled, node),
        "batch_results": None,
    }


def _exposures(compiled: Compiled, outcome: Outcome, command: str) -> Iterator[dict[str, Any]]:
    """Exposures, of which a build of everything does nothing, as dbt says; those below what failed it skips."""
    if command != "build" or not outcome.was_all:
        return
    failed = {
        i
        for r in outcome.results
        if r.failed or r.status == "skipped"
        for i in (r.node.attached, r.node.unique_id)
        if i
    }
    now = said(datetime.datetime.now(datetime.UTC))
    for name, exposure in compiled.graph.exposures.items():
        is_below = bool(failed & compiled.graph.ancestors(exposure["parents"]))
        yield {
            "status": "skipped" if is_below else "no-op",
            "timing": [
                {"name": step, "started_at": now, "completed_at": now}
                for step in ("compile", "execute")
                if not is_below
            ],
            "thread_id": "MainThread",
            "execution_time": 0.0,
            "adapter_response": {},
            "message": None if is_below else "NO-OP",
            "failures": None if is_below else 0,
            "unique_id": f"exposure.{exposure['package']}.{name}",
            "compiled": None,
            "compiled_code": None,
            "relation_name": None,
            "batch_results": None,
        }
