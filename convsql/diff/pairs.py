"""Which metric versions are compared with which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convsql.base.errors import ConvsqlError, Where
from convsql.definitions.identity import meaning_of_fields
from convsql.definitions.metric_key import MetricKey, find, of_name, parse
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.versions import current_versions, today

_WHERE = Where("metrics diff")

Definitions = Mapping[MetricKey, MetricDefinition]


@dataclass(frozen=True, slots=True)
class Pair:
    """One metric, in the definition of before and in that of after."""

    before: MetricDefinition
    after: MetricDefinition

    @property
    def title(self) -> str:
        """`name@1 → name@2`, or `name@1` when the version is the same."""
        first, last = str(self.before.key), str(self.after.key)
        return first if first == last else f"{first} → {last}"

    def changed_keys(self) -> list[tuple[str, Any, Any]]:
        """Keys of the definition that change what is counted, with both values; those below `eligible` one by one."""
        before, after = meaning_of_fields(self.before), meaning_of_fields(self.after)
        keys = list(dict.fromkeys([*before, *after]))
        return [(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


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
    return [str(key) for key in one if key not in other and key in chosen]


def _chosen(known: Definitions, words: Sequence[str]) -> set[MetricKey]:
    if not words:
        return set(known)
    found: set[MetricKey] = set()
    for word in words:
        name, version = parse(word, _WHERE)
        if version is None:
            found |= set(of_name(_statuses(known), name, _WHERE))
        else:
            found.add(find(_statuses(known), name, version, (), _WHERE))
    return found


def _one(definitions: Definitions, word: str) -> MetricDefinition:
    """`m@2`, or the current version of `m`."""
    current = current_versions(definitions.values(), today())
    return definitions[find(_statuses(definitions), *parse(word, _WHERE), current, _WHERE)]


def _statuses(definitions: Definitions) -> dict[MetricKey, str]:
    return {key: definition.status for key, definition in definitions.items()}
