"""The whole way of a command that builds: plan → execute → check → publish."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from convsql.compile import Compiled
from convsql.emptied import check_allowed, find_emptied
from convsql.engine import EngineError, Session
from convsql.errors import ConvsqlError, StaleHead
from convsql.execute import Executor, unchanged
from convsql.fingerprints import fingerprints
from convsql.git import git_commit
from convsql.metrics import changed_definitions
from convsql.names import DATA_SCHEMA
from convsql.plan import Plan, environment_of, make_plan, schemas_of
from convsql.publish import publish, uninterrupted
from convsql.restatements import basis, find_restatements, restatement_keeper, restatement_notes
from convsql.results import Listener, Outcome
from convsql.selection import select
from convsql.sources import has_changed
from convsql.state import (
    Build,
    Known,
    builds,
    collect_garbage,
    head_sequence,
    prepare,
    read_known,
)

KEPT_BUILDS = 3
ROLLBACK = "rollback to "  # the kind of a build that shows an earlier one, before its number


@dataclass(frozen=True, slots=True)
class Access:
    """How to open the target: for reading (None: no file yet), for writing, and an empty one in memory."""

    read: Callable[[], Session | None]
    write: Callable[[], Session]
    memory: Callable[[], Session]


@dataclass(frozen=True, slots=True)
class Options:
    """What the user chose for one run."""

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    full_refresh: bool = False
    fail_fast: bool = False
    publish: bool = True
    allow_empty: tuple[str, ...] = ()


def read_state(compiled: Compiled, access: Access) -> Known:
    """What the database holds, read and closed again."""
    session = access.read()
    try:
        return read_known(session, environment_of(compiled), schemas_of(compiled))
    finally:
        if session is not None:
            session.close()


def plan_build(compiled: Compiled, access: Access, options: Options) -> Plan:
    """The plan of a build, with the database closed again."""
    return _plan(compiled, read_state(compiled, access), options)


def _plan(compiled: Compiled, known: Known, options: Options) -> Plan:
    chosen = select(compiled.graph, list(options.select), list(options.exclude))
    refreshed = _refreshed(known)
    if options.full_refresh:
        token = uuid.uuid4().hex
        refreshed |= {i: token for i in chosen if compiled.graph.nodes[i].is_built}
    prints = fingerprints(compiled, refreshed)
    return make_plan(compiled, prints, chosen, known, options.full_refresh, refreshed)


def _refreshed(known: Known) -> dict[str, str]:
    """Unique id → token of the full refresh that the head shows, where there was one."""
    return {v.unique_id: v.refresh for v in known.head.views if v.refresh} if known.head else {}


def run_build(
    compiled: Compiled, access: Access, options: Options, listener: Listener, ending: ExitStack | None = None
) -> Outcome:
    """Build, check and publish the chosen nodes.

    From the publish on, an interrupt waits until `ending` is closed (default: until this returns), so that
    nobody is told "interrupted" of a build that readers see.
    Raises LockHeld and StaleHead (nothing published), PublishUnknown, ConvsqlError. A failing model
    or test is in the outcome, not raised.
    """
    with ExitStack() as until_here:
        return _run_build(compiled, access, options, listener, ending or until_here)


def _run_build(compiled: Compiled, access: Access, options: Options, listener: Listener, ending: ExitStack) -> Outcome:
    started = time.perf_counter()
    check_allowed(compiled.graph, options.allow_empty)
    known = read_state(compiled, access)
    plan = _plan(compiled, known, options)
    outcome = Outcome(notes=_notes(plan, known))
    outcome.seconds["plan"] = time.perf_counter() - started
    if plan.is_noop:
        outcome.nothing_to_do = True
        outcome.published = known.head
        outcome.results = [unchanged(step) for step in plan.steps]
        outcome.seconds["total"] = time.perf_counter() - started
        return outcome
    session = access.write()
    try:
        prepare(session)
        _check_state(session, plan)
        executor = Executor(plan, session, access.memory, listener, options.fail_fast)
        outcome.results = executor.run()
        outcome.seconds["engine"] = executor.engine_seconds
        if not outcome.failed and options.publish:
            for emptied in find_emptied(session, plan, known.head, options.allow_empty):
                outcome.results = [r for r in outcome.results if r.node is not emptied.node] + [emptied]
                listener.done(emptied)
        if not outcome.failed and options.publish:
            before = time.perf_counter()
            _check_sources(compiled)
            commit = git_commit(compiled.project.root)
            restated = find_restatements(session, plan, known.head)
            ending.enter_context(uninterrupted())
            outcome.published = publish(
                session,
                plan.environment,
                plan.base_sequence,
                plan.views,
                plan.drops,
                compiled.definitions,
                commit,
                basis=basis(plan),
                also=restatement_keeper(plan, restated),
            )
            outcome.notes += restatement_notes(restated)
            outcome.seconds["publish"] = time.perf_counter() - before
            _tidy(session, plan, outcome)
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        session.close()
    outcome.seconds["total"] = time.perf_counter() - started
    return outcome


def _notes(plan: Plan, known: Known) -> list[str]:
    notes = []
    if known.head:
        notes += [
            f"definition of {name} changed under the same version; a changed definition should be a new version"
            for name in changed_definitions(known.head.definitions, plan.compiled.definitions)
        ]
    if plan.stale_children:
        shown = ", ".join(plan.stale_children[:5]) + (" …" if len(plan.stale_children) > 5 else "")
        notes.append(f"{len(plan.stale_children)} published models are older than their parents now: {shown}")
    if plan.left_out_tests:
        notes.append(f"{len(plan.left_out_tests)} tests left out: they read models that are not built")
    return notes


def _check_state(session: Session, plan: Plan) -> None:
    """Refuse a plan that another process has overtaken: it published, dropped or built since."""
    current = head_sequence(session, plan.environment)
    if current != plan.base_sequence:
        raise StaleHead(
            f"the head of '{plan.environment}' moved from build {plan.base_sequence} to {current}",
            hint="run the build again: what is unchanged is reused",
        )
    held = session.relations(DATA_SCHEMA)
    if any(r not in held for r in plan.relied_on) or any(
        s.action == "build" and s.relation in held for s in plan.steps
    ):
        raise StaleHead(
            "another process built or dropped relations since this build was planned",
            hint="run the build again: what is unchanged is reused",
        )


def _check_sources(compiled: Compiled) -> None:
    """Refuse to publish a build of which one model may have read other data than the next."""
    for unique_id, state in compiled.sources.items():
        if has_changed(state):
            node = compiled.graph.nodes[unique_id]
            raise ConvsqlError(
                f"source '{node.source_name}.{node.name}' changed while the build ran; nothing was published",
                node.where,
                "run the build again when its files are whole",
            )


def _tidy(session: Session, plan: Plan, outcome: Outcome) -> None:
    try:
        collect_garbage(session, plan.environment, KEPT_BUILDS)
    except EngineError as error:
        outcome.notes.append(f"old relations could not be dropped: {error.message}")


def run_tests(compiled: Compiled, access: Access, options: Options, listener: Listener) -> Outcome:
    """Run the chosen tests again on what is built; nothing is built or published.

    Tests of models that are not built in their present version are left out, with a note.
    """
    chosen = select(compiled.graph, list(options.select), list(options.exclude))
    known = read_state(compiled, access)
    prints = fingerprints(compiled, _refreshed(known))
    tests = {i for i in chosen if compiled.graph.nodes[i].kind in ("test", "unit_test")}
    known.verdicts.clear()
    plan = make_plan(compiled, prints, tests, known)
    outcome = Outcome(notes=_notes(plan, Known(None, {}, {}, {})))
    session = access.write()
    try:
        prepare(session)
        outcome.results = Executor(plan, session, access.memory, listener, options.fail_fast).run()
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        session.close()
    return outcome


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
        known = read_known(session, environment, [])
        missing = sorted({v.relation for v in chosen.views} - set(known.relations))
        if missing:
            raise ConvsqlError(
                f"build {wanted} can't be shown: {len(missing)} of its relations were dropped ({missing[0]} …)",
                hint="`convsql history` says which builds can",
            )
        keys = {(v.schema, v.name) for v in chosen.views}
        drops = [(v.schema, v.name) for v in current.views if (v.schema, v.name) not in keys]
        commit = git_commit(compiled.project.root)
        ending.enter_context(uninterrupted())
        return publish(
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
        if build.sequence < start.sequence and {(v.schema, v.name, v.relation) for v in build.views} != shown:
            return build.sequence
    raise ConvsqlError("there is no earlier build to go back to", hint="`convsql history` lists what there is")
