"""Topics and next steps (sections 5 and 9), by plain reading of the words.

> Phrases are searched in contact and first outbound messages only.

Silent there: a phrase is found where it begins a word (`prices` holds `price`, `surprise` does not), whatever the case and the punctuation
between words. A message that names several topics has each of them. Next steps are proposed in the first outbound message.
"""

from __future__ import annotations

import unicodedata

from tests.spec.reference.columns import Rows

Found = set[tuple[str, str, str | None]]
"""Message, kind of phrase, topic."""


def words(text: str) -> list[str]:
    """What stands between white space and punctuation, in lower case. Emoji and letters of any script are parts of words."""
    spaced = "".join(" " if _divides(character) else character for character in text.lower())
    return spaced.split()


def holds(text: str, phrase: str) -> bool:
    """Whether the words of a phrase follow each other somewhere, the last of them as the beginning of a word at least."""
    said, sought = words(text), words(phrase)
    *whole, last = sought
    return any(
        said[n : n + len(whole)] == whole and said[n + len(whole)].startswith(last)
        for n in range(len(said) - len(whole))
    )


def message_phrases(messages: Rows, topics: Rows, next_steps: Rows) -> Found:
    """Messages have message_id, body, conversation_id, sent_at, direction, sender, message_role, is_attempt and non_reply_kind."""
    spoken = [m for m in messages if m["message_role"] == "message"]
    found: Found = set()
    for message in spoken:
        ours = [m["sent_at"] for m in spoken if m["conversation_id"] == message["conversation_id"] and m["direction"] == "outbound"]  # fmt: skip
        is_first = message["direction"] == "outbound" and message["sent_at"] == min(ours)
        if message["body"] is None or message["non_reply_kind"] or not (is_first or message["sender"] == "contact"):
            continue
        for row in topics:
            if holds(message["body"], row["keyword"]):
                found.add((message["message_id"], "topic", row["topic"]))
        if is_first and any(holds(message["body"], row["phrase"]) for row in next_steps):
            found.add((message["message_id"], "next_step", None))
    return found


def _divides(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] == "P" or character in "$+<=>^`|~"
