"""The commands with which a user begins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from convsql.cli.options import ProfilesDir, ProjectDir, TargetName


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(epilog=app.info.epilog)(init)
    app.command(epilog=app.info.epilog)(demo)
    app.command(epilog=app.info.epilog)(package)


def demo(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the generator.")] = 7,
) -> None:
    """Make a year of demo conversations, build it, and show conversion rates by month and channel."""
    from convsql.cli.context import Context
    from convsql.cli.demo_command import run_demo

    raise typer.Exit(run_demo(Context(project_dir, profiles_dir, target, None), seed))


def package() -> None:
    """Print the folder of the convsql models, for dbt: CONVSQL_PACKAGE=$(convsql package) dbt deps."""
    from convsql.base.installed import package_root
    from convsql.cli import terminal

    terminal.put(str(package_root()))


def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new project.", show_default="this folder")] = Path(),
    source: Annotated[
        Optional[str],
        typer.Option(
            "--from", help="Folder of Parquet or CSV files to read, so that mappings and metrics are proposed."
        ),
    ] = None,
    name: Annotated[
        Optional[str], typer.Option("--name", help="The project's name.", show_default="the folder's")
    ] = None,
    timezone: Annotated[
        Optional[str], typer.Option("--timezone", help="IANA zone of days, weeks and months.", show_default="UTC")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: take the defaults.")] = False,
) -> None:
    """Begin a project of your own: definitions, mappings and settings, proposed from the data where there are any.

    Asks for what is not given; without a terminal, or with --yes, takes the defaults. Never writes over a file.
    """
    import sys

    from convsql.cli.init_command import init_command

    def ask(question: str, default: str) -> str:
        return str(typer.prompt(question, default=default, show_default=bool(default), err=True))

    is_asking = not yes and source is None and sys.stdin.isatty()
    raise typer.Exit(init_command(folder, source, name, timezone, ask if is_asking else lambda _, default: default))
