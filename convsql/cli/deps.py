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
    """Copy `local:` packages from outside the project into dbt_packages/; `dbt deps` fetches all others."""
    from convsql.base.errors import ConvsqlError
    from convsql.cli.terminal import say
    from convsql.project.fetching import copy_local

    copied, left = copy_local(project_dir.resolve(), vars)
    for name, place in copied:
        say(f"{name}: copied to {place}")
    if left:
        raise ConvsqlError(
            f"convsql fetches nothing from a network: {', '.join(left)}",
            hint="run `dbt deps`: what it brings is read from dbt_packages/",
        )
    if not copied:
        say("nothing to do: packages in the project, and convsql's own, are read where they lie")
