"""What became of the rows of an input that were not used, in sentences: from `staging_set_aside` and `staging_unreadable`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from convsql.base.quoting import literal

Ask = Callable[[str], list[Mapping[str, Any]]]

SET_ASIDE = "staging_set_aside"
UNREADABLE = "staging_unreadable"
_SAID = {
    "missing_required": "lack a required value",
    "unknown_direction": "have a direction that is neither inbound nor outbound",
    "after_as_of": "are later than as_of",
    "repeated_key": "repeat the key of another",
    "no_conversation": "belong to no conversation (system messages, and those that failed or have not gone out)",
}


def reasons_of(ask: Ask, set_aside: str, unreadable: str | None, name: str) -> list[str]:
    """Why rows of the input `name` were not used, the commonest reason first; empty when all were.

    `ask` runs a query; `set_aside` and `unreadable` are the full names of the two relations, of which the second may not be there.
    """
    columns = _columns(ask, unreadable, name) if unreadable else []
    found = ask(
        f"select reason, row_count from {set_aside} where input = {literal(name)} order by row_count desc, reason"
    )
    sentences = []
    for row in found:
        reason = str(row["reason"])
        said = _SAID.get(reason, f"were set aside as {reason}")
        if columns and reason in ("missing_required", "unknown_direction"):
            said = f"{said}: {'; '.join(columns)}"
            columns = []
        sentences.append(f"{int(row['row_count']):,} {said}")
    return sentences


def _columns(ask: Ask, unreadable: str, name: str) -> list[str]:
    """The required columns of an input in which values are missing or could not be read."""
    rows = ask(
        f"select column_name, missing_count, unreadable_count, samples from {unreadable} where input = {literal(name)}"
        " and is_required and missing_count + unreadable_count > 0 order by missing_count + unreadable_count desc, column_name"
    )
    found = []
    for row in rows:
        if row["unreadable_count"]:
            found.append(
                f"{row['column_name']} could not be read in {int(row['unreadable_count']):,}, e.g. {row['samples']}"
            )
        if row["missing_count"]:
            found.append(f"{row['column_name']} is missing in {int(row['missing_count']):,}")
    return found


def why_no_conversations(ask: Ask, has: Callable[[str], bool], name: Callable[[str], str]) -> str:
    """Why published messages made no conversation: `of 200 messages 200 lack …`; empty when no reason is known.

    `has` says whether a relation is published, `name` gives its full name.
    """
    if not (has(SET_ASIDE) and has(UNREADABLE)):
        return ""
    counted = ask(f"select max(row_count) as row_count from {name(UNREADABLE)} where input = 'messages'")
    delivered = int(counted[0]["row_count"] or 0)
    if not delivered:
        return "no messages were delivered"
    reasons = reasons_of(ask, name(SET_ASIDE), name(UNREADABLE), "messages")
    return f"of {delivered:,} messages {'; '.join(reasons)}" if reasons else ""
