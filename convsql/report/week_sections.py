"""Sections over the hours of the week: when contacts wait, how soon they are answered, when to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convsql.base.durations import duration
from convsql.definitions.vocabulary import FEW
from convsql.report import charts
from convsql.report.figure import Figure, Row, Section, shown, slug
from convsql.report.labels import dimension_label, metric_label, value_label
from convsql.report.listed import Asked, Listed, newest
from convsql.report.scope import Scope, key_of, of_metric
from convsql.report.table_section import Columns, table_section

_NO_HOURS = "all times lie in one hour of the day: the data have dates, and no hours"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_OF_AN_HOUR = 50  # waits that are listed: there are 168 hours in a week
HOURS = tuple(f"{hour:02}" for hour in range(24))


def week_grid(rows: list[Row], value: str, n: str) -> list[dict[str, Any]]:
    """Rows by weekday (1 Monday to 7) and hour (0 to 23) as the cells of a heat map, the empty ones with it."""
    known: Mapping[tuple[int, int], Row] = {(int(r["weekday"]), int(r["hour"])): r for r in rows}
    cells = []
    for day, day_name in enumerate(DAYS, 1):
        for hour, hour_name in enumerate(HOURS):
            row = known.get((day, hour))
            found = row[value] if row else None
            cells.append({"row": day_name, "column": hour_name, "value": found, "n": int(row[n]) if row else 0})
    return cells


def heat_scale(cells: list[dict[str, Any]], form: str) -> tuple[str, str] | None:
    """What the lightest and the darkest cell stand for."""
    known = [c["value"] for c in cells if c["value"] is not None]
    return (shown(0, form), shown(max(known), form)) if known else None


_WAITS = ("topic", "weekday", "hour", "period_grain", "waits", "median_seconds")


def waits(scope: Scope) -> Section:
    """How long contacts wait, by the hour in which their message came."""

    def figures() -> list[Figure]:
        if not scope.tells_hours:
            return []
        rows = scope.rows(
            "select weekday, hour, waits, median_seconds from {wait_hotspots}"
            " where period_grain = 'all' and topic is null order by weekday, hour"
        )
        if not rows:
            return []
        n = sum(int(r["waits"]) for r in rows)
        drills = _who_waited(scope, rows)
        drawn = []
        for value, title, form in (
            ("median_seconds", "Median wait", "minutes"),
            ("waits", "Waits opened", "count"),
        ):
            cells = [
                {**c, "mark": f"{c['row']} {c['column']}:00", "drill": drills.get((c["row"], c["column"]))}
                for c in week_grid(rows, value, "waits")
            ]
            most = max((c for c in cells if c["value"] is not None), key=lambda c: c["value"], default=None)
            worst = (
                duration(float(most["value"]))
                if most and form == "minutes"
                else f"{int(most['value']):,}"
                if most
                else ""
            )
            drawn.append(
                Figure(
                    slug("waits", value),
                    f"{title}, by weekday and hour",
                    f"Darkest: {most['row']} {most['column']}:00, {worst}." if most else "",
                    scope.footing("wait_hotspots, all time", n, "waits"),
                    (("row", "weekday", "text"), ("column", "hour", "text"), ("value", title.lower(), form), ("n", "waits (n)", "count")),
                    cells,
                    charts.heat(cells, HOURS, DAYS, form), in_text=False, scale=heat_scale(cells, form),
                )
            )  # fmt: skip
        return drawn

    return table_section(
        scope, "waits", "When they wait", "How long and how often do contacts wait, by the hour in which they wrote? Darker is more.",
        "wait_hotspots", _WAITS, figures,
        nothing="nobody waited for an answer" if scope.tells_hours else _NO_HOURS,
    )  # fmt: skip


def _who_waited(scope: Scope, rows: list[Row]) -> Mapping[tuple[str, str], Asked | None]:
    """By weekday and hour: how a cell leads to the conversations in which somebody began to wait then."""
    if not scope.has("waits", "conversation_id", "opened_at"):
        return {}
    placed = (
        "(select {{ convsql.weekday_of(convsql.local_time('opened_at')) }} as weekday,"
        " cast(extract(hour from {{ convsql.local_time('opened_at') }}) as bigint) as hour,"
        " conversation_id, opened_at from {{ ref('waits') }}) as placed"
    )
    who = newest(
        lambda sql: scope.published.show_query(sql).rows(), placed, ["weekday", "hour"], "opened_at", MOST_OF_AN_HOUR
    )
    return {
        (DAYS[int(r["weekday"]) - 1], HOURS[int(r["hour"])]): scope.lists.add(
            f"waits:{r['weekday']}:{r['hour']}",
            Listed(
                f"Waits opened on {DAYS[int(r['weekday']) - 1]} {HOURS[int(r['hour'])]}:00",
                "waits",
                int(r["waits"]),
                who.get((r["weekday"], r["hour"]), []),
                is_offered=False,
            ),
        )
        for r in rows
    }


_RESPONSES = (
    "period_grain",
    "cut_by",
    "cut_value",
    "responder",
    "measure",
    "answered",
    "median_seconds",
    "p90_seconds",
)


def responses(scope: Scope) -> Section:
    """How soon contacts are answered first."""
    columns: Columns = (
        ("cut", "segment", "text"), ("responder", "answered by", "text"), ("median_seconds", "median", "minutes"),
        ("p90_seconds", "nine of ten within", "minutes"), ("answered", "answered (n)", "count"), ("waiting", "still waiting", "count"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        rows = scope.rows(
            "select cut_by, cut_value, responder, median_seconds, p90_seconds, answered, waiting from {response_kpis}"
            " where period_grain = 'all' and measure = 'first_response' and cut_by in ('all', 'channel', 'owner_team', 'business_hours')"
            " and (responder = 'human' or cut_by = 'all') and answered > 0"
            " order by case cut_by when 'all' then 0 else 1 end, cut_by, cut_value, responder desc"
        )
        shown = [{**r, "waiting": r["waiting"] if r["responder"] == "human" else None, "cut": _cut(r)} for r in rows]
        n = sum(int(r["answered"] or 0) for r in rows if r["cut_by"] == "all" and r["responder"] == "human")
        footing = scope.footing("response_kpis, all time", n, "answered by people")
        return [Figure("first-response", "First response", "", footing, columns, shown)] if rows else []

    return table_section(
        scope, "responses", "How soon they are answered", "How long does it take from a contact's first message to the first answer?",
        "response_kpis", _RESPONSES, figures,
        nothing="no answers are recorded: the data hold no message of ours that answers a contact",
    )  # fmt: skip


def _cut(row: Row) -> str:
    if row["cut_by"] == "all":
        return "all"
    return f"{dimension_label(row['cut_by'])}: {value_label(row['cut_by'], row['cut_value'])}"


_SENDING = ("metric", "metric_version", "cut_by", "weekday", "hour", "frequency", "matured", "conversion_rate", "rate_low", "rate_high", "verdict")  # fmt: skip
FREQUENCIES = ("none", "1_to_3", "4_to_9", "10_plus")


def sending(scope: Scope) -> Section:
    """When, and after how many messages, the first thing we send works best."""

    def figures() -> list[Figure]:
        return [
            f
            for metric in scope.drawn
            for f in (_hours(scope, metric) if scope.tells_hours else None, _frequencies(scope, metric))
            if f
        ]

    return table_section(
        scope, "send-windows", "When to write",
        "How do conversations convert, by the hour of our first message, and by how many messages the contact had received in the 30 "
        "days before? Hours that differ from the rest by more than chance are named.",
        "send_windows", _SENDING, figures,
        nothing="nothing that we sent is in the data, or too little of it" if scope.tells_hours else _NO_HOURS,
    )  # fmt: skip


def _hours(scope: Scope, metric: Row) -> Figure | None:
    rows = scope.rows(
        f"select weekday, hour, conversion_rate, matured, verdict from {{send_windows}} where {of_metric(metric)} and cut_by = 'hour'"
        " and matured > 0 order by weekday, hour"
    )
    told = [r for r in rows if r["verdict"] != "too_few"]
    if not told:
        return None
    cells = week_grid(
        [{**r, "conversion_rate": r["conversion_rate"] if r in told else None} for r in rows],
        "conversion_rate",
        "matured",
    )
    named = [
        f"{DAYS[int(r['weekday']) - 1]} {int(r['hour']):02}:00 {r['verdict']} ({shown(r['conversion_rate'], 'share')})"
        for r in rows
        if r["verdict"] in ("better", "worse")
    ]
    used = sorted(HOURS.index(c["column"]) for c in cells if c["value"] is not None)
    hours = HOURS[max(0, used[0] - 1) : used[-1] + 2]  # hours in which nothing is sent need no room
    columns = (
        ("row", "weekday", "text"),
        ("column", "hour", "text"),
        ("value", "rate", "share"),
        ("n", "matured (n)", "count"),
    )
    return Figure(
        slug("send-hours", metric["metric"]),
        f"{metric_label(metric)} by hour",
        ("; ".join(named) if named else "No hour differs from the rest by more than chance")
        + f". Blank: fewer than {FEW} conversations.",
        scope.footing(f"{key_of(metric)}, all time", sum(int(r["matured"]) for r in rows)),
        columns,
        cells,
        charts.heat([c for c in cells if c["column"] in hours], hours, DAYS, "share"),
        in_text=False,
        scale=heat_scale(cells, "share"),
    )


def _frequencies(scope: Scope, metric: Row) -> Figure | None:
    rows = scope.rows(
        "select frequency, conversion_rate, rate_low, rate_high, matured, verdict from {send_windows}"
        f" where {of_metric(metric)} and cut_by = 'frequency' and matured > 0"
    )
    if len(rows) < 2:
        return None
    places = {name: place for place, name in enumerate(FREQUENCIES)}
    values = [
        {
            "name": str(r["frequency"]).replace("_", " "), "value": r["conversion_rate"], "low": r["rate_low"],
            "high": r["rate_high"], "matured": r["matured"], "verdict": r["verdict"],
        }
        for r in sorted(rows, key=lambda r: places.get(r["frequency"], len(places)))
    ]  # fmt: skip
    columns = (
        ("name", "messages before", "text"), ("value", "rate", "share"), ("low", "lower limit", "share"),
        ("high", "upper limit", "share"), ("matured", "matured (n)", "count"), ("verdict", "beside the rest", "text"),
    )  # fmt: skip
    return Figure(
        slug("send-frequency", metric["metric"]),
        f"{metric_label(metric)} by messages in 30 days",
        "",
        scope.footing(f"{key_of(metric)}, all time", sum(int(r["matured"]) for r in rows)),
        columns,
        values,
        charts.dots(values),
    )
