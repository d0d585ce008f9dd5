"""`convsql rates`: its arguments and options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from convsql.cli.options import Json, ProfilesDir, ProjectDir, TargetName, Vars


def rates(
    metric: Annotated[
        str, typer.Argument(help="A metric (its version of today, by the data's clock), or metric@version.")
    ],
    by: Annotated[
        Optional[list[str]],
        typer.Option("--by", help="Dimensions, as cohorts.by has them: channel, or persona,industry."),
    ] = None,
    grain: Annotated[str, typer.Option("--grain", help="Periods: day, week, month, quarter, year, or all.")] = "month",
    version: Annotated[
        Optional[int], typer.Option("--metric-version", help="The version, where the metric is given without.")
    ] = None,
    last: Annotated[Optional[int], typer.Option("--last", min=1, help="Only so many latest periods.")] = None,
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
) -> None:
    """Show the published rates of a metric: n, interval, completeness and a small bar for each cohort."""
    from convsql.cli.context import Context
    from convsql.cli.rates_command import rates_command

    context = Context(project_dir, profiles_dir, target, vars, json)
    raise typer.Exit(rates_command(context, metric, by or [], grain, version, last))
