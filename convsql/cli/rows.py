"""Rows on stdout: a table where it fits, else a record of each row; and CSV, JSON and Markdown where they are asked for."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.base.printable import one_line, visible
from convsql.cli.folding import columns_of

FORMATS = ("table", "record", "csv", "json", "md")
_NAMES = 32  # characters of a column's name beside which values still have room
_LEAST = 20  # characters that a value has at least

Row = Sequence[Any]


def checked_format(given: str | None) -> str | None:
    """A format as given. Raises ConvsqlError for what is none."""
    if given is not None and given not in FORMATS:
        raise ConvsqlError(
            f"no format '{given}'", Where("--format"), did_you_mean(given, FORMATS) or f"there are {', '.join(FORMATS)}"
        )
    return given


def columns_of_terminal() -> int | None:
    """How many characters a line has on the terminal; None where stdout is a file or a pipe, whose lines are as long as they must be."""
    return columns_of(sys.stdout)


def table_text(columns: Sequence[str], rows: Sequence[Row], title: str = "") -> str:
    """A table, each line as long as it must be: nothing in it is cut."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, title=Text(title) if title else None, title_justify="left")
    for index, column in enumerate(columns):
        numeric = all(isinstance(r[index], int | float) or r[index] is None for r in rows) and bool(rows)
        table.add_column(Text(one_line(column)), justify="right" if numeric else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell(v)) for v in row))
    text = io.StringIO()
    Console(file=text, width=100_000, color_system=None).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def fits(text: str, width: int | None) -> bool:
    """Whether each line has room on a terminal."""
    from rich.cells import cell_len

    return width is None or all(cell_len(line) <= width for line in text.splitlines())


def record_text(columns: Sequence[str], rows: Sequence[Row], width: int | None) -> str:
    """Each row as lines of name and value, broken and never cut; columns without a value are named in one line."""
    blocks = [_record(columns, row, number, width or 100) for number, row in enumerate(rows, 1)]
    return "\n\n".join(blocks)


def _record(columns: Sequence[str], row: Row, number: int, width: int) -> str:
    names = [one_line(c) for c in columns]
    wide = min(max((len(n) for n in names), default=0), _NAMES, max(8, width - _LEAST))
    lines = [f"── {number} " + "─" * max(0, min(width, 60) - len(str(number)) - 4)]
    for name, value in zip(names, row, strict=True):
        if value is None:
            continue
        room = max(_LEAST, width - wide - 2)
        parts = [part for line in cell(value).split("\n") for part in _broken(line, room)]
        if len(name) > wide:
            lines.append(name)
            name = ""
        lines.append(f"{name:<{wide}}  {parts[0]}".rstrip())
        lines += [f"{'':<{wide}}  {part}" for part in parts[1:]]
    empty = [n for n, value in zip(names, row, strict=True) if value is None]
    if empty:
        lines += _broken(f"null: {', '.join(empty)}", width)
    return "\n".join(lines)


def _broken(text: str, width: int) -> list[str]:
    """A line as lines of at most so many characters, between words where there are any."""
    import textwrap

    return textwrap.wrap(text, width, break_on_hyphens=False) or [""]


def broken(lines: Iterable[str], width: int | None) -> str:
    """Lines of text, each broken between words where the terminal has no room for it."""
    return "\n".join(part for line in lines for part in (_broken(line, width) if width else [line]))


def cell(value: Any) -> str:
    """A value as text: lines of its own stay, what a terminal would obey does not."""
    return "" if value is None else f"{value:.6g}" if isinstance(value, float) else visible(str(value))


def formatted(columns: Sequence[str], rows: Sequence[Row], form: str, width: int | None) -> str:
    """Rows in one of FORMATS."""
    if form == "table":
        return table_text(columns, rows)
    if form == "record":
        return record_text(columns, rows, width)
    if form == "csv":
        return _csv(columns, rows)
    return _json(columns, rows) if form == "json" else _markdown(columns, rows)


def fitting(columns: Sequence[str], rows: Sequence[Row], width: int | None, title: str = "") -> str:
    """A table where the terminal is wide enough for it, else records."""
    text = table_text(columns, rows, title)
    if fits(text, width):
        return text
    if not rows:
        return "\n".join(_broken(f"no rows; columns: {', '.join(map(one_line, columns))}", width or 100))
    return (f"{one_line(title)}\n" if title else "") + record_text(columns, rows, width)


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    from convsql.base.json_values import plain

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_in_csv(plain(v)) for v in row] for row in rows)
    return text.getvalue().rstrip("\n")


def _in_csv(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, default=str) if isinstance(value, list | dict) else value


def _json(columns: Sequence[str], rows: Sequence[Row]) -> str:
    from convsql.base.json_values import plain

    return json.dumps({"columns": list(columns), "rows": [[plain(v) for v in r] for r in rows]}, default=str)


def _markdown(columns: Sequence[str], rows: Sequence[Row]) -> str:
    from convsql.base.printable import markdown_text

    lines = ["| " + " | ".join(markdown_text(c) for c in columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(markdown_text(cell(v)) for v in row) + " |" for row in rows]
    return "\n".join(lines)
