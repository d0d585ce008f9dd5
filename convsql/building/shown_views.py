"""The views that readers see: the statement that shows one, and whether what stands in the database is what it made.

An engine may keep a view's text in its own spelling, so texts are compared word by word, without parentheses, quotes and the case of
keywords; where it names schema or database before a name, that is taken as it is.
"""

from __future__ import annotations

import re

from convsql.base.quoting import DATA_SCHEMA, qualified

_WORD = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|[^\s()]""")


def shown_query(relation: str) -> str:
    """The query of a published view over a physical relation."""
    return f"select * from {qualified(DATA_SCHEMA, relation)}"


def _create_view(schema: str, name: str, query: str) -> str:
    """The statement that shows a query to readers under this name."""
    return f"create view {qualified(schema, name)} as {query}"


def is_shown(text: str, schema: str, name: str, query: str) -> bool:
    """Whether a view's text in the database, empty where there is none, is what showing this query made."""
    found, wanted = _words(text), _words(_create_view(schema, name, query))
    return bool(found) and _without_places(found, schema) == _without_places(wanted, schema)


def _words(text: str) -> list[str]:
    words = [
        w if w[0] == "'" else (w[1:-1].replace('""', '"') if w[0] == '"' else w).lower() for w in _WORD.findall(text)
    ]
    return words[:-1] if words[-1:] == [";"] else words


def _without_places(words: list[str], schema: str) -> list[str]:
    """The words without `or replace`, and without what stands before the view's name and before convsql's own schemas."""
    words = [words[0], *words[3:]] if words[1:3] == ["or", "replace"] else words
    start = words.index("view") + 1 if "view" in words else 0
    end = words.index("as", start + 1) if "as" in words[start + 1 :] else start
    named = words[start:end]
    if len(named) > 2 and named[-3:-1] == [schema.lower(), "."]:
        named = named[-1:]
    rest = words[end:]
    place = next((i for i, w in enumerate(rest) if w == "from"), 0) + 1
    if rest[place + 1 : place + 2] == ["."] and rest[place + 3 : place + 4] == ["."]:
        rest = rest[:place] + rest[place + 2 :]
    return [*words[:start], *named, *rest]
