"""`convsql deps`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convsql.cli.options import ProjectDir, Vars


def deps(
    project_dir: ProjectDir = Path(),
    vars: Vars = None,
    upgrade: Annotated[bool, typer.Option("--upgrade", help="As in dbt; folders are always copied again.")] = False,
) -> None:
    """Copy packages that are on this machine into dbt_packages/: folders, git repositories and archives. `dbt deps` fetches all others."""
    from convsql.base.errors import ConvsqlError
    from convsql.cli.terminal import say
    from convsql.deps.install import install

    done = install(project_dir.resolve(), vars)
    for name, place in done.copied:
        say(f"{name}: copied to {place}")
    if done.left:
        raise ConvsqlError(
            f"convsql fetches nothing from a network: {', '.join(done.left)}",
            hint="run `dbt deps`: what it brings is read from dbt_packages/",
        )
    if not done.copied:
        say("nothing to do: packages in the project, and convsql's own, are read where they lie")
