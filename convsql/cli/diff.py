"""`convsql metrics diff`: its arguments and options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from convsql.cli.options import Json, NoCache, ProfilesDir, ProjectDir, Quiet, TargetName, Vars

DIFF_EPILOG = (
    "Exit codes: 0 done; 1 with --exit-code, when anything moved; 2 usage, project, git or engine error; "
    "3 the database is in use; 130 interrupted."
)


def diff(
    versions: Annotated[
        Optional[list[str]],
        typer.Argument(
            help="Two versions of one metric: m@1 m@2 (m: its active one). With --base: the metrics, or versions, to look at.",
            show_default=False,
        ),
    ] = None,
    base: Annotated[
        Optional[str], typer.Option("--base", help="Compare with the code at this git ref: main, v1.2, HEAD~3.")
    ] = None,
    grain: Annotated[
        str, typer.Option("--grain", help="Cohorts by day, week, month, quarter, year, or all.")
    ] = "month",
    by: Annotated[
        Optional[str], typer.Option("--by", help="Cohorts by these dimensions too: channel or channel,persona.")
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown for a comment on a pull request.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 when a number moved.")] = False,
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
    quiet: Quiet = False,
    no_cache: NoCache = False,
) -> None:
    """What a change of a definition, or of the code, does to the numbers: who moved from where to where, and why the rate changed.

    Builds what is missing on either side and publishes nothing.
    """
    from convsql.cli.context import Context
    from convsql.cli.diff_command import diff_command

    context = Context(project_dir, profiles_dir, target, vars, json, quiet, no_cache)
    raise typer.Exit(diff_command(context, versions or [], base, grain, by, markdown, exit_code))
