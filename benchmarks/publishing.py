"""How a build can be shown to readers without shutting them out: four ways, on the same rows, by turns.

    python benchmarks/publishing.py --millions 3 --rounds 3

Generated messages are written as a new relation beside an old one of the same size, shown, and read, each way:

- `in place`: into the file that readers open. Nobody can read while it is written: that is the way to be replaced.
- `copy and rename`: the file is copied, the relation written into the copy, and the copy renamed to the file.
- `two files`: the relation is written into a file of its own and then copied into the one that readers open.
- `parquet`: each relation is a Parquet file; readers open a small database of views, made anew and renamed.

Seconds are wall time. `shut out` is how long no reader can open the file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from generate_messages import write
from measure import ROOT, machine, table

COLUMNS = ("write", "publish", "shut out", "MiB", "first query", "scan")
SCAN = "select count(distinct contact_id), max(sent_at), sum(length(body)), count(thread_id) from main.messages"
FIRST = "select * from main.messages limit 1"
Figures = dict[str, float]


def opened(file: Path, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(file), read_only=read_only, config={"threads": "2"})
    connection.execute("set preserve_insertion_order = false")
    return connection


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def base(folder: Path, raw: Path) -> Path:
    """The file that readers have open before: one relation of the same rows, and a view of it."""
    file = folder / "warehouse.duckdb"
    with opened(file) as connection:
        connection.execute(f"create table old as select * from '{raw}'")
        connection.execute("create view messages as select * from old")
    return file


def write_native(file: Path, raw: Path) -> None:
    with opened(file) as connection:
        connection.execute(f"create table new as select * from '{raw}'")


def show(file: Path) -> None:
    with opened(file) as connection:
        connection.execute("create or replace view messages as select * from new")


def in_place(folder: Path, raw: Path) -> Figures:
    file = base(folder, raw)
    written = seconds(lambda: write_native(file, raw))
    published = seconds(lambda: show(file))
    return {"write": written, "publish": published, "shut out": written + published, **read(file, [file])}


def copy_and_rename(folder: Path, raw: Path) -> Figures:
    file, copy = base(folder, raw), folder / "copy" / "warehouse.duckdb"
    copy.parent.mkdir()

    def build() -> None:
        shutil.copyfile(file, copy)
        write_native(copy, raw)

    def publish() -> None:
        show(copy)
        with open(copy, "rb") as handle:
            os.fsync(handle.fileno())
        copy.replace(file)

    return {"write": seconds(build), "publish": seconds(publish), "shut out": 0.0, **read(file, [file])}


def two_files(folder: Path, raw: Path) -> Figures:
    file, side = base(folder, raw), folder / "side.duckdb"

    def publish() -> None:
        with opened(file) as connection:
            connection.execute(f"attach '{side}' as side (read_only)")
            connection.execute("create table new as select * from side.new")
            connection.execute("create or replace view messages as select * from new")

    written = seconds(lambda: write_native(side, raw))
    published = seconds(publish)
    return {"write": written, "publish": published, "shut out": published, **read(file, [file, side])}


def parquet(compression: str) -> Callable[[Path, Path], Figures]:
    def measured(folder: Path, raw: Path) -> Figures:
        new, views, file = folder / "new.parquet", folder / "views.duckdb", folder / "warehouse.duckdb"

        def build() -> None:
            with duckdb.connect(config={"threads": "2"}) as connection:
                connection.execute("set preserve_insertion_order = false")
                connection.execute(f"copy (select * from '{raw}') to '{new}' (compression {compression})")

        def publish() -> None:
            with opened(views) as connection:
                connection.execute(f"create view messages as select * from '{new}'")
            views.replace(file)

        return {"write": seconds(build), "publish": seconds(publish), "shut out": 0.0, **read(file, [file, new])}

    return measured


WAYS = {
    "in place": in_place,
    "copy and rename": copy_and_rename,
    "two files": two_files,
    "parquet, zstd": parquet("zstd"),
    "parquet, snappy": parquet("snappy"),
}


def read(file: Path, files: list[Path]) -> Figures:
    """The size of what is there, and a reader's first query and a scan of all rows."""
    size = sum(f.stat().st_size for f in files) / 1024 / 1024

    def first() -> None:
        with opened(file, read_only=True) as connection:
            connection.execute(FIRST).fetchall()

    def scan() -> None:
        with opened(file, read_only=True) as connection:
            connection.execute(SCAN).fetchall()

    return {"MiB": size, "first query": seconds(first), "scan": seconds(scan)}


def main() -> None:
    """Measure by turns and print the least of the rounds; also as JSON to build/bench/publishing.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench" / "publishing")
    arguments = parser.parse_args()
    shutil.rmtree(arguments.work, ignore_errors=True)
    arguments.work.mkdir(parents=True)
    write(arguments.work, int(arguments.millions * 1_000_000))
    raw = arguments.work / "messages.parquet"
    print(machine(), flush=True)
    runs: dict[str, list[Figures]] = {name: [] for name in WAYS}
    for number in range(arguments.rounds):
        for name, way in WAYS.items():
            folder = arguments.work / "way"
            folder.mkdir()
            runs[name].append(way(folder, raw))
            shutil.rmtree(folder)
        print(f"round {number + 1} of {arguments.rounds} done", file=sys.stderr)
    least = {name: {c: min(run[c] for run in found) for c in COLUMNS} for name, found in runs.items()}
    middle = {name: {c: statistics.median(run[c] for run in found) for c in COLUMNS} for name, found in runs.items()}
    rows = [[name, *(f"{figures[c]:.2f}" for c in COLUMNS)] for name, figures in least.items()]
    print("\n" + table([f"{arguments.millions:g} million rows, least of {arguments.rounds}", *COLUMNS], rows))
    (ROOT / "build" / "bench").mkdir(parents=True, exist_ok=True)
    written = json.dumps({"least": least, "median": middle}, indent=1) + "\n"
    (ROOT / "build" / "bench" / "publishing.json").write_text(written, encoding="utf-8")
    shutil.rmtree(arguments.work)


if __name__ == "__main__":
    main()
