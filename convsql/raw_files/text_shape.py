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
    if declared and "\\" in body and _fit(body, dialect, len(sample) == _SAMPLE).share < 1:
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


@dataclass(frozen=True, slots=True)
class _Fit:
    """Which `share` of the first rows fits the header under a dialect, how many columns that has, and what stands above it."""

    dialect: Dialect
    share: float
    columns: int
    above: int = 0

    @property
    def rank(self) -> tuple[bool, float, bool, bool, int]:
        return self.columns > 1, self.share, not self.above, self.dialect.is_plain, self.columns


def _fit(text: str, dialect: Dialect, is_cut: bool) -> _Fit:
    rows: list[Row] = []
    wrong = 0
    try:
        rows += _sampled(text, dialect, is_cut)
    except Unreadable:
        wrong = 1
    if is_cut and rows:
        rows.pop()
    try:
        header = find_header(rows)
    except Unreadable:
        return _Fit(dialect, 0.0, max((len(cells) for _, cells in rows), default=0))
    below = [(line, cells) for line, cells in rows[header.above + 1 :] if filled(cells)]
    fitting = 0
    for row in below:
        try:
            fitting += len(list(Fitting(header).rows([(0, []), row, (0, [])]))) or 1
        except Unreadable:
            continue
    share = fitting / (len(below) + wrong) if below or wrong else 1.0
    return _Fit(dialect, share, len(header.names), header.above)


def _dialect(text: str, is_cut: bool, suffix: str) -> Dialect:
    """The dialect under which most rows fit the header; of several, a plain one, or the one with most columns."""
    tried: list[_Fit] = []
    for group in dialects_to_try(text, suffix):
        fits = [_fit(text, dialect, is_cut) for dialect in group]
        found = max(fits, key=lambda fit: fit.rank)
        if found.columns == 1 and (short := next((fit.dialect for fit in fits if fit.share == 0.0), None)):
            return short  # under which every row has more cells than the header, and that is said
        if found.share == 1.0:
            return _with_blanks(text, found.dialect, is_cut)
        tried.append(found)
    return max(tried, key=lambda fit: fit.rank).dialect


def _with_blanks(text: str, dialect: Dialect, is_cut: bool) -> Dialect:
    """The dialect that reads over blanks before quotes, where values would begin with a blank and a quote otherwise."""
    other = replace(dialect, has_blanks=True)
    if not dialect.is_plain or f"{dialect.delimiter} " not in text or _fit(text, other, is_cut).share < 1:
        return dialect
    pairs = zip(_sampled(text, dialect, is_cut), _sampled(text, other, is_cut), strict=False)
    is_meant = any(
        cell != read and re.match(r' +"', cell)
        for (_, cells), (_, others) in pairs
        for cell, read in zip(cells, others, strict=False)
    )
    return other if is_meant else dialect


def _sampled(text: str, dialect: Dialect, is_cut: bool) -> Iterator[Row]:
    return itertools.islice(rows_of(Lines(_split(text)), dialect, is_cut), _SAMPLE_ROWS)
