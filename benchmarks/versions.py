"""What a second version of a metric adds to a build: the package with and without one, in turns.

    python benchmarks/versions.py --millions 1 --rounds 3

Every build goes into a new database. Besides the version as `vars.yml` has it, it is measured with the
cohorts of the first version: what is left then is the price of the version, and not of the rows it asks for.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import Any

import yaml
from measure import ROOT, CommandFailed, machine, table, verdict
from messages import Built, build, prepare

METRIC, FIRST, SECOND = "conversation_to_opportunity", 1, 2
LIMIT = 1.10
SLOWEST = 12
WITHOUT, WITH, SAME = "one version", "two versions", "two, same cohorts"


def variants(listed: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The definitions of `vars.yml` without the second version, with it, and with it over the first one's cohorts."""
    second = next(m for m in listed if (m["name"], m["version"]) == (METRIC, SECOND))
    first = next(m for m in listed if (m["name"], m["version"]) == (METRIC, FIRST))
    rest = [m for m in listed if m is not second]
    return {WITHOUT: rest, WITH: listed, SAME: [*rest, {**second, "cohorts": first["cohorts"]}]}


def node_rows(builds: Mapping[str, list[Built]]) -> list[list[str]]:
    """The nodes that a second version makes slower by most: medians in seconds."""

    def middle(name: str, node: str) -> float:
        return median(b.nodes.get(node, 0.0) for b in builds[name])

    nodes = {node for found in builds.values() for b in found for node in b.nodes}
    slower = sorted(nodes, key=lambda node: middle(WITHOUT, node) - middle(WITH, node))
    return [[node, *(f"{middle(name, node):.2f}" for name in builds)] for node in slower[:SLOWEST]]


def main() -> None:
    """Build in turns, print the tables and write the figures as JSON; exit with 1 when the limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has convsql's dependencies")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--memory-limit", default="10GB", help="what DuckDB may use before it spills to disk")
    arguments = parser.parse_args()
    work: Path = arguments.work.resolve()
    messages = int(arguments.millions * 1_000_000)
    print(machine(), flush=True)
    listed = yaml.safe_load((ROOT / "vars.yml").read_text(encoding="utf-8"))["vars"]["conversion_metrics"]
    given = json.loads(json.dumps(variants(listed), default=str))
    builds: dict[str, list[Built]] = {name: [] for name in given}
    try:
        project = prepare(work, messages, arguments.python, arguments.memory_limit)
        for number in range(arguments.rounds):
            for name, definitions in given.items():
                built = build(project, messages, arguments.python, {"conversion_metrics": definitions})
                builds[name].append(built)
                print(f"round {number + 1}, {name}: {built.wall:.2f} s, processor {built.cpu:.2f} s", file=sys.stderr)
        shutil.rmtree(project)
    except CommandFailed as error:
        sys.exit(f"benchmark stopped: {error}")
    figures = {
        what: {name: pick(value(b) for b in found) for name, found in builds.items()}
        for what, pick, value in (
            ("wall, s", median, attrgetter("wall")),
            ("least wall, s", min, attrgetter("wall")),
            ("processor, s", median, attrgetter("cpu")),
            ("least processor, s", min, attrgetter("cpu")),
        )
    }
    whole = [
        [name, *(cell for of in figures.values() for cell in (f"{of[name]:.2f}", f"{of[name] / of[WITHOUT]:.3f}"))]
        for name in builds
    ]
    header = [f"{messages:,} messages", *(cell for what in figures for cell in (what, "ratio"))]
    print("\n" + table(header, whole))
    print("\n" + table(["node, s", *builds], node_rows(builds)))
    wall = figures["least wall, s"]
    ratio = wall[WITH] / wall[WITHOUT]
    rows = [["least wall time with a second version", f"{ratio:.3f}", f"{LIMIT:.2f}", verdict(ratio, LIMIT)]]
    print("\n" + table(["target", "measured", "limit", "verdict"], rows))
    plain = {name: [{"wall": b.wall, "cpu": b.cpu, "nodes": b.nodes} for b in found] for name, found in builds.items()}
    (work / "versions.json").write_text(json.dumps({"messages": messages, **plain}, indent=2) + "\n", encoding="utf-8")
    sys.exit(0 if ratio <= LIMIT else 1)


if __name__ == "__main__":
    main()
