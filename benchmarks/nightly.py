"""Night after night on a growing feed: what stays in the database, how large it is, and how long a build takes.

    python benchmarks/nightly.py --nights 100 --messages 100000

The first night has `--messages` messages, and each of the others three in a thousand more: all rows that were loaded by then. Every tenth night a test fails first and the
build is tried again; between the nights a build finds nothing to do. Printed are the figures of every tenth night.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
from generate_messages import write
from measure import MIB, ROOT, machine, run, table, verdict
from messages import INPUTS, prepare

SHARE = 0.003
LIMIT = 1.10
FAILING = "tests/governance/fails_tonight.sql"
HEADER = ("night", "messages", "relations", "verdicts", "database, MiB", "target, MiB", "build, s", "nothing to do, s")
FLAT, GROWING = ("relations", "verdicts", "target", "again"), ("database", "build")


def standing(project: Path) -> dict[str, float]:
    """What the last build left."""
    with duckdb.connect(str(project / "bench.duckdb"), read_only=True) as connection:
        (relations, verdicts), *_ = connection.execute(
            "select (select count(*) from information_schema.tables where table_schema = '_convsql_data'),"
            " (select count(*) from _convsql.verdicts)"
        ).fetchall()
    target = sum(f.stat().st_size for f in (project / "target").rglob("*") if f.is_file())
    database = sum(f.stat().st_size for f in project.glob("bench.duckdb*") if f.is_file())
    return {"relations": relations, "verdicts": verdicts, "database": database / MIB, "target": target / MIB}


def arrive(everything: Path, raw: Path, share: float) -> int:
    """Have the raw tables hold what was loaded until a share of all messages was; returns how many messages that are."""
    with duckdb.connect() as connection:
        messages = f"'{everything}/messages.parquet'"
        limit = f"(select quantile_disc(loaded_at, {min(share, 1.0)}) from {messages})"
        for file in everything.glob("*.parquet"):
            connection.execute(
                f"copy (from '{file}' where loaded_at <= {limit}) to '{raw / file.name}' (format parquet, compression snappy)"
            )
        return int(connection.execute(f"select count(*) from '{raw}/messages.parquet'").fetchall()[0][0])


def main() -> None:
    """Build night after night, print the table and write the figures as JSON; exit with 1 when something grows that must not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=100)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has convsql's dependencies")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    arguments = parser.parse_args()
    work = arguments.work.resolve() / "nightly"
    shutil.rmtree(work, ignore_errors=True)
    project = prepare(work, arguments.messages, arguments.python, "4GB")
    raw, everything = project.parent / "raw", work / "everything"
    most = 1 + SHARE * (arguments.nights - 1)
    write(everything, int(arguments.messages * most))
    given = {"raw_path": str(raw), "raw_format": "parquet", "inputs": INPUTS, "as_of": None}
    command = [arguments.python, "-m", "convsql", "build", "--quiet", "--vars", json.dumps(given)]
    log, path = work / "build.log", {"PYTHONPATH": str(ROOT)}
    nights: list[dict[str, float]] = []
    for night in range(arguments.nights):
        messages = arrive(everything, raw, (1 + SHARE * night) / most)
        if night % 10 == 5:
            (project / FAILING).write_text("select 1 as bad", encoding="utf-8")
            subprocess.run(command, cwd=project, check=False, capture_output=True, env={**os.environ, **path})
            (project / FAILING).unlink()
        built = run(command, project, log, path)
        again = run(command, project, log, path)
        nights.append({"messages": messages, **standing(project), "build": built.cpu, "again": again.cpu})
        if night % 10 == 9 or night == arguments.nights - 1:
            print(f"night {night + 1}: {nights[-1]}", file=sys.stderr, flush=True)
    shown = [(n, nights[n]) for n in sorted({*range(9, len(nights), 10), len(nights) - 1})]
    print(machine())
    print(
        table(
            HEADER,
            [
                [
                    str(n + 1),
                    f"{f['messages']:,.0f}",
                    f"{f['relations']:.0f}",
                    f"{f['verdicts']:.0f}",
                    f"{f['database']:.1f}",
                    f"{f['target']:.1f}",
                    f"{f['build']:.1f}",
                    f"{f['again']:.2f}",
                ]
                for n, f in shown
            ],
        )
    )
    (arguments.work / "nightly.json").write_text(json.dumps(nights, indent=1), encoding="utf-8")
    first, last = shown[0][1], shown[-1][1]
    grown = last["messages"] / first["messages"]
    limits = dict.fromkeys(FLAT, LIMIT) | dict.fromkeys(GROWING, LIMIT * grown)
    rows = [
        [w, f"{last[w] / first[w]:.2f}", f"{limit:.2f}", verdict(last[w] / first[w], limit)]
        for w, limit in limits.items()
    ]
    print(table(("last night by the tenth", "is", "at most", ""), rows))
    sys.exit(any(row[-1] == "MISSED" for row in rows))


if __name__ == "__main__":
    main()
