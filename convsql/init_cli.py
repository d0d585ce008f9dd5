"""The commands with which a user begins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convsql.cli_options import ProfilesDir, ProjectDir, TargetName


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(epilog=app.info.epilog)(demo)
    app.command(epilog=app.info.epilog)(package)


def demo(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the generator.")] = 7,
) -> None:
    """Make a year of demo conversations, build it, and show conversion rates by month and channel."""
    from convsql.context import Context
    from convsql.demo.run import run_demo

    raise typer.Exit(run_demo(Context(project_dir, profiles_dir, target, None), seed))


def package() -> None:
    """Print the folder of the convsql models, for dbt: CONVSQL_PACKAGE=$(convsql package) dbt deps."""
    from convsql import report
    from convsql.installed import package_root

    report.put(str(package_root()))
