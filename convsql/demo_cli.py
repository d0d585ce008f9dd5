"""`convsql demo`: its options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convsql.cli_options import ProfilesDir, ProjectDir, TargetName


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
