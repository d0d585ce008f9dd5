"""Sections made from the other KPI tables: what conversations are lost with, agents, maturity."""

from __future__ import annotations

from typing import Any

from convsql.report import charts
from convsql.report.figure import Figure, Row, Section, slug
from convsql.report.labels import metric_label, reason_label
from convsql.report.listed import Listed, Newest, newest
from convsql.report.scope import Scope, key_of, of_metric, of_metrics, said
from convsql.report.table_section import Columns, table_section
from convsql.report.week_sections import responses, sending, waits

MOST_AGENTS = 20
_PERSON = ("team", "role", "agent_id")
MOST_OF_AN_AGENT = 100  # conversations that are listed


def kpi_sections(scope: Scope) -> list[Section]:
    """What they are lost with, waiting, when to write, agents, maturity."""
    return [make(scope) for make in (_drop_off, waits, responses, sending, _agents, _scorecard)]


_DROP_OFF = ("metric", "metric_version", "cut_by", "period_grain", "reason", "unconverted", "unconverted_share", "affected", "affected_rate", "absent_rate")  # fmt: skip


def _drop_off(scope: Scope) -> Section:
    columns: Columns = (
        ("name", "reason", "text"), ("unconverted", "not converted", "count"), ("share", "of all not converted", "share"),
        ("affected", "show it (n)", "count"), ("affected_rate", "their rate", "share"), ("affected_low", "lower limit", "share"),
        ("affected_high", "upper limit", "share"), ("absent_rate", "rate of like ones without", "share"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        found = []
        who = _who_was_lost(scope)
        for metric in scope.drawn:
            rows = scope.rows(
                "select reason, unconverted, unconverted_share, affected, affected_rate, affected_low, affected_high, absent_rate"
                f" from {{drop_off_reasons}} where {of_metric(metric)} and period_grain = 'all' and cut_by = 'all' and affected > 0"
                " order by unconverted desc, reason"
            )
            n = sum(int(r["unconverted"]) for r in rows)
            values: list[dict[str, Any]] = []
            for row in rows:
                name, share = reason_label(row["reason"]), float(row["unconverted_share"] or 0)
                mine = Listed(f"{metric_label(metric)}: {name}", "not converted", int(row["unconverted"]), who.get((metric["metric"], metric["metric_version"], row["reason"]), []))  # fmt: skip
                led = scope.lists.add(f"drop-off:{key_of(metric)}:{row['reason']}", mine)
                values.append({**row, "name": name, "share": share, "label": f"{share * 100:.0f}%", "drill": led})
            if n:
                footing = scope.footing(f"{key_of(metric)}, all time", n, "matured and not converted")
                found.append(
                    Figure(
                        slug("drop-off", metric["metric"]),
                        metric_label(metric),
                        "",
                        footing,
                        columns,
                        values,
                        charts.bars(values),
                    )
                )
        return found

    section = table_section(
        scope, "drop-off", "Why they may be lost",
        "Which likely reason does each conversation that did not convert show first? A reason goes together with the loss; only an experiment can show that it causes it.",
        "drop_off_reasons", _DROP_OFF, figures,
    )  # fmt: skip
    if not section.missing:
        section.lines = _not_seen(scope)
    return section


def _who_was_lost(scope: Scope) -> Newest:
    """The newest conversations that did not convert, by metric, version and reason."""
    if not scope.has("drop_off_conversations", "reason", "ends_at", "is_converted"):
        return {}
    lost = f"{{drop_off_conversations}} where not is_converted and {of_metrics(scope.drawn)}"
    return newest(scope.rows, lost, ["metric", "metric_version", "reason"], "ends_at")


_UNSEEN = {
    "slow_follow_up": "how late anyone was answered (no answer of a person is in the data)",
    "incorrect_routing": "who went to the wrong territory (contacts and reps share no territory)",
    "no_next_step": "whether a next step was offered (our messages have no text)",
    "not_actionable": "where there was nobody to sell to (no dispositions that are mapped)",
    "no_reply": "who never answered (no contact was ever heard)",
    "opted_out": "who opted out (no opt-outs, and no texts)",
}


def _not_seen(scope: Scope) -> list[str]:
    """The causes that the data cannot show, with the reason: nobody is counted under them, which is no good news."""
    if not scope.has("drop_off_reasons", "is_instrumented"):
        return []
    rows = scope.rows(
        "select reason from {drop_off_reasons} where not is_instrumented group by reason, reason_number order by reason_number"
    )
    told = [_UNSEEN.get(str(r["reason"]), str(r["reason"])) for r in rows]
    return [f"Not seen in this data: {'; '.join(told)}."] if told else []


_AGENTS = ("metric", "metric_version", "period_grain", "agent_kind", "agent_name", "agent_id", "team", "role", "matured", "adjusted_rate")  # fmt: skip
MOST_TEAMS = 9


def _agents(scope: Scope) -> Section:
    columns: Columns = (
        ("name", "agent", "text"), ("matured", "matured (n)", "count"), ("crude", "rate", "share"),
        ("value", "with the team's mix", "share"), ("low", "lower limit", "share"), ("high", "upper limit", "share"),
        ("team_rate", "team", "share"), ("rank", "rank in team, with its interval", "text"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        found: list[tuple[Row, tuple[Any, Any], list[Row]]] = []
        for metric in scope.drawn:
            rows = scope.rows(
                f"select agent_id, {'coalesce(agent_name, agent_id)' if scope.pii else 'agent_id'} as name, team, role, matured, conversion_rate as crude, adjusted_rate as value,"
                " adjusted_low as low, adjusted_high as high, team_rate, team_rank, rank_low, rank_high from {agent_performance}"
                f" where {of_metric(metric)} and period_grain = 'all' and agent_kind = 'human' and team_rank is not null"
                " and not is_small order by team, role, adjusted_rate desc, agent_id"
            )
            teams: dict[tuple[Any, Any], list[Row]] = {}
            for row in rows:
                teams.setdefault((row["team"], row["role"]), []).append(row)
            found += [(metric, team, mine[:MOST_AGENTS]) for team, mine in teams.items() if len(mine) > 1]
        largest = sorted(range(len(found)), key=lambda n: -sum(int(r["matured"]) for r in found[n][2]))[:MOST_TEAMS]
        shown = [found[n] for n in sorted(largest)]
        who = _whose(scope, [row for _, _, rows in shown for row in rows])
        return [_team(scope, *each, columns, who) for each in shown]

    return table_section(
        scope, "agents", "Agents",
        "Within each team, who makes the most of the leads they get? The interval of a rank says which ranks the data allow.",
        "agent_performance", _AGENTS, figures,
        nothing="no team has two people with 30 conversations each: where messages carry no rep_id, nobody can be ranked",
        caption="Filled: the rate with the team's mix of leads, and its interval. Hollow: the rate as it was.",
    )  # fmt: skip


def _team(scope: Scope, metric: Row, team: tuple[Any, Any], rows: list[Row], columns: Columns, who: Newest) -> Figure:
    name = ", ".join(dict.fromkeys(str(part) for part in team if part))
    values = []
    seen: dict[str, int] = {}
    for row in rows:
        seen[row["name"]] = seen.get(row["name"], 0) + 1
        agent = row["name"] if seen[row["name"]] == 1 else f"{row['name']} ({seen[row['name']]})"
        rank = "" if row["team_rank"] is None else f"{row['team_rank']} ({row['rank_low']} to {row['rank_high']})"
        mine = Listed(f"{metric_label(metric)}: {agent}, {name}", "matured", int(row["matured"]), who.get((metric["metric"], metric["metric_version"], *(row[name] for name in _PERSON)), []), is_offered=False)  # fmt: skip
        led = scope.lists.add(f"agents:{key_of(metric)}:{row['team']}:{row['role']}:{row['agent_id']}", mine)
        values.append({**row, "name": agent, "rank": rank, "drill": led})
    return Figure(
        slug("agents", metric["metric"], name),
        f"{metric_label(metric)}: {name}",
        "",
        scope.footing(f"{key_of(metric)}, all time", sum(int(r["matured"]) for r in values)),
        columns,
        values,
        charts.dots(values, "crude"),
    )


def _whose(scope: Scope, rows: list[Row]) -> Newest:
    """The newest matured conversations of the people in these rows, by metric, version, team, role and agent_id."""
    if not rows or not scope.has("agent_conversations", "agent_id", "agent_kind", "team", "role", "ends_at"):
        return {}
    people = ", ".join(sorted({said(row["agent_id"]) for row in rows}))
    led = f"{{agent_conversations}} where agent_kind = 'human' and agent_id in ({people}) and {of_metrics(scope.drawn)}"
    return newest(scope.rows, led, ["metric", "metric_version", *_PERSON], "ends_at", MOST_OF_AN_AGENT)


_SCORECARD = ("dimension", "dimension_number", "stage", "met_count", "missing_count", "unknown_count", "next_step")
STAGES = 3


def _scorecard(scope: Scope) -> Section:
    columns: Columns = (
        ("dimension", "dimension", "text"), ("marks", "stage", "text"), ("met_count", "checks met", "count"),
        ("missing_count", "missing", "count"), ("unknown_count", "not known", "count"), ("next_step", "next step", "prose"),
    )  # fmt: skip

    def figures() -> list[Figure]:
        rows = scope.rows(f"select {', '.join(_SCORECARD)} from {{maturity_scorecard}} order by dimension_number")
        marked = [
            {**r, "marks": f"{'●' * int(r['stage'])}{'○' * (STAGES - int(r['stage']))}\u00a0{r['stage']}"} for r in rows
        ]
        checks = sum(int(r["met_count"]) + int(r["missing_count"]) + int(r["unknown_count"]) for r in rows)
        footing = scope.footing("maturity_scorecard", checks, "checks")
        return [Figure("scorecard", "Stages", "", footing, columns, marked)] if rows else []

    return table_section(
        scope, "maturity", "How far the measurement has come", "Stage 1 is begun, 2 usable, 3 dependable. Each rests on evidence in the project and the data.",
        "maturity_scorecard", _SCORECARD, figures,
    )  # fmt: skip
