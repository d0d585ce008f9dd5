"""Charts as Vega-Lite, narrow enough for a phone: wide screens stand several side by side, and the page scales them to the column.

Colours are tokens of the page: `drawing` turns them into its variables, so that one picture is light and dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convsql.report import tips

INK, MUTED, LINE, ACCENT, WARM, FAINT = "#1b2226", "#56636b", "#d9e0e3", "#0b6b70", "#a8480c", "#8a979e"
WIDTH = 330  # of the whole picture, names and all: letters of all charts have one size on the page
HEIGHT = 190
Spec = dict[str, Any]
Values = Sequence[Mapping[str, Any]]
_TIP: Spec = {"description": {"field": "tip"}}

_AXIS = {
    "domainColor": LINE, "tickColor": LINE, "gridColor": LINE, "labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 11,
    "titleFontSize": 11, "titleFontWeight": "normal", "labelOverlap": True, "labelSeparation": 6, "labelLimit": 160,
}  # fmt: skip
_PERCENT = {"format": "~%", "tickCount": 4, "title": None, "domain": False, "ticks": False}


def chart(layers: list[Spec], values: Values, height: int = HEIGHT, **more: Any) -> Spec:
    """A chart of some layers over the same rows."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": None,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit" if isinstance(height, int) else "fit-x", "contains": "padding"},
        "data": {"values": list(values)},
        "layer": layers,
        "config": {
            "axisX": {"aria": False},
            "axisY": {"aria": False},
            "font": "Helvetica, Arial, sans-serif",
            "axis": _AXIS,
            "view": {"stroke": None},
            "legend": {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": 11, "titleFontSize": 11},
            "text": {"color": INK},
        },
        **more,
    }


