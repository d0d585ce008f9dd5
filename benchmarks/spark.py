"""The convsql package on Spark against DuckDB: what a build costs whatever its size, what each message adds, and what cores are worth.

    python benchmarks/spark.py --thousands 20 200 --masters 'local[1]' 'local[2]' 'local-cluster[2,1,2048]'
    python benchmarks/spark.py --thousands 200 1000 --masters 'local[2]' --select +cohort_rates --without-tests    a part of it

Builds a copy of the repository's own project over generated messages (`generate_messages.py`) with all its tests, on DuckDB and on each
master, on this machine. A build of few rows is the floor; the difference of the sizes is what messages cost. What was measured is kept in
`spark.json` as it goes: the same command goes on after an interruption, and measures nothing twice. Needs `convsql[spark]` and Java.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from measure import ROOT, CommandFailed, machine, run, table, verdict
from messages import INPUTS, prepare

DUCKDB = "duckdb"
LIMIT = 12.0  # × DuckDB's, of what a message adds on `local[2]`
SLOWEST = 12
KEPT = "spark.json"

PROFILES = """\
convsql:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: bench.duckdb
      schema: main
      threads: {cores}
      settings: {{TimeZone: UTC}}
    spark:
      type: spark
      method: session
      master: '{master}'
      warehouse: warehouse
      schema: main
      config: {{spark.driver.memory: {memory}, spark.driver.host: 127.0.0.1, spark.driver.bindAddress: 127.0.0.1}}
"""


@dataclass(frozen=True, slots=True)
class Built:
    """One build: where, of how many messages, its wall and processor time, and the seconds of its tests together and of each model."""

    engine: str
    messages: int
    wall: float
    cpu: float
    tests: float
    models: dict[str, float]
    chosen: list[str]

    @property
    def model_seconds(self) -> float:
        """Seconds in which models were built."""
        return sum(self.models.values())


def build(work: Path, engine: str, messages: int, python: str, memory: str, more: Sequence[str] = ()) -> Built:
    """Build into nothing, on DuckDB or on a master of Spark. Raises CommandFailed."""
    project = prepare(work, messages, python, memory)
    is_spark = engine != DUCKDB
    text = PROFILES.format(master=engine if is_spark else "local[2]", memory=memory, cores=2)
    (project / "profiles.yml").write_text(text, encoding="utf-8")
    given = {"raw_path": str(project.parent / "raw"), "raw_format": "parquet", "inputs": INPUTS, "as_of": None}
    place = ["--project-dir", str(project), "--profiles-dir", str(project)]
    command = [python, "-m", "convsql", "build", *place, "--vars", json.dumps(given)]
    command += ["--target", "spark" if is_spark else "duckdb", *more]
    with Processor() as used:
        done = run(command, project, project.parent / "build.log", {"PYTHONPATH": _path()})
    results = json.loads((project / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    seconds = {str(result["unique_id"]): float(result["execution_time"]) for result in results}
    models = {name.rsplit(".", 1)[1]: each for name, each in seconds.items() if name.startswith(("model.", "seed."))}
    tests = sum(each for name, each in seconds.items() if name.startswith("test."))
    shutil.rmtree(project)
    return Built(engine, messages, done.wall, max(used.seconds, done.cpu), tests, models, list(more))


class Processor:
    """Seconds of processor time of all that is begun meanwhile: Spark's Java outlives what began it, and executors are its children."""

    def __init__(self) -> None:
        self._found: dict[int, float] = {}
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Processor:
        self._watching.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._watching.join()

    @property
    def seconds(self) -> float:
        """What was used by each process, added up; of its last quarter of a second nothing is known."""
        return sum(self._found.values())

    def _watch(self) -> None:
        while not self._ended.wait(0.25):
            parents: dict[int, int] = {}
            used: dict[int, float] = {}
            for file in Path("/proc").glob("[0-9]*/stat"):
                try:
                    fields = file.read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                number = int(file.parent.name)
                parents[number] = int(fields[1])
                used[number] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            for number in used:
                above = number
                while above in parents and above != os.getpid():
                    above = parents[above]
                if above == os.getpid() and number != above:
                    self._found[number] = used[number]


def _path() -> str:
    """The tree itself first, and whatever this process was given."""
    return os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH", "")])])


def added(small: Built, large: Built, what: str = "wall") -> float:
    """Seconds that a million messages add, of wall or of processor time (`cpu`)."""
    return float(getattr(large, what) - getattr(small, what)) / (large.messages - small.messages) * 1e6


