"""`convsql docs`: its arguments and options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from convsql.cli.options import Json, ProfilesDir, ProjectDir, TargetName, Vars


def docs(
    output: Annotated[
        Optional[Path],
        typer.Option(
            "--output", "-o", help="A file, or a folder for its index.html.", show_default="target/catalogue.html"
        ),
    ] = None,
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
) -> None:
    """Write the catalogue: every metric version in plain language, every model, column and test, the graph, a search.

    One HTML file with nothing to fetch; any web server or pages host serves it.
    """
    from convsql.cli.context import Context
    from convsql.cli.docs_command import docs_command

    raise typer.Exit(docs_command(Context(project_dir, profiles_dir, target, vars, json), output))
