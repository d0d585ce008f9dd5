"""Going back: the views of an earlier build, shown again in one transaction, and held there if that is wanted. Nothing is built."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass

from convsql.base.errors import ConvsqlError
from convsql.base.git import git_commit
from convsql.base.quoting import DATA_SCHEMA
from convsql.building.holds import Hold, prepare_holds, read_hold, release, set_hold
from convsql.building.keeping import ROLLBACK, tidy
from convsql.building.plan import environment_of
from convsql.building.publish import Edition, publish, uninterrupted
from convsql.building.state import Build, builds, head_sequence, prepare
from convsql.compiling.project import Compiled
from convsql.engines.access import Access
from convsql.engines.session import Session


@dataclass(frozen=True, slots=True)
class Holding:
    """That what is shown now is to stay until `unhold`: why, and who says so."""

    reason: str
    by: str


def run_rollback(
    compiled: Compiled, access: Access, to: int | None, ending: ExitStack | None = None, holding: Holding | None = None
) -> Build:
    """Show an earlier build again: the one before the head, or build `to`; `ending` as in `run_build`.

    With `holding` no build is published until the hold is released; a hold that is there stays. Raises ConvsqlError when there is
    no such build or its relations are gone.
    """
    with ExitStack() as until_here:
        return _run_rollback(compiled, access, to, ending or until_here, holding)


def release_hold(access: Access, environment: str) -> Hold | None:
    """Let builds be published again; returns the hold that there was, if one. Raises LockHeld, ConvsqlError."""
    reading = access.read()
    if reading is None:
        return None
    try:
        found = read_hold(reading, environment)
    finally:
        reading.close()
    if found is None:
        return None
    with access.writing() as session:
        release(session, environment)
    return found


def _run_rollback(
    compiled: Compiled, access: Access, to: int | None, ending: ExitStack, holding: Holding | None
) -> Build:
    with access.writing() as session:
        prepare(session)
        if holding is not None:
            prepare_holds(session)
        environment = environment_of(compiled)
        current, chosen = _current_and_chosen(session, environment, to)
        keys = {(v.schema, v.name) for v in chosen.views}
        drops = [(v.schema, v.name) for v in current.views if (v.schema, v.name) not in keys]
        commit = git_commit(compiled.project.root)
        ending.enter_context(uninterrupted())
        kind = f"{ROLLBACK}{chosen.sequence}"
        edition = Edition(environment, chosen.views, drops, chosen.definitions, commit, chosen.basis, kind)

        def also(session: Session, _: int) -> None:
            if holding is not None:
                set_hold(session, environment, holding.reason, holding.by)

        shown = publish(session, edition, current.sequence, also)
        with suppress(Exception):  # the next run that writes tidies too
            tidy(session)
    return shown


def _current_and_chosen(session: Session, environment: str, to: int | None) -> tuple[Build, Build]:
    """The head, and the build to go back to. Raises ConvsqlError when there is none, or it can't be shown."""
    listed = builds(session, environment)
    if not listed:
        raise ConvsqlError(f"nothing was published to '{environment}' yet")
    current = next(b for b in listed if b.sequence == head_sequence(session, environment))
    wanted = to if to is not None else _earlier(listed, current)
    chosen = next((b for b in listed if b.sequence == wanted), None)
    if chosen is None:
        raise ConvsqlError(f"no build {wanted} of '{environment}'", hint="`convsql history` lists them")
    which = "`convsql history` says which builds can"
    if not chosen.is_kept:
        raise ConvsqlError(f"build {wanted} can't be shown any more: its relations were dropped", hint=which)
    missing = sorted({v.relation for v in chosen.views} - set(session.relations(DATA_SCHEMA)))
    if missing:
        reason = f"build {wanted} can't be shown: {len(missing)} of its relations were dropped ({missing[0]} …)"
        raise ConvsqlError(reason, hint=which)
    return current, chosen


def _earlier(listed: list[Build], current: Build) -> int:
    """The newest build before the one shown now that showed other relations; a second rollback goes further back."""
    shown = {(v.schema, v.name, v.relation) for v in current.views}
    by_sequence = {b.sequence: b for b in listed}
    start = current
    while start.kind.startswith(ROLLBACK) and (target := int(start.kind.removeprefix(ROLLBACK))) in by_sequence:
        start = by_sequence[target]
    for build in listed:
        if not build.is_kept:
            continue
        if build.sequence < start.sequence and {(v.schema, v.name, v.relation) for v in build.views} != shown:
            return build.sequence
    raise ConvsqlError("there is no earlier build to go back to", hint="`convsql history` lists them")
