"""What a project promises of the age of its data: dbt's `freshness` of sources, and `meta.max_age` of what it publishes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from convsql.base.errors import Problems, Where, did_you_mean
from convsql.base.yaml_file import YamlMap

PERIODS = {"minute": 60, "hour": 3600, "day": 86400}
_THRESHOLDS = ("warn_after", "error_after")
_LETTERS = {"m": "minute", "h": "hour", "d": "day"}
_SHORT = re.compile(r"\s*(\d+)\s*([mhd])\s*")


def read_freshness(layers: Iterable[Mapping[str, Any]], problems: Problems) -> dict[str, Any]:
    """dbt's `freshness` of a source table, from layers of which a later one wins; empty where none is promised.

    `warn_after` and `error_after` are each a `count` and a `period`; `filter` is SQL. A layer that says null takes all back.
    """
    found: dict[str, Any] = {}
    for layer in layers:
        if "freshness" not in layer:
            continue
        given = layer["freshness"]
        place = layer.where("freshness") if isinstance(layer, YamlMap) else None
        if given is None:
            found = {}
        elif not isinstance(given, Mapping):
            problems.add("'freshness' must be a mapping", place, "freshness: {warn_after: {count: 12, period: hour}}")
        else:
            _take(found, given, problems, place)
    return found if any(found.get(key) for key in _THRESHOLDS) else {}


def _take(found: dict[str, Any], given: Mapping[str, Any], problems: Problems, start: Where | None) -> None:
    for key, value in given.items():
        place = given.where(key) if isinstance(given, YamlMap) else start
        if key == "filter":
            found[key] = str(value) if value is not None else None
        elif key not in _THRESHOLDS:
            problems.add(f"unknown key '{key}' in 'freshness'", place, did_you_mean(key, [*_THRESHOLDS, "filter"]))
        elif not value:
            found[key] = None
        elif wrong := _wrong(value):
            problems.add(f"'{key}' {wrong}", place, f"{key}: {{count: 12, period: hour}}")
        else:
            found[key] = {"count": value["count"], "period": value["period"]}


def _wrong(value: Any) -> str:
    """What is wrong with a count and a period, or an empty string."""
    if not isinstance(value, Mapping) or set(value) != {"count", "period"}:
        return "must be a count and a period"
    if value["period"] not in PERIODS:
        return f"has an unknown period {value['period']!r}: it is minute, hour or day"
    count = value["count"]
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        return f"has a count of {count!r}: it must be a whole number above 0"
    return ""


def seconds_of(threshold: Mapping[str, Any]) -> int:
    """A count and a period, in seconds."""
    return int(threshold["count"]) * PERIODS[threshold["period"]]


def read_max_age(value: Any) -> tuple[int, str]:
    """`meta.max_age` of a model: seconds, and the column that says how old a row is, empty where the build's age counts.

    It is `36h` (m, h, d), or a mapping of `count`, `period` and, if wanted, `column`. Raises ValueError saying what is wrong.
    """
    if isinstance(value, str) and (short := _SHORT.fullmatch(value)) and int(short[1]) > 0:
        return int(short[1]) * PERIODS[_LETTERS[short[2]]], ""
    if not isinstance(value, Mapping):
        raise ValueError(f"must be a time such as 36h, or a count and a period, not {value!r}")
    rest = {key: item for key, item in value.items() if key != "column"}
    if wrong := _wrong(rest):
        raise ValueError(wrong)
    column = value.get("column", "")
    if not isinstance(column, str):
        raise ValueError("has a column that is not a name")
    return seconds_of(rest), column
