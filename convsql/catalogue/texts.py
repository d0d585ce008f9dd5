"""What stands in files: the SQL of each model, as it is written and as it is compiled, and the first rows of each seed."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from convsql.base.errors import ConvsqlError
from convsql.compiling.compiled_sql import compiled_sql
from convsql.compiling.project import Compiled

MOST_ROWS = 50
ROOM = 6_000_000  # characters of all compiled SQL together
_LEFT_OUT = "-- left out of this page, which would be too large: convsql compile writes it to target/compiled"
LONGEST = 60_000  # characters of one text: a page that is opened in a second holds no more


@dataclass(frozen=True, slots=True)
class SeedRows:
    """The first rows of a seed, under its columns, and how many there are."""

    columns: list[str]
    rows: list[list[str]]
    count: int


def model_texts(compiled: Compiled) -> dict[str, tuple[str, str]]:
    """Unique id of a model → its source and its compiled SQL; texts that are too long are cut, and say so.

    Of a project of very many models the compiled ones that come last are left out, each with a word of where they are.
    """
    found = {}
    left = ROOM
    for node in compiled.graph.of("model"):
        try:
            sql = compiled_sql(compiled, node)
        except ConvsqlError:
            sql = ""
        left -= len(sql)
        found[node.unique_id] = _cut(node.raw), _cut(sql) if left >= 0 else _LEFT_OUT
    return found


def seed_rows(compiled: Compiled) -> dict[str, SeedRows]:
    """Unique id of a seed → its first rows, as far as its file is plain CSV."""
    found = {}
    for node in compiled.graph.of("seed"):
        path = Path(node.file) if node.file else compiled.project.root / node.path
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                lines = list(csv.reader(file))
        except (OSError, UnicodeError, csv.Error):
            continue
        if lines:
            found[node.unique_id] = SeedRows(lines[0], lines[1 : MOST_ROWS + 1], len(lines) - 1)
    return found


def _cut(text: str) -> str:
    text = text.strip("\n")
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n-- … cut here: convsql compile writes it whole"
