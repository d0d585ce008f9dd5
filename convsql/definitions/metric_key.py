"""`metric@version`: how a metric version is written, read, and found among those that there are."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from convsql.base.errors import ConvsqlError, Where, did_you_mean

_WRITTEN = re.compile(r"(?P<name>[^@]+)(?:@v?(?P<version>[0-9]{1,15}))?")


def key_text(metric: object, version: object) -> str:
    """`metric@version`, of the columns `metric` and `metric_version` of any row."""
    return f"{metric}@{version}"


class MetricKey(NamedTuple):
    """Name and version of a metric; as text `metric@version`."""

    name: str
    version: int

    def __str__(self) -> str:
        return key_text(self.name, self.version)

    @property
    def in_words(self) -> str:
        """`metric v2`, as notes and the history have it."""
        return f"{self.name} v{self.version}"


def parse(word: str, place: Where | None = None) -> tuple[str, int | None]:
    """Name and version of `metric@2` or `metric@v2`; no version of `metric`.

    Raises ConvsqlError, at `place`, for anything else.
    """
    match = _WRITTEN.fullmatch(word)
    if not match:
        name = word.partition("@")[0] or "metric"
        raise ConvsqlError(f"'{word}' names no metric version", place, f"write metric@version, such as {name}@1")
    return match["name"], int(match["version"]) if match["version"] else None


def parse_key(text: str) -> MetricKey:
    """The key that `str` wrote. Raises ConvsqlError for a text without a version."""
    name, version = parse(text)
    if version is None:
        raise ConvsqlError(f"'{text}' names no metric version", hint=f"write metric@version, such as {name}@1")
    return MetricKey(name, version)


def of_name(known: Mapping[MetricKey, str], name: str, place: Where | None = None) -> list[MetricKey]:
    """The versions of one metric, ascending; `known` has the status of each version.

    Raises ConvsqlError, at `place`, for a metric that has none, with the nearest name.
    """
    mine = sorted(key for key in known if key.name == name)
    if not mine:
        names = sorted({key.name for key in known})
        there = f"there are {', '.join(names)}" if names else "no metric is defined"
        raise ConvsqlError(f"no metric '{name}'", place, did_you_mean(name, names) or there)
    return mine


def find(
    known: Mapping[MetricKey, str],
    name: str,
    version: int | None,
    current: Collection[MetricKey],
    place: Where | None = None,
) -> MetricKey:
    """One version of one metric; without `version` the one among `current`, the versions that are their metrics' today.

    `known` has the status of each version. Raises ConvsqlError, at `place`, when there is none, naming those that there are.
    """
    mine = of_name(known, name, place)
    shown = ", ".join(f"{key} ({known[key]})" for key in mine)
    found = next((k for k in mine if (k in current if version is None else k.version == version)), None)
    if found is not None:
        return found
    if version is None:
        raise ConvsqlError(f"metric '{name}' has no active version", place, f"name one: {shown}")
    raise ConvsqlError(f"metric '{name}' has no version {version}", place, f"there are {shown}")
