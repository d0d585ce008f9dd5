"""`convsql metrics lock`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, Where
from convsql.cli.options import MetricKeys
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context


@project_command(*PROJECT, "json", "no_cache", OWN)
def lock(
    context: Context,
    metrics: MetricKeys = None,
    reason: Annotated[str, typer.Option("--reason", help="Why a released version changes or is removed.")] = "",
) -> int:
    """Record in metrics.lock what versions count and mean; commit the file with the definitions."""
    from datetime import UTC, datetime

    from convsql.change_control.checking import Workshop
    from convsql.change_control.locking import lock_versions
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.definitions.versions import by_key, defined, today

    compiled = compile_aloud(context)
    known = defined(compiled.project)
    if not known:
        raise ConvsqlError("there is no metric to lock", hint="define metrics under 'conversion_metrics' in vars.yml")
    chosen = [by_key(known, key, today()) for key in metrics] if metrics else known
    workshop = Workshop(compiled, not context.no_cache)
    result = lock_versions(workshop, chosen, not metrics, _one_line(reason), datetime.now(UTC))
    if context.json:
        terminal.put(
            json.dumps({"status": "locked", "exit_code": 0, "done": result.done, "unchanged": result.unchanged})
        )
        return EXIT_OK
    for key, word in result.done.items():
        terminal.say(f"{word} {key}")
    terminal.say(f"{len(result.done)} written to metrics.lock, {len(result.unchanged)} unchanged")
    return EXIT_OK


def _one_line(reason: str) -> str:
    """The reason with single spaces. Raises ConvsqlError for one that a spreadsheet would run."""
    from convsql.base.printable import begins_formula

    line = " ".join(reason.split())
    if begins_formula(line):
        raise ConvsqlError(
            f"the reason begins with '{line[0]}', as a formula does, and a spreadsheet would run it",
            Where("--reason"),
            "begin with a word",
        )
    return line
