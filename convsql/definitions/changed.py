"""Which metric versions count something else than when a build was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from convsql.definitions.metric_key import MetricKey
from convsql.project.config import Project

_DIGITS_OF_EARLIER = 64


def changed_versions(
    before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]], project: Project
) -> set[MetricKey]:
    """Versions of a published build (`before`) that are defined otherwise now, or not at all.

    `before` and `now` are definitions as `Build` and `Compiled` hold them: mappings with name, version and identity.
    A build of an earlier convsql holds identities of another kind; they are compared with those of the present
    definitions of `project`.
    """
    remembered = {_key(d): str(d["identity"]) for d in before}
    present = {_key(d): str(d["identity"]) for d in now}
    if any(len(identity) == _DIGITS_OF_EARLIER for identity in remembered.values()):
        from convsql.definitions.earlier_identity import earlier_identities

        earlier = earlier_identities(project)
        present |= {k: earlier[k] for k, old in remembered.items() if len(old) == _DIGITS_OF_EARLIER and k in earlier}
    return {key for key, identity in remembered.items() if present.get(key) != identity}


def redefined(
    before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]], project: Project
) -> list[MetricKey]:
    """Versions that are defined otherwise now under the same name and version, in the order of `vars.yml`."""
    definitions = list(now)
    changed = changed_versions(before, definitions, project)
    return [_key(d) for d in definitions if _key(d) in changed]


def _key(definition: Mapping[str, Any]) -> MetricKey:
    return MetricKey(str(definition["name"]), int(definition["version"]))
