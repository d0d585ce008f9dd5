"""What in a grid of cells is the table: its header below any titles, and the rows that fit it, above a report's footer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from convsql.raw_files.dialects import Row
from convsql.raw_files.problem import Unreadable

_TITLES = 25  # rows above a header, at most
_FOOTER = 12  # rows of a report's footer, at most
_FOOTER_WORDS = re.compile(
    r"confidential|copyright|\(c\)|©|all rights reserved|(report|generated) (by|on|at)\b|report generated|do not distribute"
    r"|^as of |^(grand )?totals?\b|^\d+ (rows|records)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"\s*[-+]?[\d.,:/ TZ-]*\d[\d.,:/ TZ-]*\s*|.*@.*\..*")


@dataclass(frozen=True, slots=True)
class Header:
    """The line and the names of a header, as they were `written` too, and how many rows (titles, empty lines) stand above it."""

    line: int
    names: tuple[str, ...]
    written: tuple[str, ...]
    above: int


def filled(cells: list[str]) -> int:
    """How many cells hold something."""
    return sum(1 for cell in cells if cell.strip())


def find_header(rows: list[Row]) -> Header:
    """The header among the first rows of a grid. Raises Unreadable where there is none.

    What stands above it is of one cell (a title of several words, or above an empty line), or of two (`From: 2024-01-01`) above an empty line.
    """
    counts = [filled(cells) for _, cells in rows]
    for index, (line, cells) in enumerate(rows):
        if not counts[index]:
            continue
        if index < _TITLES and _is_title(rows, counts, index):
            continue
        names = tuple(" ".join(name.split()) for name in cells)
        if counts[index] == 1 and any(c > 2 for c in counts[index + 1 : index + 3]):
            below = next(i for i in range(index + 1, len(rows)) if counts[i] > 2)
            raise Unreadable(
                f"{_cells(filled(cells))} where line {rows[below][0]} has {len(rows[below][1])}",
                line,
                "give every column a name in the header, or put an empty line below a title",
            )
        if index and any(counts[:index]) and any(name and _NO_NAME.fullmatch(name) for name in names):
            first = next(i for i, count in enumerate(counts) if count)
            raise Unreadable(
                f"{_cells(len(rows[first][1]))} where line {line} has {len(cells)}",
                rows[first][0],
                "give every column a name in the header",
            )
        _check_names(names, line)
        return Header(line, names, tuple(cells), index)
    raise Unreadable("empty: there is not even a header", hint="export it again, or take it away")


def _is_title(rows: list[Row], counts: list[int], index: int) -> bool:
    below = range(index + 1, min(index + 1 + _TITLES, len(rows)))
    wide = next((i for i in below if counts[i] > max(2, counts[index])), None)
    texts = [cell.strip() for cell in rows[index][1] if cell.strip()]
    if len(texts) == 1:
        two = next((i for i in below if counts[i] > 1), None)
        has_gap = two is not None and any(counts[i] == 0 for i in range(index + 1, two))
        return has_gap or (wide is not None and " " in texts[0])
    has_gap = wide is not None and any(counts[i] == 0 for i in range(index + 1, wide))
    return has_gap and len(texts) == 2 and (texts[0].endswith(":") or bool(re.search(r"\d", texts[1])))


def _check_names(names: tuple[str, ...], line: int) -> None:
    seen: dict[str, int] = {}
    for position, name in enumerate(names, 1):
        known = seen.setdefault(name.lower(), position)
        if name and known != position:
            raise Unreadable(
                f"two columns are named '{name}' (columns {known} and {position})",
                line,
                "rename one of them, or take it out",
            )


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


class Fitting:
    """The rows of a grid that fit its header, cell by cell.

    Empty lines are left out, and what a report ends with: lines of one cell, with words that say so. A row may lack cells only of columns without a name, and have more only where they are empty. `is_odd`: something had
    to be left out, filled or cut, so that an engine that is told nothing of it would read other rows. Raises Unreadable.
    """

    def __init__(self, header: Header) -> None:
        self.header = header
        self.width = len(header.names)
        self.least = max((i for i, name in enumerate(header.names, 1) if name), default=0)
        self.is_odd = False
        self.footer = 0

    def rows(self, rows: Iterable[Row]) -> Iterator[list[str]]:
        """The fitting ones of all rows below the header."""
        held: list[Row] = []
        was_empty = False
        for line, cells in rows:
            if (
                len(cells) == self.width and not held and sum(map(bool, cells)) > 1
            ):  # as nearly all are: no need to look closer
                was_empty = False
                yield cells
                continue
            if len(cells) < 2 and not filled(cells):
                self.is_odd |= bool(cells) or self.width == 1
                was_empty = True
                continue
            if self._may_end(cells, was_empty or bool(held)):
                held.append((line, cells))
                was_empty = False
                continue
            if held:
                self._refuse(held[0], line)
            was_empty = False
            yield self._fit(line, cells)
        if held:
            self.is_odd = True
            texts = [next(c for c in cells if c.strip()) for _, cells in held]
            if len(held) > _FOOTER or not any(_FOOTER_WORDS.search(text.strip()) for text in texts):
                self._refuse(held[0])
            self.footer = len(held)

    def _may_end(self, cells: list[str], is_below_gap: bool) -> bool:
        """Whether a row looks like one of a footer: one cell below an empty line, or words that reports end with."""
        if self.least < 2 or filled(cells) != 1:
            return False
        text = next(cell.strip() for cell in cells if cell.strip())
        return (len(cells) == 1 and is_below_gap) or bool(_FOOTER_WORDS.search(text))

    def _fit(self, line: int, cells: list[str]) -> list[str]:
        if len(cells) == self.width:
            return cells
        if len(cells) < self.least or any(cell.strip() for cell in cells[self.width :]):
            self._refuse((line, cells))
        self.is_odd = True
        return (cells + [""] * (self.width - len(cells)))[: self.width]

    def _refuse(self, row: Row, below: int = 0) -> None:
        line, cells = row
        why = "quote values that hold the delimiter" if len(cells) > self.width else "fill the row, or take it out"
        wrong = f"{_cells(len(cells))} where the header has {self.width}"
        if below and len(cells) == self.width:
            wrong = f"a footer ('{next(c for c in cells if c.strip())[:40]}'), and rows below it from line {below} on"
        raise Unreadable(wrong, line, why)
