"""Whatever arrives, changes and goes from night to night: a model made in parts is what its whole query would give."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable

import duckdb
import pytest

from tests.runner.in_parts.shapes import SHAPES, filling, first_night, model_files, next_night
from tests.support import Folder

Make = Callable[..., Folder]
NIGHTS = 6
NEVER = {
    *("every_side", "right_side", "all_together", "a_few", "by_subquery", "by_scalar", "side_by_side"),
    *("with_sets_apart", "with_total", "rolled_up", "cubed"),
    *("multiplied", "all_but_two", "a_few_within", "a_few_fetched", "turned", "by_pattern"),
}


def differing(project: Folder) -> list[str]:
    """The models whose rows are others than their query gives over what readers see of their parents."""
    assert project.run("compile").code == 0
    found = []
    with duckdb.connect(str(project.root / "tiny.duckdb"), read_only=True) as connection:
        for name in SHAPES:
            (file,) = (project.root / "target").rglob(f"models/{name}.sql")
            whole = Counter(connection.execute(file.read_text()).fetchall())
            if whole != Counter(connection.execute(f'from "{name}"').fetchall()):
                found.append(name)
    return found


def made_in_parts(project: Folder) -> dict[str, str]:
    """How each model was made in the last run, as its results tell."""
    results = json.loads((project.root / "target/run_results.json").read_text())["results"]
    return {r["unique_id"].split(".")[-1]: r["adapter_response"]["convsql"].get("made") or "" for r in results}


def live(folder: Make, seed: int, nights: int) -> Counter[str]:
    """Nights of one project, each held against the whole; returns how often each model was made in parts."""
    of = random.Random(seed)
    project = folder(model_files())
    tables = first_night(of)
    parts: Counter[str] = Counter()
    for night in range(nights):
        project.execute(filling(tables))
        project.build()
        assert not differing(project), f"night {night} of history {seed}"
        assert not [name for name, made in made_in_parts(project).items() if "could not" in made]
        parts.update(name for name, made in made_in_parts(project).items() if made.startswith("in parts"))
        tables = next_night(of, tables)
    return parts


def test_what_is_made_in_parts_is_what_the_whole_would_be(folder: Make) -> None:
    parts = live(folder, 1, 2)
    assert not NEVER & parts.keys()
    assert len(parts) > len(SHAPES) * 0.5


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 20))
def test_in_every_history(seed: int, folder: Make) -> None:
    parts = live(folder, seed, NIGHTS)
    assert len(set(SHAPES) - NEVER - parts.keys()) <= 5  # made whole where most of a table of a dozen rows changed
