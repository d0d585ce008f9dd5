"""Dispositions (section 2).

> Dispositions attach by `message_id` (to that message's conversation), else `thread_id`, else contact, each
> falling through when not found: to the conversation open at `recorded_at`
> (`started_at <= recorded_at <= last_message_at`; of several, the last begun), else the last begun before it.
> Unmapped codes are none; of two at one instant the greatest code wins. One counts when recorded no later than
> 24 h (variable `disposition_grace_hours`) after the last message; the latest that counts is the
> conversation's. Later ones are shown (`late_disposition_count`) and never used.

A thread is (contact, `thread_id`). A message that was set aside is not found. "The last begun" orders by
(`started_at`, `first_message_id`). A qualified disposition counts for `qualified_at` even where another of the
same instant wins ("superseded or not").
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from tests.spec.reference.columns import Row, Rows
from tests.spec.reference.conversations import Conversation
from tests.spec.reference.mappings import Mappings


class Attaching:
    """Finds the conversation of a disposition."""

    def __init__(self, conversations: list[Conversation], conversation_of_message: dict[str, str | None]):
        self._of_message = conversation_of_message
        self._by_contact: dict[str, list[Conversation]] = defaultdict(list)
        for each in conversations:
            self._by_contact[each.first.contact_id].append(each)

    def conversation_id(self, row: Row) -> str | None:
        """By message, else thread, else contact."""
        if row["message_id"] is not None:
            found = self._of_message.get(row["message_id"])
            if found is not None:
                return found
        of_contact = self._by_contact.get(row["contact_id"], [])
        if row["thread_id"] is not None:
            of_thread = [each for each in of_contact if each.first.thread_id == row["thread_id"]]
            by_thread = _at(of_thread, row["recorded_at"])
            if by_thread is not None:
                return by_thread
        return _at(of_contact, row["recorded_at"])


def _at(conversations: list[Conversation], recorded_at: datetime) -> str | None:
    still_open = [each for each in conversations if each.started_at <= recorded_at <= each.last.sent_at]
    begun = [each for each in conversations if each.started_at < recorded_at]
    for candidates in (still_open, begun):
        if candidates:
            return max(candidates, key=lambda each: each.order).conversation_id
    return None


def attached(rows: Rows, attaching: Attaching, maps: Mappings) -> dict[str, Rows]:
    """The mapped dispositions of each conversation, with their category, in order."""
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        if row["code"] not in maps.categories:
            continue
        conversation_id = attaching.conversation_id(row)
        if conversation_id is not None:
            found[conversation_id].append({**row, "category": maps.categories[row["code"]][0]})
    for each in found.values():
        each.sort(key=lambda row: (row["recorded_at"], row["code"]))
    return found


def disposition_facts(rows: Rows, last_message_at: datetime, grace: timedelta) -> Row:
    """The disposition columns of one conversation."""
    counting = [row for row in rows if row["recorded_at"] <= last_message_at + grace]
    qualified = [row["recorded_at"] for row in counting if row["category"] == "qualified"]
    return {
        "disposition_code": counting[-1]["code"] if counting else None,
        "disposition_category": counting[-1]["category"] if counting else None,
        "late_disposition_count": len(rows) - len(counting),
        "qualified_at": min(qualified, default=None),
    }
