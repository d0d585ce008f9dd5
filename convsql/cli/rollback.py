"""`convsql rollback`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.context import Context


@project_command(*PROJECT, OWN, "json")
def rollback(
    context: Context,
    to: Annotated[
        Optional[int], typer.Option("--to", help="The build to show.", show_default="the one before the head")
    ] = None,
) -> int:
    """Show readers an earlier build again; nothing is rebuilt."""
    from convsql.building.connections import access_to
    from convsql.building.rollback import run_rollback
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.cli.finish import ending, say_or_note

    compiled = compile_aloud(context)
    shown = run_rollback(compiled, access_to(compiled.target), to, ending())

    def say() -> None:
        if context.json:
            terminal.put(
                json.dumps({"status": "published", "exit_code": 0, "build": shown.sequence, "kind": shown.kind})
            )
        else:
            terminal.say(f"published build {shown.sequence} to '{shown.environment}': {shown.kind}")

    say_or_note(say, is_published=True)
    return EXIT_OK
