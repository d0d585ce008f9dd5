"""The generated worlds hold the edges they are meant to hold: else passing them would say little."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.spec.properties.compared import COMPARED
from tests.spec.properties.edges import EDGES
from tests.spec.properties.strategies import world
from tests.spec.reference.reading import read

WORLDS = 520
AT_LEAST = 5
ALL = {**EDGES, **COMPARED}


@pytest.mark.slow
def test_every_edge_occurs_in_the_generated_worlds() -> None:
    found: Counter[str] = Counter()
    for seed in range(WORLDS):
        each = world(seed % 26, seed)
        tables = read(each)
        found.update(name for name, occurs in ALL.items() if occurs(each, tables))
    rare = {name: found[name] for name in ALL if found[name] < AT_LEAST}
    assert not rare, f"of {WORLDS} worlds: {rare}; all: {dict(found)}"
