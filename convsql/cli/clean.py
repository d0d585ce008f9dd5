"""`convsql clean`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context
    from convsql.project.profiles import Target


@project_command(*PROJECT, OWN, "json")
def clean(
    context: Context,
    keep: Annotated[int, typer.Option("--keep", min=1, help="Builds whose relations stay.")] = 1,
) -> int:
    """Delete target/ and drop relations that no kept build uses, but never those that readers see."""
    import shutil

    from convsql.base.printable import number_of
    from convsql.cli import terminal
    from convsql.project.clean_targets import check_clean
    from convsql.project.profiles import all_databases

    project, target = context.load()
    check_clean(project, all_databases(project, context.profiles_folder), _raw_files(context))
    removed = [str(folder.relative_to(project.root)) for folder in project.clean_dirs if folder.is_dir()]
    dropped = _drop_unseen(target, keep)
    for folder in removed:
        shutil.rmtree(project.root / folder)
    if context.json:
        terminal.put(json.dumps({"removed": removed, "dropped": dropped}))
    else:
        terminal.say(
            f"removed {', '.join(removed) or 'no folder'}; dropped {number_of(len(dropped), 'relation')} that no kept build shows"
        )
    return EXIT_OK


def _drop_unseen(target: Target, keep: int) -> list[str]:
    """Drop the relations that no kept build shows; returns their names."""
    from convsql.building.keeping import tidy
    from convsql.building.state import prepare
    from convsql.engines.access import access_to

    access = access_to(target)
    there = access.read()
    if there is None:
        return []
    there.close()
    with access.writing() as session:
        prepare(session)
        return tidy(session, keep, attempts=False)


def _raw_files(context: Context) -> list[Path] | None:
    """The files that sources are read from; None where the project can't be read."""
    from convsql.compiling.source_files import files_read

    try:
        compiled = context.compiled()
    except ConvsqlError:
        return None
    return [Path(file).absolute() for node in compiled.graph.of("source") for file in files_read(node)]
