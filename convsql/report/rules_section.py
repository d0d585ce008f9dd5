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
    "opt_out_share": "contacts who opted out",
    "failure_share": "messages that failed",
}
_SIGNALS = {"seen": "seen", "not_seen": "none seen", "beyond": "beyond the limit", "below": "below the limit", "too_few": "too few", "not_instrumented": "not recorded"}  # fmt: skip
_COLUMNS: Columns = (
    ("name", "what", "text"), ("channel", "channel", "text"), ("checked", "checked (n)", "count"), ("found", "found", "count"), ("found_share", "share", "share"),
    ("said", "verdict", "text"), ("source", "rule", "prose"),
)  # fmt: skip


def rules_section(scope: Scope) -> Section:
    """A table of rules and channels."""

    def figures() -> list[Figure]:
        rows = scope.rows("select * from {sending_rules} where period_grain = 'all' order by kind, rule, channel")
        values = [{**r, "name": _KINDS.get(r["kind"], r["kind"]), "said": _SIGNALS.get(r["signal"], r["signal"])} for r in rows]  # fmt: skip
        reading = "A finding is not a breach, and no finding is not compliance: whether a rule applies to you is for a lawyer to say."
        return [Figure("sending-rules-table", "Rules", reading, scope.footing("sending_rules"), _COLUMNS, values)] if rows else []  # fmt: skip

    return table_section(
        scope, "sending-rules", "Sent against the rules", "Was anything sent in quiet hours or after an opt-out, and are carriers likely to object?",
        "sending_rules", _NEEDED, figures, nothing="messaging_rules has no rule with anything to check",
    )  # fmt: skip
