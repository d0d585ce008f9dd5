"""Which files may hold a table, and how DuckDB is told to read those that it reads by itself.

The texts are those of models/**/sources.yml too, which dbt reads (a test holds them together).
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Sequence

from convsql.base.quoting import literal

PARQUET, TEXT, JSON, SHEET = "parquet", "text", "json", "sheet"
# Suffix → kind, in the order in which a table is looked for. `.gz` may follow text and JSON.
KINDS = {
    ".parquet": PARQUET,
    ".csv": TEXT,
    ".tsv": TEXT,
    ".txt": TEXT,
    ".csv.gz": TEXT,
    ".tsv.gz": TEXT,
    ".txt.gz": TEXT,
    ".json": JSON,
    ".ndjson": JSON,
    ".jsonl": JSON,
    ".json.gz": JSON,
    ".ndjson.gz": JSON,
    ".jsonl.gz": JSON,
    ".xlsx": SHEET,
    ".xlsm": SHEET,
    ".xlsb": SHEET,
    ".xls": SHEET,
    ".ods": SHEET,
}
# What holds a table that has to be taken out first.
PACKED = (".zip", ".7z", ".rar", ".tar", ".tgz", ".tar.gz", ".zst", ".bz2", ".xz", ".numbers")
PARTS = "union_by_name = true, hive_partitioning = false"
JSON_OPTIONS = f"maximum_depth = 1, sample_size = -1, {PARTS}"
# raw_format → what stands after a table's name.
RAW_FORMATS = {
    "parquet": ".parquet",
    "csv": ".csv",
    "parquet_folder": "/*.parquet",
    "csv_folder": "/*.csv",
    "csv_gz": ".csv.gz",
    "tsv": ".tsv",
    "json": ".json",
    "ndjson": ".ndjson",
}


def csv_options(delimiter: str = ",") -> str:
    """All that DuckDB could guess of a text file, said."""
    shown = "\\t" if delimiter == "\t" else delimiter
    return f"all_varchar = true, header = true, delim = '{shown}', quote = '\"', escape = '\"', comment = '', skip = 0, {PARTS}"


def kind_of(path: str) -> str:
    """What a file is by its name: a value of KINDS, empty for another one."""
    return KINDS.get(suffix_of(path), "")


def suffix_of(path: str) -> str:
    """The key of KINDS with which a path ends, in any case of letters; empty for none."""
    lower = path.lower()
    return next((s for s in sorted(KINDS, key=len, reverse=True) if lower.endswith(s)), "")


def parquet_relation(path: str) -> str:
    """The relation of a Parquet file, or of a pattern of parts."""
    return f"read_parquet({literal(path)}{f', {PARTS}' if '*' in path else ''})"


def parquet_files_relation(paths: Sequence[str]) -> str:
    """The relation of some of the Parquet files that a pattern of parts finds."""
    return f"read_parquet([{', '.join(map(literal, paths))}], {PARTS})"


def text_relation(path: str, delimiter: str = ",") -> str:
    """The relation of a text file, or of a pattern of parts, that needs no preparation."""
    return f"read_csv({literal(path)}, {csv_options(delimiter)})"


def json_relation(path: str) -> str:
    """The relation of a JSON file of records, every value as text."""
    return f"(select columns(*) ->> '$' from read_json({literal(path)}, {JSON_OPTIONS}))"


def location(path: str) -> str:
    """What `external_location` says of a file or a pattern of parts: as dbt reads it too, where DuckDB can."""
    kind, suffix = kind_of(path), suffix_of(path)
    if kind == PARQUET:
        return parquet_relation(path)
    if kind == TEXT:
        return text_relation(path, "\t" if suffix.startswith(".tsv") else ",")
    return json_relation(path) if kind == JSON else literal(path)


_QUOTED = r"'((?:[^']|'')+)'"
_OWN = [
    re.compile(re.escape(of("\0")).replace(re.escape("'\0'"), _QUOTED))
    for of in (
        parquet_relation,
        lambda p: f"read_parquet({literal(p)}, {PARTS})",
        text_relation,
        lambda p: text_relation(p, "\t"),
        json_relation,
    )
]


def named_file(expression: str) -> str:
    """The file or pattern that a source's location leaves to this package to read; empty for SQL that its author means as it stands."""
    text = expression.strip()
    for own in _OWN:
        if found := own.fullmatch(text):
            return found[1].replace("''", "'")
    bare = text[1:-1].replace("''", "'") if re.fullmatch(_QUOTED, text) else text
    return bare if "(" not in text and kind_of(bare) == SHEET else ""


def matching(path: str) -> list[str]:
    """What a path or a pattern names, as DuckDB matches it (hidden files too), whether it is a file or not."""
    return sorted(glob.glob(path, recursive=True, include_hidden=True)) if glob.has_magic(path) else [path]


def lying_there(folder: str, name: str) -> list[str]:
    """The files, and patterns of parts, as which a table lies in a folder: one where all is well."""
    found = [f"{folder}/{name}{suffix}" for suffix in KINDS if os.path.isfile(f"{folder}/{name}{suffix}")]
    if os.path.isdir(f"{folder}/{name}"):
        patterns = (f"{folder}/{name}/*{suffix}" for suffix in KINDS)
        found += [pattern for pattern in patterns if any(map(_is_part, matching(pattern)))]
    return found


def _is_part(path: str) -> bool:
    """Whether a file of a folder holds rows, not words about them (README.txt, Spark's _committed_1.json, .part.csv.crc)."""
    return os.path.isfile(path) and not re.match(r"[._]|readme\b", os.path.basename(path), re.IGNORECASE)
