"""What was sent beside rules of laws and carriers, over all time."""

from __future__ import annotations

from collections.abc import Sequence

from convsql.report.figure import Figure, Row, Section, shown
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
_LEFT = (
    "period_grain",
    "cut_by",
    "cut_value",
    "contacts",
    "opted_out",
    "opt_out_rate",
    "rate_low",
    "rate_high",
    "is_small",
)
_LEFT_COLUMNS: Columns = (
    ("source", "consent from", "text"), ("contacts", "written to (n)", "count"), ("opted_out", "opted out", "count"), ("opt_out_rate", "share", "share"),
    ("rate_low", "lower limit", "share"), ("rate_high", "upper limit", "share"),
)  # fmt: skip


def rules_section(scope: Scope) -> Section:
    """A table of rules and channels."""

    def figures() -> list[Figure]:
        rows = scope.rows("select * from {sending_rules} where period_grain = 'all' order by kind, rule, channel")
        values = [{**r, "name": _KINDS.get(r["kind"], r["kind"]), "said": _SIGNALS.get(r["signal"], r["signal"])} for r in rows]  # fmt: skip
        reading = "A finding is not a breach, and no finding is not compliance: whether a rule applies to you is for a lawyer to say."
        rules = [Figure("sending-rules-table", "Rules", reading, scope.footing("sending_rules"), _COLUMNS, values)]
        return [*rules, *_opt_outs(scope), *_failures(scope)] if rows else []

    return table_section(
        scope, "sending-rules", "Sent against the rules", "Was anything sent in quiet hours or after an opt-out, and are carriers likely to object?",
        "sending_rules", _NEEDED, figures, nothing="messaging_rules has no rule with anything to check",
    )  # fmt: skip


def _opt_outs(scope: Scope) -> list[Figure]:
    """Who opts out, by where their consent is from; nothing where no consent is recorded."""
    if not scope.has("opt_out_rates", *_LEFT):
        return []
    rows = scope.rows("select * from {opt_out_rates} where period_grain = 'all' and cut_by = 'consent_source' order by opt_out_rate desc, cut_value")  # fmt: skip
    if not any(r["cut_value"] != "none" for r in rows):
        return []
    values = [{**r, "source": "none on record" if r["cut_value"] == "none" else r["cut_value"]} for r in rows]
    n = sum(int(r["contacts"]) for r in rows)
    return [Figure("opt-outs-by-consent", "Who opts out", _most_opt_outs(values), scope.footing("opt_out_rates, all time", n, "contacts written to"), _LEFT_COLUMNS, values)]  # fmt: skip


def _most_opt_outs(rows: Sequence[Row]) -> str:
    """The source whose contacts opt out more than those of every other one, beyond chance."""
    large = [r for r in rows if not r["is_small"]]
    if len(large) < 2 or any(r["rate_high"] >= large[0]["rate_low"] for r in large[1:]):
        return "No source stands out."
    most = large[0]
    others = [r for r in rows if r is not most]
    rest = sum(int(r["opted_out"]) for r in others) / sum(int(r["contacts"]) for r in others)
    return (
        f"Consent from “{most['source']}”: {shown(most['opt_out_rate'], 'share')} of {int(most['contacts']):,} contacts opted out"
        f" ({shown(most['rate_low'], 'share')} to {shown(most['rate_high'], 'share')}), and {shown(rest, 'share')} of all others."
    )


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
