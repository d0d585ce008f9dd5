"""The command line: arguments in, exit code out. Bodies of commands live in `convsql.cli.commands`, exit codes in `convsql.base.errors`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from convsql.cli.docs import docs
from convsql.cli.enrich import enrich
from convsql.cli.init import register as register_beginning
from convsql.cli.metrics import app as metrics
from convsql.cli.options import (
    AllowEmpty,
    CheckContents,
    Exclude,
    Json,
    NoCache,
    ProfilesDir,
    ProjectDir,
    Quiet,
    Select,
    TargetName,
    Vars,
    Version,
    join_selectors,
)
from convsql.cli.rates import rates
from convsql.cli.report import report
from convsql.cli.running import guarded
from convsql.cli.zones import zones

EPILOG = (
    "Exit codes: 0 done (for build: published, or nothing to do); 1 a model or test failed, nothing was published; "
    "2 usage, project or engine error; 3 the database is in use, or the head moved; "
    "4 the outcome of the publish is unknown; 130 interrupted."
)

app = typer.Typer(
    name="convsql",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog=EPILOG,
    help="Measure how conversations become meetings, opportunities and closed deals: compile, build, check and publish a "
    "project of dbt-style SQL models in DuckDB.",
)
app.add_typer(metrics, name="metrics")
register_beginning(app)
app.command(epilog=EPILOG)(zones)


@app.callback()
def _main(
    version: Version = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error (or set CONVSQL_DEBUG); with any command.")
    ] = False,
) -> None:
    """The options before a command."""


@app.command(epilog=EPILOG)
def build(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    select: Select = None,
    exclude: Exclude = None,
    json: Json = False,
    quiet: Quiet = False,
    no_cache: NoCache = False,
    check_contents: CheckContents = False,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build and test everything chosen again.")
    ] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first failure.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and do nothing.")] = False,
    allow_empty: AllowEmpty = None,
) -> None:
    """Build what changed, test it, and publish it only when every error-level test has passed.

    What is unchanged is neither built nor tested again. Readers see the last good build until all
    views flip at once.
    """
    from convsql.cli.commands import build_command
    from convsql.cli.context import Context

    context = Context(project_dir, profiles_dir, target, vars, json, quiet, no_cache, check_contents)
    raise typer.Exit(
        build_command(context, select or [], exclude or [], full_refresh, fail_fast, dry_run, allow_empty or [])
    )


@app.command(epilog=EPILOG)
def compile(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    select: Select = None,
    exclude: Exclude = None,
    json: Json = False,
    no_cache: NoCache = False,
    inline: Annotated[
        Optional[str], typer.Option("--inline", help="Compile this query instead of the project's files.")
    ] = None,
) -> None:
    """Check the whole project before anything runs: every error at once, with file and line.

    Writes the SQL to target/compiled/; with --select it prints the SQL of the chosen models.
    """
    from convsql.cli.commands import compile_command
    from convsql.cli.context import Context

    context = Context(project_dir, profiles_dir, target, vars, json, False, no_cache)
    raise typer.Exit(compile_command(context, select or [], exclude or [], inline))


@app.command(epilog=EPILOG)
def test(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    select: Select = None,
    exclude: Exclude = None,
    json: Json = False,
    quiet: Quiet = False,
    no_cache: NoCache = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first failure.")] = False,
) -> None:
    """Run tests again on what is built (data tests, and unit tests, which need nothing built)."""
    from convsql.cli.commands import check_command
    from convsql.cli.context import Context

    context = Context(project_dir, profiles_dir, target, vars, json, quiet, no_cache)
    raise typer.Exit(check_command(context, select or [], exclude or [], fail_fast))


@app.command(epilog=EPILOG)
def ls(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    select: Select = None,
    exclude: Exclude = None,
    json: Json = False,
    resource_type: Annotated[
        Optional[str], typer.Option("--resource-type", help="model, seed, source, test or unit_test.")
    ] = None,
) -> None:
    """List the nodes of the project, one a line, parents first."""
    from convsql.cli.context import Context
    from convsql.cli.inspection import list_command

    raise typer.Exit(
        list_command(Context(project_dir, profiles_dir, target, vars, json), select or [], exclude or [], resource_type)
    )


@app.command(epilog=EPILOG)
def show(
    node: Annotated[Optional[str], typer.Argument(help="A published model or seed.", show_default=False)] = None,
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    select: Annotated[Optional[str], typer.Option("--select", "-s", help="The same as the argument.")] = None,
    inline: Annotated[
        Optional[str], typer.Option("--inline", help="A query over refs: 'select * from {{ ref(\"waits\") }}'.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows to show.")] = 10,
    json: Json = False,
) -> None:
    """Show rows of a published model, or of a query over published models."""
    from convsql.cli.context import Context
    from convsql.cli.inspection import show_command

    raise typer.Exit(
        show_command(Context(project_dir, profiles_dir, target, vars, json), node or select, inline, limit)
    )


app.command(epilog=EPILOG)(rates)
app.command(epilog=EPILOG)(enrich)
app.command(epilog=EPILOG)(report)
app.command(epilog=EPILOG)(docs)


@app.command(epilog=EPILOG)
def history(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Builds to list.")] = 20,
    json: Json = False,
) -> None:
    """List published builds, newest first: which one readers see, and which can be shown again."""
    from convsql.cli.context import Context
    from convsql.cli.inspection import history_command

    raise typer.Exit(history_command(Context(project_dir, profiles_dir, target, vars, json), limit))


@app.command(epilog=EPILOG)
def rollback(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    to: Annotated[
        Optional[int], typer.Option("--to", help="The build to show.", show_default="the one before the head")
    ] = None,
    json: Json = False,
) -> None:
    """Show readers an earlier build again; nothing is rebuilt."""
    from convsql.cli.commands import rollback_command
    from convsql.cli.context import Context

    raise typer.Exit(rollback_command(Context(project_dir, profiles_dir, target, vars, json), to))


@app.command(epilog=EPILOG)
def clean(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="Builds whose relations stay.")] = 1,
    json: Json = False,
) -> None:
    """Delete target/ and drop relations that no kept build shows; never those that readers see."""
    from convsql.cli.commands import clean_command
    from convsql.cli.context import Context

    raise typer.Exit(clean_command(Context(project_dir, profiles_dir, target, vars, json), keep))


@app.command(epilog=EPILOG)
def debug(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
) -> None:
    """Say what convsql sees: versions, project, target, database, who holds it, the head."""
    from convsql.cli.context import Context
    from convsql.cli.inspection import debug_command

    raise typer.Exit(debug_command(Context(project_dir, profiles_dir, target, vars, json)))


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. Whatever happens ends in one line and a code, never in a traceback.

    `arguments`: None for those of the process, which ends with this; else Ctrl-C is afterwards what it was.
    """
    given = join_selectors(sys.argv[1:] if arguments is None else arguments)
    return guarded(lambda words: int(app(words, standalone_mode=False) or 0), given, ends_process=arguments is None)
