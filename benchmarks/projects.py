"""Start-up, compile and build of generated projects: convsql, the floor and, for 100 models, dbt.

    python benchmarks/projects.py --models 100 1000 --rounds 5 --dbt .venv-dbt/bin/dbt

One run measures everything, taking turns, so that a slow minute of the machine is everybody's;
figures are medians of whole processes. The last table holds them against the targets.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

import generate_project
from measure import ROOT, CommandFailed, Run, machine, middle, run, table, verdict

DBT_ENV = {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
ENV = {"PYTHONPATH": str(ROOT), "DO_NOT_TRACK": "1"}
DBT_LIMIT = 100
TIMES_FLOOR, TIMES_MEMORY = 1.3, 2.0
LIMITS = {"--version": 0.15, "--help": 0.3}
LIMITS_1000 = {"compile, cold": 8.0, "compile, warm": 1.5, "build, nothing changed": 2.0}

Runs = dict[str, list[Run]]


class Bench:
    """One generated project and the runs of everything that is measured on it."""

    def __init__(self, work: Path, models: int, python: str, dbt: str | None) -> None:
        self.models = models
        self.folder = work / f"project-{models}"
        self.rival = work / f"project-{models}-dbt"
        self.logs = work / "logs"
        self.python = python
        self.dbt = dbt if models <= DBT_LIMIT else None
        self.runs: Runs = {}
        generate_project.write_project(self.folder, models)
        if self.dbt:
            generate_project.write_project(self.rival, models)

    def measure(self, name: str, command: list[str], env: dict[str, str]) -> None:
        """Run one command and keep its figures."""
        slug = f"{self.models}-{name}".replace(" ", "-").replace(",", "").replace(":", "")
        done = run(command, self.folder, self.logs / f"{slug}.log", env)
        self.runs.setdefault(name, []).append(done)

    def convsql(self, name: str, *arguments: str) -> None:
        """Measure one convsql command."""
        place = (
            ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)] if arguments[0][0] != "-" else []
        )
        self.measure(name, [self.python, "-m", "convsql", *arguments, *place], ENV)

    def clean(self, folder: Path, *, compiled: bool) -> None:
        """Remove the database of a project, and with ``compiled`` what was compiled too."""
        for file in folder.glob("bench.duckdb*"):
            file.unlink()
        if compiled:
            shutil.rmtree(folder / "target", ignore_errors=True)

    def round(self) -> None:
        """Measure everything once."""
        self.convsql("--version", "--version")
        self.convsql("--help", "--help")
        self.clean(self.folder, compiled=True)
        self.convsql("compile, cold", "compile")
        self.convsql("compile, warm", "compile")
        self.convsql("build", "build")
        self.convsql("build, nothing changed", "build")
        floor = str(Path(__file__).with_name("floor.py"))
        self.measure("floor", [self.python, floor, str(self.folder), str(self.folder / "floor" / "bench.duckdb")], ENV)
        self.clean(self.folder, compiled=True)
        self.convsql("build, compile cold", "build")
        if self.dbt:
            place = ["--project-dir", str(self.rival), "--profiles-dir", str(self.rival)]
            self.clean(self.rival, compiled=True)
            self.measure("dbt: --version", [self.dbt, "--version"], DBT_ENV)
            self.measure("dbt: parse, cold", [self.dbt, "parse", *place], DBT_ENV)
            self.measure("dbt: build", [self.dbt, "build", *place], DBT_ENV)
            self.measure("dbt: build, nothing changed", [self.dbt, "build", *place], DBT_ENV)

    def figures(self) -> dict[str, Run]:
        """The medians."""
        return {name: middle(runs) for name, runs in self.runs.items()}


def report(models: int, figures: dict[str, Run], rounds: int) -> str:
    """All medians of one project beside the floor."""
    floor = figures["floor"]
    rows = [
        [name, f"{done.wall:.2f}", f"{done.wall / floor.wall:.2f}", f"{done.peak:.0f}", f"{done.peak / floor.peak:.2f}"]
        for name, done in figures.items()
    ]
    head = [f"{models} models, medians of {rounds}", "wall, s", "x floor", "peak, MiB", "x floor"]
    return table(head, rows)


def targets(all_figures: dict[int, dict[str, Run]]) -> list[list[str]]:
    """Each target of the acceptance list with what was measured."""
    rows: list[list[str]] = []

    def add(name: str, value: float, limit: float, unit: str) -> None:
        rows.append([name, f"{value:.2f} {unit}", f"{limit:.2f} {unit}", f"{value / limit:.2f}", verdict(value, limit)])

    smallest = all_figures[min(all_figures)]
    for name, limit in LIMITS.items():
        add(name, smallest[name].wall, limit, "s")
    start_up = smallest["--help"].wall
    for models, figures in all_figures.items():
        floor, build = figures["floor"], figures["build"]
        add(f"build of {models} (1.3 x floor + start-up)", build.wall, TIMES_FLOOR * floor.wall + start_up, "s")
        add(f"peak memory of {models} (2 x floor)", build.peak, TIMES_MEMORY * floor.peak, "MiB")
    for name, limit in LIMITS_1000.items():
        for models, figures in all_figures.items():
            if models >= 1000:
                add(f"{name}, {models} models", figures[name].wall, limit * models / 1000, "s")
    return rows


def main() -> None:
    """Measure, print the tables and write them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="the interpreter that has convsql's dependencies")
    parser.add_argument("--dbt", default=None, help="a dbt-core with dbt-duckdb; without it dbt is left out")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    arguments = parser.parse_args()
    work: Path = arguments.work.resolve()
    benches = [Bench(work, models, arguments.python, arguments.dbt) for models in sorted(arguments.models)]
    for bench in benches:
        (bench.folder / "floor").mkdir()
    print(machine(), flush=True)
    try:
        for done in range(arguments.rounds):
            for bench in benches:
                bench.round()
            print(f"round {done + 1} of {arguments.rounds} done; {machine().split('; ')[-1]}", file=sys.stderr)
    except CommandFailed as error:
        sys.exit(f"benchmark stopped: {error}")
    found = {bench.models: bench.figures() for bench in benches}
    for models, figures in found.items():
        print("\n" + report(models, figures, arguments.rounds))
    rows = targets(found)
    print("\n" + table(["target", "measured", "limit", "ratio", "verdict"], rows))
    plain = {str(m): {n: {"wall": r.wall, "peak": r.peak} for n, r in f.items()} for m, f in found.items()}
    (work / "projects.json").write_text(json.dumps(plain, indent=2) + "\n", encoding="utf-8")
    sys.exit(1 if any(row[-1] != "met" for row in rows) else 0)


if __name__ == "__main__":
    main()
