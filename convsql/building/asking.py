"""Before a build: what templates ask about is built, not published, and asked; its answers are kept for compiling."""

from __future__ import annotations

from collections.abc import Callable

from convsql.base.errors import ConvsqlError
from convsql.base.quoting import DATA_SCHEMA, qualified
from convsql.building.build import Options, plan_build, run_build
from convsql.building.plan import relation_of
from convsql.building.results import Listener, Outcome
from convsql.compiling.project import Compiled
from convsql.compiling.row_questions import RowQuestion, Table, keep_answers
from convsql.engines.access import access_to
from convsql.engines.session import EngineError
from convsql.project.nodes import Node
from convsql.project.selection import select_to_run
from convsql.sqltext.references import substitute
from convsql.sqltext.sent_sql import readable


def with_answers(
    compiled: Compiled, options: Options, listener: Listener, again: Callable[[], Compiled]
) -> tuple[Compiled, Outcome | None]:
    """The project with every question answered that the chosen nodes depend on; `again` compiles it once more.

    Besides, where a node that is asked about or one of its tests fails, the outcome of building these. Raises ConvsqlError.
    """
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
            if outcome.failed:
                return compiled, outcome
        keep_answers(compiled, _ask(compiled, first, questions))
        compiled = again()
    return compiled, None


def _wanted(compiled: Compiled, options: Options) -> list[RowQuestion]:
    """The open questions of what was chosen, or of what that reads."""
    graph = compiled.everything
    if not compiled.questions or graph is None:
        return []
    around = options.choice.around(compiled.project)
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
        found: dict[str, Table] = {}
        for question in questions:
            sql = substitute(question.sql.strip().rstrip(";"), relation)
            try:
                names = [name for name, _ in session.columns(f"(\n{sql}\n)")]
                found[question.key] = names, [tuple(row) for row in session.fetch(sql)]
            except EngineError as error:
                raise ConvsqlError(f"a query of a template: {readable(error.message)}", question.asker.where) from None
        return found
    finally:
        session.close()