def engine_rows(builds: Sequence[Built], engines: Sequence[str]) -> list[list[str]]:
    """Each engine: its floor, its largest build, and what a million messages add, each against DuckDB's."""
    by = {engine: sorted((b for b in builds if b.engine == engine), key=lambda b: b.messages) for engine in engines}
    duck = by[DUCKDB]
    rows = []
    for engine in engines:
        small, large = by[engine][0], by[engine][-1]
        cells = [
            engine,
            f"{small.wall:.0f}",
            f"{small.cpu:.0f}",
            f"{large.wall:.0f}",
            f"{large.cpu:.0f}",
            f"{large.model_seconds:.0f}",
            f"{large.tests:.0f}",
        ]
        cells.append(f"{large.wall / duck[-1].wall:.1f}")
        if small is not large:
            for what in ("wall", "cpu"):
                more = added(small, large, what)
                cells += [f"{more:.0f}", f"{more / added(duck[0], duck[-1], what):.1f}"]
        rows.append(cells)
    return rows


def model_rows(builds: Sequence[Built], engine: str) -> list[list[str]]:
    """The models whose seconds grew most on an engine, with DuckDB's."""
    mine = sorted((b for b in builds if b.engine == engine), key=lambda b: b.messages)
    duck = sorted((b for b in builds if b.engine == DUCKDB), key=lambda b: b.messages)
    small, large = mine[0], mine[-1]
    names = sorted(
        large.models,
        key=lambda n: small.models.get(n, 0.0) - large.models[n] if small is not large else -large.models[n],
    )
    return [
        [
            name,
            f"{small.models.get(name, 0.0):.1f}",
            f"{large.models[name]:.1f}",
            f"{duck[-1].models.get(name, 0.0):.2f}",
        ]
        for name in names[:SLOWEST]
    ]


def recorded(work: Path) -> list[Built]:
    """What was measured before in this folder."""
    file = work / KEPT
    return [Built(**each) for each in json.loads(file.read_text(encoding="utf-8"))] if file.is_file() else []


def main() -> None:
    """Build each size on each engine, print the tables and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thousands", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--masters", nargs="*", default=["local[1]", "local[2]", "local-cluster[2,1,2048]"])
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has convsql's dependencies")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--memory", default="4g", help="what the driver of Spark may use, and DuckDB's limit")
    parser.add_argument("--without-tests", action="store_true", help="models alone, for a first look")
    parser.add_argument("--select", nargs="+", default=[], help="what to build, as `convsql build --select` takes it")
    parser.add_argument("--again", action="store_true", help="measure all, whatever was measured before")
    arguments = parser.parse_args()
    chosen = ["--exclude", "test_type:data"] if arguments.without_tests else []
    chosen += ["--select", *arguments.select] if arguments.select else []
    work: Path = arguments.work.resolve()
    print(machine(), flush=True)
    engines = [DUCKDB, *arguments.masters]
    known = [] if arguments.again else recorded(work)
    builds: list[Built] = []
    try:
        for thousands in sorted(arguments.thousands):
            for engine in engines:
                asked = (engine, thousands * 1000, chosen)
                built = next((b for b in known if (b.engine, b.messages, b.chosen) == asked), None)
                if built is None:
                    built = build(work, engine, thousands * 1000, arguments.python, arguments.memory, chosen)
                    known.append(built)
                    text = json.dumps([asdict(b) for b in known], indent=2)
                    (work / KEPT).write_text(text + "\n", encoding="utf-8")
                builds.append(built)
                said = f"{engine}, {built.messages:,} messages: {built.wall:.1f} s, {built.cpu:.1f} s of processor time"
                print(said, file=sys.stderr, flush=True)
    except CommandFailed as error:
        sys.exit(f"benchmark stopped: {error}")
    sizes = sorted({b.messages for b in builds})
    header = [
        "engine",
        f"{sizes[0]:,}, s",
        "processor",
        f"{sizes[-1]:,}, s",
        "processor",
        "models, s",
        "tests, s",
        "× DuckDB",
    ]
    header += ["a million more, s", "× DuckDB's", "processor", "× DuckDB's"] if len(sizes) > 1 else []
    print("\n" + table(header, engine_rows(builds, engines)))
    for engine in engines[1:]:
        print(
            f"\n{engine}\n\n"
            + table(
                ["model, s", f"{sizes[0]:,}", f"{sizes[-1]:,}", f"DuckDB, {sizes[-1]:,}"], model_rows(builds, engine)
            )
        )
    if len(sizes) > 1 and "local[2]" in engines:
        duck, spark = ([b for b in builds if b.engine == each] for each in (DUCKDB, "local[2]"))
        ratio = added(spark[0], spark[-1], "cpu") / added(duck[0], duck[-1], "cpu")
        said = (
            f"a message on local[2]: {ratio:.1f} × DuckDB's processor time, limit {LIMIT:.0f}: {verdict(ratio, LIMIT)}"
        )
        print(f"\n{said}")
        sys.exit(0 if ratio <= LIMIT else 1)


if __name__ == "__main__":
    main()
