"""The conversations behind the figures, as ids with what they are filtered by: from a figure to its cases, without a server.

No word that anybody wrote is in it. It is part of a file that is mailed about, so that there are at most MOST conversations, the newest.
"""

from __future__ import annotations

from datetime import UTC, date
from typing import Any
from zoneinfo import ZoneInfo

from convsql.base.printable import one_line
from convsql.definitions.vocabulary import DIMENSIONS
from convsql.report.figure import Row
from convsql.report.headlines import grain_of
from convsql.report.labels import dimension_label, metric_label, value_label
from convsql.report.scope import Scope, key_of, of_metric, said

MOST = 15_000
_EPOCH = date(2000, 1, 1)
_STATUSES = ("converted", "not converted", "pending", "converted, window not over")
_READ = ("conversation_id", "anchor_at", "status", "eligibility", "is_matured", "metric", "metric_version")


def conversation_list(scope: Scope) -> dict[str, Any] | None:
    """What the page's script filters: `ids`, `dimensions` (name, values, of each id the place of its value), `metrics` (key, label, grain, and
    of each eligible conversation its id's place, day and status). None without the tables.
    """
    if not scope.has("metric_conversations", *_READ) or not scope.has("conversations", "conversation_id"):
        return None
    dimensions = _filtered_by(scope)
    rows = _conversations(scope, dimensions)
    if not rows:
        return None
    places = {str(r["conversation_id"]): n for n, r in enumerate(rows)}
    metrics = [_metric(scope, metric, places) for metric in scope.drawn]
    return {
        "ids": [one_line(each) for each in places],
        "left_out": _left_out(scope, len(places)),
        "dimensions": [_dimension(name, rows) for name in dimensions],
        "metrics": [m for m in metrics if m["rows"]],
        "statuses": list(_STATUSES),
    }


def _filtered_by(scope: Scope) -> list[str]:
    """The dimensions that the metrics are cut by, as far as they are columns of conversations."""
    cut = {d for metric in scope.drawn for names in str(metric["cohort_sets"] or "").split(",") for d in names.strip().split("+")}  # fmt: skip
    there = set(scope.published.columns("conversations"))
    return [d for d in DIMENSIONS if d in cut and d in there]


def _of_drawn(scope: Scope) -> str:
    keys = ", ".join(f"({said(m['metric'])}, {int(m['metric_version'])})" for m in scope.drawn)
    return f"m.eligibility = 'eligible' and (m.metric, m.metric_version) in ({keys or '(null, null)'})"


def _conversations(scope: Scope, dimensions: list[str]) -> list[Row]:
    columns = "".join(f', min(c."{d}") as "{d}"' for d in dimensions)
    return scope.rows(
        f"select m.conversation_id, max(m.anchor_at) as anchor_at{columns} from {{metric_conversations}} as m"
        f" inner join {{conversations}} as c on m.conversation_id = c.conversation_id where {_of_drawn(scope)}"
        f" group by m.conversation_id order by max(m.anchor_at) desc, m.conversation_id limit {MOST}"
    )


def _left_out(scope: Scope, kept: int) -> int:
    if kept < MOST:
        return 0
    (row,) = scope.rows(
        f"select count(distinct m.conversation_id) as n from {{metric_conversations}} as m where {_of_drawn(scope)}"
    )
    return int(row["n"]) - kept


def _dimension(name: str, rows: list[Row]) -> dict[str, Any]:
    texts = ["unknown" if r[name] is None else one_line(str(r[name])) for r in rows]
    values = sorted(set(texts))
    places = {value: n for n, value in enumerate(values)}
    return {
        "name": name,
        "label": dimension_label(name),
        "values": values,
        "labels": [value_label(name, v) for v in values],
        "of": [places[t] for t in texts],
    }


def _metric(scope: Scope, metric: Row, places: dict[str, int]) -> dict[str, Any]:
    rows = scope.rows(
        f"select conversation_id, anchor_at, status, is_matured from {{metric_conversations}} where {of_metric(metric)} and eligibility = 'eligible'"
        " order by anchor_at desc, conversation_id"
    )
    zone = ZoneInfo(scope.timezone)
    kept = []
    for row in rows:
        place = places.get(str(row["conversation_id"]))
        if place is not None:
            day = row["anchor_at"].replace(tzinfo=UTC).astimezone(zone).date()
            kept.append([place, (day - _EPOCH).days, _status(row)])
    return {"key": key_of(metric), "label": metric_label(metric), "grain": grain_of(metric), "rows": kept}


def _status(row: Row) -> int:
    if row["status"] == "converted":
        return 0 if row["is_matured"] else 3
    return 1 if row["is_matured"] else 2
