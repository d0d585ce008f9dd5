"""The whole way of a command that builds: plan → execute → check → publish."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from convsql.base.errors import ConvsqlError, StaleHead
from convsql.base.git import git_commit
from convsql.base.quoting import DATA_SCHEMA
from convsql.building.carried import is_carried
from convsql.building.emptied_inputs import check_allowed, find_emptied
from convsql.building.execute import Executor, unchanged
from convsql.building.holds import read_hold
from convsql.building.hooks import done_with_publish
from convsql.building.keeping import ATTEMPT, attempt_published, note_need, tidy
from convsql.building.loading import note_loaded
from convsql.building.noted import notes_of
from convsql.building.plan import Plan, environment_of, make_plan, relation_of, schemas_of
from convsql.building.publish import Edition, publish, uninterrupted
from convsql.building.restatements import VIEW as RESTATEMENTS
from convsql.building.restatements import (
    basis,
    find_restatements,
    keep_restatements,
    restated_rows,
    restatement_notes,
    restatement_view,
    restatements_stand,
)
from convsql.building.results import Listener, Outcome
from convsql.building.run_test import forget_failures
from convsql.building.source_parts import parts_now, to_basis
from convsql.building.state import Known, head_sequence, prepare, read_known, read_verdicts
from convsql.compiling.fingerprints import fingerprints
from convsql.compiling.left_out import check_chosen
from convsql.compiling.project import Compiled
from convsql.engines.access import Access
from convsql.engines.session import EngineError, Session
from convsql.project.habits import Chooser
from convsql.project.selection import select_to_run


@dataclass(frozen=True, slots=True)
class Options:
    """What the user chose for one run."""

    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    full_refresh: bool = False
    fail_fast: bool = False
    publish: bool = True
    allow_empty: tuple[str, ...] = ()
    refresh: str = ""  # the token of the full refresh; empty: a new one
    resumes: bool = False  # what a full refresh of this token tested counts
    pii: bool = False  # failing rows as they are, personal values too
    choice: Chooser | None = None  # what says more of what is chosen
    anew: Callable[..., bool] = lambda _: False  # what is refreshed whatever the rest is
    whole: bool = False  # nothing is made in parts, and what readers see in parts is made anew


def plan_build(compiled: Compiled, access: Access, options: Options) -> Plan:
    """The plan of a build, with the database closed again. Raises ConvsqlError."""
    return _plan(compiled, access, options)[1]


def _plan(compiled: Compiled, access: Access, options: Options, tests_only: bool = False) -> tuple[Known, Plan]:
    """What the database holds, and the plan over it; the database is read once and closed."""
    around = (options.choice or compiled.project.habits.choice()).around(compiled.project)
    graph = compiled.everything or compiled.graph
    chosen = select_to_run(graph, list(options.select), list(options.exclude), compiled.project.name, around)
    check_chosen(compiled, chosen, partly=len(chosen) < len(graph.nodes))
    session = access.read()
    try:
        known = read_known(session, environment_of(compiled), schemas_of(compiled))
        refreshed = _refreshed(known)
        carried = _carried(known) if options.whole else frozenset()
        anew = (
            n
            for n in compiled.graph.nodes.values()
            if options.full_refresh or options.anew(n) or n.unique_id in carried
        )
        named = (n.unique_id for n in anew if n.is_built and n.unique_id in chosen)
        refreshed |= dict.fromkeys(named, options.refresh or new_refresh())
        prints = fingerprints(compiled, refreshed)
        if not tests_only:
            known.verdicts = read_verdicts(session, _tests(compiled, prints))
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        if session is not None:
            session.close()
    if tests_only:
        chosen = {i for i in chosen if compiled.graph.nodes[i].kind in ("test", "unit_test")}
    again = options.full_refresh and not options.resumes
    plan = make_plan(
        compiled, prints, chosen, known, again, refreshed, options.whole or compiled.target.type != "duckdb"
    )
    plan.unmatched = around.unmatched
    if known.head and not restatements_stand(plan, known):
        plan.unchanged_views = False
        plan.replaced_views.append(f"{compiled.target.schema}.{RESTATEMENTS}")
    return known, plan


def new_refresh() -> str:
    """The token of a full refresh, which becomes part of the fingerprints: what is built under another one does not count."""
    return uuid.uuid4().hex


def _tests(compiled: Compiled, prints: Mapping[str, str]) -> set[str]:
    """The fingerprints of all tests: what verdicts a project of this text can use."""
    return {prints[node.unique_id] for node in compiled.graph.of("test", "unit_test")}


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


def _carried(known: Known) -> frozenset[str]:
    """Unique ids of what readers see in parts."""
    views = known.head.views if known.head else ()
    return frozenset(view.unique_id for view in views if is_carried(view.relation, known.relations))


def _run_build(compiled: Compiled, access: Access, options: Options, listener: Listener, ending: ExitStack) -> Outcome:
    started = time.perf_counter()
    check_allowed(compiled.graph, options.allow_empty)
    access.resume()
    known, plan = _plan(compiled, access, options)
    choice = options.choice or compiled.project.habits.choice()
    outcome = Outcome(notes=notes_of(plan, known), was_all=choice.is_all(options.select, options.exclude))
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
        _make_room(session, plan)
        executor = Executor(plan, session, access.memory, listener, options.fail_fast, options.pii)
        outcome.results = executor.run()
        outcome.seconds["engine"] = executor.engine_seconds
        outcome.notes += executor.in_parts.notes()
        forget_failures(session, outcome.results)
        if not outcome.failed and options.publish:
            for emptied in find_emptied(session, plan, known.head, options.allow_empty):
                outcome.results = [r for r in outcome.results if r.node is not emptied.node] + [emptied]
                listener.done(emptied)
        hold = read_hold(session, plan.environment) if options.publish and not outcome.failed else None
        if hold is not None:
            outcome.held = hold.in_words
        elif not outcome.failed and options.publish:
            before = time.perf_counter()
            _publish(session, plan, known, executor, outcome, ending)
            with _published(outcome):
                tidy(session)
            _reveal(session, outcome)
            outcome.seconds["publish"] = time.perf_counter() - before
    except EngineError as error:
        raise ConvsqlError(error.message) from None
    finally:
        with _published(outcome):
            session.close()
    outcome.seconds["total"] = time.perf_counter() - started
    return outcome


def _make_room(session: Session, plan: Plan) -> None:
    """Keep what this attempt can use, and drop what earlier attempts made: then no number of failures fills the disk."""
    compiled, prints = plan.compiled, plan.fingerprints
    relations = {relation_of(node, prints) for node in compiled.graph.of("model", "seed") if node.is_built}
    note_need(session, plan.environment, ATTEMPT, relations, _tests(compiled, prints))
    note_loaded(session, plan)
    if session.capabilities.several_writers:  # from now on nobody drops what this plan rests on
        _check_state(session, plan)
    tidy(session)


def _publish(
    session: Session, plan: Plan, known: Known, executor: Executor, outcome: Outcome, ending: ExitStack
) -> None:
    commit = git_commit(plan.compiled.project.root)
    restated = find_restatements(session, plan, known.head)
    executor.inputs.check_sources()
    notes = restatement_notes(restated)
    shown = restatement_view(plan)

    def also(session: Session, sequence: int) -> None:
        if shown is not None:
            keep_restatements(session, plan, sequence, restated)
        attempt_published(session, plan.environment, sequence)

    ending.enter_context(uninterrupted())
    edition = Edition(
        plan.environment,
        plan.views,
        plan.drops,
        plan.compiled.definitions,
        commit,
        {**basis(plan), **to_basis(parts_now(plan.compiled, plan.fingerprints))},
        more_views=[shown] if shown else [],
        hooks=done_with_publish(plan, known),
    )
    outcome.published = publish(session, edition, plan.base_sequence, also)
    outcome.notes += notes
    outcome.restated = restated_rows(restated)


def _reveal(session: Session, outcome: Outcome) -> None:
    """Let readers see what was published; unless they do, nothing was."""
    try:
        session.reveal()
    except BaseException:
        outcome.published = None
        raise


@contextmanager
def _published(outcome: Outcome) -> Iterator[None]:
    """Once readers see the build, nothing may say otherwise: what fails then is a note."""
    try:
        yield
    except Exception as error:
        if outcome.published is None:
            raise
        outcome.notes.append(
            f"the build is published, and old relations could not be tidied: {error or type(error).__name__}"
        )


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


def run_tests(compiled: Compiled, access: Access, options: Options, listener: Listener) -> Outcome:
    """Run the chosen tests again on what is built; nothing is built or published.

    Tests of models that are not built in their present version are left out, with a note.
    """
    access.resume()
    _, plan = _plan(compiled, access, options, tests_only=True)
    outcome = Outcome(notes=notes_of(plan, Known(None, {}, {}, {})))
    with access.writing() as session:
        prepare(session)
        note_loaded(session, plan)
        outcome.results = Executor(plan, session, access.memory, listener, options.fail_fast, options.pii).run()
        forget_failures(session, outcome.results)
        tidy(session)
    return outcome
