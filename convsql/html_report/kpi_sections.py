"""Sections made from the KPI tables, each left out where its table is not published or has no rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convsql.html_report import charts
from convsql.html_report.figure import Figure, Row, Section, duration, slug
from convsql.html_report.scope import Scope

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = tuple(f"{hour:02}" for hour in range(24))
MOST_AGENTS = 20
_Columns = tuple[tuple[str, str, str], ...]


def kpi_sections(scope: Scope) -> list[Section]:
    """Waiting, when to write, why they are lost, agents, maturity."""
    return [make(scope) for make in (_waits, _responses, _agents)]


def _section(
    scope: Scope, name: str, title: str, question: str, relation: str, needed: tuple[str, ...], figures: Callable[[], list[Figure]]
) -> Section:  # fmt: skip
    section = Section(name, title, question)
    if not scope.has(relation, *needed):
        section.missing = f"the table {relation} is not published"
        return section
    section.figures = figures()
    if not section.figures:
        section.missing = f"the table {relation} has no rows to show"
    return section


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


_WAITS = ("topic", "weekday", "hour", "period_grain", "waits", "median_seconds")


def _waits(scope: Scope) -> Section:
    def figures() -> list[Figure]:
        rows = scope.rows(
            "select weekday, hour, waits, median_seconds from {wait_hotspots}"
            " where period_grain = 'all' and topic is null order by weekday, hour"
        )
        if not rows:
            return []
        n = sum(int(r["waits"]) for r in rows)
        drawn = []
        for value, title, form in (
            ("median_seconds", "Median wait", "minutes"),
            ("waits", "Waits opened", "count"),
        ):
            cells = week_grid(rows, value, "waits")
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
                    charts.heat(cells, HOURS, DAYS),
                )
            )  # fmt: skip
        return drawn

    return _section(
        scope, "waits", "When they wait", "Waits by the hour in which the contact's message came. Darker is more.",
        "wait_hotspots", _WAITS, figures,
    )  # fmt: skip


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


def _responses(scope: Scope) -> Section:
    columns: _Columns = (
        ("cut", "cut", "text"), ("responder", "answered by", "text"), ("median_seconds", "median", "minutes"),
        ("p90_seconds", "nine of ten within", "minutes"), ("answered", "answered (n)", "count"), ("waiting", "still waiting", "count"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        rows = scope.rows(
            "select cut_by, cut_value, responder, median_seconds, p90_seconds, answered, waiting from {response_kpis}"
            " where period_grain = 'all' and measure = 'first_response' and cut_by in ('all', 'channel', 'owner_team', 'business_hours')"
            " order by case cut_by when 'all' then 0 else 1 end, cut_by, cut_value, responder"
        )
        shown = [{**r, "cut": "all" if r["cut_by"] == "all" else f"{r['cut_by']}: {r['cut_value']}"} for r in rows]
        n = sum(int(r["answered"] or 0) for r in rows if r["cut_by"] == "all")
        footing = scope.footing("response_kpis, all time", n, "answered")
        return [Figure("first-response", "First response", "", footing, columns, shown)] if rows else []

    return _section(
        scope, "responses", "How soon they are answered", "From a contact's first message to the first answer.",
        "response_kpis", _RESPONSES, figures,
    )  # fmt: skip


_AGENTS = ("metric", "metric_version", "period_grain", "agent_kind", "agent_name", "agent_id", "team", "matured", "conversion_rate", "adjusted_rate")  # fmt: skip


def _agents(scope: Scope) -> Section:
    columns: _Columns = (
        ("name", "agent", "text"), ("team", "team", "text"), ("matured", "matured (n)", "count"), ("crude", "rate", "share"),
        ("value", "with the team's mix", "share"), ("low", "lower limit", "share"), ("high", "upper limit", "share"),
        ("team_rate", "team", "share"), ("rank", "rank in team, with its interval", "text"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        found = []
        for metric in scope.drawn:
            rows = scope.rows(
                "select coalesce(agent_name, agent_id) as name, team, matured, conversion_rate as crude, adjusted_rate as value,"
                " adjusted_low as low, adjusted_high as high, team_rate, team_rank, rank_low, rank_high from {agent_performance}"
                f" where metric = '{metric['metric']}' and metric_version = {int(metric['metric_version'])}"
                " and period_grain = 'all' and agent_kind = 'human' and adjusted_rate is not null and not is_small"
                f" order by matured desc, agent_id limit {MOST_AGENTS}"
            )
            values = [
                {
                    **r,
                    "rank": "" if r["team_rank"] is None else f"{r['team_rank']} ({r['rank_low']} to {r['rank_high']})",
                }
                for r in sorted(rows, key=lambda r: -r["value"])
            ]
            if len(values) > 1:
                found.append(
                    Figure(
                        slug("agents", metric["metric"]),
                        f"{metric['metric']} by agent",
                        "Filled: with the team's mix of leads. Hollow: what it was. Of overlapping intervals none is better.",
                        scope.footing(f"{metric['metric']}@{metric['metric_version']}, all time", sum(int(r["matured"]) for r in rows)),
                        columns,
                        values,
                        charts.dots(values, "crude"),
                    )
                )  # fmt: skip
        return found

    return _section(
        scope, "agents", "Agents", "Compared within their teams, as if each had had the team's mix of leads.",
        "agent_performance", _AGENTS, figures,
    )  # fmt: skip