def _x_of_periods(values: Values) -> Spec:
    names = [v["period"] for v in values]
    every = max(1, -(-len(names) // 4))
    kept = [n for i, n in enumerate(reversed(names)) if i % every == 0]
    axis = {"title": None, "labelAngle": 0, "values": kept, "grid": False, "labelOverlap": True}
    return {"field": "period", "type": "ordinal", "sort": names, "axis": axis, "scale": {"padding": 0.3}}


def _events(values: Values, x: Spec) -> list[Spec]:
    """An upright line in each period in which something is on record. A chart without any has no such layer."""
    if not any(v.get("event") for v in values):
        return []
    mark = {"type": "rule", "color": MUTED, "strokeDash": [1, 3], "strokeWidth": 1.4}
    return [{"mark": mark, "encoding": {"x": x, **_TIP}, "transform": [{"filter": "datum.event"}]}]


def rate_over_time(values: Values) -> Spec:
    """Rates with their intervals, complete ones as dots on a line, projected ones hollow.

    Rows: period, rate, low, high, projected (each share may be null).
    """
    values = tips.tipped(values, tips.rate)
    x = _x_of_periods(values)
    top = max([v[c] for v in values for c in ("high", "projected") if v[c] is not None], default=1)
    y = {"type": "quantitative", "axis": _PERCENT, "scale": {"domain": [0, top], "nice": True}}
    layers: list[Spec] = [
        *_events(values, x),
        {
            "mark": {"type": "area", "color": ACCENT, "fillOpacity": 0.16},
            "encoding": {"x": x, "y": {"field": "low", **y}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "line", "color": ACCENT, "strokeWidth": 2},
            "encoding": {"x": x, "y": {"field": "rate", **y}},
        },
        {
            "mark": {"type": "point", "filled": True, "color": ACCENT, "size": 26, "opacity": 1},
            "encoding": {"x": x, "y": {"field": "rate", **y}, **_TIP},
            "transform": [{"filter": "datum.rate != null"}],
        },
        {
            "mark": {"type": "point", "filled": False, "color": WARM, "size": 40, "opacity": 1, "strokeWidth": 1.6},
            "encoding": {"x": x, "y": {"field": "projected", **y}, **_TIP},
            "transform": [{"filter": "datum.rate == null && datum.projected != null || datum.is_open"}],
        },
    ]
    return chart(layers, values)


def control_chart(values: Values) -> Spec:
    """Rates between the limits that were set before them; signals stand out. Rows: period, rate, lower, upper, centre, signal."""
    values = tips.tipped(values, tips.judged)
    x = _x_of_periods(values)
    y = {"type": "quantitative", "axis": _PERCENT}
    limit = {"type": "line", "color": FAINT, "strokeDash": [3, 3], "interpolate": "step", "strokeWidth": 1.2}
    layers: list[Spec] = _events(values, x)
    layers += [{"mark": limit, "encoding": {"x": x, "y": {"field": field, **y}}} for field in ("lower", "upper")]
    layers += [
        {
            "mark": {"type": "line", "color": FAINT, "strokeWidth": 1},
            "encoding": {"x": x, "y": {"field": "centre", **y}},
        },
        {
            "mark": {"type": "line", "color": ACCENT, "strokeWidth": 1.8},
            "encoding": {"x": x, "y": {"field": "rate", **y}},
        },
        {
            "mark": {"type": "point", "filled": True, "color": ACCENT, "size": 22, "opacity": 1},
            "encoding": {"x": x, "y": {"field": "rate", **y}, **_TIP},
            "transform": [{"filter": "!datum.signal && datum.rate != null"}],
        },
        {
            "mark": {"type": "point", "filled": True, "color": WARM, "size": 55, "opacity": 1},
            "encoding": {"x": x, "y": {"field": "rate", **y}, **_TIP},
            "transform": [{"filter": "datum.signal"}],
        },
    ]
    return chart(layers, values)


def curves(values: Values, days: float) -> Spec:
    """Converted share over days since the anchor, a line per cohort, dashed where some are still pending.

    Rows: cohort, day, share, part (followed, pending), rank (0 the newest).
    """
    x = {
        "field": "day", "type": "quantitative", "scale": {"domain": [0, days], "nice": False},
        "axis": {"title": "days since the anchor", "grid": False, "tickCount": 5},
    }  # fmt: skip
    y = {"field": "share", "type": "quantitative", "axis": _PERCENT}

    def line(condition: str, color: str, width: float, **more: Any) -> Spec:
        return {
            "mark": {"type": "line", "color": color, "strokeWidth": width, "interpolate": "step-after", **more},
            "encoding": {"x": x, "y": y, "detail": {"field": "cohort", "type": "nominal"}},
            "transform": [{"filter": condition}],
        }

    return chart(
        [
            line("datum.part == 'followed' && datum.rank > 1", FAINT, 1.1, opacity=0.65),
            line("datum.part == 'followed' && datum.rank == 1", INK, 2),
            line("datum.part == 'followed' && datum.rank == 0", ACCENT, 2.4),
            line("datum.part == 'pending'", WARM, 1.8, strokeDash=[4, 3]),
        ],
        values,
    )


def _beside(names: Sequence[object]) -> Spec:
    """Room for names that a reader's letters make wider than ours, on the side where they begin."""
    longest = min(25, max((len(str(name)) for name in names), default=0))
    return {"left": 5 + 1.1 * longest, "right": 16, "top": 5, "bottom": 5}


def steps(values: Values, room: float = 1.7) -> Spec:
    """A funnel: each step's share of all that began, the bottleneck in another colour. Rows: step, number, share, label, is_bottleneck.

    `room`: how many times as long as the longest bar the chart is, for the labels behind the bars.
    """
    values = tips.tipped(values, tips.step)
    names = [v["step"] for v in values]
    longest = max((v["share"] for v in values), default=0) or 1
    y = {
        "field": "step", "type": "nominal", "sort": names,
        "axis": {"title": None, "domain": False, "ticks": False, "labelFontSize": 12},
    }  # fmt: skip
    x = {"field": "share", "type": "quantitative", "axis": None, "scale": {"domain": [0, room * longest]}}
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "height": 16, "cornerRadiusEnd": 2},
            "encoding": {
                "y": y,
                "x": x,
                **_TIP,
                "color": {
                    "condition": {"test": "datum.is_bottleneck", "value": WARM},
                    "value": ACCENT,
                },
            },
        },
        {
            "mark": {"type": "text", "align": "left", "dx": 5, "fontSize": 11, "color": INK},
            "encoding": {"y": y, "x": x, "text": {"field": "label"}},
        },
    ]
    return chart(layers, values, height={"step": 26}, padding=_beside(names))  # type: ignore[arg-type]


