"""Generated worlds: every table the models make is the one the brute-force reading makes."""

from __future__ import annotations

import os
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, given, settings

from tests.spec.properties.compare import first_difference
from tests.spec.properties.harness import Workshop, build
from tests.spec.properties.shrinking import keep, shrink
from tests.spec.properties.strategies import SEEDS, setup, world
from tests.spec.reference.reading import read
from tests.spec.reference.world import World

SETUPS = 26
FAST_SETUPS = int(os.environ.get("CONVSQL_SETUPS", 4))  # 8 in CI; each turn of `IN_TURN` comes at least once
WORLDS_OF_A_SETUP = int(os.environ.get("CONVSQL_WORLDS", 2))  # more in CI
MOST_MESSAGES = 90
SLOW_WORLDS_OF_A_SETUP = 20
SLOW_SETUPS = 250


def numbered(worlds: int) -> settings:
    return settings(
        max_examples=worlds, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )


@lru_cache(maxsize=1)
def workshop(number: int, turn: int | None) -> Workshop:
    common = setup(number)
    return Workshop(common.variables, common.typed, turn)


def difference(found: World, shop: Workshop) -> str | None:
    """What differs, in words; a model that cannot be built differs too."""
    try:
        first = first_difference(read(found), shop.build(found))
    except AssertionError as error:
        return str(error)
    return None if first is None else str(first)


def check(number: int, seed: int, turn: int | None) -> None:
    found = world(number, seed, MOST_MESSAGES)
    shop = workshop(number, turn)
    words = difference(found, shop)
    if words is None:
        return
    place = words.split(" ", 1)[0]

    def fails(smaller: World) -> bool:
        return (difference(smaller, shop) or "").split(" ", 1)[0] == place

    small = shrink(found, fails)
    path = keep(small, f"world_{number}_{seed}", words)
    pytest.fail(f"{difference(small, shop)}\nkept in {path}", pytrace=False)


@pytest.mark.parametrize("number", range(FAST_SETUPS))
def test_models_read_generated_worlds_as_the_standard_does(number: int) -> None:
    @numbered(WORLDS_OF_A_SETUP)
    @given(SEEDS)
    def every_world(seed: int) -> None:
        check(number, seed, turn=number)

    every_world()


@pytest.mark.slow
@pytest.mark.parametrize("number", range(SETUPS + SLOW_SETUPS))
def test_models_read_many_more_generated_worlds_as_the_standard_does(number: int) -> None:
    @numbered(SLOW_WORLDS_OF_A_SETUP)
    @given(SEEDS)
    def every_world(seed: int) -> None:
        check(number, seed, turn=None)

    every_world()


@pytest.mark.parametrize("number", [*range(2), *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 24))])
def test_a_fresh_build_on_two_threads_gives_the_same_tables(number: int) -> None:
    found = world(number, number)
    first = first_difference(read(found), build(found, threads=2))
    assert first is None, str(first)
