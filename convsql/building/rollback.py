"""Going back: the views of an earlier build, shown again in one transaction. Nothing is built."""

from __future__ import annotations

from contextlib import ExitStack, suppress

from convsql.base.errors import ConvsqlError
from convsql.base.git import git_commit
from convsql.base.quoting import DATA_SCHEMA
from convsql.building.keeping import ROLLBACK, tidy
from convsql.building.plan import environment_of
from convsql.building.publish import publish, uninterrupted
from convsql.building.state import Build, builds, head_sequence, prepare
from convsql.compiling.project import Compiled
from convsql.engines.access import Access
from convsql.engines.session import EngineError


def run_rollback(compiled: Compiled, access: Access, to: int | None, ending: ExitStack | None = None) -> Build:
    """Show an earlier build again: the one before the head, or build `to`; `ending` as in `run_build`.

    Raises ConvsqlError when there is none or its relations are gone.
    """
    with ExitStack() as until_here:
        return _run_rollback(compiled, access, to, ending or until_here)


def _run_rollback(compiled: Compiled, access: Access, to: int | None, ending: ExitStack) -> Build:
    session = access.write()
    try:
        prepare(session)
        environment = environment_of(compiled)
        listed = builds(session, environment)
        if not listed:
            raise ConvsqlError(f"nothing was published to '{environment}' yet")
        current = next(b for b in listed if b.sequence == head_sequence(session, environment))
        wanted = to if to is not None else _earlier(listed, current)
        chosen = next((b for b in listed if b.sequence == wanted), None)
        if chosen is None:
            raise ConvsqlError(f"no build {wanted} of '{environment}'", hint="`convsql history` lists them")
        if not chosen.is_kept:
            raise ConvsqlError(
                f"build {wanted} can't be shown any more: its relations were dropped",
                hint="`convsql history` says which builds can",
            )
        missing = sorted({v.relation for v in chosen.views} - set(session.relations(DATA_SCHEMA)))
        if missing:
            raise ConvsqlError(
                f"build {wanted} can't be shown: {len(missing)} of its relations were dropped ({missing[0]} …)",
                hint="`convsql history` says which builds can",
            )
        keys = {(v.schema, v.name) for v in chosen.views}
        drops = [(v.schema, v.name) for v in current.views if (v.schema, v.name) not in keys]
        commit = git_commit(compiled.project.root)
        ending.enter_context(uninterrupted())
        shown = publish(
            session,
            environment,
            current.sequence,
            chosen.views,
            drops,
            chosen.definitions,
            commit,
            kind=f"{ROLLBACK}{wanted}",
            basis=chosen.basis,
        )
        with suppress(Exception):  # the next run that writes tidies too
            tidy(session)
        return shown
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        session.close()


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
    raise ConvsqlError("there is no earlier build to go back to", hint="`convsql history` lists what there is")
