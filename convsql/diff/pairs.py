"""Which metric versions are compared with which."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from convsql.base.errors import ConvsqlError, Where, did_you_mean
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.versions import current_definition, meaning_of_fields

_NAMED = re.compile(r"^(?P<name>[^@]+)(?:@v?(?P<version>\d+))?$")
_WHERE = Where("metrics diff")

Key = tuple[str, int]
Definitions = Mapping[Key, MetricDefinition]


@dataclass(frozen=True, slots=True)
class Pair:
    """One metric, in the definition of before and in that of after."""

    before: MetricDefinition
    after: MetricDefinition

    @property
    def title(self) -> str:
        """`name@1 → name@2`, or `name@1` when the version is the same."""
        first, last = shown(key_of(self.before)), shown(key_of(self.after))
        return first if first == last else f"{first} → {last}"

    def changed_keys(self) -> list[tuple[str, Any, Any]]:
        """Keys of the definition that change what is counted, with both values; those below `eligible` one by one."""
        before, after = meaning_of_fields(self.before), meaning_of_fields(self.after)
        keys = list(dict.fromkeys([*before, *after]))
        return [(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def key_of(definition: MetricDefinition) -> Key:
    return definition.name, definition.version


def shown(key: Key) -> str:
    """`name@version`."""
    return f"{key[0]}@{key[1]}"


def version_pair(definitions: Definitions, words: Sequence[str]) -> Pair:
    """The two versions of one metric that were named.

    Raises ConvsqlError when there are not two, one is not known, or they are of two metrics.
    """
    if len(words) != 2:
        raise ConvsqlError(
            f"two versions are compared, {len(words)} named",
            _WHERE,
            "name two (convsql metrics diff m@1 m@2), or compare with other code: --base main",
        )
    first, last = (_one(definitions, word) for word in words)
    if first.name != last.name:
        raise ConvsqlError(
            f"'{first.name}' and '{last.name}' are two metrics; versions of one are compared",
            _WHERE,
            "name the same metric twice: m@1 m@2",
        )
    return Pair(first, last)


def common_pairs(before: Definitions, after: Definitions, words: Sequence[str]) -> list[Pair]:
    """Every version that stands on both sides; of those named (`m`, or `m@2`) when any are.

    Raises ConvsqlError for a name or version that neither side has.
    """
    chosen = _chosen({**before, **after}, words)
    return [Pair(before[key], after[key]) for key in after if key in before and key in chosen]


def only_in(one: Definitions, other: Definitions, words: Sequence[str]) -> list[str]:
    """Versions that only the first side has, as `name@version`; of those named when any are."""
    chosen = _chosen({**one, **other}, words)
    return [shown(key) for key in one if key not in other and key in chosen]


def _chosen(known: Definitions, words: Sequence[str]) -> set[Key]:
    if not words:
        return set(known)
    found: set[Key] = set()
    for word in words:
        name, version = _parsed(word)
        matching = {k for k in known if k[0] == name and version in (None, k[1])}
        if not matching:
            raise _unknown(known, word, name)
        found |= matching
    return found


def _one(definitions: Definitions, word: str) -> MetricDefinition:
    """`m@2`, or the active version of `m`."""
    name, version = _parsed(word)
    if version is not None:
        if (name, version) not in definitions:
            raise _unknown(definitions, word, name)
        return definitions[name, version]
    versions = [d for d in definitions.values() if d.name == name]
    if not versions:
        raise _unknown(definitions, word, name)
    current = current_definition(versions, datetime.now(UTC).date())
    if current is None:
        raise ConvsqlError(
            f"'{name}' has no active version", _WHERE, f"name one: {_listed(key_of(d) for d in versions)}"
        )
    return current


def _parsed(word: str) -> tuple[str, int | None]:
    match = _NAMED.match(word)
    if not match:
        raise ConvsqlError(f"'{word}' names no metric version", _WHERE, "write name@version, such as m@2")
    return match["name"], int(match["version"]) if match["version"] else None


def _unknown(known: Definitions, word: str, name: str) -> ConvsqlError:
    versions = [k for k in known if k[0] == name]
    if versions:
        return ConvsqlError(f"no metric version '{word}'", _WHERE, f"there is {_listed(versions)}")
    return ConvsqlError(
        f"no metric '{name}'", _WHERE, did_you_mean(name, {k[0] for k in known}) or f"there is {_listed(known)}"
    )


def _listed(keys: Iterable[Key]) -> str:
    return ", ".join(shown(k) for k in sorted(keys)) or "none"
