"""What was sent beside rules of laws and carriers, over all time."""

from __future__ import annotations

from convsql.report.figure import Figure, Section
from convsql.report.scope import Scope
from convsql.report.table_section import Columns, table_section

_NEEDED = (
    "rule",
    "kind",
    "channel",
    "period_grain",
    "checked",
    "found",
    "found_share",
    "limit_value",
    "signal",
    "source",
)
_KINDS = {
    "quiet_hours": "first messages in quiet hours",
    "after_opt_out": "opt-outs after which something was sent",
    "honour_days": "opt-outs honoured too late",
    "without_consent": "contacts without a consent on record",
    "opt_out_share": "contacts who opted out",
    "failure_share": "messages that failed",
}
_SIGNALS = {"seen": "seen", "not_seen": "none seen", "beyond": "beyond the limit", "below": "below the limit", "too_few": "too few", "not_instrumented": "not recorded"}  # fmt: skip
_COLUMNS: Columns = (
    ("name", "what", "text"), ("channel", "channel", "text"), ("checked", "checked (n)", "count"), ("found", "found", "count"), ("found_share", "share", "share"),
    ("said", "verdict", "text"), ("source", "rule", "prose"),
)  # fmt: skip

_FAILED = ("channel", "code", "category", "meaning", "period_grain", "failed_messages", "share_of_failed", "failure_share", "tried_messages")  # fmt: skip
_FAILED_COLUMNS: Columns = (
    ("channel", "channel", "text"), ("code", "code", "text"), ("means", "what it says", "prose"), ("failed_messages", "failed (n)", "count"),
    ("share_of_failed", "of the failed", "share"), ("failure_share", "of all sent", "share"),
)  # fmt: skip
MOST_CODES = 12


def rules_section(scope: Scope) -> Section:
    """A table of rules and channels."""

    def figures() -> list[Figure]:
        rows = scope.rows("select * from {sending_rules} where period_grain = 'all' order by kind, rule, channel")
        values = [{**r, "name": _KINDS.get(r["kind"], r["kind"]), "said": _SIGNALS.get(r["signal"], r["signal"])} for r in rows]  # fmt: skip
        reading = "A finding is not a breach, and no finding is not compliance: whether a rule applies to you is for a lawyer to say."
        rules = [Figure("sending-rules-table", "Rules", reading, scope.footing("sending_rules"), _COLUMNS, values)]
        return [*rules, *_failures(scope)] if rows else []

    return table_section(
        scope, "sending-rules", "Sent against the rules", "Was anything sent in quiet hours or after an opt-out, and are carriers likely to object?",
        "sending_rules", _NEEDED, figures, nothing="messaging_rules has no rule with anything to check",
    )  # fmt: skip


def _failures(scope: Scope) -> list[Figure]:
    """The codes with which messages were refused, the most frequent first."""
    if not scope.has("failure_reasons", *_FAILED):
        return []
    rows = scope.rows(f"select * from {{failure_reasons}} where period_grain = 'all' order by failed_messages desc, channel, code limit {MOST_CODES}")  # fmt: skip
    if not rows:
        return []
    values = [{**r, "means": r["meaning"] or str(r["category"]).replace("_", " ")} for r in rows]
    n = sum(int(r["failed_messages"]) for r in rows)
    reading = "What did not arrive says nothing about interest. The codes are those of carriers and mail servers."
    return [Figure("failure-reasons", "Why messages failed", reading, scope.footing("failure_reasons", n, "failed messages"), _FAILED_COLUMNS, values)]  # fmt: skip
