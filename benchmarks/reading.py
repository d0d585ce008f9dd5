"""What it costs to read and count the messages, beside another version of the package.

    python benchmarks/reading.py --against ../main --millions 2 --rounds 5

Builds `clock_input_rows` and `stg_messages` of both trees by turns, over Parquet with types and over a CSV of the same rows,
and prints the processor seconds of each, the least of the rounds, with their ratio.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODELS = ("clock_input_rows", "stg_messages")
LIMIT = 1.10
BUILD = """
import json, sys, time
from pathlib import Path
tree, raw, form = sys.argv[1:]
sys.path.insert(0, tree)
import duckdb
from tests.spec.properties.harness import seed_columns
from tests.spec.properties.templates import Templates
engine = duckdb.connect(":memory:", config={"threads": 1})
engine.execute("set TimeZone = 'UTC'")
engine.execute("set enable_progress_bar = false")
engine.execute("create schema raw")
for file in sorted(Path(raw).glob("*.parquet")):
    relation = f"'{file}'" if form == "parquet" else f"read_csv('{file.with_suffix('.csv')}', all_varchar=true)"
    engine.execute(f"create view raw.{file.stem} as select * from {relation}")
for name, types in seed_columns().items():
    columns = ", ".join(f"{column} {kind}" for column, kind in types.items())
    engine.execute(f"create table {name} ({columns})")
seconds = {}
for name, sql in Templates().compile({"inputs": []}, ("stg_messages",)):
    before = time.process_time()
    engine.execute(f"create table {name} as {sql}")
    seconds[name] = time.process_time() - before
print()
print(json.dumps(seconds))
"""


def measured(tree: Path, raw: Path, form: str) -> dict[str, float]:
    """Processor seconds of each model that `stg_messages` rests on, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(tree), str(raw), form], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {name: found[name] for name in MODELS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, required=True, help="folder of the other version")
    parser.add_argument("--millions", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench" / "reading")
    parser.add_argument("--forms", nargs="+", choices=["parquet", "csv"], default=["parquet", "csv"])
    options = parser.parse_args()
    raw = options.work / f"{options.millions:g}m"
    if not (raw / "messages.csv").exists():
        generator = Path(__file__).with_name("generate_messages.py")
        count = str(int(options.millions * 1_000_000))
        subprocess.run([sys.executable, str(generator), str(raw), "--messages", count], check=True)
        write_csv(raw)
    worst = 0.0
    print("| file | model | before | now | ratio |\n|---|---|---|---|---|")
    for form in options.forms:
        least: dict[tuple[str, str], float] = {}
        for _ in range(options.rounds):
            for side, tree in (("before", options.against.resolve()), ("now", ROOT)):
                for name, seconds in measured(tree, raw, form).items():
                    least[name, side] = min(seconds, least.get((name, side), seconds))
        for name in MODELS:
            before, now = least[name, "before"], least[name, "now"]
            print(f"| {form} | {name} | {before:.2f} s | {now:.2f} s | {now / before:.3f} |")
        ratio = sum(least[name, "now"] for name in MODELS) / sum(least[name, "before"] for name in MODELS)
        print(f"| {form} | both | | | {ratio:.3f} |")
        worst = max(worst, ratio)
    print(f"\n{'kept' if worst <= LIMIT else 'missed'}: reading costs at most {LIMIT:.0%} of what it did")
    return 0 if worst <= LIMIT else 1


def write_csv(raw: Path) -> None:
    """The same rows as text."""
    import duckdb

    with duckdb.connect(":memory:") as engine:
        for file in sorted(raw.glob("*.parquet")):
            engine.execute(f"copy (select * from '{file}') to '{file.with_suffix('.csv')}'")


if __name__ == "__main__":
    sys.exit(main())
