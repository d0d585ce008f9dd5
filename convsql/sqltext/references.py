"""SQL as text with references in it; the only module that imports sqlglot.

A rendered reference is a placeholder, a quoted identifier `"⟦unique id⟧"`. `with_aliases` gives each
placeholder the name that the published relation would have had (`"⟦unique id|alias⟧"`), so that
`from {{ ref('orders') }} where orders.id > 1` means the same when the relation is a physical one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from convsql.base.errors import ConvsqlError, Where
from convsql.base.quoting import quote
from convsql.sqltext.unrepeatable import unrepeatable

PLACEHOLDER = re.compile(r'"⟦((?:model|seed|source|test)\.[^⟧|]+)(?:\|([^⟧]*))?⟧"')

# Words that may follow a table without being its alias.
_NO_ALIAS = frozenset(
    "where group having order limit join inner left right full cross natural asof positional anti semi union intersect"
    " except on using qualify window tablesample sample pivot unpivot offset fetch at lateral for returning set when then"
    " end else and or select".split()
)


def placeholder(unique_id: str) -> str:
    """How a reference to `unique_id` stands in rendered SQL."""
    return f'"⟦{unique_id}⟧"'


def forged(sql: str, allowed: Collection[str]) -> str:
    """A mark in the form of a reference that no `ref` or `source` has written, an empty string when there is none."""
    return next((m[0] for m in PLACEHOLDER.finditer(sql) if m[2] is not None or m[1] not in allowed), "")


def substitute(sql: str, relation: Callable[[str], str], aliases: bool = True) -> str:
    """SQL with each placeholder replaced by `relation(unique_id)`, aliased where it had no alias."""

    def one(match: re.Match[str]) -> str:
        text = relation(match[1])
        return f"{text} as {quote(match[2])}" if aliases and match[2] else text

    return PLACEHOLDER.sub(one, sql)


def line_before(sql: str, relation: Callable[[str], str], line: int) -> int:
    """The line of `sql` from which line `line` of `substitute(sql, relation)` came."""
    before = after = 1
    end = 0
    for match in PLACEHOLDER.finditer(sql):
        between = sql.count("\n", end, match.start())
        if after + between >= line:
            break
        before, after = before + between, after + between + relation(match[1]).count("\n")
        end = match.end()
        if after >= line:
            return before
    return before + line - after


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from sqlglot.dialects.duckdb import DuckDB

    return DuckDB().tokenizer_class(dialect=DuckDB())


def tokens(sql: str) -> list[Any]:
    """The tokens of DuckDB SQL.

    Raises ConvsqlError for text that can't be tokenised (an unclosed quote or comment).
    """
    from sqlglot.errors import TokenError

    try:
        found: list[Any] = _tokenizer().tokenize(sql)
    except TokenError as error:
        raise ConvsqlError(f"not valid SQL: {error}") from None
    return found


@dataclass(frozen=True, slots=True)
class Statement:
    """What the tokens of a text say: its canonical form, what in it is not fixed by its data, and how many statements it holds.

    `unnamed` are the placeholders that stand as a table without an alias: where each begins, where it ends, and its unique id.
    """

    text: str
    canonical: str
    unrepeatable: tuple[str, ...]
    unnamed: tuple[tuple[int, int, str], ...]
    is_empty: bool
    is_several: bool
    in_texts: tuple[tuple[int, int], ...] = ()  # where strings that hold a reference begin and end

    def with_texts_named(self, name_of: Callable[[str], str | None]) -> Statement:
        """The statement in which a reference within a string is the name that readers know (None: it stays), as it is under dbt."""
        if not self.in_texts:
            return self

        def one(match: re.Match[str]) -> str:
            name = name_of(match[1])
            return match[0] if name is None else name.replace("'", "''")

        pieces: list[str] = []
        last = 0
        for start, end in self.in_texts:
            pieces += [self.text[last:start], PLACEHOLDER.sub(one, self.text[start:end])]
            last = end
        return read_statement("".join([*pieces, self.text[last:]]))

    def with_aliases(self, name_of: Callable[[str], str]) -> str:
        """The text in which each such placeholder carries its name."""
        pieces: list[str] = []
        last = 0
        for start, end, unique_id in self.unnamed:
            pieces += [self.text[last:start], f'"⟦{unique_id}|{name_of(unique_id)}⟧"']
            last = end
        return "".join([*pieces, self.text[last:]])


@lru_cache(maxsize=4096)
def read_statement(sql: str) -> Statement:
    """What DuckDB SQL says, worked out once for a text: models are rendered anew for each unit test and metric, mostly to the same.

    Raises ConvsqlError for text that can't be tokenised.
    """
    found = tokens(sql)
    semicolons = [token.text == ";" and token.token_type.name == "SEMICOLON" for token in found]
    return Statement(
        sql,
        canonical(found),
        tuple(unrepeatable(found)),
        tuple(_unnamed(found)),
        all(semicolons),
        any(semicolons[:-1]),
        tuple((t.start, t.end + 1) for t in found if "⟦" in t.text and t.token_type.name.endswith("STRING")),
    )


def with_aliases(sql: str, name_of: Callable[[str], str]) -> str:
    """SQL in which each placeholder that stands as a table without an alias carries its name. Raises as `read_statement`."""
    return read_statement(sql).with_aliases(name_of)


def _unnamed(found: list[Any]) -> Iterator[tuple[int, int, str]]:
    for index, token in enumerate(found):
        if (
            "⟦" not in token.text
            or token.token_type.name != "IDENTIFIER"
            or not PLACEHOLDER.fullmatch(f'"{token.text}"')
        ):
            continue
        follower = found[index + 1] if index + 1 < len(found) else None
        if _takes_alias(found[index - 1] if index else None, follower):
            yield token.start, token.end + 1, token.text.strip("⟦⟧")


def _takes_alias(before: Any, after: Any) -> bool:
    if before is not None and before.text.lower() not in ("from", "join", ",", "("):
        return False  # not a table position: `select x."⟦…⟧"`, a string, …
    if after is None:
        return True
    kind, word = after.token_type.name, after.text.lower()
    if kind in ("COMMA", "R_PAREN", "SEMICOLON"):
        return True
    if kind in ("DOT", "IDENTIFIER", "ALIAS", "STRING") or word == "as":
        return False
    if not word[:1].isalpha() and word[:1] != "_":
        return True
    return word.split()[0] in _NO_ALIAS  # "group by" is one token


def canonical(found: list[Any]) -> str:
    """The token stream as text: white space, comments and the case of keywords do not count.

    The case of identifiers does: it is the case of the columns that readers see.
    """
    parts = []
    known: dict[int, str] = {}  # asking a member of an enumeration for its name is most of the work
    for token in found:
        member = token.token_type
        kind = known.get(id(member)) or known.setdefault(id(member), member.name)
        if kind == "IDENTIFIER":
            parts.append('"' + token.text.replace('"', '""') + '"')
        elif kind in ("STRING", "NATIONAL_STRING", "RAW_STRING", "HEREDOC_STRING", "BYTE_STRING"):
            parts.append(f"{kind[0]}'" + token.text.replace("'", "''") + "'")
        elif kind == "VAR":
            parts.append(token.text)
        else:
            parts.append(token.text.lower())
    while parts and parts[-1] == ";":
        parts.pop()
    return " ".join(parts)


def column_names(expression: str, where: Where) -> list[str]:
    """Names of the columns that a SQL expression reads, in order of first use.

    Raises ConvsqlError at `where` when it is not one expression.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        tree = sqlglot.parse_one(f"select 1 where ({expression})", read="duckdb")
    except SqlglotError as error:
        raise ConvsqlError(f"not valid SQL: {str(error).splitlines()[0]}", where) from None
    except RecursionError:
        raise ConvsqlError("SQL nested too deeply", where) from None
    return list(dict.fromkeys(c.name for c in tree.find_all(exp.Column)))


def parts_beyond_one_row(expression: str) -> list[str]:
    """What in a SQL expression looks beyond the row it stands on: a subquery, a window, an aggregate, rows made of lists."""
    import sqlglot
    from sqlglot import exp

    from convsql.sqltext.aggregates import is_aggregate

    tree = sqlglot.parse_one(f"select 1 where ({expression})", read="duckdb").args["where"]
    found = []
    if next(tree.find_all(exp.Query), None) is not None or next(tree.find_all(exp.Exists), None) is not None:
        found.append("a subquery")
    if tree.find(exp.Window):
        found.append("a window")
    if any(map(is_aggregate, tree.walk())) and not tree.find(exp.Window):
        found.append("an aggregate")
    if tree.find(exp.Unnest, exp.Explode):
        found.append("unnest()")
    return found
