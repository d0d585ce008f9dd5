"""What SQL text shows by itself, so that the engine's parser need not be asked: it reads a long query as slowly as it binds one.

Only what is sure is answered with yes; of text with block comments, dollar quotes, escapes in strings or anything else out of the
ordinary nothing is sure, and the engine decides.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r"""(?<![\w&])'(?:[^']|'')*'|(?<![\w&])"(?:[^"]|"")*"|--[^\n\r]*""")
_UNSURE = re.compile(r"""['"$\\\r]|/\*""")
_QUERY = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_WRITES = re.compile(r"\b(insert|update|delete|merge|truncate|copy|create|drop|alter|attach|into)\b", re.IGNORECASE)
_BRACKET = re.compile(r"[()]")


def is_plainly_one_statement(sql: str) -> bool:
    """Whether the text is sure to hold no semicolon outside of strings and comments."""
    if ";" not in sql:
        return True
    bare = _bare(sql)
    return bare is not None and ";" not in bare


def is_plainly_a_query(sql: str) -> bool:
    """Whether the text, if it is SQL, is sure to be one query that changes nothing, alone and between brackets alike."""
    bare = _bare(sql)
    if bare is None or ";" in bare or not _QUERY.match(bare) or _WRITES.search(bare):
        return False
    depth = 0
    for bracket in _BRACKET.findall(bare):
        depth += 1 if bracket == "(" else -1
        if depth < 0:
            return False
    return depth == 0


def _bare(sql: str) -> str | None:
    """The text without its strings, quoted names and comments; None where it is not sure which these are."""
    if "\0" in sql:
        return None
    bare = _QUOTED.sub(" ", sql)
    return None if _UNSURE.search(bare) else bare
