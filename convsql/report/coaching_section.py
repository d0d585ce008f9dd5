"""Reps who convert above what their team makes of the same mix, and conversations of theirs to read together."""

from __future__ import annotations

from convsql.report.figure import Figure, Row, Section
from convsql.report.labels import metric_label
from convsql.report.scope import Scope, of_metric
from convsql.report.table_section import Columns, table_section

MOST_EXAMPLES = 15
_NEEDED = ("metric", "metric_version", "agent_id", "matured", "conversion_rate", "expected_rate", "difference", "difference_low", "difference_high", "verdict", "fast_share", "asked_share")  # fmt: skip
_EXAMPLE = ("metric", "metric_version", "agent_id", "place", "conversation_id", "channel", "predicted_rate")


def coaching_section(scope: Scope) -> Section:
    """Only those to learn from, over the drawn metrics; ids alone."""

    def figures() -> list[Figure]:
        found = _agents(scope)
        return [each for each in (found, _examples(scope) if found else None) if each is not None]

    return table_section(
        scope, "coaching", "Whom to learn from", "Which reps convert more than the rest of their team would with the same mix, beyond luck, and which of their conversations are worth reading?",
        "coaching_agents", _NEEDED, figures, nothing="nobody stands out from their team beyond chance",
        caption="Leads are not assigned at random, so this is a place to look, not a grade.",
    )  # fmt: skip


def _agents(scope: Scope) -> Figure | None:
    columns: Columns = (
        ("metric", "metric", "text"), ("agent_id", "rep", "text"), ("conversion_rate", "rate", "share"), ("expected_rate", "the team, same mix", "share"),
        ("difference", "difference", "points"), ("difference_low", "lower limit", "points"), ("difference_high", "upper limit", "points"),
        ("fast_share", "answered fast", "share"), ("asked_share", "asked for a next step", "share"), ("matured", "matured (n)", "count"),
    )  # fmt: skip
    values: list[Row] = []
    for metric in scope.drawn:
        rows = scope.rows(f"select * from {{coaching_agents}} where {of_metric(metric)} and verdict = 'learn_from' order by difference desc, agent_id")  # fmt: skip
        values += [{**r, "metric": metric_label(metric)} for r in rows]
    if not values:
        return None
    footing = scope.footing("coaching_agents", sum(int(r["matured"]) for r in values))
    return Figure("learn-from", "Reps", "", footing, columns, values)


def _examples(scope: Scope) -> Figure | None:
    if not scope.has("coaching_conversations", *_EXAMPLE):
        return None
    columns: Columns = (
        ("metric", "metric", "text"), ("agent_id", "rep", "text"), ("conversation_id", "conversation", "text"), ("channel", "channel", "text"),
        ("predicted_rate", "of those like it convert", "share"),
    )  # fmt: skip
    values: list[Row] = []
    for metric in scope.drawn:
        rows = scope.rows(
            f"select * from {{coaching_conversations}} where {of_metric(metric)} order by place, agent_id"
        )
        values += [{**r, "metric": metric_label(metric)} for r in rows]
    if not values:
        return None
    footing = scope.footing("coaching_conversations", len(values), "conversations")
    return Figure("read-together", "Conversations to read together", "Answered fast, asked for a next step, and converted although few like them do.", footing, columns, values[:MOST_EXAMPLES], in_text=False)  # fmt: skip
