"""The table of a workbook as rows of text: dates in ISO form, whole numbers without a point.

Read by python-calamine (the extra `excel`), which reads .xlsx, .xlsb, .xls and .ods alike.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from typing import Any

from convsql.raw_files.dialects import Row
from convsql.raw_files.problem import Unreadable
from convsql.raw_files.tables import Fitting, filled, find_header

_WHOLE = 1e15  # beyond it a double holds no whole numbers one by one
_HINT = "pip install 'python-calamine>=0.9', or save the sheet as CSV"


def sheet_rows(path: str) -> Iterator[list[str]]:
    """The names of the header, then the rows. Raises OSError, Unreadable."""
    rows = _table(path)
    header = find_header(rows)
    yield list(header.names)
    yield from Fitting(header).rows(rows[header.above + 1 :])


def _table(path: str) -> list[Row]:
    """The rows of the one sheet with a table, or of the one that is named as the file is."""
    try:
        import python_calamine
    except ImportError:
        raise Unreadable("a workbook, and python-calamine, which reads them, is not installed", hint=_HINT) from None
    with open(path, "rb"):  # a file that can't be opened is an OSError, and not a workbook's
        pass
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        visible = [s.name for s in book.sheets_metadata if "visible" in str(s.visible).lower()]
        sheets = {name: _rows(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in visible}
    except Exception as error:  # the library has many errors, and a panic for some damaged files
        raise Unreadable(f"no workbook that can be read ({error})", hint="save it again, or as CSV") from None
    tables = {name: rows for name, rows in sheets.items() if sum(1 for _, cells in rows if filled(cells) > 1) > 1}
    named = os.path.basename(path).split(".")[0].lower()
    if len(tables) > 1 and (same := [rows for name, rows in tables.items() if name.strip().lower() == named]):
        return same[0]
    if len(tables) > 1:
        raise Unreadable(
            f"{len(tables)} sheets hold a table: {', '.join(tables)}",
            hint=f"keep one of them, or name the one that is meant '{named}'",
        )
    return next(iter(tables.values()), next((rows for rows in sheets.values() if any(filled(c) for _, c in rows)), []))


def _rows(grid: list[list[Any]]) -> list[Row]:
    """A sheet's rows as text, without the empty columns on its right."""
    rows = [(number, [_text(cell) for cell in cells]) for number, cells in enumerate(grid, 1)]
    width = max((i for _, cells in rows for i, cell in enumerate(cells, 1) if cell.strip()), default=0)
    return [(number, cells[:width] if filled(cells) else []) for number, cells in rows]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    if isinstance(cell, datetime.timedelta):
        seconds = round(cell.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(cell)
