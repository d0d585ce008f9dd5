"""`convsql build`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK
from convsql.cli.options import FailFast, Notify, Pii, Retries, Timeout
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.build import Options
    from convsql.ci_reports.reports import Reports
    from convsql.compiling.project import Compiled
    from convsql.context import Context
    from convsql.dbt_habits.choice import Choice


# One parameter per option, as typer reads them: most of the lines are their help.
@project_command(*PROJECT, "select", "exclude", "json", "quiet", "no_cache", "check_contents", OWN, "choice", "reports")
def build(
    context: Context,
    select: list[str],
    exclude: list[str],
    choice: Choice,
    reports: Reports,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", "-f", help="Build and test everything selected again.")
    ] = False,
    fail_fast: FailFast = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and do nothing.")] = False,
    allow_empty: Annotated[
        Optional[list[str]],
        typer.Option("--allow-empty", help="An input that may lose all its rows in this build; may be repeated."),
    ] = None,
    retries: Retries = 0,
    timeout: Timeout = 0.0,
    notify: Notify = False,
    pii: Pii = False,
) -> int:
    """Build what changed, test it, and publish it only when every error-level test has passed.

    Nothing unchanged is built or tested again. Readers see the last good build until all views change at once.
    """
    from convsql.building.build import Options, new_refresh
    from convsql.cli.aloud import compile_aloud
    from convsql.cli.finish import build_recorded
    from convsql.cli.recorded import Patience

    refresh = new_refresh() if full_refresh else ""
    allowed = tuple(allow_empty or ())
    options = Options(
        tuple(select),
        tuple(exclude),
        full_refresh,
        fail_fast,
        allow_empty=allowed,
        refresh=refresh,
        choice=choice,
        pii=pii,
    )
    if dry_run:
        return _show_plan(context, compile_aloud(context, leaves_out=True), options)
    return build_recorded(context, options, Patience(retries, timeout, notify), reports)


def _show_plan(context: Context, compiled: Compiled, options: Options) -> int:
    from convsql.building.build import plan_build
    from convsql.cli import terminal
    from convsql.engines.access import access_to

    plan = plan_build(compiled, access_to(compiled.target), options)
    steps = [(s.action, s.node.kind, s.node.name, s.relation or None) for s in plan.steps]
    if context.json:
        named = [dict(zip(("action", "resource_type", "name", "relation"), step, strict=True)) for step in steps]
        facts = {"status": "planned", "exit_code": 0, "nothing_to_do": plan.is_noop, "steps": named}
        terminal.put(json.dumps(facts))
    else:
        for action, kind, name, _ in steps:
            terminal.put(f"{action:<6} {kind:<9} {name}")
    return EXIT_OK
