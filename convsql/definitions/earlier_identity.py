"""The identity that an earlier convsql kept with a build, for heads that were published by it.

It was the SHA-256 of a definition as written: lists in their order, strata, a half-life that nothing used. Nothing
writes it any more: the next build that is published remembers the identity of `convsql.definitions.identity`.
"""

from __future__ import annotations

import hashlib
import json

from convsql.definitions.metric_key import MetricKey
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.versions import defined
from convsql.project.config import Project

# As it was then; keys that definitions gain later were no part of it.
_HASHED = {
    "name", "version", "outcome", "window_days", "kind", "anchor", "unit", "attribution", "half_life_days", "repeat_outcomes", "strata",
}  # fmt: skip
_HASHED_OF_ELIGIBLE = {"channels", "exclude_dispositions", "handled_by", "where"}


def earlier_identities(project: Project) -> dict[MetricKey, str]:
    """What the earlier convsql would have kept of each present definition: 64 hexadecimal digits."""
    return {d.definition.key: earlier_identity(d.definition) for d in defined(project)}


def earlier_identity(definition: MetricDefinition) -> str:
    """What the earlier convsql would have kept of one definition."""
    content = definition.model_dump(mode="json", include=_HASHED)
    content["eligible"] = definition.eligible.model_dump(mode="json", include=_HASHED_OF_ELIGIBLE)
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
