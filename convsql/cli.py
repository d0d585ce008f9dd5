"""The command line: arguments in, exit code out. Bodies of commands live in `convsql.commands`, exit codes in `convsql.errors`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from convsql.cli_options import (
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
from convsql.docs_cli import docs
from convsql.enrich_cli import enrich
from convsql.errors import EXIT_ERROR, EXIT_INTERRUPTED, ConvsqlError
from convsql.init_cli import register as register_beginning
from convsql.metrics_cli import app as metrics
from convsql.rates_cli import rates
from convsql.report_cli import report
from convsql.zones_cli import zones

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
def _main(version: Version = False) -> None:
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
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Build and test everything chosen again.")
    ] = False,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", help="Stop at the first failure.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan and do nothing.")] = False,
) -> None:
    """Build what changed, test it, and publish it only when every error-level test has passed.

    What is unchanged is neither built nor tested again. Readers see the last good build until all
    views flip at once.
    """
    from convsql.commands import build_command
    from convsql.context import Context

    context = Context(project_dir, profiles_dir, target, vars, json, quiet, no_cache)
    raise typer.Exit(build_command(context, select or [], exclude or [], full_refresh, fail_fast, dry_run))


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
    from convsql.commands import compile_command
    from convsql.context import Context

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
    from convsql.commands import check_command
    from convsql.context import Context

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
    from convsql.context import Context
    from convsql.inspection import list_command

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
    from convsql.context import Context
    from convsql.inspection import show_command

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
    from convsql.context import Context
    from convsql.inspection import history_command

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
    from convsql.commands import rollback_command
    from convsql.context import Context

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
    from convsql.commands import clean_command
    from convsql.context import Context

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
    from convsql.context import Context
    from convsql.inspection import debug_command

    raise typer.Exit(debug_command(Context(project_dir, profiles_dir, target, vars, json)))


def _interrupted(arguments: list[str]) -> int:
    """Ctrl-C; commands that publish hold it back from then on, so that this is true."""
    if "--json" in arguments:
        print(f'{{"status": "interrupted", "exit_code": {EXIT_INTERRUPTED}}}')
    print("interrupted; nothing was published", file=sys.stderr)
    return EXIT_INTERRUPTED


def _failed(error: ConvsqlError, arguments: list[str]) -> int:
    from convsql.report import put, say_error

    if "--json" in arguments:
        import json

        from convsql.artifacts import error_json

        put(json.dumps(error_json(error)))
    else:
        say_error(error)
    return error.exit_code


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. No traceback for a user's mistake."""
    given = join_selectors(sys.argv[1:] if arguments is None else arguments)
    try:
        code = int(app(given, standalone_mode=False) or 0)
        return _interrupted(given) if code == EXIT_INTERRUPTED else code  # typer turns Ctrl-C into this code
    except typer.Exit as leave:
        return leave.exit_code
    except ConvsqlError as error:
        return _failed(error, given)
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(given)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _failed(ConvsqlError(f"{error.filename or 'the system'}: {error.strerror or error}"), given)
    except Exception as error:
        show = getattr(error, "show", None)  # wrong usage, as typer raises it
        if show is None:
            raise
        if "--json" in given:
            return _failed(ConvsqlError(str(getattr(error, "message", error))), given)
        from convsql.report import say_misuse

        say_misuse(show)
        return int(getattr(error, "exit_code", EXIT_ERROR))
