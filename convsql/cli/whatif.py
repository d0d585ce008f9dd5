"""`convsql whatif`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, Where
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context


@project_command(OWN, *PROJECT, "json")
def whatif(
    context: Context,
    metric: Annotated[
        str, typer.Argument(help="metric@version, or metric for its current version.", show_default=False)
    ],
    change: Annotated[
        Optional[list[str]],
        typer.Option(
            "--change", help="key=value, as in vars.yml: window_days=21, eligible.channels=[sms].", show_default=False
        ),
    ] = None,
    grain: Annotated[str, typer.Option("--grain", help="Periods: day, week, month, quarter, year, or all.")] = "month",
    by: Annotated[Optional[str], typer.Option("--by", help="Dimensions: channel, or persona,industry.")] = None,
    last: Annotated[Optional[int], typer.Option("--last", min=1, help="Only this many of the latest periods.")] = None,
) -> int:
    """Show what a metric's rates would be under another definition, and which conversations would move, without building or publishing anything."""
    from convsql.api import Project
    from convsql.cli import rows, terminal
    from convsql.cli.aloud import say_warnings
    from convsql.definitions.versions import by_key, defined, today
    from convsql.diff.measure import checked_cut
    from convsql.whatif.answer import answered, supposed_version
    from convsql.whatif.changed import changed, changes_of
    from convsql.whatif.supposed import Supposed
    from convsql.whatif.terminal import answer_columns, answer_head, answer_rows, answer_tail

    changes = changes_of(change or ())
    if not changes:
        raise ConvsqlError("nothing is changed", Where("--change"), "for example --change window_days=21")
    cut = checked_cut(grain, by)
    project = Project.of(context)
    with project.published() as published:
        compiled = published.compiled
        if compiled.target.type != "duckdb":
            raise ConvsqlError(
                f"whatif asks a DuckDB file, and the target '{compiled.target.name}' is of type {compiled.target.type}",
                hint="use a target of type duckdb, over the same inputs",
            )
        known = defined(compiled.project)
        one = by_key(known, metric, today())
        version = supposed_version([d.definition for d in known], one.name)
        after = changed(compiled, one, changes, version)
        targets = published.name("targets") if published.has("targets") else None
        found = answered(Supposed(compiled, one.definition, after, *cut), published.ask, targets)
    say_warnings(project.warnings)
    if last is not None:
        periods = sorted({c["period"] for c in found["cohorts"] if c["period"]})[-last:]
        found["cohorts"] = [c for c in found["cohorts"] if c["period"] is None or c["period"] in periods]
    if context.json:
        terminal.put(json.dumps(found))
        return EXIT_OK
    wide = rows.columns_of_terminal()
    table = rows.fitting(answer_columns(found), answer_rows(found), wide)
    terminal.put("\n\n".join([rows.broken(answer_head(found), wide), table, rows.broken(answer_tail(found), wide)]))
    return EXIT_OK
