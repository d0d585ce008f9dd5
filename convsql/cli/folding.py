"""Messages on a narrow terminal: broken between words, further in than the line they go on with.

A word that has no room is left to the terminal, and what stands in backticks is one word where it has room: a path and a command can
be copied as they are. A number keeps its unit.
"""

from __future__ import annotations

import contextlib
import os
import re
import textwrap
from typing import TextIO

_WHOLE = re.compile(r"`[^`\n]*`|\d[\d.,]* (?:s|kB|MB|MiB)\b")
_KEPT = "\ue000"  # for the space of a command
_FURTHER_IN = "  "
USUAL = 80  # columns of a terminal that does not say how many it has


def columns_of(stream: TextIO | None) -> int | None:
    """How many characters a line has where a stream goes; None for a file or a pipe, whose lines are as long as they must be."""
    if stream is None or not stream.isatty():
        return None
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return int(said)
    with contextlib.suppress(OSError, ValueError):
        if columns := os.get_terminal_size(stream.fileno()).columns:
            return columns
    return USUAL


def folded(text: str, columns: int | None) -> str:
    """Lines of text for a terminal of so many columns; None: as they are."""
    if not columns:
        return text
    return "\n".join(line if len(line) <= columns else _folded(line, columns) for line in text.split("\n"))


def _folded(line: str, columns: int) -> str:
    further = line[: len(line) - len(line.lstrip())] + _FURTHER_IN

    def kept(match: re.Match[str]) -> str:
        return match[0].replace(" ", _KEPT) if len(match[0]) + len(further) <= columns else match[0]

    parts = textwrap.wrap(
        _WHOLE.sub(kept, line),
        columns,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
    return "\n".join(parts).replace(_KEPT, " ")
