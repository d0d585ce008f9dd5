"""`convsql check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from convsql.base.errors import EXIT_FAILED, EXIT_OK, ConvsqlError
from convsql.cli.options import Notify
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled
    from convsql.context import Context
    from convsql.freshness.promises import Standing
    from convsql.project.config import Project


@project_command(*PROJECT, OWN, "json", "quiet", "no_cache")
def check(context: Context, notify: Notify = False) -> int:
    """Check that what is published is no older than it promises (`meta.max_age` of a model), by the wall clock.

    Builds nothing. Fails when nobody builds any more, when builds fail, or when a build is held for too long.
    """
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.cli.recorded import receivers_of, tell_news
    from convsql.freshness.promises import standing

    project, target = context.load()
    receivers = receivers_of(project, notify)
    compiled = compile_aloud(context, may_lack_data=True)
    found = standing(compiled)
    if not found.kept:
        raise ConvsqlError("no model promises how old it may be", hint=_how_to_promise(project, compiled))
    if receivers:
        from convsql.notify.causes import of_promises

        tell_news(project, target, receivers, of_promises(found.kept, compiled))
    code = EXIT_FAILED if found.broken else EXIT_OK
    if context.json:
        terminal.put(json.dumps(_document(found, code)))
    else:
        _say(found, context.quiet)
    return code


def _how_to_promise(project: Project, compiled: Compiled) -> str:
    """What to write: a model of another package is configured in dbt_project.yml, since its own files are not the user's to edit."""
    read = next(
        (n for n in compiled.graph.of("model") if n.name == "current_rates" and n.package != project.name), None
    )
    if read is None:
        return "give one that people look at `config: {meta: {max_age: 36h}}`"
    folder = Path(read.path).parent.name
    return f"write in dbt_project.yml, for example: `models: {{{read.package}: {{{folder}: {{{read.name}: {{+meta: {{max_age: 36h}}}}}}}}}}`"


def _document(found: Standing, code: int) -> dict[str, object]:
    return {
        "status": "failed" if code else "passed",
        "exit_code": code,
        "build": found.head.sequence if found.head else None,
        "held": found.hold.in_words if found.hold else None,
        "last_run": {"run": found.last.facts["run"], "status": found.last.status} if found.last else None,
        "promises": [
            {
                "name": each.promise.node.name,
                "path": str(each.promise.node.patch_where),
                "max_age_in_s": each.promise.seconds,
                "column": each.promise.column or None,
                "age_in_s": each.age,
                "kept": not each.is_broken,
                "message": each.in_words,
            }
            for each in found.kept
        ],
    }


def _say(found: Standing, quiet: bool) -> None:
    from convsql.cli import terminal

    for each in found.kept:
        if each.is_broken:
            terminal.say(f"STALE {each.in_words} ({each.promise.node.patch_where})")
        elif not quiet:
            terminal.say(f"fresh {each.in_words}")
    if found.broken and found.hold:
        terminal.say(f"note: the published build is {found.hold.in_words} (`convsql unhold`)")
    if found.broken and found.last and not found.last.ended_well:
        terminal.say(
            f"note: the last build ({found.last.facts['started_at']}) ended: {found.last.status} (`convsql runs`)"
        )
    terminal.say(f"{len(found.kept)} promises: {f'{len(found.broken)} broken' if found.broken else 'all kept'}")
