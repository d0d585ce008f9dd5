"""Makes a failing world small by leaving rows out, and keeps it as a file that builds it again."""

from __future__ import annotations

import pprint
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.spec.reference.columns import Rows
from tests.spec.reference.world import World
from tests.support.root import ROOT

KEPT = ROOT / "target" / "worlds"
HEADER = '''"""A world on which the models and the reading differ: {words}

Run it again, from the root of the repository: `PYTHONPATH=. python target/worlds/{name}.py`.
"""

import datetime

from tests.spec.properties.compare import first_difference
from tests.spec.properties.harness import build
from tests.spec.reference.reading import read
from tests.spec.reference.world import World

'''
FOOTER = """
if __name__ == "__main__":
    print(first_difference(read(WORLD), build(WORLD)))
"""


def shrink(world: World, fails: Callable[[World], bool]) -> World:
    """The world with as few rows and seeds as still fail."""
    for name in ("dispositions", "meetings", "lifecycle_stages", "reps", *world.tables):
        world = _fewer_rows(world, name, fails)
    for name in world.seeds:
        smaller = replace(world, seeds={**world.seeds, name: []})
        if fails(smaller):
            world = smaller
    return world


def _fewer_rows(world: World, name: str, fails: Callable[[World], bool]) -> World:
    rows = world.tables.get(name, [])
    step = len(rows)
    while step:
        at = 0
        while at < len(rows):
            fewer: Rows = rows[:at] + rows[at + step :]
            smaller = replace(world, tables={**world.tables, name: fewer})
            if fails(smaller):
                world, rows = smaller, fewer
            else:
                at += step
        step //= 2
    return world


def keep(world: World, name: str, words: str, folder: Path = KEPT) -> Path:
    """Write the world as a Python file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.py"
    body = "WORLD = World(\n"
    for field in ("tables", "seeds", "vars", "typed"):
        body += f"    {field}={pprint.pformat(getattr(world, field), width=110, sort_dicts=False)},\n"
    first = words.splitlines()[0].replace('"', "'")
    path.write_text(HEADER.format(words=first, name=name) + body + ")\n" + FOOTER, encoding="utf-8")
    return path
