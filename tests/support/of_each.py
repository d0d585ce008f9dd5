"""One test of what must hold of each of many things."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def of_each(items: Iterable[T]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Make one test of a check: it is made of each item, and what is wrong with any of them is said together.

    Thousands of tests of a line each cost more than what they check.
    """

    def made(check: Callable[[T], None]) -> Callable[[], None]:
        def test() -> None:
            wrong = []
            for item in items:
                try:
                    check(item)
                except AssertionError as error:
                    wrong.append(f"{item}: {error}")
            assert not wrong, "\n".join(wrong)

        test.__name__, test.__module__, test.__doc__ = check.__name__, check.__module__, check.__doc__
        return test

    return made
