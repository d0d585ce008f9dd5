"""The plan: what a build will do, as data, before it does anything.

Every chosen node is "build" or "reuse"; a parent that was not chosen and that readers do not see in
its present version comes along with its tests. Tests run as soon as all they read is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from convsql.base.errors import Problems
from convsql.base.quoting import physical_name
from convsql.base.reached import reached
from convsql.building.last_build import LastBuild, last_build
from convsql.building.shown_views import is_shown, shown_query
from convsql.building.state import Known, Verdict, View
from convsql.compiling.extending import made_by
from convsql.compiling.fingerprints import fingerprints_of_code
from convsql.compiling.project import Compiled
from convsql.project.nodes import Node, published_alias
from convsql.project.profiles import published_schema

Action = Literal["build", "reuse", "test", "known"]


@dataclass(slots=True)
class Step:
    """One node of the plan; what is `known` is a verdict that still holds."""

    node: Node
    action: Action
    fingerprint: str
    relation: str = ""
    verdict: Verdict | None = None


@dataclass(slots=True)
class Plan:
    """Ordered steps, the views to show when all is well, and the state that it starts from.

    That state is the head's sequence and the physical relations that were there (`relied_on`).
    """

    compiled: Compiled
    fingerprints: Mapping[str, str]
    steps: list[Step]
    views: list[View]
    drops: list[tuple[str, str]]
    base_sequence: int
    environment: str
    partial: bool
    stale_children: list[str] = field(default_factory=list)
    left_out_tests: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)  # selectors that chose nothing
    unchanged_views: bool = False
    replaced_views: list[str] = field(default_factory=list)  # of the head: dropped, or something other by now
    relied_on: frozenset[str] = frozenset()
    bases: Mapping[str, str] = field(
        default_factory=dict
    )  # unique id → the last version, of a model that is made of it
    last: LastBuild = field(default_factory=LastBuild)

    @property
    def is_noop(self) -> bool:
        """Whether there is nothing to build, check or show."""
        return self.unchanged_views and all(s.action in ("reuse", "known") for s in self.steps)


def environment_of(compiled: Compiled) -> str:
    """The environment a target publishes to: its schema."""
    return compiled.target.schema


def schemas_of(compiled: Compiled) -> list[str]:
    """All schemas the project publishes to."""
    found = {published_schema(compiled.target, n) for n in compiled.graph.of("model", "seed") if n.is_built}
    return sorted(found | {compiled.target.schema})


def relation_of(node: Node, fingerprints: Mapping[str, str]) -> str:
    """The physical name of a node's present version."""
    return physical_name(node.name, fingerprints[node.unique_id])


def make_plan(
    compiled: Compiled,
    fingerprints: Mapping[str, str],
    chosen: set[str],
    known: Known,
    full_refresh: bool = False,
    refreshed: Mapping[str, str] | None = None,
    whole: bool = False,
) -> Plan:
    """Plan a build of the chosen nodes.

    `refreshed` are the tokens of full refreshes that the fingerprints were made with; the views remember them. `whole`: nothing is made in parts.

    Raises ConvsqlError when a published name is taken by a table or view that convsql did not make.
    """
    graph = compiled.graph
    wanted = {i for i in chosen if graph.nodes[i].is_built}
    wanted |= _needed_parents(compiled, fingerprints, wanted, known)
    built_ids = {n.unique_id for n in graph.nodes.values() if n.is_built}
    _check_targets(compiled, wanted, known)
    available = wanted | {i for i in built_ids if relation_of(graph.nodes[i], fingerprints) in known.relations}
    placed = _place_tests(compiled, chosen, wanted, available)
    views = {(v.schema, v.name): v for v in _views(compiled, fingerprints, wanted, refreshed or {})}
    shown = {(v.schema, v.name): v for v in known.head.views} if known.head else {}
    bases = _bases(compiled, views.values(), known)
    partial = bool(built_ids - wanted or compiled.missing)
    gone = [] if partial else [key for key in shown if key not in views]
    kept = {**shown, **views} if partial else views
    steps = _steps(compiled, fingerprints, wanted, placed, known, full_refresh)
    whole = whole or not any(step.action == "build" for step in steps)
    return Plan(
        compiled,
        fingerprints,
        steps,
        list(kept.values()),
        gone,
        known.head.sequence if known.head else 0,
        environment_of(compiled),
        partial,
        _stale_children(compiled, fingerprints, wanted, shown),
        placed.left_out,
        unchanged_views=not gone and all(_same(shown.get(k), v, known) for k, v in kept.items()),
        replaced_views=[f"{v.schema}.{v.name}" for v in shown.values() if not _stands(v, known)],
        relied_on=frozenset(known.relations),
        bases=bases,
        last=LastBuild() if whole else last_build(compiled, fingerprints, known, refreshed or {}),
    )


def _steps(
    compiled: Compiled, fingerprints: Mapping[str, str], wanted: set[str], placed: _Tests, known: Known, again: bool
) -> list[Step]:
    """The wanted nodes in order, each with the tests before and after it; `again`: verdicts do not count."""

    def tests(listed: list[Node]) -> list[Step]:
        return [_test_step(node, fingerprints, known, again) for node in listed]

    steps = tests(placed.first)
    for node in compiled.graph.nodes.values():
        if node.unique_id in wanted:
            steps += tests(placed.before.get(node.unique_id, []))
            relation = relation_of(node, fingerprints)
            exists = relation in known.relations
            steps.append(Step(node, "reuse" if exists else "build", fingerprints[node.unique_id], relation))
            steps += tests(placed.after.get(node.unique_id, []))
    return steps


