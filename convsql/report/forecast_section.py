"""What will come of what is open, beside how often such intervals held."""

from __future__ import annotations

from convsql.rates.words import period_name
from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.labels import metric_label
from convsql.report.scope import Scope, key_of, of_metric
from convsql.report.table_section import Columns, table_section

_NEEDED = ("is_current", "cohort_period", "begun", "converted", "pending", "forecast", "low_80", "high_80", "low_95", "high_95", "amount_forecast", "backtests", "coverage_80", "coverage_95")  # fmt: skip


def forecast_section(scope: Scope) -> Section:
    """One figure per drawn metric: its open months, and all together."""
    return table_section(
        scope, "forecast", "What is still to come", "How many of the open conversations will have converted in the end, and what will they bring?", "won_forecast", _NEEDED,
        lambda: scope.drawn_figures(_figure),
        nothing="too few conversations were followed through a whole window",
        caption="Only conversations that have begun. The intervals assume that things go on as before; the coverage says how often they held in past months.",
    )  # fmt: skip


def _figure(scope: Scope, metric: Row) -> Figure | None:
    rows = scope.rows(f"select * from {{won_forecast}} where {of_metric(metric)} and is_current order by cohort_period is null, cohort_period")  # fmt: skip
    if not rows:
        return None
    unit = f" ({scope.currency})" if scope.currency else ""
    columns: Columns = (
        ("period", "begun in", "text"), ("begun", "begun (n)", "count"), ("converted", "converted", "count"), ("pending", "pending", "count"), ("forecast", "in the end", "number"),
        ("low_80", "80% from", "number"), ("high_80", "to", "number"), ("low_95", "95% from", "number"), ("high_95", "to", "number"),
    )  # fmt: skip
    if any(r["amount_forecast"] is not None for r in rows):
        columns += (("amount_forecast", f"amount{unit}", "count"), ("amount_low_95", "95% from", "count"), ("amount_high_95", "to", "count"))  # fmt: skip
    values: list[Row] = [{**r, "period": period_name(r["cohort_period"], "month") if r["cohort_period"] else "together"} for r in (rows if len(rows) > 2 else rows[:1])]  # fmt: skip
    whole = rows[-1]
    reading = (
        f"{whole['forecast']:,.1f} of {int(whole['begun']):,} ({whole['low_95']:,.1f} to {whole['high_95']:,.1f})."
    )
    if whole["backtests"]:
        reading += f" Of {int(whole['backtests'])} past forecasts, {shown(whole['coverage_80'], 'share')} lay in their 80% interval, {shown(whole['coverage_95'], 'share')} in the 95% one."
    footing = scope.footing(key_of(metric), int(whole["pending"]), "pending conversations")
    return Figure(slug("forecast", metric["metric"]), metric_label(metric), reading, footing, columns, values)
