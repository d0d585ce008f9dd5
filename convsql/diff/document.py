"""A comparison as one JSON document; its keys are described in docs/diff.md. The other forms are written from it too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

from convsql.base.json_values import plain
from convsql.diff.measure import Comparison, Movement
from convsql.diff.slices import ABSENT, ANOTHER, BELOW_KIND, ELIGIBLE, EXCLUDED, RATES, STEPS, Change, Counts, Slice

_ORDER = (ANOTHER, ABSENT, BELOW_KIND, EXCLUDED, *ELIGIBLE)


def document(
    comparison: Comparison, movements: Sequence[Movement], added: Sequence[str], removed: Sequence[str], is_code: bool
) -> dict[str, Any]:
    """Everything that was found, as JSON can hold it: rates and parts as doubles, counts whole."""
    labels = (comparison.before.label, comparison.after.label)
    if not is_code:
        labels = (str(movements[0].pair.before.key), str(movements[0].pair.after.key))
    return {
        "form": "code" if is_code else "versions",
        "before": {"label": labels[0], "commit": comparison.before.commit or None},
        "after": {"label": labels[1]},
        "has_moved": any(m.has_moved for m in movements),
        "grain": comparison.grain,
        "by": list(comparison.by),
        "relations": asdict(comparison.relations.sharing),
        "added": list(added),
        "removed": list(removed),
        "metrics": [_movement(m, comparison) for m in movements],
    }


def _movement(movement: Movement, comparison: Comparison) -> dict[str, Any]:
    pair = movement.pair
    return {
        "metric": pair.after.name,
        "version_before": pair.before.version,
        "version_after": pair.after.version,
        "title": pair.title,
        "definition": [{"key": k, "before": b, "after": a} for k, b, a in pair.changed_keys()],
        "has_moved": movement.has_moved,
        "total": _slice(movement.total, comparison),
        "cohorts": [_slice(part, comparison) for part in movement.cohorts],
        "examples": [
            {
                "from": e.source,
                "to": e.end,
                "conversation_id": e.conversation_id,
                "contact_id": e.contact_id,
                "anchor_before": plain(e.anchor_before),
                "anchor_after": plain(e.anchor_after),
                "credit_before": float(e.credit_before),
                "credit_after": float(e.credit_after),
            }
            for e in sorted(movement.examples, key=lambda e: (_place(e.source), _place(e.end), e.conversation_id))
        ],
    }


def _slice(part: Slice, comparison: Comparison) -> dict[str, Any]:
    cohort = None
    if part.cohort is not None:
        names = ([] if comparison.grain == "all" else ["period"]) + list(comparison.by)
        cohort = dict(zip(names, [plain(v) for v in part.cohort[0 if comparison.grain != "all" else 1 :]], strict=True))
    return {
        "cohort": cohort,
        "has_moved": part.has_moved,
        "moved": part.moved,
        "credit_moved": part.credit_moved,
        **({"changed_cohort": part.changed_cohort} if part.cohort is None else {}),
        "before": _counts(part.before),
        "after": _counts(part.after),
        **{name: _change(part.rate(name)) for name in RATES},
        "matrix": [
            {"from": source, "to": end, "conversations": number}
            for (source, end), number in sorted(part.matrix.items(), key=lambda i: (_place(i[0][0]), _place(i[0][1])))
        ],
    }


def _counts(counts: Counts) -> dict[str, Any]:
    """Figures by name; sums rounded to twelve places, as the models round them, so that thirds that add up to one say one."""
    values = {f.name: getattr(counts, f.name) for f in fields(counts)}
    return {k: float(round(v, 12)) if isinstance(v, Decimal) else v for k, v in values.items()}


def _change(change: Change) -> dict[str, Any]:
    def number(value: Fraction | None) -> float | None:
        return None if value is None else float(value)

    return {
        "before": number(change.before),
        "after": number(change.after),
        "change": number(change.change),
        "parts": {step: number(change.parts[step]) for step in STEPS},
    }


def _place(state: str) -> tuple[int, str]:
    """States in the order of a conversation's way, the reasons of exclusion by name."""
    return _ORDER.index(EXCLUDED if state.startswith(EXCLUDED) else state), state
