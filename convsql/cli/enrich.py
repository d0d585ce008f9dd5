"""`convsql enrich`: its options."""

from __future__ import annotations

from pathlib import Path

import typer

from convsql.cli.options import Json, ProfilesDir, ProjectDir, TargetName, Vars


def enrich(
    project_dir: ProjectDir = Path(),
    profiles_dir: ProfilesDir = None,
    target: TargetName = None,
    vars: Vars = None,
    json: Json = False,
) -> None:
    """Score how friendly contacts write, for sentiment_rates: only what this version of the model has not scored yet.

    Reads the published messages, and writes beside the raw tables. Needs the extra `sentiment`; without it nothing happens.
    """
    from convsql.cli.context import Context
    from convsql.cli.enrich_command import enrich_command

    raise typer.Exit(enrich_command(Context(project_dir, profiles_dir, target, vars, json)))
