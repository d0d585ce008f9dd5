"""`convsql report`: its arguments and options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from convsql.cli.options import Json, ProfilesDir, ProjectDir, TargetName, Vars


def report(
    format: Annotated[str, typer.Option("--format", help="html, or md for a pull request or a chat.")] = "html",
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", help="The file to write.", show_default="target/report.html; md: stdout"),
    ] = None,
    chart: Annotated[Optional[str], typer.Option("--chart", help="Write this one chart as a PNG instead.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Name the charts.")] = False,
    since: Annotated[
        Optional[str],
        typer.Option("--since", help="Definitions changed after this time are news.", show_default="the last report"),
    ] = None,
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
) -> None:
    """Write the report: one HTML file, with nothing to fetch, from the tables that readers see.

    Rates with intervals and completeness, alerts, cohort curves, the funnel, segments like for like, what changed in definitions.
    """
    from convsql.cli.context import Context
    from convsql.cli.report_command import report_command

    context = Context(project_dir, profiles_dir, target, vars, json)
    raise typer.Exit(report_command(context, format, output, chart, since, list_))
