"""`convsql ls`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, Where, did_you_mean
from convsql.cli.project_command import PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context
    from convsql.dbt_habits.choice import Choice
    from convsql.project.nodes import Node


@project_command(*PROJECT, "select", "exclude", "choice", "json")
def ls(
    context: Context,
    select: list[str],
    exclude: list[str],
    choice: Choice,
    output: Annotated[
        Optional[str], typer.Option("--output", help="name, path, selector, or json: one document a line.")
    ] = None,
    output_keys: Annotated[
        Optional[list[str]], typer.Option("--output-keys", help="The keys that --output json shows.")
    ] = None,
) -> int:
    """List the nodes of the project, one per line, parents first."""
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud, say_unmatched
    from convsql.project.selection import select as choose
    from convsql.project.selection import select_to_run

    if output not in (None, *_OUTPUTS):
        hint = did_you_mean(str(output), _OUTPUTS) or f"there are {', '.join(_OUTPUTS)}"
        raise ConvsqlError(f"no output '{output}'", Where("--output"), hint)
    compiled = compile_aloud(context, leaves_out=True)
    graph, around = compiled.everything or compiled.graph, choice.around(compiled.project)
    if choice.kinds == ("unit_test",):
        chosen = choose(graph, select, exclude, around)
    else:
        chosen = select_to_run(graph, select, exclude, compiled.project.name, around)
    if choice.kinds:
        chosen = {i for i in chosen if graph.nodes[i].kind in choice.kinds}
    if not context.json:
        say_unmatched(around)
    nodes = [n for n in graph.nodes.values() if n.unique_id in chosen]
    if context.json:
        terminal.put(json.dumps([_facts(n) for n in nodes], default=str))
        return EXIT_OK
    for node in nodes:
        terminal.put(_shown(node, output, [word for item in output_keys or [] for word in item.split()]))
    return EXIT_OK


_OUTPUTS = ("name", "path", "selector", "json")


def _shown(node: Node, output: str | None, keys: list[str]) -> str:
    from convsql.project.steps import is_step

    if output == "json":
        facts = {**_facts(node), "original_file_path": node.path, "config": node.config}
        return json.dumps({k: v for k, v in facts.items() if not keys or k in keys}, default=str)
    if output == "path":
        return node.path
    if output == "name":
        return node.name
    if output == "selector":
        source = "source:" if node.source else ""
        return source + ".".join(
            [node.package, *node.folders, *([node.source.source_name] if node.source else []), node.name]
        )
    mark = "\tstep" if is_step(node) else ""  # after a tab, so that `cut -f1` has the names alone
    return f"{node.kind}:{node.dotted_name}{mark}"


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
