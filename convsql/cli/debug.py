"""`convsql debug`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from convsql.base.errors import EXIT_OK, LockHeld
from convsql.cli.project_command import PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context
    from convsql.project.profiles import Target


@project_command(*PROJECT, "json")
def debug(context: Context) -> int:
    """Show what convsql sees: versions, project, target, database, who holds it, the head."""
    from convsql.cli import terminal

    facts = _versions()
    project, target = context.load()
    facts |= {
        "project": f"{project.name} in {project.root}",
        "target": f"{target.profile}.{target.name}",
        "database": target.place,
        "schema": target.schema,
    }
    code = EXIT_OK
    try:
        facts |= _connection(target)
    except LockHeld as error:
        facts["connection"] = error.reason
        code = error.exit_code
    if context.json:
        terminal.put(json.dumps(facts))
    else:
        for key, value in facts.items():
            terminal.put(f"{key:<12}{value}")
    return code


def _versions() -> dict[str, Any]:
    import platform
    from importlib.metadata import version

    from convsql import __version__

    libraries = {name: version(name) for name in ("duckdb", "sqlglot")}
    return {"convsql": __version__, "python": platform.python_version(), **libraries}


def _connection(target: Target) -> dict[str, str]:
    """Whether the database opens, and what readers see there. Raises LockHeld."""
    from convsql.building.state import head
    from convsql.engines.access import access_to

    session = access_to(target).read()
    if session is None:
        return {"connection": "no database file yet; `convsql build` makes it"}
    current = head(session, target.schema)
    session.close()
    shown = f"build {current.sequence} of {current.published_at} UTC" if current else "nothing published yet"
    return {"connection": "ok", "head": shown}
