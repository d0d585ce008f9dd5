"""Raw data as it comes: CSV and Parquet of odd shapes, and files that are neither."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests.runner.hostile.case import Case, refused, works
from tests.support.scratch import write_parquet

_SOURCES = 'sources:\n  - name: raw\n    config: {{meta: {{external_location: "{}"}}}}\n    tables: [{{name: t}}]\n'
_CSV = "read_csv('raw/{name}.csv', all_varchar = true, header = true)"
_PARQUET = "read_parquet('raw/{name}.parquet')"
_PLACE = "models/sources.yml"


def _over(location: str, sql: str, **files: str | bytes) -> dict[str, str | bytes]:
    return {_PLACE: _SOURCES.format(location), "models/b.sql": sql, **files}


def csv(content: str | bytes, sql: str = "select * from {{ source('raw', 't') }}") -> dict[str, str | bytes]:
    """A project that reads a CSV file with this content."""
    return _over(_CSV, sql, **{"raw/t.csv": content})


def parquet(sql: str = "select * from {{ source('raw', 't') }}", **files: str | bytes) -> dict[str, str | bytes]:
    """A project that reads a Parquet file."""
    return _over(_PARQUET, sql, **files)


def _written(query: str, cut: int = 0, path: str = "raw/t.parquet") -> Callable[[Path], None]:
    def make(root: Path) -> None:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        write_parquet(file, query)
        if cut:
            file.write_bytes(file.read_bytes()[:-cut])

    return make


def _pipe(path: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(root / path)

    return make


def _folder(path: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        (root / path).mkdir(parents=True)

    return make


_COUNT = "select count(*) as n from {{ source('raw', 't') }}"
_ALL = "select * from b"

CASES = [
    refused("no file", _over(_CSV, _COUNT), _PLACE, "no file for source 'raw.t'"),
    refused("a pipe as a CSV", _over(_CSV, _COUNT), _PLACE, "raw.t", make=_pipe("raw/t.csv")),
    refused("a pipe as a Parquet", _over(_PARQUET, _COUNT), _PLACE, "raw.t", make=_pipe("raw/t.parquet")),
    refused("a pipe among parts", _over("read_csv('raw/{name}/*.csv', all_varchar = true)", _COUNT, **{"raw/t/a.csv": "id\n1\n"}), _PLACE, "raw/t/b.csv is no file", make=_pipe("raw/t/b.csv")),
    refused("a folder as a CSV", _over(_CSV, _COUNT), _PLACE, "raw.t", make=_folder("raw/t.csv")),
    refused("a folder as a Parquet", _over(_PARQUET, _COUNT), _PLACE, "raw.t", make=_folder("raw/t.parquet")),
    refused("an empty Parquet", parquet(**{"raw/t.parquet": b""}), _PLACE, "raw.t"),
    refused("a text as Parquet", parquet(**{"raw/t.parquet": "id\n1\n"}), _PLACE, "raw.t"),
    refused("a zip as Parquet", parquet(**{"raw/t.parquet": b"PK\x03\x04" + b"\0" * 100}), _PLACE, "raw.t"),
    refused("HTML as Parquet", parquet(**{"raw/t.parquet": "<html></html>"}), _PLACE, "raw.t"),
    refused("marks of Parquet around nothing", parquet(**{"raw/t.parquet": b"PAR1\xff\xff\xff\xffPAR1"}), _PLACE, "raw.t"),
    refused("a Parquet cut short", parquet(), _PLACE, "raw.t", make=_written("select 1 as id", cut=10)),
    refused("a Parquet cut by half", parquet(), _PLACE, "raw.t", make=_written("select i as id from range(10000) t(i)", cut=10000)),
    refused("a column that there is not", csv("id\n1\n", "select nowhere from {{ source('raw', 't') }}"), "models/b.sql:1: ", "nowhere"),
    works("one row", csv("id\n1\n"), _ALL, ("1",)),
    works("a head alone", csv("id,x\n", _COUNT), _ALL, (0,)),
    works("a mark at the start", csv(b"\xef\xbb\xbfid\n1\n", "select id from {{ source('raw', 't') }}"), _ALL, ("1",)),
    works("carriage returns", csv("id,x\r\n1,2\r\n"), _ALL, ("1", "2")),
    works("a quoted line break", csv('id\n"a\nb"\n'), _ALL, ("a\nb",)),
    works("a quoted quote", csv('id\n"a""b"\n'), _ALL, ('a"b',)),
    works("formulas and tags are text", csv('id\n=1+1\n<b>\n'), _ALL, ("=1+1",), ("<b>",)),
    works("a cell of a megabyte", csv("id\n" + "x" * 1_000_000 + "\n", "select length(id) as n from {{ source('raw', 't') }}"), _ALL, (1_000_000,)),
    works("a thousand columns", csv(",".join(f"c{i}" for i in range(1000)) + "\n" + ",".join("1" * 1000) + "\n", "select c999 from {{ source('raw', 't') }}"), _ALL, ("1",)),
    works("a hundred thousand rows", csv("id\n" + "1\n" * 100_000, _COUNT), _ALL, (100_000,)),
    works("nested types in Parquet", parquet("select s.a as a, l[1] as l, m['k'] as m from {{ source('raw', 't') }}"), _ALL, (1, 2, 3), make=_written("select {'a': 1} as s, [2] as l, map {'k': 3} as m")),
    works("wide decimals in Parquet", parquet("select cast(d as varchar) as d from {{ source('raw', 't') }}"), _ALL, ("9" * 38,), make=_written(f"select cast({'9' * 38} as decimal(38, 0)) as d")),
    works("a Parquet of no rows", parquet(_COUNT), _ALL, (0,), make=_written("select 1 as id where false")),
    works("a thousand columns in Parquet", parquet("select c999 from {{ source('raw', 't') }}"), _ALL, (999,), make=_written("select " + ", ".join(f"{i} as c{i}" for i in range(1000)))),
    works("times of all kinds in Parquet", parquet("select cast(a as varchar) as a, cast(b as varchar) as b from {{ source('raw', 't') }}"), _ALL, ("9999-12-31", "0001-01-01 00:00:00"), make=_written("select date '9999-12-31' as a, timestamp '0001-01-01 00:00:00' as b")),
    works("blobs in Parquet", parquet("select octet_length(a) as n from {{ source('raw', 't') }}"), _ALL, (3,), make=_written(r"select '\xff\x00\x01'::blob as a")),
    works("one type in many words", parquet("select count(distinct d) as n from {{ source('raw', 't') }}"), _ALL, (7,), make=_written("select 'word ' || (i % 7) as d from range(10000) t(i)")),
    works("parts of a folder", _over("read_csv('raw/{name}/*.csv', all_varchar = true)", _COUNT, **{"raw/t/a.csv": "id\n1\n", "raw/t/b.csv": "id\n2\n"}), _ALL, (2,)),
    Case("HTML as CSV", csv("<html>\n<body>\n</html>\n", "select id from {{ source('raw', 't') }}"), "models/b.sql:1: ", ("id",)),
    Case("a zip as CSV", csv(b"PK\x03\x04\xff\xfe\x00\x01", "select id from {{ source('raw', 't') }}"), says=("error",)),
    refused("Latin-1 as CSV", csv("id\ncaf\xe9\n".encode("latin-1"), _COUNT), _PLACE, "raw.t"),
]  # fmt: skip
