"""`convsql explain`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from convsql.base.errors import EXIT_OK, ConvsqlError, did_you_mean
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from convsql.context import Context
    from convsql.rates.members import Cell


@project_command(OWN, *PROJECT, "json")
def explain(
    context: Context,
    metric: Annotated[
        str, typer.Argument(help="A metric (its current version, by the data's clock), metric@version, or a model.")
    ],
    period: Annotated[
        Optional[str],
        typer.Option("--period", help="2026-07, 2026-Q3, 2026, or a day in it (the latest complete one)."),
    ] = None,
    grain: Annotated[
        Optional[str],
        typer.Option(
            "--grain",
            help="Periods: day, week, month, quarter, year, or all.",
            show_default="month; quarter or year where --period names one",
        ),
    ] = None,
    where: Annotated[
        Optional[list[str]],
        typer.Option("--where", help="The value of a dimension, such as channel=sms; repeat it to combine dimensions."),
    ] = None,
    status: Annotated[
        Optional[list[str]],
        typer.Option(
            "--status",
            help="Only conversations with this status: converted, not_converted, pending, excluded, below_kind.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Show at most this many conversations; 0 for all.")] = 20,
    version: Annotated[
        Optional[int], typer.Option("--metric-version", help="The version, if the metric is given without one.")
    ] = None,
) -> int:
    """Show how one published rate is computed, and its conversations, each with why it counts or does not; of a model, how the next build makes it."""
    from convsql.api import Project
    from convsql.cli import rows, terminal
    from convsql.cli.aloud import say_warnings
    from convsql.cli.explained_node import put_explained
    from convsql.rates.confidence import confidence_of
    from convsql.rates.members import (
        STATUSES,
        cuts_of,
        definition_of,
        exclusions_sql,
        found_cell,
        grain_of_period,
        members_sql,
    )
    from convsql.rates.members_terminal import MEMBERS, cell_view, member_rows

    for word in status or ():
        if word not in STATUSES:
            raise ConvsqlError(
                f"--status: no status '{word}'", hint=did_you_mean(word, STATUSES) or f"there are {', '.join(STATUSES)}"
            )
    if not (period or grain or where or status or version or "@" in metric) and put_explained(context, metric):
        return EXIT_OK
    cuts = cuts_of(where or ())
    project = Project.of(context)
    with project.published() as published:
        question = project.question(published, metric, sorted(cuts), grain or grain_of_period(period), version)
        cell = found_cell(published.ask, published.name, question, cuts, period)
        definition = definition_of(published.ask, published.name, question)
        excluded = published.ask(exclusions_sql(cell, published.name))
        members = published.ask(members_sql(cell, published.name, status or (), limit or None))
        settings = published.compiled.project.vars_for(published.compiled.project.name)
        confidence = confidence_of([cell.rate], settings.get("confidence"))
    say_warnings(project.warnings)
    total = sum(int(cell.rate[each]) for each in status or STATUSES)
    if context.json:
        terminal.put(json.dumps(_document(cell, excluded, members, definition, confidence, total)))
        return EXIT_OK
    wide = rows.columns_of_terminal()
    terminal.put_rich(cell_view(cell, excluded, definition, confidence), width=wide or 120)
    if not members:
        terminal.put("\nNo conversation of that status." if total == 0 else "")
        return EXIT_OK
    terminal.put("\n" + rows.fitting(MEMBERS, member_rows(members, definition), wide))
    if len(members) < total:
        terminal.put(f"\n{total - len(members):,} more: --limit, or --status for some of them")
    return EXIT_OK


def _document(
    cell: Cell,
    excluded: Sequence[Mapping[str, Any]],
    members: Sequence[Mapping[str, Any]],
    definition: Mapping[str, Any],
    confidence: float,
    total: int,
) -> dict[str, Any]:
    from convsql.base.json_values import plain
    from convsql.rates.members import why

    return {
        "metric": cell.question.metric,
        "metric_version": cell.question.version,
        "grain": cell.question.grain,
        "period": plain(cell.period),
        "where": dict(zip(cell.question.by, cell.values, strict=True)),
        "confidence": confidence,
        "rate": plain(dict(cell.rate)),
        "excluded": {str(row["eligibility"]): row["conversations"] for row in excluded},
        "total": total,
        "conversations": [{**plain(dict(row)), "why": why(row, definition)} for row in members],
    }
