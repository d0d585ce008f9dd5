"""`convsql compile`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK
from convsql.cli.project_command import PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.context import Context
    from convsql.compiling.project import Compiled
    from convsql.project.nodes import Node


@project_command(*PROJECT, "select", "exclude", "json", "no_cache")
def compile(
    context: Context,
    select: list[str],
    exclude: list[str],
    inline: Annotated[
        Optional[str], typer.Option("--inline", help="Compile this query instead of the project's files.")
    ] = None,
) -> int:
    """Check the whole project before anything runs: every error at once, with file and line.

    Writes the SQL to target/compiled/; with --select it prints the SQL of the chosen models.
    """
    from convsql.cli import terminal
    from convsql.cli.aloud import compile_aloud
    from convsql.compiling.compiled_sql import compiled_sql, write_compiled
    from convsql.project.selection import select as choose

    compiled = compile_aloud(context, may_lack_data=True)
    if inline is not None:
        from convsql.compiling.inline import inline_sql

        terminal.put(inline_sql(compiled, inline))
        return EXIT_OK
    write_compiled(compiled)
    chosen = choose(compiled.graph, select, exclude)
    models = [n for n in compiled.graph.of("model") if n.unique_id in chosen]
    if context.json:
        terminal.put(_document(compiled, models))
    elif select:
        for node in models:
            terminal.put(f"-- {node.path}\n{compiled_sql(compiled, node)}")
    else:
        tests = sum(1 for _ in compiled.graph.of("test", "unit_test"))
        terminal.say(f"compiled {len(models)} models and {tests} tests: no errors")
    return EXIT_OK


def _document(compiled: Compiled, models: list[Node]) -> str:
    from convsql.compiling.compiled_sql import compiled_sql

    nodes = [
        {
            "unique_id": n.unique_id,
            "path": n.path,
            "compiled_code": compiled_sql(compiled, n),
            "columns": compiled.columns.get(n.unique_id, []),
        }
        for n in models
    ]
    return json.dumps({"status": "compiled", "exit_code": 0, "nodes": nodes})
