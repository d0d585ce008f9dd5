"""Delimiter, quotes and escapes of a text file, and its rows under them, each with the line on which it begins.

Python's `csv` reads strictly, as DuckDB does: what follows a closing quote, or a quote that is never closed, is an error and no value.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from convsql.raw_files.problem import Unreadable

Row = tuple[int, list[str]]
"""The line on which a row begins, and its cells; no cell for an empty line."""

DELIMITERS = (",", ";", "\t", "|")
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LONGEST_ROW = 1_000_000  # characters: a quote that is not closed for longer was none
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_OPEN = "a quote is opened here and never closed"
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are parted and quoted. `quote` may be empty; `has_escapes`: by backslashes; `has_blanks`: before an opening quote."""

    delimiter: str = ","
    quote: str = '"'
    has_escapes: bool = False
    has_blanks: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether DuckDB reads it under the options that are used."""
        return self.quote == '"' and not self.has_escapes and not self.has_blanks


class Lines:
    """Lines of a text, counted; `ends` are the line ends met so far outside of quotes."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.number = 0
        self.last = ""
        self.ends: set[str] = set()

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        self.number += 1
        return self.last

    def note_end(self) -> None:
        """The last line ends a row."""
        end = self.last[len(self.last.rstrip("\r\n")) :]
        if end:
            self.ends.add(end)


def rows_of(lines: Lines, dialect: Dialect, is_cut: bool = False) -> Iterator[Row]:
    """The rows of a text. `is_cut`: it may end within one. Raises Unreadable with its line."""
    if dialect.has_escapes:
        yield from _escaped_rows(lines, dialect, is_cut)
        return
    reader = csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        skipinitialspace=dialect.has_blanks,
        strict=True,
    )
    while True:
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" not in str(error):
                raise Unreadable(
                    "text stands after a closing quote", lines.number, 'double a quote within quotes: "say ""hi"""'
                ) from None
            if is_cut and lines.number - start < _LONGEST_ROW // 100:
                return
            raise Unreadable(_OPEN, start, "close it, or double it within quotes") from None
        lines.note_end()
        yield start, cells


def _escaped_rows(lines: Lines, dialect: Dialect, is_cut: bool) -> Iterator[Row]:
    """Rows of a text in which a backslash escapes, as MySQL writes it; `\\N`, its null, is kept as it is."""
    delimiter, quote = re.escape(dialect.delimiter), re.escape(dialect.quote or "\0")
    quoted = re.compile(rf"{quote}((?:[^{quote}\\]|\\.|{quote}{quote})*){quote}(?=[{delimiter}\r\n]|\Z)", re.DOTALL)
    bare = re.compile(rf"((?:[^{delimiter}\\\r\n]|\\.)*)", re.DOTALL)
    for line in lines:
        start, text, position = lines.number, line, 0
        cells: list[str] = []
        while True:
            is_quoted = bool(dialect.quote) and text.startswith(dialect.quote, position)
            found = (quoted if is_quoted else bare).match(text, position)
            if found is None or (not is_quoted and found.end() < len(text) and text[found.end()] == "\\"):
                # within quotes, or at a backslash before the line's end: the value goes on in the next line
                more = next(lines, None)
                if more is None or len(text) > _LONGEST_ROW:
                    if is_cut and len(text) <= _LONGEST_ROW:
                        return
                    raise Unreadable(_OPEN, start, "close it, or escape it")
                text += more
                continue
            value = found[1]
            if is_quoted:
                value = value.replace(dialect.quote * 2, dialect.quote)
            elif found.end() == len(text) and text.endswith("\\\n"):
                more = next(lines, None)
                if more is not None:
                    text += more
                    continue
            cells.append(value if value == "\\N" else _ESCAPED.sub(lambda m: _ESCAPES.get(m[1], m[1]), value))
            position = found.end()
            if not text.startswith(dialect.delimiter, position):
                break
            position += 1
        lines.note_end()
        yield start, [] if cells == [""] else cells


def dialects_to_try(sample: str, suffix: str) -> Iterator[tuple[Dialect, ...]]:
    """Groups of dialects, the likeliest first; those of one group differ in their delimiter alone.

    A tab comes first in .tsv; single quotes count where the first line is all in them.
    """
    delimiters = ("\t", *(d for d in DELIMITERS if d != "\t")) if suffix.startswith(".tsv") else DELIMITERS
    first = sample.split("\n", 1)[0].strip()
    if len(first) > 2 and first[0] == first[-1] == "'":
        yield tuple(Dialect(d, "'") for d in delimiters)
    yield tuple(Dialect(d) for d in delimiters)
    if re.search(r'[,;\t|] +"', sample):
        yield tuple(Dialect(d, has_blanks=True) for d in delimiters)
    if "\\" in sample:
        yield tuple(Dialect(d, has_escapes=True) for d in delimiters)
    if "\t" in sample:
        yield (Dialect("\t", ""),)
        if "\\" in sample:
            yield (Dialect("\t", "", has_escapes=True),)
