"""What conversations bring: amounts credited to them, and what is still on its way, per conversation."""

from __future__ import annotations

from convsql.base.printable import number_of
from convsql.rates.words import period_name
from convsql.report import charts
from convsql.report.drill import drill
from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.headlines import MOST_PERIODS, grain_of
from convsql.report.labels import metric_label
from convsql.report.scope import Scope, key_of, of_metric

_WON = ("closed_won",)


def money_section(scope: Scope) -> Section:
    """One figure per metric whose outcomes carry amounts: credited amount per eligible conversation, period by period."""
    section = Section(
        "money",
        "Revenue and pipeline per conversation",
        "What is credited to a conversation on average? For won deals this is revenue; for earlier outcomes it is pipeline, some of which may still be lost.",
        caption="Bars: credited amount per eligible conversation of the period. Pale: periods still open, whose amounts can grow.",
    )
    if not scope.has("cohort_rates", "amount", "credit", "converted"):
        section.missing = "the table cohort_rates is not published with its amounts"
        return section
    section.figures = scope.drawn_figures(_figure)
    if not section.figures:
        section.missing = "no outcome that a metric counts carries an amount"
    return section


def _figure(scope: Scope, metric: Row) -> Figure | None:
    grain = grain_of(metric)
    rows = scope.rows(
        f"select cohort_period, eligible, converted, credit, amount, is_complete from {{cohort_rates}} where {of_metric(metric)}"
        f" and cohort_grain = '{grain}' and cohort_by = 'all' and eligible > 0 order by cohort_period"
    )[-MOST_PERIODS:]
    if not any(r["amount"] for r in rows):
        return None
    values = [
        {
            "period": period_name(r["cohort_period"], grain),
            "each": float(r["amount"]) / int(r["eligible"]),
            "mean": float(r["amount"]) / float(r["credit"]) if r["credit"] else None,
            "amount": round(float(r["amount"])),
            "eligible": r["eligible"],
            "is_complete": r["is_complete"],
            "drill": drill(scope, metric, grain, r["cohort_period"]),
        }
        for r in rows
    ]
    kind = "Revenue" if metric["outcome"] in _WON else "Pipeline"
    unit = f" ({scope.currency})" if scope.currency else ""
    columns = (
        ("period", "period", "text"), ("each", f"per conversation{unit}", "number"), ("mean", f"per outcome{unit}", "number"),
        ("amount", f"credited{unit}", "count"), ("eligible", "eligible (n)", "count"), ("is_complete", "complete", "text"),
    )  # fmt: skip
    whole, n = sum(v["amount"] for v in values), sum(int(v["eligible"]) for v in values)
    return Figure(
        slug("money", metric["metric"]),
        f"{kind}: {metric_label(metric)}",
        f"{shown(whole, 'count')}{f' {scope.currency}' if scope.currency else ''} credited to {number_of(n, 'conversation')}: {whole / n:,.0f} each.",
        scope.footing(key_of(metric), n, "eligible conversations"),
        columns,
        values,
        charts.amounts(values),
    )
