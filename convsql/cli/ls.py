"""`convsql ls`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, Where, did_you_mean
from convsql.cli.project_command import PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.context import Context
    from convsql.project.nodes import Node

KINDS = ("model", "seed", "source", "test", "unit_test")


@project_command(*PROJECT, "select", "exclude", "json")
def ls(
    context: Context,
    select: list[str],
    exclude: list[str],
    resource_type: Annotated[
        Optional[str], typer.Option("--resource-type", help="model, seed, source, test or unit_test.")
    ] = None,
) -> int:
    """List the nodes of the project, one a line, parents first."""
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.project.selection import select as choose
    from convsql.project.selection import select_to_run
    from convsql.project.steps import is_step

    compiled = compile_aloud(context)
    if resource_type == "unit_test":
        chosen = choose(compiled.graph, select, exclude)
    else:
        chosen = select_to_run(compiled.graph, select, exclude, compiled.project.name)
    if resource_type and resource_type not in KINDS:
        raise ConvsqlError(
            f"no resource type '{resource_type}'", Where("--resource-type"), did_you_mean(resource_type, KINDS)
        )
    nodes = [n for n in compiled.graph.nodes.values() if n.unique_id in chosen and resource_type in (None, n.kind)]
    if context.json:
        terminal.put(json.dumps([_facts(n) for n in nodes], default=str))
        return EXIT_OK
    for node in nodes:
        mark = "\tstep" if is_step(node) else ""  # after a tab, so that `cut -f1` has the names alone
        terminal.put(f"{node.kind}:{node.dotted_name}{mark}")
    return EXIT_OK


def _facts(node: Node) -> dict[str, object]:
    return {
        "unique_id": node.unique_id,
        "name": node.name,
        "resource_type": node.kind,
        "path": node.path,
        "package_name": node.package,
        "tags": node.tags,
        "materialized": node.materialized,
        "depends_on": node.parents,
        "description": node.description,
    }
