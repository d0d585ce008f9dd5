"""What channels are worth to the paths that they are part of, beside the rule of the last touch."""

from __future__ import annotations

from convsql.report import charts
from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.labels import metric_label, value_label
from convsql.report.scope import Scope, key_of, of_metric
from convsql.report.table_section import Columns, table_section

_NEEDED = ("metric", "metric_version", "cut_by", "cut_value", "removal_effect", "removal_low", "removal_high", "shapley_value", "verdict")  # fmt: skip
_COLUMNS: Columns = (
    ("name", "channel", "text"), ("value", "lost without it", "share"), ("low", "lower limit", "share"), ("high", "upper limit", "share"),
    ("last_touch_share", "last touch", "share"), ("first_touch_share", "first touch", "share"), ("linear_share", "all alike", "share"),
    ("shapley_value", "part in the rate", "points"), ("verdict", "verdict", "text"), ("paths", "paths (n)", "count"), ("converted_paths", "converted", "count"),
)  # fmt: skip


def credit_section(scope: Scope) -> Section:
    """One figure per metric, by channel."""
    return table_section(
        scope, "removal-credit", "What each channel carries", "What share of the conversions passes through each channel, and would be lost if contacts there went nowhere else?",
        "removal_credit", _NEEDED, lambda: scope.drawn_figures(_figure), nothing="no metric has 100 paths that convert, and two channels in them",
        caption="An association, read from the paths of those who used the channel; only a holdout shows what a channel causes.",
    )  # fmt: skip


def _figure(scope: Scope, metric: Row) -> Figure | None:
    rows = scope.rows(
        f"select * from {{removal_credit}} where {of_metric(metric)} and cut_by = 'channel' and verdict <> 'too_few' order by removal_effect desc, cut_value"
    )
    if len(rows) < 2:
        return None
    values = [
        {**r, "name": value_label("channel", str(r["cut_value"])), "value": r["removal_effect"], "low": r["removal_low"], "high": r["removal_high"]}
        for r in rows
    ]  # fmt: skip
    most = values[0]
    reading = f"Without {most['name']} {shown(most['value'], 'share')} of the conversions would be lost; as the last touch it has {shown(most['last_touch_share'], 'share')} of them."
    dragging = [str(v["name"]) for v in values if v["verdict"] == "drags"]
    if dragging:
        reading += f" Paths with {' or '.join(dragging)} convert less than those without."
    held = next((v for v in values if v.get("holdout")), None)
    if held is not None:
        reading += f" The holdout “{held['holdout']}” says {shown(held['holdout_effect'], 'share')} for {held['name']}."
    footing = scope.footing(key_of(metric), int(rows[0]["all_paths"]), "paths")
    return Figure(slug("removal-credit", metric["metric"]), metric_label(metric), reading, footing, _COLUMNS, values, charts.dots(values))  # fmt: skip
