"""What the catalogue shows, gathered from a compiled project, its lock and the last verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from convsql.base.sealed_json import read_json
from convsql.building.build import Options, plan_build
from convsql.catalogue.column_lineage import Origin, column_lineage
from convsql.catalogue.reading import reading
from convsql.catalogue.texts import SeedRows, model_texts, seed_rows
from convsql.change_control.lock import read_lock
from convsql.compiling.project import Compiled
from convsql.definitions.identity import definition_digest
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.versions import current_versions, defined, metrics_of
from convsql.engines.access import Access
from convsql.project.nodes import Graph, Node


@dataclass(frozen=True, slots=True)
class MetricPage:
    """One metric version."""

    anchor: str
    key: str
    status: str
    is_current: bool
    owner: str
    lock_state: str
    locked_at: str
    description: str
    reading: str
    change_note: str
    settings: list[tuple[str, str]]
    models: list[str]


@dataclass(frozen=True, slots=True)
class TestLine:
    """One test and its last result: passed, warned, failed, in error, or not run on what is there now."""

    name: str
    column: str
    says: str
    result: str
    path: str


@dataclass(slots=True)
class NodePage:
    """One model, seed or source."""

    anchor: str
    node: Node
    group: str
    columns: list[tuple[str, str, str]]
    parents: list[str]
    children: list[str]
    tests: list[TestLine] = field(default_factory=list)
    origins: dict[str, list[Origin]] = field(default_factory=dict)


@dataclass(slots=True)
class Catalogue:
    """Everything; `nodes` by unique id, parents first, as `texts` (source and compiled SQL of models) and `rows` (of seeds). `rates` and `labels` are
    of metrics, by their key.
    """

    project: str
    description: str
    metrics: list[MetricPage]
    nodes: dict[str, NodePage]
    unattached: list[TestLine]
    unread: list[str]
    texts: dict[str, tuple[str, str]] = field(default_factory=dict)
    rows: dict[str, SeedRows] = field(default_factory=dict)
    rates: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


_KINDS = ("source", "seed", "model")
_STATUS = {"pass": "passed", "warn": "warned", "fail": "failed", "error": "in error"}


def gather(compiled: Compiled, access: Access, today: date, rates: Mapping[str, str] | None = None) -> Catalogue:
    """Read a project. `today` is the day by which a metric's version is its current one; `rates` says where each stands.

    Raises ConvsqlError.
    """
    graph = compiled.graph
    origins, unread = column_lineage(compiled)
    children = graph.children()
    pages = {}
    for node in graph.of(*_KINDS):  # type: ignore[arg-type]
        declared = {c.name.lower(): c for c in node.columns}
        known = compiled.columns.get(node.unique_id) or [(c.name, c.data_type) for c in node.columns]
        columns = [
            (n, t, declared[n.lower()].description if n.lower() in declared else "") for n, t in known
        ]  # fmt: skip
        pages[node.unique_id] = NodePage(
            anchor_of(node),
            node,
            _group(node),
            columns,
            [p for p in node.parents if p in graph.nodes],
            [c for c in dict.fromkeys(children.get(node.unique_id, [])) if graph.nodes[c].kind == "model"],
            origins=origins.get(node.unique_id, {}),
        )
    _describe_raw(pages)
    results = _results(compiled, access)
    unattached = []
    for test in graph.of("test", "unit_test"):
        if test.kind == "unit_test" and test.package != compiled.project.name and test.unique_id not in results:
            continue  # of an installed package, and nobody asked for it
        line = _test_line(graph, test, results.get(test.unique_id, "not run on this version"))
        about = test.attached or next((p for p in test.parents if p in pages and test.kind == "unit_test"), "")
        if about in pages:
            pages[about].tests.append(line)
        else:
            unattached.append(line)
    for page in pages.values():
        page.tests.sort(key=lambda test: worst_first(test.result))
    return Catalogue(
        compiled.project.name, "", _metrics(compiled, today), pages, sorted(unattached, key=lambda t: worst_first(t.result)), unread,
        model_texts(compiled), seed_rows(compiled), dict(rates or {}), _labels(compiled),
    )  # fmt: skip


def worst_first(result: str) -> int:
    """The place of a test's result: in error and failed before warned, and passed last."""
    order = ("in error", "failed", "warned")
    return order.index(result) if result in order else len(order) + (result == "passed")


