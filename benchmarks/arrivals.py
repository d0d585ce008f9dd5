"""A night's arrivals on a large feed: what a build costs that is made of its last version, beside a whole one, and whether the rows are the same.

    python benchmarks/arrivals.py --messages 10000000 --memory-limit 5GB

The first night has all but `--share` of the messages and all that was loaded with them, the second night all: its messages are a file more beside that
of the first (`messages/part-2.parquet`), the other tables are written anew. It is built on the first night's database,
and whole in a new one, from the same files; then every relation that readers see is compared.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
from generate_messages import write
from measure import ROOT, Run, machine, run, table, verdict
from messages import INPUTS, prepare
from nightly import arrive

SHARE_LIMIT = 0.15
SLOWEST = 15


def load(everything: Path, raw: Path, share: float, night: int) -> int:
    """Have the raw tables hold what was loaded until a share of all messages was, the messages by parts; returns how many messages that are."""
    messages = arrive(everything, raw, share)
    whole, parts = raw / "messages.parquet", raw / "messages"
    if night == 1:
        shutil.rmtree(parts, ignore_errors=True)
        parts.mkdir()
        whole.rename(parts / "part-1.parquet")
    else:
        with duckdb.connect() as connection:
            known = f"(select max(loaded_at) from '{parts}/*.parquet')"
            connection.execute(
                f"copy (from '{whole}' where loaded_at > {known}) to '{parts}/part-{night}.parquet' (format parquet, compression snappy)"
            )
        whole.unlink()
    return messages


def shown(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    """The relations that readers of an attached database see: published name → physical relation."""
    ((views,),) = connection.execute(
        f"select views from {name}._convsql.builds join {name}._convsql.heads using (sequence)"
    ).fetchall()
    return {view["name"]: f'{name}._convsql_data."{view["relation"]}"' for view in json.loads(views)}


def differing(one: Path, other: Path) -> Iterator[str]:
    """The published relations whose rows are not the same: as many, and 128 bits of the sums of their hashes."""
    with duckdb.connect() as connection:
        connection.execute("set memory_limit = '4GB'")
        for name, file in (("one", one), ("other", other)):
            connection.execute(f"attach '{file}' as {name} (read_only)")
        sides = [shown(connection, name) for name in ("one", "other")]
        yield from sorted(sides[0].keys() ^ sides[1].keys())
        for relation in sorted(sides[0].keys() & sides[1].keys()):
            found = []
            for side in sides:
                names = [str(row[0]) for row in connection.execute(f"describe {side[relation]}").fetchall()]
                first, second = (", ".join(f'"{n}"' for n in listed) for listed in (names, [*reversed(names)]))
                sums = f"count(*), sum(cast(hash({first}) as hugeint)), sum(cast(hash({second}, 'other') as hugeint))"
                found.append(connection.execute(f"select {sums} from {side[relation]}").fetchall())
            if found[0] != found[1]:
                yield relation


def seconds(project: Path) -> dict[str, float]:
    """What each node of the last run took."""
    results = json.loads((project / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    return {str(r["unique_id"]): float(r["execution_time"]) for r in results}


def main() -> None:
    """Build both nights and the second one whole; print the costs, and exit with 1 when rows differ or it costs too much."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument(
        "--share", type=float, default=0.003, help="of the messages, those that arrive in the second night"
    )
    parser.add_argument("--memory-limit", default="5GB")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has convsql's dependencies")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    arguments = parser.parse_args()
    work = arguments.work.resolve() / "arrivals"
    python = str(Path(arguments.python).absolute()) if "/" in arguments.python else arguments.python
    shutil.rmtree(work, ignore_errors=True)
    project = prepare(work, arguments.messages, python, arguments.memory_limit)
    raw, everything = project.parent / "raw", work / "everything"
    write(everything, arguments.messages)
    given = {"raw_path": str(raw), "raw_format": "parquet", "inputs": INPUTS, "as_of": None}
    command = [python, "-m", "convsql", "build", "--quiet", "--vars", json.dumps(given)]

    def build() -> Run:
        return run(command, project, work / "build.log", {"PYTHONPATH": str(ROOT)})

    before = load(everything, raw, 1 - arguments.share, 1)
    first = build()
    now = load(everything, raw, 1.0, 2)
    night, nodes = build(), seconds(project)
    in_parts = work / "in_parts.duckdb"
    (project / "bench.duckdb").rename(in_parts)
    whole, whole_nodes = build(), seconds(project)
    print(machine())
    rows = [
        (f"{before:,} messages, whole", first),
        (f"{now - before:,} more, on that", night),
        (f"{now:,} messages, whole", whole),
    ]
    figures = [[name, f"{r.wall:.1f}", f"{r.cpu:.1f}", f"{r.peak:.0f}"] for name, r in rows]
    print(table(("build", "wall, s", "processor, s", "peak, MiB"), figures))
    saved = sorted(whole_nodes, key=lambda n: nodes.get(n, 0.0) - whole_nodes[n])[:SLOWEST]
    print(
        table(
            ("node", "on that, s", "whole, s"),
            [[n, f"{nodes.get(n, 0.0):.2f}", f"{whole_nodes[n]:.2f}"] for n in saved],
        )
    )
    other = list(differing(in_parts, project / "bench.duckdb"))
    print(f"relations with other rows: {', '.join(other) or 'none'}")
    shares = [("wall", night.wall / whole.wall), ("processor", night.cpu / whole.cpu)]
    print(
        table(
            ("of a whole build", "is", "at most", ""),
            [[n, f"{s:.0%}", f"{SHARE_LIMIT:.0%}", verdict(s, SHARE_LIMIT)] for n, s in shares],
        )
    )
    (arguments.work / "arrivals.json").write_text(json.dumps({"night": nodes, "whole": whole_nodes}), encoding="utf-8")
    sys.exit(bool(other) or any(share > SHARE_LIMIT for _, share in shares))


if __name__ == "__main__":
    main()
