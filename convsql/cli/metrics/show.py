"""`convsql metrics show`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convsql.base.errors import EXIT_OK
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context


@project_command(OWN, *PROJECT, "json")
def show(
    context: Context,
    metric: Annotated[
        str, typer.Argument(help="metric@version, or metric for its active version.", show_default=False)
    ],
) -> int:
    """Show one definition with its defaults, and what its lock rests on."""
    from convsql.change_control.lock import read_lock
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.definitions.versions import by_key, defined, today

    project = compile_aloud(context).project
    one = by_key(defined(project), metric, today())
    lock = read_lock(project.root).get(one.key)
    content = one.definition.model_dump(mode="json")
    state: dict[str, Any] = {"locked_at": lock.locked_at if lock else None}
    if lock:
        state |= {"definition_digest": lock.definition_digest, "meaning_digest": lock.meaning_digest}
        state["models"] = sorted({label.split(".")[0] for label in lock.parts})
        state["seeds"] = sorted(lock.seeds)
    if context.json:
        terminal.put(json.dumps({"definition": content, "lock": state}))
        return EXIT_OK
    terminal.put(f"{one.key} ({one.definition.status}), {one.where}")
    for name, value in content.items():
        if value not in (None, [], {}) and name not in ("name", "version", "status"):
            terminal.put(
                f"  {name}: {json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value}"
            )
    for name, value in state.items():
        terminal.put(f"  {name}: {', '.join(value) if isinstance(value, list) else value or 'not locked'}")
    return EXIT_OK