def _describe_raw(pages: Mapping[str, NodePage]) -> None:
    """Columns of sources that say nothing of themselves are what the models that read them say of a column of that name."""
    for page in pages.values():
        if page.node.kind != "source":
            continue
        said: dict[str, str] = {}
        for child in (pages[c] for c in page.children if c in pages):
            for name, _, description in child.columns:
                if description:
                    said.setdefault(name.lower(), description)
        page.columns = [(n, t, d or said.get(n.lower(), "")) for n, t, d in page.columns]


def _labels(compiled: Compiled) -> dict[str, str]:
    return {d.key: d.definition.label for d in defined(compiled.project) if d.definition.label}


def anchor_of(node: Node) -> str:
    """A node's address on the page."""
    return f"{node.kind}-{node.dotted_name}"


def _group(node: Node) -> str:
    """The folder that a model stands in, for order and colour."""
    return node.kind if node.kind != "model" else (node.folders[0] if node.folders else "models")


def _test_line(graph: Graph, test: Node, result: str) -> TestLine:
    if test.kind == "unit_test":
        says = test.description or "on given rows"
    elif test.generic:
        arguments = {k: v for k, v in test.generic.arguments.items() if k not in ("model", "column_name")}
        shown = "; ".join(f"{k}: {_plain(v)}" for k, v in arguments.items())
        says = test.generic.test_name.removeprefix("test_").replace("_", " ") + (f" ({shown})" if shown else "")
    else:
        says = test.description or test.name.replace("_", " ")
    column = test.generic.column_name if test.generic else ""
    return TestLine(test.name, column, says, result, str(test.where))


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _results(compiled: Compiled, access: Access) -> dict[str, str]:
    """Unique id of a test → its last result on what is there now: a verdict that holds, or the last run's failure."""
    found: dict[str, str] = {}
    prints: dict[str, str] = {}
    for step in plan_build(compiled, access, Options()).steps:
        prints[step.node.unique_id] = step.fingerprint
        if step.verdict:
            found[step.node.unique_id] = _STATUS.get(step.verdict.status, step.verdict.status)
    try:
        last = read_json(compiled.project.target_dir / "run_results.json") or {}
        for result in last["results"]:
            unique_id = result["unique_id"]
            if result["status"] in ("fail", "error") and prints.get(unique_id) == _print_of(result):
                found[unique_id] = _STATUS[result["status"]]
    except (KeyError, TypeError):  # of another shape, or not there
        return found
    return found


def _print_of(result: dict[str, Any]) -> Any:
    return result["adapter_response"]["convsql"]["fingerprint"]


def _metrics(compiled: Compiled, today: date) -> list[MetricPage]:
    known = defined(compiled.project)
    locked = read_lock(compiled.project.root)
    current = current_versions((d.definition for d in known), today)
    pages = []
    for name, versions in sorted(metrics_of(known)):
        for one in sorted(versions, key=lambda d: -d.version):
            lock = locked.get(one.key)
            definition = one.definition
            state = "unlocked"
            if lock:
                is_same = lock.definition_digest == definition_digest(definition)
                state = "locked" if is_same else "changed since it was locked"
            pages.append(
                MetricPage(
                    f"metric-{name}-{one.version}",
                    one.key,
                    definition.status,
                    definition.key in current,
                    definition.owner or "",
                    state,
                    lock.locked_at if lock else "",
                    definition.description or "",
                    reading(definition),
                    definition.change_note or "",
                    _settings(_said(definition)),
                    sorted({label.split(".")[0] for label in lock.parts} | set(lock.seeds)) if lock else [],
                )
            )
    return pages


def _said(definition: MetricDefinition) -> dict[str, Any]:
    """The definition's content, without what does not count in it."""
    content = definition.model_dump(mode="json")
    if definition.attribution != "time_decay":
        content.pop("half_life_days")
    return content


_HEADED = ("name", "label", "version", "status", "owner", "description", "change_note")


def _settings(content: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """The definition's keys and values, defaults filled in, as a reader of `vars.yml` knows them."""
    found: list[tuple[str, str]] = []
    for key, value in content.items():
        if isinstance(value, dict):
            found += _settings(value, f"{prefix}{key}.")
        elif value is not None and not (key in _HEADED and not prefix):
            lists = isinstance(value, list) and value and all(isinstance(v, list) for v in value)
            text = " | ".join(", ".join(v) or "all" for v in value) if lists else _plain(value)
            found.append((prefix + key, str(text).lower() if isinstance(value, bool) else text))
    return found
