"""`convsql metrics export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, did_you_mean
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.compiling.project import Compiled
    from convsql.context import Context
    from convsql.project.nodes import Node


@project_command(OWN, *PROJECT)
def export(
    context: Context,
    metrics: Annotated[
        Optional[list[str]],
        typer.Argument(
            help="metric@version, or metric for its current version (all that are not drafts).", show_default=False
        ),
    ] = None,
    to: Annotated[
        str, typer.Option("--to", help="metricflow, semantic_manifest, ossie, cube or lookml.", show_default=False)
    ] = "",
    into: Annotated[Optional[Path], typer.Option("--into", help="The file to write (the terminal).")] = None,
) -> int:
    """Write the definitions for another tool's semantic layer, over the rows that convsql has judged."""
    from convsql.base.whole_file import write_whole
    from convsql.change_control.lock import read_lock
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.definitions.versions import by_key, current_versions, defined, today
    from convsql.semantic_layers.exported import Exported, exported_metrics, nothing_to_export
    from convsql.semantic_layers.write import TOOLS, not_said, written

    if to not in TOOLS:
        hint = did_you_mean(to, TOOLS) or f"there are {', '.join(TOOLS)}"
        raise ConvsqlError(f"--to: no tool '{to}'" if to else "--to is missing", hint=hint)
    compiled = compile_aloud(context)
    project = compiled.project
    known = defined(project)
    chosen = (
        [by_key(known, key, today()) for key in metrics]
        if metrics
        else [d for d in known if d.definition.status != "draft"]
    )
    if not chosen:
        raise nothing_to_export()
    current = [str(key) for key in current_versions((d.definition for d in known), today())]
    found, notes = exported_metrics(chosen, read_lock(project.root), current)
    members = _members(compiled)
    relation = (compiled.target.database, *_published(compiled, members))
    text = written(to, Exported(project.name, relation, members.columns, found, notes))
    for note in notes:
        terminal.say(f"note: {note}")
    for words in not_said(to):
        terminal.say(f"note: {to} has no place for {words}")
    if into is None:
        terminal.put(text.rstrip("\n"))
        return EXIT_OK
    write_whole(into, text.encode())
    terminal.say(f"{into}: {len(found)} metric version{'' if len(found) == 1 else 's'} for {to}")
    return EXIT_OK


def _members(compiled: Compiled) -> Node:
    from convsql.semantic_layers.exported import MODEL

    node = next((n for n in compiled.graph.of("model") if n.name == MODEL), None)
    if node is None:
        raise ConvsqlError(
            f"the model '{MODEL}' is not in this project", hint="it is one of convsql's own: is it switched off?"
        )
    return node


def _published(compiled: Compiled, node: Node) -> tuple[str, str]:
    from convsql.project.nodes import published_alias
    from convsql.project.profiles import published_schema

    return published_schema(compiled.target, node), published_alias(node)
