"""Hooks as the files give them: SQL that is done besides a query. Those of a file come after those of its folder, as under dbt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from convsql.base.errors import Problems, Where

CONFIGS = {"pre_hook": "pre_hook", "pre-hook": "pre_hook", "post_hook": "post_hook", "post-hook": "post_hook"}
RUN_HOOKS = ("on-run-start", "on-run-end")
UNRENDERED = (
    *CONFIGS,
    *(f"+{key}" for key in CONFIGS),
    *RUN_HOOKS,
)  # what is rendered when it is known what it is about
OF_VERSION = "⟦version⟧"  # in the name of an index: an earlier version of its relation has one of that name
Hook = dict[str, Any]


def placed(value: Any, where: Where) -> list[Hook]:
    """The hooks that stand below a key, each with its `sql` (of whatever kind) and its place (`path`, `line`)."""
    place: Hook = {"path": where.path, "line": where.line}
    return [
        dict(entry) if isinstance(entry, Mapping) and "line" in entry else {"sql": _sql_of(entry), **place}
        for entry in (value if isinstance(value, list | tuple) else [value])
        if entry is not None
    ]


def read_hooks(key: str, value: Any, where: Where, problems: Problems) -> list[Hook]:
    """The hooks that stand below a key, as `placed` has them; what is no SQL is a problem."""
    found = placed(value, where)
    for hook in found:
        if not isinstance(hook["sql"], str):
            problems.add(f"'{key}' must be SQL, or a list of it", place_of(hook))
    return [hook for hook in found if isinstance(hook["sql"], str)]


def _sql_of(entry: Any) -> Any:
    """The SQL of an entry: a text, or a mapping (also one written as JSON, as dbt's `after_commit` gives it) with the key `sql`."""
    if isinstance(entry, str) and entry.lstrip().startswith('{"'):
        try:
            entry = json.loads(entry)
        except ValueError:
            return entry
    return entry.get("sql") if isinstance(entry, Mapping) else entry


def place_of(hook: Hook) -> Where:
    return Where(hook["path"], hook["line"])
