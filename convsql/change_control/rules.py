"""What `convsql metrics check` asks of definitions, each rule with a name, a place and what to do.

| rule | fails when |
|---|---|
| `owner`, `description` | a version has none |
| `version_gap` | a metric's versions are not 1, 2, 3 … |
| `review_overdue` | `review_by` has passed, on a version that is not deprecated |
| `effective_from` | a metric has two active versions and they do not each say from when |
| `unlocked` | a released version is not in `metrics.lock` |
| `definition_changed` | a released version counts something else than when it was locked |
| `meaning_changed` | its definition stands, and the SQL, a macro, a variable or a mapping below it changed what it means |
| `removed` | a released version is gone from `vars.yml` |
| `leakage` | eligibility reads what was not known at the anchor |
| `lock_log` | the last event of a version in the seed `metric_locks` is not what the lock says |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from convsql.base.errors import Where
from convsql.change_control.difference import Change
from convsql.change_control.lock import FILE_NAME, Locked
from convsql.definitions.identity import meaning_of_fields
from convsql.definitions.versions import Defined, metrics_of


@dataclass(slots=True)
class Finding:
    """One broken rule. `changes` are changes of SQL, `fields` of the definition, `seeds` of mapping rows."""

    rule: str
    metric: str
    reason: str
    where: Where
    hint: str = ""
    changes: list[Change] = field(default_factory=list)
    fields: list[tuple[str, Any, Any]] = field(default_factory=list)
    seeds: list[tuple[str, str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The finding as plain values."""
        return {
            "rule": self.rule,
            "metric": self.metric,
            "reason": self.reason,
            "path": self.where.path,
            "line": self.where.line,
            "hint": self.hint,
            "definition": [{"key": k, "before": b, "after": a} for k, b, a in self.fields],
            "changes": [c.to_json() for c in self.changes],
            "seeds": [{"seed": s, "change": c, "row": r} for s, c, r in self.seeds],
        }


def of_definitions(known: list[Defined], today: date) -> list[Finding]:
    """Broken rules that the definitions alone show."""
    found: list[Finding] = []
    for name, versions in metrics_of(known):
        for one in versions:
            found += _of_one(one, today)
        numbers = [d.version for d in versions]
        missing = sorted(set(range(1, max(numbers) + 1)) - set(numbers))
        if missing:
            shown = ", ".join(map(str, missing))
            found.append(
                Finding(
                    "version_gap",
                    versions[-1].key,
                    f"metric '{name}' has no version {shown}",
                    versions[-1].place("version"),
                    "number versions 1, 2, 3 …; keep old ones, deprecated, with retired_on when they may stop",
                )
            )
        found += _of_active(name, [d for d in versions if d.definition.status == "active"])
    return found


def _of_one(one: Defined, today: date) -> list[Finding]:
    found = []
    for key in ("owner", "description"):
        if not (getattr(one.definition, key) or "").strip():
            hint = "name who answers for it" if key == "owner" else "say in a sentence what it measures"
            found.append(Finding(key, one.key, f"{one.key} has no {key}", one.where, hint))
    review_by = one.definition.review_by
    if review_by is not None and review_by < today and one.definition.status != "deprecated":
        found.append(
            Finding(
                "review_overdue",
                one.key,
                f"{one.key} was to be reviewed by {review_by}",
                one.place("review_by"),
                "review it with its owner, then set the next review_by",
            )
        )
    return found


def _of_active(name: str, active: list[Defined]) -> list[Finding]:
    if len(active) < 2:
        return []
    last = active[-1]
    shown = " and ".join(str(d.version) for d in active)
    without = [d for d in active if d.definition.effective_from is None]
    if without:
        return [
            Finding(
                "effective_from",
                last.key,
                f"metric '{name}' has the active versions {shown}, and nothing says from when each holds",
                without[-1].place("status"),
                "give each effective_from, or deprecate the old one",
            )
        ]
    days = [d.definition.effective_from for d in active]
    if len(set(days)) < len(days):
        return [
            Finding(
                "effective_from",
                last.key,
                f"the active versions {shown} of metric '{name}' hold from the same day",
                last.place("effective_from"),
                "give the newer one a later day",
            )
        ]
    return []


def of_lock(known: list[Defined], locked: Mapping[str, Locked]) -> list[Finding]:
    """Versions that are not locked, or locked and gone."""
    found = []
    for one in known:
        if one.definition.status != "draft" and one.key not in locked:
            found.append(
                Finding(
                    "unlocked",
                    one.key,
                    f"{one.key} is {one.definition.status} and not in {FILE_NAME}",
                    one.where,
                    f"convsql metrics lock {one.key}",
                )
            )
    keys = {d.key for d in known}
    for key, lock in locked.items():
        if key not in keys and lock.is_released:
            found.append(
                Finding(
                    "removed",
                    key,
                    f"{key} is locked as {lock.status} and gone from vars.yml",
                    Where(FILE_NAME),
                    "restore it with status deprecated (and retired_on); or convsql metrics lock --reason '…' to drop it",
                )
            )
    return found


def changed_fields(one: Defined, locked: Locked, meaning_holds: bool) -> list[tuple[str, Any, Any]]:
    """Keys of a definition that count and changed: key, before, after.

    A predicate that reads otherwise and means the same (`meaning_holds`) is no change.
    """
    before, after = locked.definition, meaning_of_fields(one.definition)
    found = [(k, before.get(k), after.get(k)) for k in sorted({*before, *after}) if before.get(k) != after.get(k)]
    return [c for c in found if not (c[0] == "eligible.where" and meaning_holds)]


def seed_changes(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> list[tuple[str, str, str]]:
    """Rows of mapping seeds that came or went: seed, `added` or `removed`, row."""
    found = []
    for seed in sorted({*before, *after}):
        old, new = list(before.get(seed, [])), list(after.get(seed, []))
        for row in list(old):
            if row in new:
                old.remove(row)
                new.remove(row)
        found += [(seed, "removed", row) for row in old] + [(seed, "added", row) for row in new]
    return found
