"""Where the time of reps goes, team by team, and the quarters of an hour in which too few are there for the calls."""

from __future__ import annotations

from collections.abc import Sequence

from convsql.report.figure import Figure, Row, Section, shown
from convsql.report.labels import in_words
from convsql.report.scope import Scope
from convsql.report.table_section import Columns, table_section

_NEEDED = ("period_grain", "cut_by", "cut_value", "reps", "occupancy", "adherence", "handled_calls", "handling_seconds_per_call", "not_instrumented")  # fmt: skip
_ROSTERED = ("period_start", "roster_adherence")
RECENT_MONTHS, LEAST_POINTS = 3, 0.05
_NEED = ("weekday", "minute_of_day", "calls", "agents_needed", "people_there", "signal")
_COLUMNS: Columns = (
    ("name", "team", "text"), ("reps", "reps", "count"), ("occupancy", "occupancy", "share"), ("adherence", "adherence", "share"), ("roster_adherence", "to the roster", "share"),
    ("handled_calls", "calls (n)", "count"), ("handling_seconds_per_call", "seconds per call", "number"),
    ("after_call_seconds_per_call", "of that, after the call", "number"), ("abandonment", "abandoned", "share"), ("service_level", "writers answered in time", "share"),
)  # fmt: skip


def centre_section(scope: Scope) -> Section:
    """A table of teams over all time."""

    def figures() -> list[Figure]:
        rows = scope.rows(
            "select * from {contact_centre} where period_grain = 'all' and reps > 0 order by case when cut_by = 'all' then 0 else 1 end, cut_value"
        )
        if not rows:
            return []
        values = [{**r, "name": r["cut_value"] or "all"} for r in rows]
        reading = f"Not recorded: {rows[0]['not_instrumented']}.{_least_there(values)}{_rostered(scope)}{_short(scope)}"
        return [Figure("contact-centre-teams", "Teams", reading, scope.footing("contact_centre", int(rows[0]["handled_calls"]), "calls"), _COLUMNS, values)]  # fmt: skip

    return table_section(
        scope, "contact-centre", "Where reps' time goes", "How busy are the reps, how long does a call take, and are they there in business hours?",
        "contact_centre", _NEEDED, figures, nothing="no states of reps are recorded (input rep_states)",
    )  # fmt: skip


def _least_there(rows: Sequence[Row]) -> str:
    """The team that was there for less of the business hours than every other one, by so many points."""
    teams = sorted(
        (r for r in rows if r["cut_by"] == "team" and r["adherence"] is not None), key=lambda r: float(r["adherence"])
    )
    if len(teams) < 2 or float(teams[1]["adherence"]) - float(teams[0]["adherence"]) < LEAST_POINTS:
        return ""
    least, most = teams[0], teams[-1]
    others = shown(teams[1]["adherence"], "share")
    if shown(most["adherence"], "share") != others:
        others += f" to {shown(most['adherence'], 'share')}"
    return f" {in_words(least['name'])} was there for {shown(least['adherence'], 'share')} of business hours, the other teams for {others}."


def _rostered(scope: Scope) -> str:
    """The teams that in the last months were there for less, or more, of their rosters than before, by so many points."""
    if not scope.has("contact_centre", *_ROSTERED):
        return ""
    months = scope.rows(
        "select cut_value, period_start, roster_adherence from {contact_centre} where period_grain = 'month' and cut_by = 'team'"
        " and roster_adherence is not null order by cut_value, period_start"
    )
    told = []
    for team in sorted({str(m["cut_value"]) for m in months}):
        own = [m for m in months if m["cut_value"] == team]
        before, since = own[:-RECENT_MONTHS], own[-RECENT_MONTHS:]
        if len(before) < RECENT_MONTHS:
            continue
        was, now = (sum(float(m["roster_adherence"]) for m in part) / len(part) for part in (before, since))
        if abs(now - was) >= LEAST_POINTS:
            told.append(f" {in_words(team)} kept {shown(now, 'share')} of its roster in the last {RECENT_MONTHS} months, and {shown(was, 'share')} before.")  # fmt: skip
    return "".join(told)


def _short(scope: Scope) -> str:
    if not scope.has("staffing_need", *_NEED):
        return ""
    (row,) = scope.rows(
        "select count(*) as quarters, count(case when signal = 'short' then 1 end) as short from {staffing_need} where agents_needed is not null"
    )
    if not row["quarters"]:
        return ""
    return f" Of {row['quarters']:,} quarter-hours of the week with calls, {row['short']:,} had fewer people available than the calls needed."