def dots(values: Values, hollow: str = "") -> Spec:
    """Values with intervals, one line each; hollow marks for what they are compared with. Rows: name, value, low, high[, hollow]."""
    values = tips.tipped(values, tips.dot)
    names = [v["name"] for v in values]
    y = {
        "field": "name", "type": "nominal", "sort": names,
        "axis": {"title": None, "domain": False, "ticks": False, "grid": True, "labelFontSize": 12, "offset": 8},
    }  # fmt: skip
    x = {"type": "quantitative", "axis": {**_PERCENT, "grid": False, "labelFlush": False}}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2},
            "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "point", "filled": True, "color": ACCENT, "size": 60, "opacity": 1},
            "encoding": {"y": y, "x": {"field": "value", **x}, **_TIP},
        },
    ]
    if hollow:
        layers.append(
            {
                "mark": {"type": "point", "filled": False, "color": WARM, "size": 40, "opacity": 1},
                "encoding": {"y": y, "x": {"field": hollow, **x}, **_TIP},
            }
        )
    return chart(layers, values, height={"step": 24}, padding=_beside(names))  # type: ignore[arg-type]


def bars(values: Values) -> Spec:
    """Shares as bars with their labels. Rows: name, share, label."""
    return steps([{**v, "step": v["name"], "is_bottleneck": False} for v in values], room=1.25)


def amounts(values: Values) -> Spec:
    """What a conversation brings, period by period; open periods pale. Rows: period, each, is_complete."""
    values = tips.tipped(values, tips.amount)
    y = {"field": "each", "type": "quantitative", "axis": {"format": "~s", "tickCount": 4, "title": None, "domain": False, "ticks": False}}  # fmt: skip
    faint = {"condition": {"test": "datum.is_complete", "value": 1}, "value": 0.35}
    bar: Spec = {
        "mark": {"type": "bar", "color": ACCENT, "cornerRadiusEnd": 2},
        "encoding": {"x": _x_of_periods(values), "y": y, "fillOpacity": faint, **_TIP},
    }
    return chart([bar], values)


def heat(values: Values, columns: Sequence[str], rows: Sequence[str], form: str = "share") -> Spec:
    """A grid in which a darker cell is more. Rows: column, row, value (of a form), n."""
    values = tips.tipped(values, tips.cell(form))
    every = max(1, len(columns) // 8)
    axis = {"title": None, "domain": False, "ticks": False, "labelFontSize": 11}
    x = {"field": "column", "type": "ordinal", "sort": list(columns), "scale": {"padding": 0.06},
         "axis": {**axis, "labelAngle": 0, "values": [c for i, c in enumerate(columns) if i % every == 0], "orient": "top"}}  # fmt: skip
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": list(rows),
        "axis": {**axis, "labelLimit": 110},
        "scale": {"padding": 0.06},
    }
    most = max((v["value"] for v in values if v["value"] is not None), default=1) or 1
    layer: Spec = {
        "mark": {"type": "rect", "color": ACCENT},
        "encoding": {
            "x": x,
            "y": y,
            **_TIP,
            "fillOpacity": {
                "field": "value",
                "type": "quantitative",
                "scale": {"domain": [0, most], "range": [0.06, 1]},
                "legend": None,
            },
        },
    }
    return chart([layer], values, height={"step": 20 if len(rows) > 8 else 24})  # type: ignore[arg-type]
