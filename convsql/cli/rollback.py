"""`convsql rollback`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, Where
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context


@project_command(*PROJECT, OWN, "json")
def rollback(
    context: Context,
    to: Annotated[
        Optional[int], typer.Option("--to", help="The build to show.", show_default="the one before the head")
    ] = None,
    hold: Annotated[
        bool, typer.Option("--hold", help="Keep readers on it: builds are not published until `convsql unhold`.")
    ] = False,
    reason: Annotated[
        Optional[str], typer.Option("--reason", help="With --hold: why, for whoever builds next.", show_default=False)
    ] = None,
) -> int:
    """Show readers an earlier build again; nothing is rebuilt.

    The next build publishes as usual; with --hold, only after `convsql unhold`.
    """
    from convsql.cli.recorded import Patience, recorded

    if hold != bool(reason and reason.strip()):
        raise ConvsqlError(
            "--hold and --reason go together", Where("rollback"), "whoever builds next is told the reason"
        )
    return recorded(
        context, "rollback", {"to": to, "hold": hold}, Patience(), lambda _: _roll_back(context, to, reason)
    )


def _roll_back(context: Context, to: int | None, reason: str | None) -> int:
    from convsql.building.rollback import Holding, run_rollback
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.cli.finish import ending, say_or_note
    from convsql.engines.access import access_to
    from convsql.runs.recording import who

    compiled = compile_aloud(context)
    holding = Holding(reason.strip(), who()) if reason else None
    shown = run_rollback(compiled, access_to(compiled.target), to, ending(), holding)

    def say() -> None:
        if context.json:
            facts = {"build": shown.sequence, "kind": shown.kind, "held": holding is not None}
            terminal.put(json.dumps({"status": "published", "exit_code": 0, **facts}))
        else:
            held = "; held until `convsql unhold`" if holding else ""
            terminal.say(f"published build {shown.sequence} to '{shown.environment}': {shown.kind}{held}")

    say_or_note(say, is_published=True)
    return EXIT_OK
