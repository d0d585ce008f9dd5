"""The conversations behind the figures, as ids with what they are filtered by: from a figure to its cases, without a server.

They are the rows of rate_members, from which the counts of every rate follow. No word that anybody wrote is in the list. It is part of a
file that is mailed about, so that there are at most MOST conversations, the newest.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from convsql.base.printable import one_line
from convsql.report.drill import filtered_by
from convsql.report.figure import Row
from convsql.report.headlines import grain_of
from convsql.report.labels import dimension_label, metric_label, value_label
from convsql.report.scope import Scope, key_of, of_metric, of_metrics

MOST = 15_000
_EPOCH = date(2000, 1, 1)
_STATUSES = ("converted", "not converted", "pending", "converted, window not over")
_READ = ("metric", "metric_version", "conversation_id", "placed_on", "placed_at", "status", "eligibility", "matured")


def conversation_list(scope: Scope) -> dict[str, Any] | None:
    """What the page's script filters; None without the table, or without a conversation.

    `ids`; `lists` (as of `Lists.document`); `dimensions` (name, label, values, and of each id the place of its value); `metrics` (key, label, grain, `rows`: of each eligible
    conversation its id's place, day and status, newest first; `own`: places of values, row by row, of the dimensions in which metrics
    differ; `since`: the newest day of which some are left out, or null); `left_out`: how many conversations there are besides.
    """
    if not scope.has("rate_members", *_READ):
        return None
    dimensions = filtered_by(scope)
    found = [(metric, _rows(scope, metric, dimensions)) for metric in scope.drawn]
    newest: dict[str, Any] = {}
    for row in (row for _, rows in found for row in rows):
        name = str(row["conversation_id"])
        newest[name] = max(newest.get(name, row["placed_at"]), row["placed_at"])
    kept = sorted(sorted(newest), key=lambda name: newest[name], reverse=True)[:MOST]
    if not kept:
        return None
    places = {name: n for n, name in enumerate(kept)}
    ids = dict(places)
    lists = scope.lists.document(ids)
    values = {d: sorted({_text(row, d) for _, rows in found for row in rows}) for d in dimensions}
    metrics = [_metric(metric, rows, places) for metric, rows in found]
    where = {d: {text: n for n, text in enumerate(values[d])} for d in dimensions}
    shared = {d: _shared(d, found, where[d], places) for d in dimensions}
    for (_, rows), made in zip(found, metrics, strict=True):
        mine = [row for row in rows if str(row["conversation_id"]) in places]
        made["own"] = {d: [where[d][_text(r, d)] for r in mine] for d in dimensions if shared[d] is None}
    return {
        "ids": [one_line(each) for each in ids],
        "lists": lists,
        "left_out": _left_out(scope, len(places)),
        "dimensions": [
            {
                "name": d, "label": dimension_label(d), "values": values[d], "labels": [value_label(d, v) for v in values[d]],
                "of": shared[d],
            }
            for d in dimensions
        ],
        "metrics": [m for m in metrics if m["rows"]],
        "statuses": list(_STATUSES),
    }  # fmt: skip


def _rows(scope: Scope, metric: Row, dimensions: list[str]) -> list[Row]:
    """The newest eligible conversations of a metric; one more than the list may hold, so that a cut is seen."""
    columns = "".join(f', "{d}"' for d in dimensions)
    return scope.rows(
        f"select conversation_id, placed_on, placed_at, status, matured{columns} from {{rate_members}} where {of_metric(metric)}"
        f" and eligibility = 'eligible' order by placed_at desc, conversation_id limit {MOST + 1}"
    )


def _left_out(scope: Scope, kept: int) -> int:
    if kept < MOST:
        return 0
    (row,) = scope.rows(
        f"select count(distinct conversation_id) as n from {{rate_members}} where eligibility = 'eligible' and {of_metrics(scope.drawn)}"
    )
    return int(row["n"]) - kept


def _text(row: Row, dimension: str) -> str:
    return "unknown" if row[dimension] is None else one_line(str(row[dimension]))


def _shared(dimension: str, found: list[tuple[Row, list[Row]]], where: dict[str, int], places: dict[str, int]) -> list[int] | None:  # fmt: skip
    """The place of each id's value; None where two metrics see a conversation differently, as for who had handled it by its anchor."""
    of: dict[str, str] = {}
    for row in (row for _, rows in found for row in rows):
        name, text = str(row["conversation_id"]), _text(row, dimension)
        if of.setdefault(name, text) != text:
            return None
    return [where[of[name]] for name in places]


def _metric(metric: Row, rows: list[Row], places: dict[str, int]) -> dict[str, Any]:
    mine, dropped = [], []
    for row in rows:
        place = places.get(str(row["conversation_id"]))
        day = (row["placed_on"] - _EPOCH).days
        if place is None:
            dropped.append(day)
        else:
            mine.append([place, day, _status(row)])
    return {
        "key": key_of(metric), "label": metric_label(metric), "grain": grain_of(metric), "rows": mine, "since": max(dropped, default=None),
    }  # fmt: skip


def _status(row: Row) -> int:
    if row["status"] == "converted":
        return 0 if row["matured"] else 3
    return 1 if row["matured"] else 2
