"""The commands below `convsql metrics`: arguments in, exit code out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from convsql.cli.diff import DIFF_EPILOG, diff
from convsql.cli.options import Json, NoCache, ProfilesDir, ProjectDir, TargetName, Vars

EPILOG = "Exit codes: 0 done, all hold; 1 a rule is broken; 2 usage or project error."

app = typer.Typer(
    no_args_is_help=True, help="Metric definitions under change control: list, show, check, lock, diff, schema."
)

app.command(epilog=DIFF_EPILOG)(diff)

Keys = Annotated[
    Optional[list[str]],
    typer.Argument(help="Versions as metric@version, or metric for its active version.", show_default="all"),
]


@app.command("list", epilog=EPILOG)
def list_(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
) -> None:
    """List every metric version: status, owner, lock, review; which one is the metric's today."""
    from convsql.cli.context import Context
    from convsql.cli.metrics_commands import list_command

    raise typer.Exit(list_command(Context(project_dir, profiles_dir, target, vars, json)))


@app.command(epilog=EPILOG)
def show(
    metric: Annotated[
        str, typer.Argument(help="metric@version, or metric for its active version.", show_default=False)
    ],
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
) -> None:
    """Show one definition with its defaults, and what its lock rests on."""
    from convsql.cli.context import Context
    from convsql.cli.metrics_commands import show_command

    raise typer.Exit(show_command(Context(project_dir, profiles_dir, target, vars, json), metric))


@app.command(epilog=EPILOG)
def check(
    metrics: Keys = None,
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
    no_cache: NoCache = False,
) -> None:
    """Check definitions for CI: nothing locked changed its meaning, nothing leaks, everything has an owner and a review."""
    from convsql.cli.context import Context
    from convsql.cli.metrics_commands import check_command

    context = Context(project_dir, profiles_dir, target, vars, json, no_cache=no_cache)
    raise typer.Exit(check_command(context, metrics or []))


@app.command(epilog=EPILOG)
def lock(
    metrics: Keys = None,
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
    no_cache: NoCache = False,
    reason: Annotated[str, typer.Option("--reason", help="Why a released version may change or go.")] = "",
) -> None:
    """Record in metrics.lock what versions count and mean; commit the file with the definitions."""
    from convsql.cli.context import Context
    from convsql.cli.metrics_commands import lock_command

    context = Context(project_dir, profiles_dir, target, vars, json, no_cache=no_cache)
    raise typer.Exit(lock_command(context, metrics or [], reason))


@app.command(epilog=EPILOG)
def schema() -> None:
    """Print the JSON Schema of the definitions, for editors."""
    from convsql.cli.metrics_commands import schema_command

    raise typer.Exit(schema_command())
