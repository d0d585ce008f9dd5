"""`convsql zones`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convsql.cli.options import ProjectDir


def zones(
    project_dir: ProjectDir = Path(),
    first: Annotated[int, typer.Option("--from", min=1970, max=2100, help="The first year.")] = 2000,
    last: Annotated[int, typer.Option("--to", min=1970, max=2100, help="The last year.")] = 2040,
) -> None:
    """Make the seed zone_offsets, the clock changes for business hours, from the time zones that this Python knows."""
    from convsql.cli.terminal import say
    from convsql.dbt_habits.habits import load_project
    from convsql.init.zone_offsets import write_zone_offsets

    say(write_zone_offsets(load_project(project_dir), first, last))
