"""Files for machines: compiled SQL, `run_results.json` (dbt's shape where it has one), JSON on stdout."""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import re
from pathlib import Path
from typing import Any

from convsql import __version__
from convsql.bound import bound_sql
from convsql.compile import Compiled
from convsql.errors import ConvsqlError
from convsql.manifest import Node, published_alias
from convsql.names import quote
from convsql.profiles import published_schema
from convsql.results import Outcome, Result
from convsql.whole_file import write_whole


def plain(value: Any) -> Any:
    """A value as JSON can hold it: times in ISO 8601, decimals as text."""
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def published_name(compiled: Compiled, unique_id: str) -> str:
    """The relation that readers (and dbt) see for a node; for a source, how it is read."""
    node = compiled.graph.nodes[unique_id]
    if node.kind == "source":
        state = compiled.sources.get(unique_id)
        return state.relation if state else f"{quote(node.schema)}.{quote(node.identifier)}"
    name = published_alias(node)
    return f"{quote(compiled.target.database)}.{quote(published_schema(compiled.target, node))}.{quote(name)}"


def compiled_sql(compiled: Compiled, node: Node) -> str:
    """A node's SQL over published names."""
    return bound_sql(compiled.graph, node, lambda unique_id: published_name(compiled, unique_id))


def write_compiled(compiled: Compiled) -> int:
    """Write `target/compiled/<package>/<path>` for every model and test; returns how many files changed."""
    top = compiled.project.target_dir / "compiled"
    changed = 0
    for node in compiled.graph.of("model", "test"):
        changed += _write(top / _compiled_path(node), compiled_sql(compiled, node) + "\n")
    return changed


def write_compiled_of(compiled: Compiled, node: Node) -> str:
    """Write the compiled SQL of one model or data test; returns its path within the project."""
    file = compiled.project.target_dir / "compiled" / _compiled_path(node)
    _write(file, compiled_sql(compiled, node) + "\n")
    return file.relative_to(compiled.project.root).as_posix()


def _compiled_path(node: Node) -> str:
    path = f"{node.path}/{_file_name(node.name)}.sql" if node.test_name else node.path
    return f"{node.package}/{path}"


def _file_name(name: str) -> str:
    """A test's name as a file's: shortened by a hash past 63 characters, as in dbt."""
    plain = re.sub(r"[^\w-]", "_", name)
    return plain if len(plain) < 64 else f"{plain[:30]}_{hashlib.md5(name.encode()).hexdigest()}"


def _write(file: Path, text: str) -> bool:
    content = text.encode(errors="backslashreplace")  # half a character (a lone surrogate) has no UTF-8
    try:
        if file.is_file() and file.read_bytes() == content:
            return False
        write_whole(file, content)
    except OSError as error:
        raise ConvsqlError(f"can't write {file}: {error.strerror or error}") from None
    return True


def write_text(file: Path, text: str) -> None:
    """Write a file whole, its folder made where it is missing. Raises ConvsqlError."""
    _write(file, text)


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
        else "nothing_to_do"
        if outcome.nothing_to_do
        else ("published" if outcome.published else "passed")
    )
    return {
        "status": status,
        "exit_code": exit_code,
        "build": outcome.published.sequence if outcome.published else None,
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
    _write(compiled.project.target_dir / "run_results.json", json.dumps(content, default=str))
