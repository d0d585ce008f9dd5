"""Meetings and proposals with and without a reminder."""

from __future__ import annotations

from convsql.report.figure import Figure, Row, Section, shown
from convsql.report.labels import in_words
from convsql.report.scope import Scope
from convsql.report.table_section import Columns, table_section

_NEEDED = ("subject", "measure", "reminded", "reminded_rate", "others", "expected_rate", "difference", "verdict")
_COLUMNS: Columns = (
    ("subject", "of", "text"), ("measure", "reached", "text"), ("reminded_rate", "with a reminder", "share"), ("expected_rate", "without, same mix", "share"),
    ("difference", "difference", "points"), ("difference_low", "lower limit", "points"), ("difference_high", "upper limit", "points"), ("verdict", "so", "text"),
    ("median_days", "median days", "number"), ("others_median_days", "without", "number"), ("reminded", "reminded (n)", "count"), ("others", "not (n)", "count"),
)  # fmt: skip
_ORDER = "case measure when 'attended' then 1 when 'proposal_sent' then 2 else 3 end"


def reminder_section(scope: Scope) -> Section:
    """One figure over all kinds of meetings and proposals of which anybody was reminded."""

    def figures() -> list[Figure]:
        rows = scope.rows(f"select * from {{reminder_effect}} order by subject = 'proposal', subject, {_ORDER}")
        values: list[Row] = [{**r, "subject": in_words(str(r["subject"])), "measure": in_words(str(r["measure"])).lower(), "verdict": str(r["verdict"]).replace("_", " ")} for r in rows]  # fmt: skip
        if not values:
            return []
        n = sum(int(r["reminded"]) for r in rows if r["measure"] != "proposal_sent")
        return [Figure("reminder-effect", "With and without a reminder", _reading(values), scope.footing("reminder_effect, all time", n, "reminded"), _COLUMNS, values)]  # fmt: skip

    return table_section(
        scope, "reminders", "Do reminders help?", "Do contacts who were reminded attend, go on and sign more often than similar contacts who were not?", "reminder_effect", _NEEDED, figures,
        nothing="no reminder is in the data (campaigns of the kind reminder, or a topic reminder)",
        caption="Somebody chooses who is reminded: this shows what goes along with a reminder, not what it does.",
    )  # fmt: skip


def _reading(values: list[Row]) -> str:
    """The clear differences, a sentence each."""
    clear = [r for r in values if r["verdict"] in ("higher", "lower")]
    if not clear:
        return "No difference is clear of chance."
    return " ".join(
        f"{r['subject']}, {r['measure']}: {shown(r['reminded_rate'], 'share')} with a reminder, {shown(r['expected_rate'], 'share')} without one at the"
        " same mix."
        for r in clear
    )
