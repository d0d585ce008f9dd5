"""What a metric version counts, as one canonical text and its digest.

`definition_text` is what `macros/definitions/metric_identity.sql` writes for the same definition, character for
character, so that a digest noted by the runner and one computed in a model can be compared.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convsql.definitions.metric_schema import MetricDefinition

# Where one of these stands, a line end or a quote can mean something else: such SQL keeps its white space.
_MARKS = ("--", "/*", '"', "\\", "$")


def definition_text(definition: MetricDefinition) -> str:
    """What the definition counts, as JSON with sorted keys, in ASCII.

    Lists are sets: sorted, each value once. Owner, words, status, dates, strata and cohorts are left
    out: they change nothing of what is counted. `half_life_days` is null but for time_decay.
    """
    eligible = definition.eligible
    return json.dumps(
        {
            "name": definition.name,
            "version": definition.version,
            "outcome": definition.outcome,
            "kind": definition.kind,
            "anchor": definition.anchor,
            "window_seconds": round(definition.window_days * 86400),
            "unit": definition.unit,
            "attribution": definition.attribution,
            "half_life_days": float(definition.half_life_days) if definition.attribution == "time_decay" else None,
            "repeat_outcomes": definition.repeat_outcomes,
            "channels": _as_set(eligible.channels),
            "exclude_dispositions": _as_set(eligible.exclude_dispositions or []),
            "handled_by": _as_set(eligible.handled_by),
            "where": _squeezed(eligible.where) if eligible.where else None,
        },
        sort_keys=True,
    )


def definition_digest(definition: MetricDefinition) -> str:
    """The md5 of `definition_text`, in hexadecimal: `definition_digest` in the model `metric_definitions`."""
    return hashlib.md5(definition_text(definition).encode(), usedforsecurity=False).hexdigest()


def _as_set(values: Iterable[str] | None) -> list[str] | None:
    return None if values is None else sorted({value.strip().lower() for value in values})


def _squeezed(sql: str) -> str:
    """SQL with each run of white space outside single quotes as one space, as `macros/definitions/squeezed.sql` has it."""
    if any(mark in sql for mark in _MARKS):
        return sql.strip()
    parts = sql.split("'")
    parts[::2] = [re.sub(r"\s+", " ", part) for part in parts[::2]]
    return "'".join(parts).strip()
