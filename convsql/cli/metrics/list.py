"""`convsql metrics list`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from convsql.base.errors import EXIT_OK
from convsql.cli.project_command import PROJECT, project_command

if TYPE_CHECKING:
    from datetime import date

    from convsql.context import Context

SHOWN = ("metric", "version", "status", "is_current", "owner", "locked_at", "review_by")


@project_command(*PROJECT, "json")
def list_(context: Context) -> int:
    """List every metric version with status, owner, lock and review date, and which one is current."""
    from convsql.change_control.lock import read_lock
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.definitions.versions import current_versions, defined, today

    project = compile_aloud(context).project
    known = defined(project)
    locked = read_lock(project.root)
    current = current_versions((d.definition for d in known), today())
    rows: list[dict[str, Any]] = [
        {
            "metric": d.name,
            "version": d.version,
            "status": d.definition.status,
            "is_current": d.definition.key in current,
            "owner": d.definition.owner,
            "locked_at": locked[d.key].locked_at if d.key in locked else None,
            "effective_from": _text(d.definition.effective_from),
            "retired_on": _text(d.definition.retired_on),
            "review_by": _text(d.definition.review_by),
            "description": d.definition.description,
        }
        for d in known
    ]
    if context.json:
        terminal.put(json.dumps(rows))
        return EXIT_OK
    terminal.put_table(
        SHOWN, [[("yes" if r[c] is True else "" if r[c] is False else r[c]) for c in SHOWN] for r in rows]
    )
    return EXIT_OK


def _text(day: date | None) -> str | None:
    return str(day) if day else None
