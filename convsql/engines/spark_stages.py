"""The CTEs of a query that are read many times, each to be worked out once.

Spark puts a CTE in each place that reads it, and what a CTE reads once more in each of these: a query of forty CTEs can become a plan
of a thousand scans, most of whose time goes into planning it. A part that would stand there often is asked for alone, kept by Spark
in memory (on disk where that is full), and read by the rest under its own name.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from convsql.engines.session import EngineError
from convsql.engines.spark_catalogue import Catalogue

# Keeping a part costs a job of half a second; a relation that is read or joined once more in a plan costs some 20 ms of planning.
_WORTH = 40  # relations that a plan is spared
_GAP = r"(?:\s|/\*.*?\*/|--[^\n]*\n)*"
_BEGINNING = re.compile(rf"{_GAP}with\s+(recursive\s+)?", re.I | re.S)
_AROUND = re.compile(r"select\n    cast\(.*?\nfrom \((?=\n)", re.S)  # a model's typed columns
_NAME = re.compile(rf"{_GAP}(\w+|`(?:[^`]|``)+`)\s*(\([^()]*\))?{_GAP}as{_GAP}\(", re.I | re.S)
_COMMA = re.compile(rf"{_GAP},", re.S)
_QUOTED = re.compile(r"""'(?:[^'\\]|\\.|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|--[^\n]*|/\*.*?\*/""", re.S)
_MOVING = re.compile(
    r"\b(?:current_(?:timestamp|date|time)|now|localtimestamp|rand|randn|uuid)\b", re.I
)  # another in each statement
_READ = re.compile(r"\b(?:from|join)\s+(\w+|`(?:[^`]|``)+`)|\b(from|join)\b", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """One CTE: its name, its columns in brackets where they are named, and its query."""

    name: str
    columns: str
    query: str


@dataclass(frozen=True, slots=True)
class Query:
    """A query as its CTEs and what is made of them."""

    is_recursive: bool
    parts: Sequence[Part]
    rest: str
    around: tuple[str, str] = ("", "")
    """What stands before and after it: a model is a subquery, whose columns are typed."""

    def kept(self) -> list[int]:
        """The places of the CTEs to work out once, in order: each spares a plan more than it costs."""
        reads = [_reads(part.query) for part in self.parts]
        place = {_plain(part.name): n for n, part in enumerate(self.parts)}
        times = [0] * len(self.parts)
        found: list[int] = []
        for name, count in _reads(self.rest).items():
            if name in place:
                times[place[name]] += count
        for n in reversed(range(len(self.parts))):
            if times[n] > 1 and (times[n] - 1) * self._size(n, reads, place, {}) >= _WORTH:
                found.append(n)
                times[n] = 1
            for name, count in reads[n].items():
                if place.get(name, n) < n:
                    times[place[name]] += count * times[n]
        return sorted(found)

    def _size(self, n: int, reads: Sequence[Mapping[str, int]], place: Mapping[str, int], known: dict[int, int]) -> int:
        """How many relations stand in the plan of a CTE; of one that only names a relation, none."""
        if n not in known:
            known[n] = sum(
                count * (self._size(place[name], reads, place, known) or 1 if place.get(name, n) < n else 1)
                for name, count in reads[n].items()
            )
            if known[n] == 1 and _is_import(self.parts[n].query):
                known[n] = 0
        return known[n]

    def text(self, end: int, rest: str, given: Mapping[int, str]) -> str:
        """The query `rest` over the first `end` CTEs; `given` are relations to be read in place of CTEs."""
        listed = [
            f"{part.name} as (select * from {given[n]})"
            if n in given
            else f"{part.name}{part.columns} as ({part.query})"
            for n, part in enumerate(self.parts[:end])
        ]
        word = "with recursive" if self.is_recursive else "with"
        return f"{word} {', '.join(listed)}\n{rest}" if listed else rest


@contextlib.contextmanager
def worked_out(catalogue: Catalogue, sql: str) -> Iterator[str]:
    """A query to run meanwhile in place of another, whose costly CTEs are worked out once and kept until then.

    It is the same query where nothing is worth keeping, and where a part can't be kept: some servers keep nothing. Raises EngineError.
    """
    query = None if _MOVING.search(sql) else parsed(sql)
    given: dict[int, str] = {}
    try:
        yield sql if query is None else _over_kept(catalogue, sql, query, given)
    finally:
        for name in reversed(given.values()):
            with contextlib.suppress(Exception):
                catalogue.run(f"uncache table if exists {name}")
                catalogue.run(f"drop view if exists {name}")


def _over_kept(catalogue: Catalogue, sql: str, query: Query, given: dict[int, str]) -> str:
    """Keep what is worth it, into `given`: the place of a CTE → what it is kept as."""
    word = secrets.token_hex(4)
    try:
        for n in query.kept():
            alone = query.text(n + 1, f"select * from {query.parts[n].name}", given)
            catalogue.run(f"cache table kept_{word}_{n} as\n{alone}")
            given[n] = f"kept_{word}_{n}"
    except EngineError:
        return sql  # what is wrong with the query itself, it will say
    before, after = query.around
    return f"{before}{query.text(len(query.parts), query.rest, given)}{after}" if given else sql


def parsed(sql: str) -> Query | None:
    """A query that begins with CTEs, or whose only relation does; None for any other, or where the text is not understood."""
    beginning = _BEGINNING.match(sql)
    if beginning is None:
        around = _AROUND.match(sql)
        end = _closing(sql, around.end()) if around is not None else -1
        inner = parsed(sql[around.end() : end]) if around is not None and end >= 0 else None
        return None if inner is None or around is None else replace(inner, around=(around[0], sql[end:]))
    parts = []
    at = beginning.end()
    while True:
        name = _NAME.match(sql, at)
        if name is None:
            return None
        end = _closing(sql, name.end())
        if end < 0:
            return None
        parts.append(Part(name[1], name[2] or "", sql[name.end() : end]))
        comma = _COMMA.match(sql, end + 1)
        if comma is None:
            return Query(beginning[1] is not None, parts, sql[end + 1 :].lstrip())
        at = comma.end()


def _closing(sql: str, start: int) -> int:
    """The place of the bracket that closes the one before `start`; -1 where none does."""
    depth, at = 1, start
    while at < len(sql):
        if quoted := _QUOTED.match(sql, at):
            at = quoted.end()
            continue
        depth += {"(": 1, ")": -1}.get(sql[at], 0)
        if depth == 0:
            return at
        at += 1
    return -1


def _reads(query: str) -> dict[str, int]:
    """How often each name is read in a query, in small letters; relations that are named in full, and subqueries, under an empty name."""
    found: dict[str, int] = {}
    code = _QUOTED.sub(lambda m: m[0] if m[0].startswith("`") else " ", query)
    for match in _READ.finditer(code):
        name = _plain(match[1]) if match[1] and code[match.end() : match.end() + 1] != "." else ""
        found[name] = found.get(name, 0) + 1
    return found


def _is_import(query: str) -> bool:
    return len(re.findall(r"\b(?:where|group|over|distinct|union|join)\b", query, re.I)) == 0


def _plain(name: str) -> str:
    return name.strip("`").lower()
