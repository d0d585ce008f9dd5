"""What happened while a rate was what it was: the events beside a series of cohorts, in words, by period."""

from __future__ import annotations

from datetime import date

from convsql.report.figure import Row
from convsql.report.scope import Scope, of_metric, said

_NEEDED = ("event_source", "event_id", "kind", "segment", "description", "starts_on", "ends_on", "series_id")
MOST_NAMED = 3


def event_name(scope: Scope, row: Row) -> str:
    """An event in words. What people wrote of a change is shown where their words are asked for; the seeds are the project's own text."""
    if row["description"] and (scope.pii or row["event_source"] != "changes"):
        return str(row["description"]).rstrip(".")
    kind = str(row["kind"] or "event")
    return f"{kind} ({row['segment']})" if row["segment"] else kind


def events_of_series(scope: Scope, condition: str) -> dict[date, str]:
    """Period → what happened in it, of the rows of `rate_events` for which `condition` (SQL) is true."""
    if not scope.has("rate_events", *_NEEDED):
        return {}
    rows = scope.rows(
        f"select cohort_period, event_source, kind, segment, description from {{rate_events}} where {condition}"
        " order by cohort_period, event_source = 'holidays', starts_on, event_id"
    )
    found: dict[date, list[str]] = {}
    for row in rows:
        found.setdefault(row["cohort_period"], []).append(event_name(scope, row))
    return {period: _listed(names) for period, names in found.items()}


def events_of_metric(scope: Scope, metric: Row, grain: str) -> dict[date, str]:
    """The same of all conversations of a metric, by the periods of a grain."""
    return events_of_series(scope, f"{of_metric(metric)} and cohort_by = 'all' and cohort_grain = {said(grain)}")


def outside_events(scope: Scope, metric: Row, first: date, last: date) -> list[str]:
    """Events of the seed and holidays that touch the metric between two days, each with its days."""
    if not scope.has("rate_events", *_NEEDED):
        return []
    rows = scope.rows(
        "select distinct event_source, event_id, kind, segment, description, starts_on, ends_on from {rate_events}"
        f" where {of_metric(metric)} and event_source <> 'changes' and starts_on < date '{last.isoformat()}' and ends_on >= date '{first.isoformat()}'"
        " order by event_source, starts_on, event_id"
    )
    return [f"{_days(r['starts_on'], r['ends_on'])}: {event_name(scope, r)}" for r in rows]


def _days(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return "; ".join(names[:MOST_NAMED]) + more