def _stale_children(
    compiled: Compiled, fingerprints: Mapping[str, str], wanted: set[str], shown: Mapping[tuple[str, str], View]
) -> list[str]:
    """Names of what readers go on seeing in an earlier version, over parents that are built anew."""
    graph = compiled.graph
    left = (graph.nodes[i] for i in graph.descendants(wanted) - wanted if graph.nodes[i].is_built)
    views = ((node, shown.get(published_of(compiled, node))) for node in left)
    return sorted({n.name for n, view in views if view and view.fingerprint != fingerprints[n.unique_id]})


def _same(shown: View | None, wanted: View, known: Known) -> bool:
    return shown is not None and shown.relation == wanted.relation and _stands(wanted, known)


def _stands(view: View, known: Known) -> bool:
    """Whether readers see what publishing this view made, and not what somebody put in its place."""
    text = known.texts.get((view.schema, view.name), "")
    return is_shown(text, view.schema, view.name, shown_query(view.relation))


def published_of(compiled: Compiled, node: Node) -> tuple[str, str]:
    """The schema and name under which readers find a node."""
    return published_schema(compiled.target, node), published_alias(node)


def _views(
    compiled: Compiled, fingerprints: Mapping[str, str], wanted: set[str], refreshed: Mapping[str, str]
) -> list[View]:
    result = []
    codes = fingerprints_of_code(compiled)
    for node in compiled.graph.nodes.values():
        if node.unique_id in wanted:
            schema, name = published_of(compiled, node)
            relation, fingerprint = relation_of(node, fingerprints), fingerprints[node.unique_id]
            code = codes.get(node.unique_id, "")
            made = made_by(node, code, compiled.columns[node.unique_id]) if code else ""
            refresh = refreshed.get(node.unique_id, "")
            result.append(View(schema, name, relation, node.unique_id, fingerprint, refresh, made))
    return result


def _bases(compiled: Compiled, views: Iterable[View], known: Known) -> dict[str, str]:
    """The relations that readers see now of models that are made of their last version, where nothing but data is new since."""
    before = {v.unique_id: v for v in known.head.views} if known.head and compiled.target.type == "duckdb" else {}
    found: dict[str, str] = {}
    for view in views:
        last = before.get(view.unique_id)
        if last and view.made_by and (last.made_by, last.refresh) == (view.made_by, view.refresh):
            found |= {view.unique_id: last.relation} if last.relation in known.relations else {}
    return found


def _needed_parents(compiled: Compiled, fingerprints: Mapping[str, str], wanted: set[str], known: Known) -> set[str]:
    """Parents that readers do not see in their present version: to be built, or at least tested and shown.

    One that exists and is not shown may have failed its tests.
    """
    graph = compiled.graph
    shown = {v.relation for v in known.head.views} if known.head else set()
    standing = shown & known.relations.keys()

    def needed(unique_id: str) -> list[str]:
        parents = (graph.nodes[i] for i in graph.built_parents(graph.nodes[unique_id]))
        return [p.unique_id for p in parents if p.is_built and relation_of(p, fingerprints) not in standing]

    return reached(wanted, needed) - wanted


def _check_targets(compiled: Compiled, wanted: set[str], known: Known) -> None:
    problems = Problems()
    mine = {(v.schema, v.name) for v in known.head.views} if known.head else set()
    for unique_id in sorted(wanted):
        node = compiled.graph.nodes[unique_id]
        schema, name = published_of(compiled, node)
        kind = known.published.get(schema, {}).get(name)
        if kind == "table" or (kind == "view" and (schema, name) not in mine):
            problems.add(
                f"{schema}.{name} is a {kind} that convsql did not make",
                node.where,
                "drop or rename it, or choose another schema in profiles.yml",
            )
    problems.raise_if_any()


@dataclass(frozen=True, slots=True)
class _Tests:
    """Data tests by the node after which they can run, unit tests by the model before which they run; and the rest."""

    first: list[Node]
    before: dict[str, list[Node]]
    after: dict[str, list[Node]]
    left_out: list[str]


def _place_tests(compiled: Compiled, chosen: set[str], wanted: set[str], available: set[str]) -> _Tests:
    graph = compiled.graph
    along = wanted - chosen  # parents that nobody named: their tests come with them
    position = {i: n for n, i in enumerate(graph.nodes)}
    after: dict[str, list[Node]] = {}
    before: dict[str, list[Node]] = {}
    left_out: list[str] = []
    for node in graph.of("test", "unit_test"):
        comes_along = (
            node.kind == "test" or node.package == compiled.project.name
        )  # unit tests of packages are asked for
        if node.unique_id not in chosen and not (
            comes_along and along.intersection([node.attached, *graph.built_parents(node)])
        ):
            continue
        if node.kind == "unit_test":
            before.setdefault(node.attached if node.attached in wanted else "", []).append(node)
            continue
        parents = [p for p in graph.built_parents(node) if graph.nodes[p].is_built]
        if any(p not in available for p in parents):
            left_out.append(node.name)
            continue
        mine = [p for p in parents if p in wanted]
        after.setdefault(max(mine, key=lambda p: position[p]) if mine else "", []).append(node)
    first = after.pop("", []) + before.pop("", [])
    return _Tests(first, before, after, left_out)


def _test_step(node: Node, fingerprints: Mapping[str, str], known: Known, again: bool) -> Step:
    fingerprint = fingerprints[node.unique_id]
    verdict = known.verdicts.get(fingerprint)
    if verdict and not again:
        return Step(node, "known", fingerprint, verdict=verdict)
    return Step(node, "test", fingerprint)
