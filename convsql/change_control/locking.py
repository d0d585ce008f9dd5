"""`convsql metrics lock`: record what versions count and mean; a released one is overwritten only for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from convsql.base.errors import ConvsqlError, Problems, Where
from convsql.change_control.checking import Workshop
from convsql.change_control.lock import FILE_NAME, Locked, read_lock, write_lock
from convsql.change_control.log import Event, append_events, last_events, log_file
from convsql.change_control.rules import changed_fields
from convsql.definitions.identity import definition_digest, meaning_of_fields
from convsql.definitions.metric_key import parse_key
from convsql.definitions.versions import Defined, cohorts_of, defined


@dataclass(slots=True)
class LockResult:
    """What locking did: `metric@version` → what happened to it (locked, released, relocked, updated, dropped)."""

    done: dict[str, str] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)


def lock_versions(
    workshop: Workshop, chosen: list[Defined], everything: bool, reason: str, now: datetime
) -> LockResult:
    """Lock the chosen versions; with `everything`, drop locked ones that are gone from `vars.yml`.

    `now` is in UTC. Raises ConvsqlError (several) for a version that leaks, and for a released one that
    changed or is gone without a reason; then nothing is written.
    """
    compiled = workshop.compiled
    root = compiled.project.root
    locked = read_lock(root)
    before = dict(locked)
    result = LockResult()
    problems = Problems()
    stamp = now.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]  # two events of one version never share an instant
    for one in chosen:
        for path, line, leak in workshop.leaks(one):
            problems.add(f"{one.key} leaks: {leak}", Where(path, line), "a leaking version can't be locked")
        fresh = _locked(workshop, one, stamp)
        word = _what_happens(workshop, one, locked.get(one.key), fresh)
        if not word:
            result.unchanged.append(one.key)
            continue
        old = locked.get(one.key)
        if word == "relocked" and old is not None and old.is_released and not reason:
            problems.add(
                f"{one.key} is released ({old.status}) and its {_what_changed(workshop, one, old, fresh)} changed",
                one.where,
                "make it a new version; or say why this one may change: --reason '…'",
            )
        locked[one.key] = fresh
        result.done[one.key] = word
    if everything:
        for key in sorted(set(locked) - {d.key for d in defined(compiled.project)}):
            if locked[key].is_released and not reason:
                problems.add(
                    f"{key} is released and gone from vars.yml",
                    Where(FILE_NAME),
                    "restore it, deprecated; or say why it may go: --reason '…'",
                )
            del locked[key]
            result.done[key] = "dropped"
    problems.raise_if_any()
    _write(workshop, before, locked, result, reason, stamp)
    return result


def _locked(workshop: Workshop, one: Defined, stamp: str) -> Locked:
    grains, dimensions = cohorts_of(one.definition)
    meaning = workshop.meaning(one, grains, dimensions)
    return Locked(
        status=one.definition.status,
        locked_at=stamp,
        definition_digest=definition_digest(one.definition),
        meaning_digest=meaning.digest,
        definition=meaning_of_fields(one.definition),
        grains=grains,
        dimensions=dimensions,
        parts=meaning.parts,
        seeds=meaning.seeds,
    )


def _what_happens(workshop: Workshop, one: Defined, old: Locked | None, fresh: Locked) -> str:
    if old is None:
        return "locked"
    if _what_changed(workshop, one, old, fresh):
        return "relocked"
    if old.status != fresh.status:
        return "released" if not old.is_released else "updated"
    same = (old.grains, old.dimensions, old.definition_digest, old.meaning_digest)
    if same != (fresh.grains, fresh.dimensions, fresh.definition_digest, fresh.meaning_digest):
        return "updated"
    return ""


def _what_changed(workshop: Workshop, one: Defined, old: Locked, fresh: Locked) -> str:
    """`definition`, `meaning`, both, or nothing, over the cohorts that were locked."""
    if (old.grains, old.dimensions) == (fresh.grains, fresh.dimensions):
        holds = old.meaning_digest == fresh.meaning_digest
    else:
        holds = old.meaning_digest == workshop.digest(one, old.grains, old.dimensions)
    changed = ["definition"] if changed_fields(one, old, holds) else []
    return " and ".join([*changed, *([] if holds else ["meaning"])])


def _write(
    workshop: Workshop,
    before: Mapping[str, Locked],
    locked: Mapping[str, Locked],
    result: LockResult,
    reason: str,
    stamp: str,
) -> None:
    root = workshop.compiled.project.root
    if result.done:
        write_lock(root, locked)
    file = log_file(workshop.compiled)
    logged = last_events(workshop.compiled)
    workshop.save()
    if file is None or logged is None:
        return
    events = []
    for key, lock in sorted(locked.items()):
        if logged.get(key) != (lock.definition_digest, lock.meaning_digest, lock.status):
            events.append(_event(key, lock, reason if key in result.done else "", stamp))
    for key, word in result.done.items():
        if word == "dropped":
            gone = before[key]
            gone.status = "dropped"
            events.append(_event(key, gone, reason, stamp))
    try:
        append_events(file, events)
    except OSError as error:
        raise ConvsqlError(f"{file.name} could not be written: {error.strerror}", hint="lock again") from None


def _event(key: str, lock: Locked, reason: str, stamp: str) -> Event:
    name, version = parse_key(key)
    return Event(name, version, stamp, lock.status, lock.definition_digest, lock.meaning_digest, reason)
