"""How a file of any form is read as text: the one place of `init` that knows.

`relation` reads it here and now; `location` is what `external_location` says of it in the new project, with `{path}` for its folder.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from convsql.base.errors import ConvsqlError, Where
from convsql.base.quoting import literal

FORMS = (".csv", ".tsv", ".txt", ".csv.gz", ".parquet", ".json", ".ndjson", ".jsonl")
_TEXT = "all_varchar = true, header = true, delim = '{delim}', quote = '\"', escape = '\"', comment = '', skip = 0, union_by_name = true, hive_partitioning = false"


@dataclass(frozen=True, slots=True)
class Opened:
    """One file: `relation`, and `location` with `{path}` where the path of its folder stands."""

    file: Path
    relation: str
    location: str


def export_files(folder: Path) -> list[Path]:
    """The files of a folder that may hold a table, by name."""
    return sorted(p for p in folder.iterdir() if p.is_file() and p.name.lower().endswith(FORMS))


def opened(file: Path, work: Path) -> Opened:
    """How a file is read. Raises ConvsqlError where it can't be; `work`: a folder for what must be written anew."""
    name = file.name.lower()
    if name.endswith(".parquet"):
        return _as(file, "read_parquet({file})")
    if name.endswith((".json", ".ndjson", ".jsonl")):
        return _as(file, "(select columns(*) ->> '$' from read_json({file}, maximum_depth = 1, sample_size = -1))")
    return _as(file, "read_csv({file}, " + _TEXT.replace("{delim}", _delimiter(file)) + ")")


def _as(file: Path, reader: str) -> Opened:
    here = literal(f"{{path}}/{file.name}")
    return Opened(file, reader.replace("{file}", literal(str(file))), reader.replace("{file}", here))


def _delimiter(file: Path) -> str:
    if file.name.lower().endswith(".gz"):
        return ","
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            head = text.readline()
    except UnicodeDecodeError:
        raise ConvsqlError("is no UTF-8 text", Where(str(file)), "save it as UTF-8") from None
    counts = {d: len(next(csv.reader([head], delimiter=d))) for d in ",;\t|"}
    best = max(counts, key=lambda d: counts[d])
    return best if best != "\t" else "\\t"
