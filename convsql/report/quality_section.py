"""What the data lack: rows set aside, values that could not be read, facts seldom recorded, keys that do not meet."""

from __future__ import annotations

from convsql.report.figure import Figure, Section
from convsql.report.noted import wrong_person_figure
from convsql.report.scope import Scope

MOST_ROWS = 40
_SET_ASIDE = {
    "missing_required": "a required value is missing",
    "unknown_direction": "neither inbound nor outbound",
    "after_as_of": "later than as_of",
    "repeated_key": "a later copy of the row is used",
    "no_conversation": "in no conversation: nothing delivered, or system messages only",
    "implausible_time": "dated implausibly",
}
_FACTS = {"owner": "owner", "stage": "stage at the start", "disposition": "disposition", "reply_time": "time of the first answer"}  # fmt: skip


def quality_section(scope: Scope) -> Section:
    """One figure for each kind of loss that there is."""
    section = Section("quality", "What the data leave out", "Which rows and values are missing from the figures above?")
    made = (_coverage(scope), _set_aside(scope), _unreadable(scope), _keys(scope), wrong_person_figure(scope))
    section.figures = [f for f in made if f is not None]
    if not section.figures:
        section.missing = "nothing is counted as lost"
    return section


def _coverage(scope: Scope) -> Figure | None:
    if not scope.has("instrumentation_coverage", "fact", "covered_count", "conversation_count", "coverage", "threshold"):  # fmt: skip
        return None
    rows = scope.rows("select fact, covered_count, conversation_count, coverage, threshold from {instrumentation_coverage} order by fact")  # fmt: skip
    values = [
        {
            **r,
            "fact": _FACTS.get(r["fact"], r["fact"]),
            "verdict": "not asked for"
            if r["threshold"] is None
            else "nothing to judge by"
            if r["coverage"] is None
            else "enough"
            if r["coverage"] >= r["threshold"]
            else "below its threshold",
        }
        for r in rows
    ]
    columns = (
        ("fact", "fact", "text"), ("coverage", "recorded", "share"), ("covered_count", "with it", "count"),
        ("conversation_count", "could have it (n)", "count"), ("threshold", "threshold", "share"), ("verdict", "verdict", "text"),
    )  # fmt: skip
    return Figure("coverage", "How often a fact is recorded", "", scope.footing("instrumentation_coverage"), columns, values) if values else None  # fmt: skip


def _set_aside(scope: Scope) -> Figure | None:
    if not scope.has("staging_set_aside", "input", "reason", "row_count"):
        return None
    rows = scope.rows(f"select input, reason, row_count from {{staging_set_aside}} where row_count > 0 order by row_count desc, input, reason limit {MOST_ROWS}")  # fmt: skip
    values = [{**r, "reason": _SET_ASIDE.get(r["reason"], str(r["reason"]).replace("_", " "))} for r in rows]
    columns = (("input", "input", "text"), ("reason", "reason", "text"), ("row_count", "rows", "count"))
    return Figure("set-aside", "Rows that are not used", "", scope.footing("staging_set_aside"), columns, values) if values else None  # fmt: skip


def _unreadable(scope: Scope) -> Figure | None:
    if not scope.has("staging_unreadable", "input", "column_name", "unreadable_count", "given_count", "samples"):
        return None
    rows = scope.rows(
        "select input, column_name, unreadable_count, given_count, samples, unreadable_count / cast(given_count as double) as share"
        f" from {{staging_unreadable}} where unreadable_count > 0 order by share desc, input, column_name limit {MOST_ROWS}"
    )
    columns = (
        ("input", "input", "text"), ("column_name", "column", "text"), ("share", "unread", "share"), ("unreadable_count", "values", "count"),
        ("given_count", "of (n)", "count"), ("samples", "for example", "prose"),
    )  # fmt: skip
    return Figure("unreadable", "Values that could not be read", "", scope.footing("staging_unreadable"), columns, rows) if rows else None  # fmt: skip


def _keys(scope: Scope) -> Figure | None:
    needed = ("input", "column_name", "referred_input", "referred_column", "key_count", "matched_count", "match_share")
    if not scope.has("key_matches", *needed):
        return None
    rows = scope.rows(
        f"select {', '.join(needed)} from {{key_matches}} where key_count > 0 and match_share < 1 order by match_share, input, column_name limit {MOST_ROWS}"
    )
    values = [{**r, "keys": f"{r['input']}.{r['column_name']}", "rows": f"{r['referred_input']}.{r['referred_column']}"} for r in rows]  # fmt: skip
    columns = (
        ("keys", "keys of", "text"), ("rows", "looked for in", "text"), ("match_share", "found", "share"),
        ("matched_count", "keys found", "count"), ("key_count", "of (n)", "count"),
    )  # fmt: skip
    return Figure("keys", "Keys without a row", "", scope.footing("key_matches"), columns, values) if values else None
