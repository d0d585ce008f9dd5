"""What changed in the definitions since the last report, and which published figures a later build changed."""

from __future__ import annotations

from convsql.base.quoting import literal
from convsql.report.figure import Figure, Row, Section
from convsql.report.scope import Scope

MOST_RESTATEMENTS = 50
_CHANGES = (
    ("key", "metric", "text"),
    ("locked_at", "when (UTC)", "text"),
    ("change", "what", "text"),
    ("status", "status", "text"),
    ("reason", "reason", "prose"),
)


def _together(rows: list[Row]) -> list[Row]:
    """Events of one moment, kind and reason as one row that names their metrics."""
    found: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in ("locked_at", "change", "status", "reason")), []).append(row)
    return [{**same[0], "key": ", ".join(str(row["key"]) for row in same)} for same in found.values()]


def definition_section(scope: Scope) -> Section:
    """Events of the lock after `scope.since` (all of them where it is not set), and restatements."""
    since = f" since {scope.since:%Y-%m-%d %H:%M} UTC" if scope.since else ""
    section = Section(
        "definitions",
        "What changed in the definitions",
        f"Changes of definitions, as metrics.lock records them{since}.",
    )
    if not scope.has("metric_changes"):
        section.missing = "the table metric_changes is not published"
        return section
    condition = f" where locked_at > timestamp {literal(str(scope.since))}" if scope.since else ""
    rows = scope.rows(
        "select metric || '@' || metric_version as key, locked_at, change, status, reason from {metric_changes}"
        f"{condition} order by locked_at desc, key"
    )
    if rows:
        section.figures.append(
            Figure(
                "definition-events",
                f"{len(rows)} events",
                "",
                scope.footing(""),
                _CHANGES,
                _together(rows)[:MOST_RESTATEMENTS],
            )
        )
    else:
        section.lines.append("No definition changed.")
    if scope.has("restatements"):
        (count,) = scope.rows("select count(*) as n, count(distinct cause) as causes from {restatements}")
        if count["n"]:
            section.lines.append(
                f"{count['n']:,} published figures of complete cohorts were changed by later builds: see the table restatements"
            )
        else:
            section.lines.append("No published figure of a complete cohort was changed by a later build.")
    return section
