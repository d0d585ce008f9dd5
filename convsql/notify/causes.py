"""What there is to tell of a run: one cause each, with who answers for it, and what a run can say is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from convsql.base.errors import ConvsqlError
from convsql.base.printable import first_of, number_of
from convsql.base.quoting import qualified
from convsql.building.results import Result
from convsql.compiling.project import Compiled
from convsql.engines.access import access_to
from convsql.engines.session import EngineError
from convsql.freshness.ages import in_words
from convsql.freshness.promises import Kept
from convsql.freshness.sources import NEVER, Measured
from convsql.project.nodes import Node
from convsql.runs.recording import Ended

_FAILURE, _RUN, _SOURCE, _PROMISE, _ALERT = "failure:", "run:", "source:", "promise:", "alert:"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to tell: what tells it from others (`key`), its event, who answers for it (empty: nobody), and words without values of rows.

    What does not last is told once, and never over.
    """

    key: str
    event: str
    owner: str
    text: str
    lasts: bool = True


@dataclass(slots=True)
class News:
    """What a run found, and of which keys it can say whether they are over."""

    causes: list[Cause] = field(default_factory=list)
    judges: Callable[[str], bool] = lambda key: False


def owner_of(node: Node, compiled: Compiled | None) -> str:
    """Who answers for a node: `meta.owner`, else its group; of a test those of the node that it is about."""
    if node.attached and compiled and node.attached in compiled.graph.nodes:
        node = compiled.graph.nodes[node.attached]
    meta = node.config.get("meta")
    owner = meta.get("owner") if isinstance(meta, dict) else None
    return str(owner or node.config.get("group") or "")


def of_run(ended: Ended, compiled: Compiled | None) -> News:
    """The news of a build or of tests: nodes that failed, or what ended the run."""
    if ended.status in ("interrupted", "held"):
        return News()
    news = News([_of_result(r, compiled) for r in ended.results if r.failed])
    if ended.error is not None:
        news.causes.append(Cause(f"{_RUN}{type(ended.error).__name__}", "failure", "", _of_error(ended.error)))
    restated = ended.outcome.restated if ended.outcome else {}
    build = ended.outcome.published.sequence if ended.outcome and ended.outcome.published else 0
    owners = {n.name: owner_of(n, compiled) for n in compiled.graph.of("model")} if compiled and restated else {}
    for model, rows in restated.items():
        text = f"build {build} changed {number_of(rows, 'closed row')} of {model}: see the view restatements"
        owner = owners.get(model, "")
        news.causes.append(Cause(f"restatement:{build}:{model}", "restatement", owner, text, lasts=False))
    told = {_name(r.node) for r in ended.results if r.status != "skipped"}
    there = {_name(node) for node in compiled.graph.nodes.values()} if compiled else None

    def judges(key: str) -> bool:
        if key.startswith(_RUN):
            return True  # it got further, or stopped at something else
        node = key.removeprefix(_FAILURE)
        return key.startswith(_FAILURE) and (node in told or (there is not None and node not in there))

    news.judges = judges
    return news


def _of_result(result: Result, compiled: Compiled | None) -> Cause:
    node = result.node
    kind = node.kind.replace("_", " ")
    what = f"{result.failures} failing rows" if result.failures else "failed" if result.status == "fail" else "error"
    text = f"{kind} {node.name} ({node.where}): {what}"
    return Cause(f"{_FAILURE}{_name(node)}", "failure", owner_of(node, compiled), text)


def _name(node: Node) -> str:
    """What a node is known by between runs: the id of a test holds its arguments, and a changed one is the same problem."""
    return f"{node.kind}.{node.package}.{node.name}"


def _of_error(error: ConvsqlError) -> str:
    places = [str(p.where) for p in error.problems if p.where]
    if error.is_transient or error.exit_code in (4, 124):
        return f"the run ended: {error.reason}"
    if not places:
        return "the run ended with an error: convsql runs"
    return f"the run ended with {number_of(len(error.problems), 'error')}: {first_of(places, 5)}"


def of_sources(measured: Sequence[Measured]) -> News:
    """The news of `source freshness`: stale sources, and those that could not be measured."""
    causes = []
    for each in measured:
        if each.status in ("error", "runtime error"):
            age = "it has no row" if each.latest == NEVER else f"{in_words(each.age)} old"
            text = f"source {each.node.dotted_name} ({each.node.where}): " + (
                age if each.status == "error" else "can't be read"
            )
            causes.append(Cause(f"{_SOURCE}{each.node.unique_id}", "freshness", owner_of(each.node, None), text))
    keys = {f"{_SOURCE}{each.node.unique_id}" for each in measured}
    return News(causes, keys.__contains__)


def of_promises(kept: Iterable[Kept], compiled: Compiled) -> News:
    """The news of `check`: published models that are older than they promise."""
    causes = [
        Cause(
            f"{_PROMISE}{each.promise.node.unique_id}",
            "freshness",
            owner_of(each.promise.node, compiled),
            f"{each.in_words} ({each.promise.node.patch_where})",
        )
        for each in kept
        if each.is_broken
    ]
    return News(causes, lambda key: key.startswith(_PROMISE))


def of_alerts(compiled: Compiled) -> News:
    """The news of the published `rate_alerts`: series over all conversations whose newest complete cohort is a signal."""
    session = access_to(compiled.target).read()
    if session is None:
        return News()
    try:
        if "rate_alerts" not in session.relations(compiled.target.schema):
            return News()
        alerts = qualified(compiled.target.schema, "rate_alerts")
        rows = session.fetch(
            f"select a.series_id, a.metric, a.metric_version, a.cohort_grain, cast(a.cohort_period as varchar), a.signal from {alerts} as a"
            f" join (select series_id, max(cohort_period) as newest from {alerts} group by series_id) as n"
            " on n.series_id = a.series_id and n.newest = a.cohort_period"
            " where a.signal is not null and a.cohort_by = 'all' order by a.metric, a.metric_version, a.cohort_grain, a.series_id"
        )
    except EngineError:
        return News()
    finally:
        session.close()
    owners = {(d["name"], d["version"]): str(d.get("owner") or "") for d in compiled.definitions}
    causes = [
        Cause(
            f"{_ALERT}{series}",
            "alert",
            owners.get((metric, int(version)), ""),
            f"rate of {metric}@{version} by {grain}, cohort {period}: {str(signal).replace('_', ' ')}",
        )
        for series, metric, version, grain, period, signal in rows
    ]
    return News(causes, lambda key: key.startswith(_ALERT))


def together(*news: News) -> News:
    """Several pieces of news as one."""
    return News([c for each in news for c in each.causes], lambda key: any(each.judges(key) for each in news))
