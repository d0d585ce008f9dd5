"""Carry out a plan in an open session: build relations, run tests. Nothing is published here.

A relation that is made of files is there only when they were found unchanged afterwards, and no verdict outlives a run in
which they were not.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial

from convsql.base.errors import Where
from convsql.base.quoting import DATA_SCHEMA
from convsql.building.ahead import Ahead, Work, key_of
from convsql.building.hooks import finish_relation
from convsql.building.in_parts import InParts
from convsql.building.loading import Loader
from convsql.building.plan import Plan, Step
from convsql.building.results import Listener, Result
from convsql.building.run_test import run_data_test
from convsql.building.sending import Sender
from convsql.building.state import keep_verdicts
from convsql.building.tests_in_parts import TestsInParts
from convsql.building.tests_together import Counted, SmallRelations, count_together, counting, grouped
from convsql.building.unchanged_inputs import Inputs
from convsql.building.unit_tests_beside import UnitTests
from convsql.compiling.personal import shown_message
from convsql.compiling.seeds import seed_sql
from convsql.engines.session import EngineError, MemorySession, RelationKind, Session
from convsql.project.nodes import Node
from convsql.sqltext.sent_sql import readable, source_line


def unchanged(step: Step) -> Result:
    """The result of a step with nothing to do: a relation that is there, or a verdict that still holds."""
    if step.verdict:
        return Result(
            step.node,
            step.verdict.status,
            message=step.verdict.message,
            failures=step.verdict.failures,
            fingerprint=step.fingerprint,
            known=True,
        )
    return Result(step.node, "reused", relation=step.relation, fingerprint=step.fingerprint)


class Executor:
    """Runs the steps of one plan, in order.

    A node whose build or error-level test failed takes its descendants with it (skipped); the rest
    goes on, so that one run shows all that is wrong. An input that changed meanwhile ends the run: a ConvsqlError.
    """

    def __init__(
        self,
        plan: Plan,
        session: Session,
        memory: Callable[[], MemorySession],
        listener: Listener,
        fail_fast: bool = False,
        pii: bool = False,
    ) -> None:
        self.plan = plan
        self.graph = plan.compiled.graph
        self.inputs = Inputs(plan.compiled)
        self.session = session
        self.listener = listener
        self.fail_fast = fail_fast
        self.pii = pii
        self.broken: dict[str, str] = {}  # unique id → what failed
        self.engine_seconds = 0.0
        self._sender = Sender(plan, session)
        self._sizes = SmallRelations(self.graph)
        self.in_parts = InParts(plan, session, self._sender, self._sizes.rows)
        self._tests_in_parts = TestsInParts(self.in_parts)
        self._loader = Loader(plan, session, memory)
        self._memory = memory
        self._ahead = Ahead(1, [], [])

    def run(self) -> list[Result]:
        """Carry out all steps; returns one result per step."""
        results: list[Result] = []
        self.inputs.check_warehouse(self.session)
        self.listener.begin(len(self.plan.steps))
        stopped = False
        self._unit_tests = UnitTests(self.plan, self._memory)
        try:
            for step, counted in self._counted(self._side_by_side(self._grouped())):
                if stopped:
                    result = Result(step.node, "skipped", message="stopped at the first failure")
                else:
                    result = self._one(step, counted)
                results.append(result)
                self.listener.done(result)
                if result.status in ("success", "reused"):
                    self._ahead.note(step.node.unique_id)
                if result.status in ("error", "fail"):
                    kind = "" if step.node.kind in ("model", "seed") else f"{step.node.kind.replace('_', ' ')} "
                    for unique_id in self._breaks(step.node):
                        self.broken.setdefault(unique_id, kind + step.node.name)
                    stopped = stopped or self.fail_fast
        except KeyboardInterrupt:
            self._ahead.stop()  # or what is ended makes room for more
            self.session.cancel()
            raise
        finally:
            self._ahead.close()
            self.listener.end()
            self._unit_tests.close()
            self._loader.close()
            self._sender.save()
            self.in_parts.save()
        keep_verdicts(self.session, [verdict for r in results if (verdict := r.new_verdict())])
        return results

    def _grouped(self) -> Iterator[list[Step]]:
        can = self.session.capabilities
        at_once = 1 if self.fail_fast else can.tests_at_once
        return grouped(self.plan.steps, at_once, (lambda _: True) if can.statements_are_jobs else self._sizes.has_few)

    def _side_by_side(self, groups: Iterator[list[Step]]) -> Iterable[list[Step]]:
        """The same groups; an engine that gains by it begins what of them depends on nothing but relations."""
        at_once = 1 if self.fail_fast else self.session.capabilities.jobs_at_once
        if at_once == 1:
            return groups
        listed = list(groups)
        making = {step.node.unique_id for step in self.plan.steps if step.action == "build"}
        self._ahead = Ahead(at_once, self._work(listed), self.graph.nodes.keys() - making)
        return listed

    def _work(self, groups: Iterable[list[Step]]) -> Iterator[Work]:
        for group in groups:
            nodes = [step.node for step in group]
            if any(self.inputs.read_by(node) or node.after or self._loader.reads(node) for node in nodes):
                continue
            needs = frozenset(parent for node in nodes for parent in self.graph.built_parents(node))
            key = key_of([node.unique_id for node in nodes])
            if len(group) > 1:
                yield Work(key, needs, partial(counting, nodes, self._sender, self.session))
            elif group[0].action == "build" and nodes[0].kind == "model" and nodes[0].unique_id not in self.plan.bases:
                yield Work(key, needs, partial(self._prepared, group[0]), makes=nodes[0].unique_id)

    def _prepared(self, step: Step) -> Callable[[], int | None]:
        kind: RelationKind = "view" if step.node.materialized == "view" else "table"
        return partial(self.session.create_as, kind, DATA_SCHEMA, step.relation, self._sender.model(step.node))

    def _counted(self, groups: Iterable[list[Step]]) -> Iterator[tuple[Step, Counted | None]]:
        """Each step in turn; the tests of a group with their failures, unless those have to be counted one by one."""
        for group in groups:
            tests = [step for step in group if not self._blocker(step.node)] if len(group) > 1 else []
            found = self._count(tests) if len(tests) > 1 else {}
            for step in group:
                yield step, found.get(step.node.unique_id)

    def _count(self, tests: list[Step]) -> dict[str, Counted]:
        if (done := self._ahead.take(key_of([step.node.unique_id for step in tests]))) is not None:
            found: dict[str, Counted] = done[0]
            return found
        try:
            for step in tests:
                self._load_sources(step.node)
        except EngineError:
            return {}
        return count_together([s.node for s in tests], self._sender, self.session)

    def _one(self, step: Step, counted: Counted | None = None) -> Result:
        blocker = self._blocker(step.node)
        if blocker:
            return Result(step.node, "skipped", message=f"because {blocker} failed")
        if step.action in ("known", "reuse"):
            return unchanged(step)
        self.listener.start(step.node)
        if step.node.kind == "unit_test":
            with self.inputs.unchanged(step.node):
                return self._unit_tests.result(step)
        if step.node.kind == "test":
            with self.inputs.unchanged(step.node):
                result = self._data_test(step, counted)
                if result.status == "error":
                    result.message = self.inputs.cause(step.node, result.message) or result.message
        else:
            result = self._build(step)
        self.engine_seconds += result.seconds
        return result

    def _data_test(self, step: Step, counted: Counted | None) -> Result:
        try:
            self._load_sources(step.node)
        except EngineError as error:
            message = self._said(step.node, error.message)
            return Result(step.node, "error", message=message, fingerprint=step.fingerprint)
        counted = counted or self._tests_in_parts.counted(step.node)
        return run_data_test(step.node, self._sender, self.session, step.fingerprint, counted, self.pii)

    def _load_sources(self, node: Node) -> None:
        """Load the files that a node reads where the engine does not read files. Raises EngineError."""
        for source in self._loader.missing(node):
            self._whole(source, lambda source=source: self._loader.source(source))  # type: ignore[misc]

    def _build(self, step: Step) -> Result:
        node = step.node
        result = Result(node, "error", relation=step.relation, fingerprint=step.fingerprint)
        started = time.perf_counter()
        try:
            if (done := self._ahead.take(node.unique_id)) is not None:
                self._sizes.note(node, done[0])
                started -= done[1]
            else:
                self._load_sources(node)
                self.in_parts.look(node)
                self._whole(node, lambda: self._finished(step))
            result.status, result.made = "success", self.in_parts.how(node)
        except EngineError as error:
            place = (
                Where(node.path, source_line(self.graph, node, error.line - 1))
                if error.line > 1 and node.kind == "model"
                else node.where
            )
            result.message = f"{place}: {self.inputs.cause(node, error.message) or self._said(node, error.message)}"
        result.seconds = time.perf_counter() - started
        return result

    def _said(self, node: Node, message: str) -> str:
        """An engine's message, without personal values unless they were asked for."""
        said = readable(message)
        return said if self.pii else shown_message(self.plan.compiled, node, said)

    def _finished(self, step: Step) -> None:
        self._make(step)
        finish_relation(self.session, step.node, step.fingerprint, self._sender.relation)

    def _make(self, step: Step) -> None:
        node, compiled = step.node, self.plan.compiled
        if node.kind == "model":
            kind: RelationKind = "view" if node.materialized == "view" else "table"
            last = self.plan.bases.get(node.unique_id)
            rows = None if last else self.in_parts.make(step)
            if rows is None:
                query = self._sender.extended(node, last) if last else self._sender.model(node)
                rows = self.session.create_as(kind, DATA_SCHEMA, step.relation, query)
            self._sizes.note(node, rows)
            return
        columns = compiled.columns[node.unique_id]
        sql = seed_sql(node, compiled.project.root, columns)
        if self.session.capabilities.reads_files:
            self._sizes.note(node, self.session.create_as("table", DATA_SCHEMA, step.relation, sql))
        else:
            self._loader.table(step.relation, columns, sql)

    def _whole(self, node: Node, make: Callable[[], None]) -> None:
        """Make a relation; where its rows come from files, or hooks finish it, in a transaction that ends well only when all is as it should be."""
        if not self.inputs.read_by(node) and not node.after:
            make()
            return
        with self._ahead.paused():
            self.session.execute("begin transaction")
            try:
                with self.inputs.unchanged(node):
                    make()
                self.session.execute("commit transaction")
            except BaseException:
                with suppress(EngineError):  # where there is no transaction left
                    self.session.execute("rollback")
                raise

    def _blocker(self, node: Node) -> str:
        if node.kind == "unit_test" or not self.broken:
            return ""
        for unique_id in [*self.graph.built_parents(node), node.unique_id]:
            if unique_id in self.broken:
                return self.broken[unique_id]
        return ""

    def _breaks(self, node: Node) -> set[str]:
        """What a failure of `node` makes unusable: itself, or the model that a test is about, and all below."""
        start = {node.attached or node.unique_id} if node.kind in ("test", "unit_test") else {node.unique_id}
        if node.kind == "test" and not node.attached:
            return set()
        models = {i for i in self.graph.descendants(start) if self.graph.nodes[i].kind == "model"}
        # the node itself was built when only its test failed: its other tests still tell something
        return models - start if node.kind == "test" else models | start
