"""The convsql package itself on 1, 3 and 10 million messages: wall, memory, time per model, growth.

    python benchmarks/messages.py --millions 1 3 10

Builds a copy of the repository's own project into a new database for each size, and builds it again with nothing changed. Times of
models and tests are those of the runner's `target/run_results.json`.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, CommandFailed, machine, run, table, verdict

COPIED = ("dbt_project.yml", "vars.yml", "models", "macros", "seeds", "tests/governance")
INPUTS = ["lifecycle_stages", "reps", "dispositions"]
GROWTH_LIMIT, MEMORY_LIMIT, SHARE_LIMIT = 1.1, 12 * 1024.0, 0.95
SLOWEST = 15
ADDED_LIMITS = {"comparisons": 0.25, "kpis": 0.40}
"""What a folder of models, with its tests, may add to the time of all that does not rest on it: all but it and the folders below it here."""

PROFILES = """\
convsql:
  target: bench
  outputs:
    bench:
      type: duckdb
      path: '{database}'
      schema: main
      threads: 2
      settings:
        TimeZone: UTC
        memory_limit: {memory}
"""


@dataclass(frozen=True, slots=True)
class Built:
    """One build: messages, whole-process figures, and the seconds of each node."""

    messages: int
    wall: float
    peak: float
    cpu: float
    again: float
    nodes: dict[str, float]
    folders: dict[str, str]

    @property
    def share(self) -> float:
        """The share of wall time in which the engine executed model, seed and test SQL."""
        return sum(self.nodes.values()) / self.wall

    def folder_seconds(self) -> dict[str, float]:
        """Seconds of models and their tests by folder of models; what belongs to none is under ``""``."""
        found: dict[str, float] = {}
        for node, seconds in self.nodes.items():
            folder = self.folders.get(node, "")
            found[folder] = found.get(folder, 0.0) + seconds
        return found


def prepare(work: Path, messages: int, python: str, memory: str) -> Path:
    """Write the data of one size, unless it is there, and a copy of the project; return the project."""
    folder = work / f"messages-{messages}"
    raw, project = folder / "raw", folder / "project"
    if not (raw / "dispositions.parquet").exists():
        generator = str(Path(__file__).with_name("generate_messages.py"))
        done = run([python, generator, str(raw), "--messages", str(messages)], ROOT, folder / "generate.log")
        print(f"{messages:,} messages written in {done.wall:.1f} s, peak {done.peak:.0f} MiB", file=sys.stderr)
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, project / name)
        elif (ROOT / name).is_file():
            shutil.copy(ROOT / name, project / name)
    profiles = PROFILES.format(database=project / "bench.duckdb", memory=memory)
    (project / "profiles.yml").write_text(profiles, encoding="utf-8")
    return project


def build(project: Path, messages: int, python: str, variables: Mapping[str, object] | None = None) -> Built:
    """Build into a new database, with more variables if given, and read what the runner says of each node."""
    for file in project.glob("bench.duckdb*"):
        file.unlink()
    shutil.rmtree(project / "target", ignore_errors=True)
    given = {
        "raw_path": str(project.parent / "raw"),
        "raw_format": "parquet",
        "inputs": INPUTS,
        "as_of": None,
        **(variables or {}),
    }
    place = ["--project-dir", str(project), "--profiles-dir", str(project)]
    command = [python, "-m", "convsql", "build", *place, "--vars", json.dumps(given)]
    done = run(command, project, project.parent / "build.log", {"PYTHONPATH": str(ROOT)})
    results = json.loads((project / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    nodes = {str(result["unique_id"]): float(result["execution_time"]) for result in results}
    manifest = json.loads((project / "target" / "manifest.json").read_text(encoding="utf-8"))
    paths = {**manifest["nodes"], **manifest.get("unit_tests", {})}
    folders = {unique_id: folder_of(paths[unique_id]["original_file_path"]) for unique_id in nodes}
    again = run(command, project, project.parent / "again.log", {"PYTHONPATH": str(ROOT)})
    return Built(messages, done.wall, done.peak, done.cpu, again.wall, nodes, folders)


def folder_of(path: str) -> str:
    """The folder of models in which a node is declared, or what it tests; "" outside of models."""
    parts = Path(path).parts
    return parts[1] if parts[0] == "models" else ""


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float | None:
    """The slope of values over sizes on logarithmic axes, by least squares; None from fewer than two sizes."""
    points = [(math.log(size), math.log(value)) for size, value in zip(sizes, values, strict=True) if value > 0]
    if len(points) < 2:
        return None
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else None


def node_rows(builds: Sequence[Built]) -> list[list[str]]:
    """The slowest nodes at the largest size, with how each grows; the tests as one row."""
    sizes = [float(b.messages) for b in builds]

    def row(name: str, values: list[float]) -> list[str]:
        slope = exponent(sizes, values)
        return [name, *(f"{v:.2f}" for v in values), "-" if slope is None else f"{slope:.2f}"]

    plain = sorted(
        (n for n in builds[-1].nodes if not n.startswith(("test.", "unit_test."))), key=lambda n: -builds[-1].nodes[n]
    )
    rows = [row(name, [b.nodes.get(name, 0.0) for b in builds]) for name in plain[:SLOWEST]]
    rest = plain[SLOWEST:]
    if rest:
        rows.append(row(f"{len(rest)} others", [sum(b.nodes.get(n, 0.0) for n in rest) for b in builds]))
    for kind in ("test.", "unit_test."):
        chosen = [n for n in builds[-1].nodes if n.startswith(kind)]
        if chosen:
            rows.append(row(f"{len(chosen)} {kind[:-1]}s", [sum(b.nodes.get(n, 0.0) for n in chosen) for b in builds]))
    return rows


def target_rows(builds: Sequence[Built]) -> list[list[str]]:
    """Each target with what was measured; memory and share at the largest size."""
    rows: list[list[str]] = []
    slope = exponent([b.messages for b in builds], [b.wall for b in builds])
    if slope is not None:
        rows.append(["growth of wall time", f"n^{slope:.2f}", f"n^{GROWTH_LIMIT}", verdict(slope, GROWTH_LIMIT)])
    last = builds[-1]
    seconds = last.folder_seconds()
    for n, (folder, limit) in enumerate(ADDED_LIMITS.items()):
        if folder in seconds:
            own = sum(seconds.get(each, 0.0) for each in list(ADDED_LIMITS)[n:])
            added = seconds[folder] / (sum(seconds.values()) - own)
            rows.append([f"added by models/{folder}", f"{added:.1%}", f"{limit:.0%}", verdict(added, limit)])
    rows.append(["build again, nothing changed", f"{last.again:.2f} s", "-", "met"])
    rows.append(
        [
            "peak memory",
            f"{last.peak / 1024:.2f} GiB",
            f"{MEMORY_LIMIT / 1024:.0f} GiB",
            verdict(last.peak, MEMORY_LIMIT),
        ]
    )
    rows.append(
        ["share of wall time in SQL", f"{last.share:.1%}", f"{SHARE_LIMIT:.0%}", verdict(-last.share, -SHARE_LIMIT)]
    )
    return rows


def main() -> None:
    """Build every size, print the tables and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 3, 10])
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has convsql's dependencies")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--memory-limit", default="10GB", help="what DuckDB may use before it spills to disk")
    parser.add_argument("--keep", action="store_true", help="keep the databases that were built")
    arguments = parser.parse_args()
    work: Path = arguments.work.resolve()
    print(machine(), flush=True)
    builds: list[Built] = []
    try:
        for millions in sorted(arguments.millions):
            messages = int(millions * 1_000_000)
            project = prepare(work, messages, arguments.python, arguments.memory_limit)
            builds.append(build(project, messages, arguments.python))
            print(f"{messages:,} messages: {builds[-1].wall:.1f} s, peak {builds[-1].peak:.0f} MiB", file=sys.stderr)
            if not arguments.keep:
                shutil.rmtree(project)
    except CommandFailed as error:
        sys.exit(f"benchmark stopped: {error}")
    whole = [[f"{b.messages:,}", f"{b.wall:.1f}", f"{b.peak:.0f}", f"{b.share:.1%}"] for b in builds]
    print("\n" + table(["messages", "build, s", "peak, MiB", "in SQL"], whole))
    print("\n" + table(["node, s", *(f"{b.messages:,}" for b in builds), "exponent"], node_rows(builds)))
    rows = target_rows(builds)
    print("\n" + table(["target", "measured", "limit", "verdict"], rows))
    plain = [
        {
            "messages": b.messages,
            "wall": b.wall,
            "peak": b.peak,
            "cpu": b.cpu,
            "again": b.again,
            "nodes": b.nodes,
            "folders": b.folder_seconds(),
        }
        for b in builds
    ]
    (work / "messages.json").write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if any(row[-1] != "met" for row in rows) else 0)


if __name__ == "__main__":
    main()
