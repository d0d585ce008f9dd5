"""`convsql rates`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from convsql.base.errors import EXIT_OK
from convsql.cli.options import Pii
from convsql.cli.project_command import OWN, PROJECT, project_command

if TYPE_CHECKING:
    from convsql.context import Context
    from convsql.rates.question import Question


# One parameter per option, as typer reads them: most of the lines are their help.
@project_command(OWN, *PROJECT, "json")
def rates(
    context: Context,
    metric: Annotated[
        str,
        typer.Argument(
            help="A metric (its current version, by the data's clock), or metric@version; without one, the metrics are listed.",
            show_default=False,
        ),
    ] = "",
    by: Annotated[
        Optional[list[str]],
        typer.Option("--by", help="Dimensions, as cohorts.by has them: channel, or persona,industry."),
    ] = None,
    grain: Annotated[str, typer.Option("--grain", help="Periods: day, week, month, quarter, year, or all.")] = "month",
    version: Annotated[
        Optional[int], typer.Option("--metric-version", help="The version, if the metric is given without one.")
    ] = None,
    last: Annotated[Optional[int], typer.Option("--last", min=1, help="Only this many of the latest periods.")] = None,
    pii: Pii = False,
) -> int:
    """Show the published rates of a metric: n, interval, completeness and a small bar for each cohort."""
    from convsql.api import Project
    from convsql.base.personal import masked_row
    from convsql.building.losses import why_no_conversations
    from convsql.cli import terminal
    from convsql.cli.aloud import say_warnings
    from convsql.cli.rows import columns_of_terminal
    from convsql.compiling.personal import marked_names
    from convsql.rates.confidence import confidence_of
    from convsql.rates.question import clocks_sql, rates_sql
    from convsql.rates.terminal import rates_view
    from convsql.rates.words import why_open

    project = Project.of(context)
    with project.published() as published:
        question = project.question(published, metric, ",".join(by or []), grain, version)
        rows = published.table(rates_sql(question, published.name)).rows()
        if not pii:
            personal = marked_names(published.compiled).intersection(question.by)
            rows = [masked_row(row, personal) for row in rows]
        reason = "" if rows else why_no_conversations(published.ask, published.has, published.name)
        has_clocks = all(map(published.has, ("input_clocks", "outcome_clocks", "metric_definitions")))
        clocks = published.ask(clocks_sql(question, published.name)) if has_clocks else []
        settings = published.compiled.project.vars_for(published.compiled.project.name)
        confidence = confidence_of(rows, settings.get("confidence"))
    say_warnings(project.warnings)
    if last is not None:
        periods = sorted({r["cohort_period"] for r in rows if r["cohort_period"] is not None})[-last:]
        rows = [r for r in rows if r["cohort_period"] is None or r["cohort_period"] in periods]
    note = why_open(rows, clocks)
    if context.json:
        terminal.put(json.dumps(_document(question, rows, confidence, reason, note)))
        return EXIT_OK
    terminal.put_rich(
        rates_view(question, rows, confidence, reason, columns_of_terminal(), note),
        width=terminal.WHOLE if question.by else 120,
    )
    return EXIT_OK


def _document(question: Question, rows: list[Any], confidence: float, reason: str, note: str) -> dict[str, Any]:
    from convsql.base.json_values import plain

    return {
        "metric": question.metric,
        "metric_version": question.version,
        "grain": question.grain,
        "by": list(question.by),
        "confidence": confidence,
        "as_of": plain(rows[0]["as_of"]) if rows else None,
        "reason": reason or None,
        "note": note or None,
        "rows": [plain(r) for r in rows],
    }
