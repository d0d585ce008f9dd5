"""Write a dbt project of any number of models, to measure runners with.

    python benchmarks/generate_project.py build/bench/project-1000 --models 1000

Layers of 20 models, views and tables in turn; each model selects from one to three of the layer
before, the first layer from seeds; each has two generic tests. The same number gives the same files.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

LAYER = 20
SEEDS = 4
SEED_ROWS = 100
PARENT_STEPS = (0, 1, 7)

PROJECT = """\
name: bench
version: 1.0.0
config-version: 2
profile: bench
model-paths: [models]
seed-paths: [seeds]
macro-paths: [macros]
test-paths: [tests]
flags:
  send_anonymous_usage_stats: false
"""
PROFILES = """\
bench:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: '{database}'
      schema: main
      threads: 2
      settings:
        TimeZone: UTC
"""


def model_name(number: int) -> str:
    """The name of a model; names sort in the order in which they can be built."""
    return f"m_{number:05}"


def is_view(number: int) -> bool:
    """Whether a model is a view: those of every other layer, beginning with the first."""
    return number // LAYER % 2 == 0


def parents(number: int, models: int) -> list[str]:
    """What a model selects from: one to three models of the layer before, or a seed."""
    layer, place = divmod(number, LAYER)
    if layer == 0:
        return [f"s_{place % SEEDS}"]
    first = (layer - 1) * LAYER
    wanted = [first + (place + step) % LAYER for step in PARENT_STEPS[: 1 + number % 3]]
    return [model_name(parent) for parent in wanted if parent < models]


def model_sql(number: int, models: int) -> str:
    """The SQL of a model: its parents joined on the key, and a cheap expression."""
    names = parents(number, models)
    kind = "view" if is_view(number) else "table"
    value = " + ".join(f"p{place}.value" for place in range(len(names)))
    joins = "".join(
        f"\ninner join {{{{ ref('{name}') }}}} as p{place} on p0.id = p{place}.id"
        for place, name in enumerate(names)
        if place
    )
    return (
        f"{{{{ config(materialized='{kind}') }}}}\n\n"
        f"select\n    p0.id,\n    ({value} + {number}) % 1000003 as value,\n    p0.label || '.' as label\n"
        f"from {{{{ ref('{names[0]}') }}}} as p0{joins}\n"
    )


def layer_yaml(numbers: range) -> str:
    """The properties of one layer: two tests for each model."""
    lines = ["version: 2", "", "models:"]
    for number in numbers:
        lines += [
            f"  - name: {model_name(number)}",
            f"    description: Model {number} of the benchmark.",
            "    columns:",
            "      - name: id",
            "        description: The key.",
            "        data_tests: [not_null, unique]",
        ]
    return "\n".join(lines) + "\n"


def write_project(folder: Path, models: int, database: Path | None = None) -> None:
    """Write the project anew; the database stands beside it unless another place is given."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("models", "seeds", "macros", "tests"):
        (folder / name).mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    place = database or folder.resolve() / "bench.duckdb"
    (folder / "profiles.yml").write_text(PROFILES.format(database=place), encoding="utf-8")
    for seed in range(SEEDS):
        rows = "".join(f"{row},{row * (seed + 3) % 997},label {row}\n" for row in range(SEED_ROWS))
        (folder / "seeds" / f"s_{seed}.csv").write_text("id,value,label\n" + rows, encoding="utf-8")
    for first in range(0, models, LAYER):
        numbers = range(first, min(first + LAYER, models))
        layer = folder / "models" / f"layer_{first // LAYER:02}"
        layer.mkdir()
        (layer / f"_layer_{first // LAYER:02}.yml").write_text(layer_yaml(numbers), encoding="utf-8")
        for number in numbers:
            (layer / f"{model_name(number)}.sql").write_text(model_sql(number, models), encoding="utf-8")


def main() -> None:
    """Write one project."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--models", type=int, default=100)
    arguments = parser.parse_args()
    write_project(arguments.folder, arguments.models)
    print(f"{arguments.models} models in {arguments.folder}")


if __name__ == "__main__":
    main()
