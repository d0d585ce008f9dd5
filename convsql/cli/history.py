"""`convsql history`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convsql.base.errors import EXIT_OK
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.holds import Hold
    from convsql.context import Context

COLUMNS = ("build", "published at (UTC)", "kind", "models", "commit", "readers see it", "can be shown")


@project_command(*PROJECT, OWN, "json")
def history(
    context: Context,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Builds to list.")] = 20,
) -> int:
    """List published builds, newest first: which one readers see, and which can be shown again."""
    from convsql.cli import terminal

    rows, hold = _published(context, limit)
    if context.json:
        terminal.put(json.dumps(rows))
    elif not rows:
        terminal.say("nothing was published yet")
    else:
        terminal.put_table(COLUMNS, [_cells(row) for row in rows])
        if hold is not None:
            terminal.say(f"{hold.in_words}; builds are not published until `convsql unhold`")
    return EXIT_OK


def _published(context: Context, limit: int) -> tuple[list[dict[str, Any]], Hold | None]:
    """The facts of each build that was published, the newest first; and the hold under which they stand, if one."""
    from convsql.base.quoting import DATA_SCHEMA
    from convsql.building.holds import read_hold
    from convsql.building.state import builds, head
    from convsql.definitions.metric_key import MetricKey
    from convsql.engines.access import access_to

    _, target = context.load()
    session = access_to(target).read()
    if session is None:
        return [], None
    try:
        listed = builds(session, target.schema)[:limit]
        current = head(session, target.schema)
        relations = session.relations(DATA_SCHEMA)
        hold = read_hold(session, target.schema)
    finally:
        session.close()
    rows = [
        {
            "build": item.sequence,
            "published_at": item.published_at,
            "kind": item.kind,
            "models": len(item.views) if item.is_kept else None,
            "commit": item.git_commit,
            "version": item.version,
            "is_head": bool(current and current.sequence == item.sequence),
            "held": hold.in_words if hold and current and current.sequence == item.sequence else None,
            "can_be_shown": item.is_kept and all(v.relation in relations for v in item.views),
            "metrics": [MetricKey(d["name"], d["version"]).in_words for d in item.definitions],
        }
        for item in listed
    ]
    return rows, hold


def _cells(row: dict[str, Any]) -> list[Any]:
    first = [row[name] for name in ("build", "published_at", "kind", "models", "commit")]
    return [*first, "yes" if row["is_head"] else "", "yes" if row["can_be_shown"] else "no"]
