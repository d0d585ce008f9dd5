"""The shape of a text file: how its rows are told apart, from its beginning and its end."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from convsql.raw_files.dialects import Dialect, Lines, Row, dialects_to_try, rows_of
from convsql.raw_files.encodings import UTF_8, encoding_of, opened_bytes, opened_text
from convsql.raw_files.forms import suffix_of
from convsql.raw_files.problem import Unreadable
from convsql.raw_files.tables import Fitting, Header, filled, find_header

HEAD = (
    1 << 22
)  # characters that are held against the header before anything runs; what comes after, when DuckDB stumbles on it
_SAMPLE = 1 << 16
_SAMPLE_ROWS = 400
_TAIL = 1 << 12
_SEPARATOR = re.compile(r'"?sep=(.)"?[;,]*\r?\n?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextShape:
    """`skip` lines stand above all, `above` rows more above the header, `footer` rows below the table.

    `is_plain`: DuckDB reads the file itself, told the delimiter.
    """

    encoding: str
    dialect: Dialect
    skip: int
    is_plain: bool
    above: int = 0
    footer: int = 0


def shape_of(path: str, head: int | None = HEAD) -> TextShape:
    """The shape of a file, of which so many characters are looked at row by row (None: all). Raises OSError, Unreadable."""
    encoding = encoding_of(path)
    with opened_text(path, encoding) as opened:
        sample = opened.read(_SAMPLE)
    if not sample.strip():
        raise Unreadable("empty: there is not even a header", hint="export it again, or take it away")
    declared = _SEPARATOR.match(sample)
    skip = 1 if declared else 0
    body = sample[declared.end() :] if declared else sample
    dialect = Dialect(declared[1]) if declared else _dialect(body, len(sample) == _SAMPLE, suffix_of(path))
    if declared and "\\" in body and _fits(body, dialect, len(sample) == _SAMPLE)[0] < 1:
        dialect = replace(dialect, has_escapes=True)
    shape = TextShape(encoding, dialect, skip, False)
    return _check(path, shape, head)


def rows_in(path: str, shape: TextShape) -> Iterator[list[str]]:
    """The names of a file's header, then its rows. Raises OSError, Unreadable."""
    with opened_text(path, shape.encoding) as opened:
        lines = Lines(opened)
        header, rows = _parted(lines, shape)
        yield list(header.names)
        yield from Fitting(header).rows(rows)


def _parted(lines: Lines, shape: TextShape, is_cut: bool = False) -> tuple[Header, Iterator[Row]]:
    for _ in range(shape.skip):
        next(lines, None)
    rows = rows_of(lines, shape.dialect, is_cut)
    first: list[Row] = []
    wrong: Unreadable | None = None
    try:
        first += itertools.islice(rows, 60)
    except Unreadable as error:
        wrong = error
    if wrong and not first:
        raise wrong
    header = find_header(first)

    def rest() -> Iterator[Row]:
        yield from first[header.above + 1 :]
        if wrong:
            raise wrong
        yield from rows

    return header, rest()


def _check(path: str, shape: TextShape, head: int | None) -> TextShape:
    """The shape with what its beginning (None: all of it) shows, once that was found to fit its header."""
    with opened_text(path, shape.encoding) as opened:
        if head is None:
            return _checked(Lines(opened), shape, False)
        text = opened.read(head)
        is_cut = bool(opened.read(1))
    if is_cut:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    checked = _checked(Lines(_split(text)), shape, is_cut)
    has_footer = is_cut and checked.is_plain and _ends_in_one_cell(path, shape)
    return replace(checked, is_plain=checked.is_plain and not has_footer and "\0" not in text)


def _checked(lines: Lines, shape: TextShape, is_cut: bool) -> TextShape:
    header, rows = _parted(lines, shape, is_cut)
    fitting = Fitting(header)
    for _ in fitting.rows(rows):
        pass
    is_plain = (
        shape.encoding == UTF_8
        and shape.dialect.is_plain
        and not shape.skip
        and not header.above
        and header.written == header.names
        and not fitting.is_odd
        and len(lines.ends) < 2
    )
    return replace(shape, is_plain=is_plain, above=header.above, footer=fitting.footer)


def _split(text: str) -> list[str]:
    """Lines with their ends, as a file opened with newline='' has them."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)


def _ends_in_one_cell(path: str, shape: TextShape) -> bool:
    """Whether a long file seems to end in a footer."""
    if path.lower().endswith(".gz"):
        return False
    with opened_bytes(path) as opened:
        opened.seek(0, 2)
        opened.seek(max(opened.tell() - _TAIL, 0))
        ends = opened.read().decode("latin-1").strip().splitlines()
    return bool(ends) and shape.dialect.delimiter not in ends[-1]


def _fits(text: str, dialect: Dialect, is_cut: bool) -> tuple[float, int]:
    """Which share of the first rows fits the header under a dialect, and how many columns that has."""
    rows: list[Row] = []
    wrong = 0
    try:
        rows += itertools.islice(rows_of(Lines(_split(text)), dialect, is_cut), _SAMPLE_ROWS)
    except Unreadable:
        wrong = 1
    if is_cut and rows:
        rows.pop()
    try:
        header = find_header(rows)
    except Unreadable:
        return 0.0, max((len(cells) for _, cells in rows), default=0) if rows else 0
    below = [(line, cells) for line, cells in rows[header.above + 1 :] if filled(cells)]
    fitting = 0
    for row in below:
        try:
            fitting += len(list(Fitting(header).rows([(0, []), row, (0, [])]))) or 1
        except Unreadable:
            continue
    return (fitting / (len(below) + wrong) if below or wrong else 1.0), len(header.names)


def _dialect(text: str, is_cut: bool, suffix: str) -> Dialect:
    """The dialect under which most rows fit the header; of several, a plain one, or the one with most columns."""
    tried: list[tuple[float, bool, int, Dialect]] = []
    for group in dialects_to_try(text, suffix):
        scored = [(*_fits(text, dialect, is_cut), dialect) for dialect in group]
        found = max(scored, key=lambda each: (each[1] > 1, each[0], each[1]))
        if found[1] == 1 and (short := next((d for fits, _, d in scored if fits == 0.0), None)):
            return short  # under which every row has more cells than the header, and that is said
        if found[0] == 1.0:
            return found[2]
        tried.append((found[0], found[2].is_plain, found[1], found[2]))
    return max(tried, key=lambda each: each[:3])[3]
