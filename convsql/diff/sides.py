"""The two sides of a comparison: a compiled project each, over the same inputs.

The base reads what the working tree reads: it is compiled for the same target, with the same `--vars`, and where its own
variables name other inputs (`raw_path`, `raw_format`, `connector_path`, `as_of`) the working tree's win. The process stays in the working tree's
folder, so that relative paths lead to the same files and the fingerprint of what did not change is the same on both sides.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from convsql.base.errors import ConvsqlError, ProjectErrors, Where, did_you_mean
from convsql.base.whole_file import write_whole
from convsql.compiling.cache import FILE_NAME as CACHE_FILE
from convsql.compiling.project import Compiled, compile_project
from convsql.context import Context
from convsql.dbt_habits.habits import load_project
from convsql.definitions.metric_key import MetricKey
from convsql.definitions.metric_schema import MetricDefinition
from convsql.definitions.versions import defined
from convsql.diff.base_tree import BaseTree, base_tree
from convsql.diff.expressions import render_expressions
from convsql.engines.access import access_to
from convsql.project.config import Project, parse_cli_vars
from convsql.project.nodes import Node

INPUT_VARIABLES = ("raw_path", "raw_format", "connector_path", "as_of")
# What a comparison reads: model → the columns it needs.
READS = {
    "conversations": ("conversation_id", "contact_id", "started_at"),
    "metric_conversations": (
        "metric",
        "metric_version",
        "conversation_id",
        "anchor_at",
        "eligibility",
        "status",
        "is_matured",
    ),
    "attributed_outcomes": (
        "metric",
        "metric_version",
        "outcome_id",
        "conversation_id",
        "touch_position",
        "touch_count",
        "credit",
        "credited_amount",
    ),
    "outcomes": ("outcome_id", "occurred_at"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side: a name for it (`before`, or the ref), its compiled project, and the metric definitions it holds."""

    label: str
    compiled: Compiled
    definitions: dict[MetricKey, MetricDefinition]
    commit: str = ""

    def model(self, name: str) -> Node:
        """The model that stands for a table of the standard. Raises ConvsqlError when there is none, or a column lacks."""
        models = {n.name: n for n in self.compiled.graph.of("model") if n.is_built}
        if name not in models:
            raise ConvsqlError(
                f"{self.label} has no model '{name}', which a comparison reads", hint=did_you_mean(name, models)
            )
        node = models[name]
        lacking = [c for c in READS[name] if c not in {n for n, _ in self.compiled.columns[node.unique_id]}]
        if lacking:
            raise ConvsqlError(f"model '{name}' of {self.label} has no column '{lacking[0]}'", self.place(node))
        return node

    def place(self, node: Node) -> Where:
        """Where a node stands, led by the ref on the base's side, as git writes it."""
        return Where(f"{self.label}:{node.path}", node.line) if self.commit else node.where

    def render(self, expressions: Iterable[str]) -> list[str]:
        """SQL of Jinja expressions, such as `touch_credit(…)`, over the macros that the side's models are made with.

        Raises ConvsqlError when there is no such macro.
        """
        try:
            return render_expressions(self.compiled, self.model("metric_conversations").package, expressions)
        except ConvsqlError as error:
            raise ConvsqlError(
                f"{self.label} lacks the macros by which cohorts are drawn and credit is split: {error.problems[0].reason}",
                hint=error.problems[0].hint,
            ) from None


def working_side(context: Context) -> Side:
    """The project as its files stand now. Raises ConvsqlError as compiling does."""
    compiled = context.compiled()
    return Side("the working tree", compiled, _definitions(compiled.project))


def base_side(context: Context, working: Side, ref: str) -> Side:
    """The project as it stood at a git ref. Raises ConvsqlError, its places led by the ref as git writes them."""
    project = working.compiled.project
    tree = base_tree(project, ref)
    target = working.compiled.target
    try:
        base = load_project(tree.root, context.vars, lambda *_: target.facts)
        base = load_project(tree.root, _same_inputs(context.vars, project, base), lambda *_: target.facts)
        _hand_over_cache(project, base)
        compiled = compile_project(base, target, access_to(target), use_cache=not context.no_cache)
    except ConvsqlError as error:
        raise _placed(error, tree) from None
    return Side(ref, compiled, _definitions(base), tree.commit)


def _hand_over_cache(project: Project, base: Project) -> None:
    """A tree compiled for the first time begins with what compiling the working tree found out: it is keyed by content."""
    known = project.target_dir / CACHE_FILE
    if known.is_file() and not (base.target_dir / CACHE_FILE).exists():
        write_whole(base.target_dir / CACHE_FILE, known.read_bytes())


def _same_inputs(given: str | None, project: Project, base: Project) -> str:
    """`--vars` for the base: those given, and the working tree's inputs where the base has others."""
    chosen: dict[str, Any] = dict(parse_cli_vars(given))
    here, there = project.vars_for(project.name), base.vars_for(base.name)
    for name in INPUT_VARIABLES:
        if here.get(name) != there.get(name):
            chosen[name] = here.get(name)
    return json.dumps(chosen, default=str)


def _placed(error: ConvsqlError, tree: BaseTree) -> ConvsqlError:
    problems = []
    for problem in error.problems:
        place = f"{tree.ref}:{problem.where.path}" if problem.where else tree.ref
        reason = problem.reason.replace(str(tree.root), "its tree")
        problems.append(ConvsqlError(reason, Where(place, problem.where.line if problem.where else 0), problem.hint))
    return problems[0] if len(problems) == 1 else ProjectErrors(problems)


def _definitions(project: Project) -> dict[MetricKey, MetricDefinition]:
    return {d.definition.key: d.definition for d in defined(project)}
