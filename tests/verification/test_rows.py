"""Two bags of rows compared, against a reading by brute force."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from convsql.engines.scratch import open_scratch
from convsql.engines.session import Columns, Session
from convsql.verification.rows import TOLERANCE, compare

Rows = list[tuple[str | None, float | None, float | None]]
COLUMNS: Columns = [("name", "VARCHAR"), ("x", "DOUBLE"), ("y", "DOUBLE")]


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Session]:
    session = open_scratch(tmp_path)
    yield session
    session.close()


def counted(scratch: Session, here: Rows, there: Rows) -> tuple[int, int]:
    for name, rows in (("here", here), ("there", there)):
        scratch.execute(f'create or replace table "{name}" (name varchar, x double, y double)')
        scratch.insert(f'"{name}"', ["name", "x", "y"], rows)
    found = compare(scratch, "here", "there", COLUMNS)
    assert (found.rows_here, found.rows_there) == (len(here), len(there))
    return found.only_here, found.only_there


def close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    if not (math.isfinite(one) and math.isfinite(other)):
        return one == other or (math.isnan(one) and math.isnan(other))
    return abs(one - other) <= TOLERANCE * max(abs(one), abs(other))


def brute(here: Rows, there: Rows) -> tuple[int, int]:
    """Rows matched one by one: right where values are either far closer than the tolerance or far further apart."""
    left = list(there)
    only_here = 0
    for row in here:
        match = next((r for r in left if r[0] == row[0] and close(r[1], row[1]) and close(r[2], row[2])), None)
        if match is None:
            only_here += 1
        else:
            left.remove(match)
    return only_here, len(left)


@pytest.mark.parametrize("seed", range(40))
def test_drawn_rows_are_matched_as_by_brute_force(scratch: Session, seed: int) -> None:
    draw = random.Random(seed)
    values = [0.0, 1.0, -1.0, 0.1, 1e300, 1e-300, math.inf, -math.inf, math.nan, None]

    def moved(value: float | None) -> float | None:
        return value if value is None else value * (1 + draw.choice([0, 0, 1e-13, -1e-13, 1e-6]))

    here: Rows = [
        (draw.choice(["a", "b", None]), draw.choice(values), draw.choice(values)) for _ in range(draw.randrange(30))
    ]
    there: Rows = [(name, moved(x), moved(y)) for name, x, y in here if draw.random() > 0.1]
    there += draw.choices(here, k=draw.randrange(3)) if here else []
    draw.shuffle(there)
    assert counted(scratch, here, there) == brute(here, there)


def test_doubles_close_to_each_other_in_two_columns_are_not_mixed_up(scratch: Session) -> None:
    """Sorted by the first column alone, rows that differ by nothing else but noise would stand beside the wrong ones."""
    here: Rows = [("a", 1.0, 3.0), ("a", 1.0 + 1e-13, 5.0)]
    there: Rows = [("a", 1.0 + 1e-13, 3.0), ("a", 1.0, 5.0)]
    assert counted(scratch, here, there) == (0, 0)


def test_small_steps_do_not_add_up_to_a_hidden_difference(scratch: Session) -> None:
    step = 0.9e-9
    here: Rows = [("a", 1 + step * i, 0.0) for i in range(0, 10, 2)]
    there: Rows = [("a", 1 + step * i, 0.0) for i in range(1, 10, 2)] + [("a", 1 + step * 20, 0.0)]
    only_here, only_there = counted(scratch, here, there)
    assert (only_here, only_there) == (5, 6)
