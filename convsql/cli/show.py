"""`convsql show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, Where
from convsql.cli.options import Pii
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.api import Published
    from convsql.context import Context


@project_command(*PROJECT, OWN, "json")
def show(
    context: Context,
    node: Annotated[Optional[str], typer.Argument(help="A published model or seed.", show_default=False)] = None,
    select: Annotated[Optional[str], typer.Option("--select", "-s", help="The same as the argument.")] = None,
    inline: Annotated[
        Optional[str], typer.Option("--inline", help="A query over refs: 'select * from {{ ref(\"waits\") }}'.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows to show.")] = 10,
    pii: Pii = False,
    format: Annotated[
        Optional[str],
        typer.Option(
            "--format",
            help="table, record (a line per column), csv, json or md.",
            show_default="a table where it fits, else records",
        ),
    ] = None,
) -> int:
    """Show rows of a published model, or of a query over published models."""
    from convsql.api import Project
    from convsql.base.personal import masked
    from convsql.cli import rows, terminal
    from convsql.cli.aloud import say_warnings

    form = rows.checked_format("json" if context.json and format is None else format)

    name = node or select
    if (name is None) == (inline is None) or (node and select and node != select):
        raise ConvsqlError("name one model, or give --inline 'select …'", Where("show"))
    project = Project.of(context)
    with project.published() as published:
        table = published.show_name(name, limit) if name is not None else published.show_query(str(inline), limit)
        personal = [] if pii else _personal(published, name, str(inline), table.columns)
    say_warnings(project.warnings)
    tuples = table.tuples() if pii else [masked(row, personal) for row in table.tuples()]
    if form is None:
        terminal.put_table(table.columns, tuples)
    else:
        terminal.put(rows.formatted(table.columns, tuples, form, rows.columns_of_terminal()))
    return EXIT_OK


def _personal(published: Published, name: str | None, inline: str, columns: tuple[str, ...]) -> list[bool]:
    """Of each column that is shown whether it is personal."""
    from convsql.compiling.inline import inline_node
    from convsql.compiling.personal import personal_in, personal_outputs

    compiled = published.compiled
    if name is None:
        return personal_outputs(compiled, inline_node(compiled, inline), columns)
    return personal_in(compiled, columns, next((n for n in compiled.graph.of("model", "seed") if n.name == name), None))
