"""Every edge is put to the reading and to the models alike."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

import pytest

from tests.properties.harness import Workshop
from tests.reference.columns import Rows
from tests.reference.reading import read
from tests.reference.world import World

Tables = dict[str, Rows]
Maker = Callable[[World], Tables]


@cache
def _workshop(variables: str, typed: bool) -> Workshop:
    return Workshop(json.loads(variables), typed)


def with_models(world: World) -> Tables:
    """The tables by the package's SQL; worlds with the same variables share a workshop."""
    return _workshop(json.dumps(world.vars, sort_keys=True), world.typed).build(world)


@pytest.fixture(params=[read, with_models], ids=["reading", "models"])
def tables(request: pytest.FixtureRequest) -> Maker:
    made: Maker = request.param
    return made
