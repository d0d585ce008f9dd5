"""Sections made from the KPI tables, each left out where its table is not published or has no rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convsql.html_report import charts
from convsql.html_report.figure import Figure, Row, Section, duration, slug
from convsql.html_report.scope import Scope, key_of, of_metric

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS = tuple(f"{hour:02}" for hour in range(24))
MOST_AGENTS = 20
_Columns = tuple[tuple[str, str, str], ...]


def kpi_sections(scope: Scope) -> list[Section]:
    """Waiting, when to write, why they are lost, agents, maturity."""
    return [make(scope) for make in (_drop_off, _waits, _responses, _agents, _scorecard)]


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


_DROP_OFF = ("metric", "metric_version", "period_grain", "reason", "unconverted", "unconverted_share", "affected", "affected_rate", "absent_rate")  # fmt: skip


def _drop_off(scope: Scope) -> Section:
    columns: _Columns = (
        ("name", "reason", "text"), ("unconverted", "not converted", "count"), ("share", "of all not converted", "share"),
        ("affected", "show it (n)", "count"), ("affected_rate", "their rate", "share"), ("affected_low", "lower limit", "share"),
        ("affected_high", "upper limit", "share"), ("absent_rate", "rate of like ones without", "share"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        found = []
        for metric in scope.drawn:
            rows = scope.rows(
                "select reason, unconverted, unconverted_share, affected, affected_rate, affected_low, affected_high, absent_rate"
                f" from {{drop_off_reasons}} where {of_metric(metric)} and period_grain = 'all' and affected > 0"
                " order by unconverted desc, reason"
            )
            n = sum(int(r["unconverted"]) for r in rows)
            values: list[dict[str, Any]] = []
            for row in rows:
                name, share = str(row["reason"]).replace("_", " "), float(row["unconverted_share"] or 0)
                values.append({**row, "name": name, "share": share, "label": f"{share * 100:.0f} %"})
            if n:
                footing = scope.footing(f"{key_of(metric)}, all time", n, "matured and not converted")
                found.append(
                    Figure(
                        slug("drop-off", metric["metric"]),
                        str(metric["metric"]),
                        "",
                        footing,
                        columns,
                        values,
                        charts.bars(values),
                    )
                )
        return found

    return _section(
        scope, "drop-off", "What goes with losing them",
        "Of the conversations that did not convert, the first cause each shows. Associations: what would help is for an experiment to say.",
        "drop_off_reasons", _DROP_OFF, figures,
    )  # fmt: skip


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
            " and (responder = 'human' or cut_by = 'all') and answered > 0"
            " order by case cut_by when 'all' then 0 else 1 end, cut_by, cut_value, responder desc"
        )
        shown = [{**r, "waiting": r["waiting"] if r["responder"] == "human" else None, "cut": _cut(r)} for r in rows]
        n = sum(int(r["answered"] or 0) for r in rows if r["cut_by"] == "all" and r["responder"] == "human")
        footing = scope.footing("response_kpis, all time", n, "answered by people")
        return [Figure("first-response", "First response", "", footing, columns, shown)] if rows else []

    return _section(
        scope, "responses", "How soon they are answered", "From a contact's first message to the first answer.",
        "response_kpis", _RESPONSES, figures,
    )  # fmt: skip


def _cut(row: Row) -> str:
    return "all" if row["cut_by"] == "all" else f"{row['cut_by'].replace('_', ' ')}: {row['cut_value']}"


_AGENTS = ("metric", "metric_version", "period_grain", "agent_kind", "agent_name", "agent_id", "team", "role", "matured", "adjusted_rate")  # fmt: skip
MOST_TEAMS = 9


def _agents(scope: Scope) -> Section:
    columns: _Columns = (
        ("name", "agent", "text"), ("matured", "matured (n)", "count"), ("crude", "rate", "share"),
        ("value", "with the team's mix", "share"), ("low", "lower limit", "share"), ("high", "upper limit", "share"),
        ("team_rate", "team", "share"), ("rank", "rank in team, with its interval", "text"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        found = []
        for metric in scope.drawn:
            rows = scope.rows(
                "select coalesce(agent_name, agent_id) as name, team, role, matured, conversion_rate as crude, adjusted_rate as value,"
                " adjusted_low as low, adjusted_high as high, team_rate, team_rank, rank_low, rank_high from {agent_performance}"
                f" where {of_metric(metric)} and period_grain = 'all' and agent_kind = 'human' and adjusted_rate is not null"
                " and not is_small order by team, role, adjusted_rate desc, agent_id"
            )
            teams: dict[tuple[Any, Any], list[Row]] = {}
            for row in rows:
                teams.setdefault((row["team"], row["role"]), []).append(row)
            found += [_team(scope, metric, team, mine, columns) for team, mine in teams.items() if len(mine) > 1]
        return sorted(found, key=lambda f: -sum(int(r["matured"]) for r in f.rows))[:MOST_TEAMS]

    return _section(
        scope, "agents", "Agents",
        "Within a team. Filled: the rate with the team's mix of leads, and its interval; hollow: what it was. Of overlapping "
        "intervals none is better.",
        "agent_performance", _AGENTS, figures,
    )  # fmt: skip


def _team(scope: Scope, metric: Row, team: tuple[Any, Any], rows: list[Row], columns: _Columns) -> Figure:
    name = ", ".join(str(part) for part in team if part)
    values = []
    seen: dict[str, int] = {}
    for row in rows[:MOST_AGENTS]:
        seen[row["name"]] = seen.get(row["name"], 0) + 1
        agent = row["name"] if seen[row["name"]] == 1 else f"{row['name']} ({seen[row['name']]})"
        rank = "" if row["team_rank"] is None else f"{row['team_rank']} ({row['rank_low']} to {row['rank_high']})"
        values.append({**row, "name": agent, "rank": rank})
    return Figure(
        slug("agents", metric["metric"], name),
        f"{metric['metric']}, {name}",
        "",
        scope.footing(f"{key_of(metric)}, all time", sum(int(r["matured"]) for r in values)),
        columns,
        values,
        charts.dots(values, "crude"),
    )


_SCORECARD = ("dimension", "dimension_number", "stage", "met_count", "missing_count", "unknown_count", "next_step")
STAGES = 3


def _scorecard(scope: Scope) -> Section:
    columns: _Columns = (
        ("dimension", "dimension", "text"), ("marks", "stage", "text"), ("met_count", "checks met", "count"),
        ("missing_count", "missing", "count"), ("unknown_count", "not known", "count"), ("next_step", "next step", "text"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        rows = scope.rows(f"select {', '.join(_SCORECARD)} from {{maturity_scorecard}} order by dimension_number")
        marked = [
            {**r, "marks": f"{'●' * int(r['stage'])}{'○' * (STAGES - int(r['stage']))} {r['stage']}"} for r in rows
        ]
        checks = sum(int(r["met_count"]) + int(r["missing_count"]) + int(r["unknown_count"]) for r in rows)
        footing = scope.footing("maturity_scorecard", checks, "checks")
        return [Figure("scorecard", "Stages", "", footing, columns, marked)] if rows else []

    return _section(
        scope, "maturity", "How far the measurement has come", "1 begun, 2 usable, 3 dependable; each from evidence in the project and the data.",
        "maturity_scorecard", _SCORECARD, figures,
    )  # fmt: skip
