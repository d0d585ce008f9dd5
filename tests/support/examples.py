"""How many generated examples a property is tried on: a third of what is asked for by default, half of it in CI (CONVSQL_EXAMPLES=0.5), all of it with 1."""

from __future__ import annotations

import os

from hypothesis import settings

SHARE = float(os.environ.get("CONVSQL_EXAMPLES", 1 / 3))


def examples(most: int) -> settings:
    """Settings with so many examples, the same ones in every run."""
    return settings(max_examples=max(10, round(most * SHARE)), deadline=None, derandomize=True, database=None)
