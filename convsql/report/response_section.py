"""Whether those who are answered sooner convert more, like for like."""

from __future__ import annotations

from convsql.report import charts
from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.labels import metric_label, value_label
from convsql.report.scope import Scope, key_of, of_metric
from convsql.report.table_section import Columns, table_section

_NEEDED = ("metric", "metric_version", "clock", "band", "standardised_rate", "later", "gain", "trend")
_TRENDS = {
    "falls": "The later the answer, the fewer convert",
    "rises": "The later the answer, the more convert",
    "undecided": "No trend is shown",
}
_COLUMNS: Columns = (
    ("name", "first answer", "text"), ("value", "like for like", "share"), ("low", "lower limit", "share"), ("high", "upper limit", "share"),
    ("conversion_rate", "as it was", "share"), ("matured", "matured (n)", "count"), ("later", "answered later", "count"), ("gain", "more, if they did as well", "number"),
    ("gain_low", "from", "number"), ("gain_high", "to", "number"),
)  # fmt: skip


def response_curve_section(scope: Scope) -> Section:
    """One figure per metric, by the calendar."""
    return table_section(
        scope, "response-curve", "Answered sooner, sold more?", "How often do conversations convert, by how long the contact waited for the first answer, with the same mix in every band?",
        "response_curve", _NEEDED, lambda: scope.drawn_figures(_figure), nothing="no metric has matured conversations in which a contact waited",
        caption="An association: those who are answered fastest are often those who would have bought anyway.",
    )  # fmt: skip


def _figure(scope: Scope, metric: Row) -> Figure | None:
    rows = scope.rows(
        f"select * from {{response_curve}} where {of_metric(metric)} and clock = 'calendar' and is_comparable and band <> 'unanswered' order by band_number"
    )
    if len(rows) < 2:
        return None
    values = [
        {**r, "name": band_label(str(r["band"])), "value": r["standardised_rate"], "low": r["standardised_low"], "high": r["standardised_high"]}
        for r in rows
    ]  # fmt: skip
    p = rows[0]["trend_p"]
    reading = _TRENDS.get(str(rows[0]["trend"]), "Nothing varies")
    reading += f" (p {p:.2g})." if p is not None and p >= 0.0001 else " (p below 0.0001)." if p is not None else "."
    first = rows[0]
    if first["gain"] is not None and first["to_minutes"] is not None:
        reading += (
            f" Of the {shown(first['later'], 'count')} answered after {first['to_minutes']:g} minutes {shown(first['gain'], 'number')} more would have converted,"
            f" had they converted like those answered sooner ({shown(first['gain_low'], 'number')} to {shown(first['gain_high'], 'number')})."
        )
    footing = scope.footing(key_of(metric), sum(int(r["matured"]) for r in rows))
    return Figure(slug("response-curve", metric["metric"]), metric_label(metric), reading, footing, _COLUMNS, values, charts.dots(values))  # fmt: skip


def band_label(band: str) -> str:
    """`5m_to_30m` → 5 min to 30 min."""
    known = value_label("response_band", band)
    if known != band:
        return known
    words = []
    for word in band.split("_"):
        is_span = word[:1].isdigit()
        words.append(word.replace("m", " min").replace("h", " h") if is_span else word)
    return " ".join(words)
