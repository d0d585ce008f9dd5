"""`convsql rates`: the rates of one metric, on a terminal or as JSON."""

from __future__ import annotations

import json

from convsql.api import Project, warned
from convsql.base.errors import EXIT_OK
from convsql.building.context import Context
from convsql.building.losses import why_no_conversations
from convsql.cli import terminal
from convsql.rates.question import rates_sql


def rates_command(
    context: Context, metric: str, by: list[str], grain: str, version: int | None, last: int | None
) -> int:
    """Print the published rates of a metric. `last` periods only, all when not given. Raises ConvsqlError."""
    project = Project.of(context)
    with project.published() as published:
        question = project.question(published, metric, ",".join(by), grain, version)
        rows = published.table(rates_sql(question, published.name)).rows()
        reason = "" if rows else why_no_conversations(published.ask, published.has, published.name)
        confidence = float(published.compiled.project.vars_for(published.compiled.project.name).get("confidence", 0.95))
    warned(project, terminal.say)
    if last is not None:
        periods = sorted({r["cohort_period"] for r in rows if r["cohort_period"] is not None})[-last:]
        rows = [r for r in rows if r["cohort_period"] is None or r["cohort_period"] in periods]
    if context.json:
        from convsql.base.json_values import plain

        terminal.put(
            json.dumps(
                {
                    "metric": question.metric,
                    "metric_version": question.version,
                    "grain": question.grain,
                    "by": list(question.by),
                    "confidence": confidence,
                    "as_of": plain(rows[0]["as_of"]) if rows else None,
                    "reason": reason or None,
                    "rows": [plain(r) for r in rows],
                }
            )
        )
        return EXIT_OK
    from convsql.rates.terminal import rates_view

    terminal.put_rich(rates_view(question, rows, confidence, reason), width=terminal.WHOLE if question.by else 120)
    return EXIT_OK
