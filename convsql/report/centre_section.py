"""Where the time of reps goes, team by team, and the quarters of an hour in which too few are there for the calls."""

from __future__ import annotations

from convsql.report.figure import Figure, Section
from convsql.report.scope import Scope
from convsql.report.table_section import Columns, table_section

_NEEDED = ("period_grain", "cut_by", "cut_value", "reps", "occupancy", "adherence", "handled_calls", "handling_seconds_per_call", "not_instrumented")  # fmt: skip
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
        reading = f"Not recorded: {rows[0]['not_instrumented']}.{_short(scope)}"
        return [Figure("contact-centre-teams", "Teams", reading, scope.footing("contact_centre", int(rows[0]["handled_calls"]), "calls"), _COLUMNS, values)]  # fmt: skip

    return table_section(
        scope, "contact-centre", "Where reps' time goes", "How busy are the reps, how long does a call take, and are they there in business hours?",
        "contact_centre", _NEEDED, figures, nothing="no states of reps are recorded (input rep_states)",
    )  # fmt: skip


def _short(scope: Scope) -> str:
    if not scope.has("staffing_need", *_NEED):
        return ""
    (row,) = scope.rows(
        "select count(*) as quarters, count(case when signal = 'short' then 1 end) as short from {staffing_need} where agents_needed is not null"
    )
    if not row["quarters"]:
        return ""
    return f" Of {row['quarters']:,} quarter-hours of the week with calls, {row['short']:,} had fewer people available than the calls needed."
