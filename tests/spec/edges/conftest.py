"""Every edge is put to the reading and to the models alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.spec.properties.harness import OnDemand
from tests.spec.reference.columns import Rows
from tests.spec.reference.reading import read
from tests.spec.reference.world import World

Maker = Callable[[World], dict[str, Rows]]


@pytest.fixture(params=[read, OnDemand], ids=["reading", "models"])
def tables(request: pytest.FixtureRequest) -> Maker:
    """Makes the tables of a world: by the brute-force reading, or by the package's SQL."""
    made: Maker = request.param
    return made


@pytest.fixture
def made() -> Maker:
    """Makes tables by the package's SQL, those too that the reading has no counterpart of."""
    return OnDemand
