"""What to do on Monday: where conversations that convert less than like ones are many, and which part of them is worst."""

from __future__ import annotations

from convsql.report.figure import Row, Sentence, slug
from convsql.report.labels import dimension_label, metric_label, noun_of, value_label
from convsql.report.scope import Scope, campaign_name, of_metric

MOST = 3
_DO = {
    "slow_follow_up": "answer sooner",
    "incorrect_routing": "route contacts to reps of their own territory",
    "no_next_step": "offer a next step in the first message",
    "not_actionable": "find out where contacts come from to whom nobody could sell",
    "no_reply": "try another time or channel for contacts who never answer",
    "opted_out": "write less often to contacts likely to opt out",
}
# By what a remedy is looked at first: who answers, where contacts are, what sent them.
_BY = {"slow_follow_up": "owner_team", "incorrect_routing": "territory", "no_next_step": "campaign_id"}


def steps(scope: Scope, moved: Row | None, since: str = "") -> list[Sentence]:
    """One sentence on the metric that moved (`since` when, in words), or the one that rests on most; none where no cause stands out."""
    if not scope.has("drop_off_reasons", "cut_by", "reason", "associated_low", "is_instrumented"):
        return []
    for metric in ([moved] if moved else []) + scope.drawn:
        rows = scope.rows(
            "select reason, affected, affected_rate, absent_rate, associated_conversions, associated_low, associated_high from {drop_off_reasons}"
            f" where {of_metric(metric)} and cut_by = 'all' and period_grain = 'all' and is_instrumented and not is_small"
            " and associated_low > 0 order by associated_conversions desc, reason"
        )
        if rows:
            return [_sentence(scope, metric, rows[:MOST], since)]
    return []


def _sentence(scope: Scope, metric: Row, rows: list[Row], since: str) -> Sentence:
    asked = (
        f"Ask what was done differently {since}. The figures below cover all time, and need not be the cause. For"
        if since
        else "For"
    )
    noun = noun_of(str(metric["outcome"]))
    parts = [
        f"({n}) {_DO.get(r['reason'], r['reason'])}{_worst(scope, metric, r)}: {_count(r, noun if n == 1 else '')}"
        for n, r in enumerate(rows, 1)
    ]
    text = (
        f"{asked} {metric_label(metric)}: {'; '.join(parts)}. Each is counted against similar conversations without the problem; only an experiment"
        " can show what it costs."
    )
    return Sentence("On Monday", text, (("reasons", slug("drop-off", metric["metric"])),))


def _count(row: Row, noun: str) -> str:
    unit = f" fewer {noun} over all time" if noun else " fewer"
    return f"{row['associated_conversions']:,.0f}{unit} ({row['associated_low']:,.0f} to {row['associated_high']:,.0f})"


def _worst(scope: Scope, metric: Row, reason: Row) -> str:
    """The value of the reason's own dimension in which most of it lies."""
    by = _BY.get(str(reason["reason"]))
    if by is None:
        return ""
    rows = scope.rows(
        "select cut_value, sum(case when reason = '"
        + str(reason["reason"])
        + "' then affected else 0 end) as shown_by, sum(affected) as all_of"
        f" from {{drop_off_reasons}} where {of_metric(metric)} and cut_by = '{by}' and period_grain = 'all' and cut_value <> 'unknown'"
        " group by cut_value order by cut_value"
    )
    rows = [r for r in rows if r["all_of"] >= 30]
    if len(rows) < 2:
        return ""
    worst = max(rows, key=lambda r: r["shown_by"] / r["all_of"])
    if by == "campaign_id":
        return f", starting with campaign {campaign_name(scope, worst['cut_value'])}"
    return f", starting with {dimension_label(by)} {value_label(by, worst['cut_value'])}"
