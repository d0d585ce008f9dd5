"""Alerts: the newest signals, and the control charts of the series they came from."""

from __future__ import annotations

from convsql.rates.words import period_name
from convsql.report import charts
from convsql.report.figure import Figure, Row, Section, slug
from convsql.report.scope import Scope, dimensions, key_of, said, segment

MOST_SIGNALS = 20
MOST_CHARTS = 6
MOST_PERIODS = 40
_WORDS = {
    "above_limit": "above its limit",
    "below_limit": "below its limit",
    "run_above": "a run above the centre",
    "run_below": "a run below the centre",
}
_SIGNALS = (
    ("period", "period", "text"),
    ("series", "series", "text"),
    ("what", "signal", "text"),
    ("rate", "rate", "share"),
    ("centre", "centre", "share"),
    ("lower", "lower limit", "share"),
    ("upper", "upper limit", "share"),
    ("matured", "matured (n)", "count"),
)
_CHART = (*_SIGNALS[:1], *_SIGNALS[2:])


def alert_section(scope: Scope) -> Section:
    """A list of the newest signals and a control chart for each of a few series, those over all conversations first."""
    section = Section(
        "alerts",
        "What woke us",
        "A cohort is held against earlier complete cohorts of its own series. Dashed: the limits set before it. Dots: signals.",
    )
    if not scope.has("rate_alerts"):
        section.missing = "the table rate_alerts is not published"
        return section
    metrics = ", ".join(f"({said(m['metric'])}, {int(m['metric_version'])})" for m in scope.metrics)
    signals = scope.rows(
        f"select series_id, metric, metric_version, cohort_grain, cohort_by, cohort_period, signal, conversion_rate, centre,"
        f" lower_limit, upper_limit, matured, {dimensions()} from {{rate_alerts}}"
        f" where is_new_signal and (metric, metric_version) in ({metrics or '(null, null)'})"
        f" order by cohort_period desc, case when cohort_by = 'all' then 0 else 1 end, metric, series_id limit {MOST_SIGNALS}"
    )
    if not signals:
        section.missing = "no signal in any series"
        return section
    section.figures.append(
        Figure(
            "newest-signals",
            f"The newest {len(signals)} signals",
            "",
            scope.footing("rate_alerts"),
            _SIGNALS,
            [{**_row(r), "series": _series(r)} for r in signals],
        )
    )
    chosen: dict[str, Row] = {}
    for row in sorted(signals, key=lambda r: r["cohort_by"] != "all"):
        chosen.setdefault(row["series_id"], row)
    section.figures += [_chart(scope, row) for row in list(chosen.values())[:MOST_CHARTS]]
    return section


def _series(row: Row) -> str:
    where = (
        "" if row["cohort_by"] == "all" else f", {row['cohort_by'].replace('+', ', ')} {segment(row, row['cohort_by'])}"
    )
    return f"{key_of(row)} by {row['cohort_grain']}{where}"


def _row(row: Row) -> dict[str, object]:
    return {
        "period": period_name(row["cohort_period"], row["cohort_grain"]),
        "rate": row["conversion_rate"],
        "centre": row["centre"],
        "lower": row["lower_limit"],
        "upper": row["upper_limit"],
        "matured": row["matured"],
        "signal": bool(row["signal"]),
        "what": _WORDS.get(row["signal"], row["signal"] or ""),
    }


def _chart(scope: Scope, signal: Row) -> Figure:
    rows = scope.rows(
        "select cohort_period, cohort_grain, conversion_rate, centre, lower_limit, upper_limit, matured, signal from {rate_alerts}"
        f" where series_id = {said(signal['series_id'])} order by cohort_period desc limit {MOST_PERIODS}"
    )[::-1]
    values = [_row(r) for r in rows]
    title = _series(signal)
    return Figure(
        slug("alert", title),
        title,
        f"{_WORDS.get(signal['signal'], signal['signal'])} in {period_name(signal['cohort_period'], signal['cohort_grain'])}",
        scope.footing(key_of(signal), sum(int(r["matured"]) for r in rows)),
        _CHART,
        values,
        charts.control_chart(values),
        in_text=False,
    )
