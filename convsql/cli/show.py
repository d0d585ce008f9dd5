"""`convsql show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, Where
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.building.context import Context


@project_command(*PROJECT, OWN, "json")
def show(
    context: Context,
    node: Annotated[Optional[str], typer.Argument(help="A published model or seed.", show_default=False)] = None,
    select: Annotated[Optional[str], typer.Option("--select", "-s", help="The same as the argument.")] = None,
    inline: Annotated[
        Optional[str], typer.Option("--inline", help="A query over refs: 'select * from {{ ref(\"waits\") }}'.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Rows to show.")] = 10,
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
    from convsql.cli import rows, terminal
    from convsql.cli.aloud import say_warnings

    form = rows.checked_format("json" if context.json and format is None else format)

    name = node or select
    if (name is None) == (inline is None):
        raise ConvsqlError("name one model, or give --inline 'select …'", Where("show"))
    project = Project.of(context)
    table = project.show_name(name, limit) if name is not None else project.show_query(str(inline), limit)
    say_warnings(project.warnings)
    if form is None:
        terminal.put_table(table.columns, table.tuples())
    else:
        terminal.put(rows.formatted(table.columns, table.tuples(), form, rows.columns_of_terminal()))
    return EXIT_OK
