"""How much the package's variables may hold: beyond it the SQL made of them is more than an engine can plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from convsql.base.errors import Where
from convsql.base.yaml_file import YamlList, YamlMap

# As tried on a small project with DuckDB: 60 metric versions take 1.2 GB and 19 s of CPU to build, 100 take 1.8 GB and 41 s
# (docs/definitions.md says the limits).
MOST_ITEMS: Mapping[str, int] = {
    "conversion_metrics": 100,
    "by": 100,
    "funnels": 20,
    "steps": 100,
    "capacity_targets": 100,
    "benchmarked_metrics": 200,
    "experiments": 100,
    "sla_targets": 100,
    "outcome_timings": 100,
    "sensitivity_windows": 50,
    "value_horizons": 50,
    "response_minutes": 20,
    "pipeline_ages": 20,
    "points": 20,
    "percent": 20,
}
MOST_OF_OTHERS = 1_000
MOST_CHARACTERS = 10_000


def oversized(name: str, value: Any, where: Where) -> Iterator[tuple[str, Where]]:
    """What in the value of a variable is too long, in words, each with its place."""
    if isinstance(value, str):
        if len(value) > MOST_CHARACTERS:
            yield f"'{name}' is a text of {len(value):,} characters, and may have {MOST_CHARACTERS:,}", where
        return
    if not isinstance(value, Mapping | list):
        return
    most = MOST_ITEMS.get(name, MOST_OF_OTHERS)
    if len(value) > most:
        yield f"'{name}' has {len(value):,} items, and may have {most:,}", where
        return
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from oversized(str(key), each, value.where(key) if isinstance(value, YamlMap) else where)
        return
    for index, each in enumerate(value):
        place = Where(value.path, value.lines[index]) if isinstance(value, YamlList) and value.lines else where
        # a list in a list has no name of its own: `by: [[], [channel]]`
        yield from oversized("" if isinstance(each, list) else name, each, place)
