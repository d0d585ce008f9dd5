"""What is reached from a place by following edges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
ENDLESS = 10**9


def reached(start: Iterable[T], edges: Callable[[T], Iterable[T]], depth: int = ENDLESS) -> set[T]:
    """`start`, and what is reached from it by following at most `depth` edges one after another."""
    found = set(start)
    fresh = set(found)
    while fresh and depth > 0:
        fresh = {there for here in fresh for there in edges(here)} - found
        found |= fresh
        depth -= 1
    return found
