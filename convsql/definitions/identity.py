"""What a metric version counts: its fields in one canonical form, one text of them, and the text's digest.

The digest is a version's identity: builds remember it, `metrics.lock` holds it, restatements and the catalogue
compare it. Two definitions with one identity count the same, however each is written.
`definition_text` is what `macros/definitions/metric_identity.sql` writes for the same definition, character for
character, so that a digest noted by the runner and one computed in a model can be compared.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from convsql.definitions.metric_schema import MetricDefinition

_SECONDS_OF_A_DAY = 86_400
# Where one of these stands, a line end or a quote can mean something else: such SQL keeps its white space.
_MARKS = ("--", "/*", '"', "\\", "$")


def meaning_of_fields(definition: MetricDefinition) -> dict[str, Any]:
    """What a definition says that counts, by its keys in `vars.yml`, defaults filled in, in canonical form.

    Not among it: status, owner, texts and dates, which count nothing; cohorts and strata, which add rows and change none.
    """
    eligible = definition.eligible
    return canonical_fields(
        {
            "outcome": definition.outcome,
            "window_days": definition.window_days,
            "kind": definition.kind,
            "anchor": definition.anchor,
            "unit": definition.unit,
            "attribution": definition.attribution,
            "half_life_days": definition.half_life_days,
            "repeat_outcomes": definition.repeat_outcomes,
            "eligible.channels": eligible.channels,
            "eligible.exclude_dispositions": eligible.exclude_dispositions,
            "eligible.handled_by": eligible.handled_by,
            "eligible.where": eligible.where,
        }
    )


def canonical_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as `meaning_of_fields` has them, of fields that may be spelled otherwise, such as those of an older lock.

    Lists are sets: sorted, each value once. A window is whole seconds. `half_life_days` is there for time_decay only.
    """
    found: dict[str, Any] = {
        name: _as_set(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    found["window_days"] = _seconds(found["window_days"]) / _SECONDS_OF_A_DAY
    found["eligible.exclude_dispositions"] = found.get("eligible.exclude_dispositions") or None
    found["eligible.where"] = _squeezed(found.get("eligible.where") or "") or None
    if found["attribution"] == "time_decay":
        found["half_life_days"] = float(found["half_life_days"])
    else:
        found.pop("half_life_days", None)
    return found


def definition_text(definition: MetricDefinition) -> str:
    """What the definition counts, as JSON with sorted keys, in ASCII: name, version and `meaning_of_fields`.

    `half_life_days` is null but for time_decay, and no excluded dispositions are an empty list.
    """
    fields = {name.removeprefix("eligible."): value for name, value in meaning_of_fields(definition).items()}
    seconds = _seconds(fields.pop("window_days"))
    fields["exclude_dispositions"] = fields["exclude_dispositions"] or []
    own = {"name": definition.name, "version": definition.version, "window_seconds": seconds, "half_life_days": None}
    return json.dumps(own | fields, sort_keys=True)


def definition_digest(definition: MetricDefinition) -> str:
    """The md5 of `definition_text`, in hexadecimal: `definition_digest` in the model `metric_definitions`."""
    return hashlib.md5(definition_text(definition).encode(), usedforsecurity=False).hexdigest()


def _seconds(days: float) -> int:
    return round(days * _SECONDS_OF_A_DAY)


def _as_set(values: Iterable[object]) -> list[str]:
    return sorted({str(value).strip().lower() for value in values})


def _squeezed(sql: str) -> str:
    """SQL with each run of white space outside single quotes as one space, as `macros/definitions/squeezed.sql` has it."""
    if any(mark in sql for mark in _MARKS):
        return sql.strip()
    parts = sql.split("'")
    parts[::2] = [re.sub(r"\s+", " ", part) for part in parts[::2]]
    return "'".join(parts).strip()
