"""Before a build: what templates ask about is built, not published, and asked; its answers are kept for compiling."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from convsql.base.quoting import DATA_SCHEMA, qualified
from convsql.building.build import Options, plan_build, run_build
from convsql.building.plan import relation_of
from convsql.building.results import Listener, Outcome, Result
from convsql.compiling.project import Compiled
from convsql.dbt_habits.row_questions import Table, ask, keep_answers
from convsql.engines.access import access_to
from convsql.project.habits import RowQuestion
from convsql.project.nodes import Node
from convsql.project.selection import select_to_run
from convsql.sqltext.references import substitute


def build_answered(
    compiled: Compiled,
    options: Options,
    listener: Listener,
    again: Callable[[], Compiled],
    ending: ExitStack | None = None,
) -> tuple[Compiled, Outcome]:
    """As `run_build`, with every question answered first that the chosen nodes depend on; `again` compiles the project once more.

    Returns the project as it was built, and the outcome: where a node that is asked about or one of its tests fails, that of building
    these. Raises as `run_build` does.
    """
    built: dict[str, Result] = {}
    asked: set[str] = set()
    while questions := _wanted(compiled, options):
        if all(q.key in asked for q in questions):
            raise questions[0].unanswered
        asked |= {q.key for q in questions}
        nodes = (compiled.graph.nodes[i] for q in questions for i in q.reads)
        names = tuple(sorted({n.name for n in nodes if n.is_built}))
        without = tuple(f"{n.name},resource_type:{n.kind}" for n in _tests_left_out(compiled))
        first = Options(names, without, fail_fast=options.fail_fast, publish=False, pii=options.pii)
        if names:
            outcome = run_build(compiled, access_to(compiled.target), first, listener)
            built |= {r.node.unique_id: r for r in outcome.results if r.status == "success"}
            if outcome.failed:
                return compiled, outcome
        keep_answers(compiled, _ask(compiled, first, questions))
        compiled = again()
    outcome = run_build(compiled, access_to(compiled.target), options, listener, ending)
    outcome.results = [built.get(r.node.unique_id, r) if r.status == "reused" else r for r in outcome.results]
    return compiled, outcome


def _wanted(compiled: Compiled, options: Options) -> list[RowQuestion]:
    """The open questions of what was chosen, or of what that reads."""
    graph = compiled.everything
    if not compiled.questions or graph is None:
        return []
    around = (options.choice or compiled.project.habits.choice()).around(compiled.project)
    chosen = select_to_run(graph, list(options.select), list(options.exclude), compiled.project.name, around)
    wanted = graph.ancestors(chosen)
    return [q for q in compiled.questions if q.asker.unique_id in wanted]


def _tests_left_out(compiled: Compiled) -> list[Node]:
    """Tests that read what asks, which can't be run yet."""
    everything = compiled.everything or compiled.graph
    return [n for n in everything.of("test", "unit_test") if n.unique_id not in compiled.graph.nodes]


def _ask(compiled: Compiled, built: Options, questions: list[RowQuestion]) -> dict[str, Table]:
    access = access_to(compiled.target)
    prints = plan_build(compiled, access, built).fingerprints if built.select else {}
    session = access.read()
    if session is None:  # sources alone are asked about, and nothing was built yet
        session = access.memory()

    def relation(unique_id: str) -> str:
        node = compiled.graph.nodes[unique_id]
        if node.source:
            return compiled.sources[unique_id].relation
        return qualified(DATA_SCHEMA, relation_of(node, prints))

    try:
        different = {q.key: q for q in questions}
        return {
            key: ask(session, substitute(q.sql.strip().rstrip(";"), relation), q.asker.where)
            for key, q in different.items()
        }
    finally:
        session.close()
