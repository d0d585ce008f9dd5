"""Closed rows do not move: what a build changed in rows that an earlier one called closed.

A model says which of its rows are closed in `config.meta.closed`:

    meta: {closed: {when: is_complete, key: [cohort_id], except: [abandonment_rate, long_wait_rate]}}

Before a build is published, its closed rows of the head are compared with the new ones, value by value.
Every difference becomes a row of `_convsql.building.restatements`, written in the transaction that publishes
the build, and shown as the view `restatements` beside the models. The cause is what differs between the
two builds: the definition of the row's metric, the data, the templates of the SQL (`code`), the variables by which the same
templates make another SQL (`settings`); nothing passes silently. Only a metric version
that its definition retires, and that is gone with all its rows, is none: that it would stop was said.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from convsql.base.printable import number_of
from convsql.base.quoting import DATA_SCHEMA, STATE_SCHEMA, literal, qualified, quote
from convsql.building.plan import Plan
from convsql.building.shown_views import is_shown
from convsql.building.state import Build, Known
from convsql.compiling.cache import digest
from convsql.definitions.changed import changed_versions
from convsql.dialects import translate
from convsql.engines.session import Session
from convsql.project.nodes import Node
from convsql.sqltext.references import placeholder, substitute

BEFORE, AFTER = "model.before", "model.after"  # the two sides in the query that compares them
TABLE = qualified(STATE_SCHEMA, "restatements")
VIEW = "restatements"
_COLUMNS = (
    "sequence bigint",
    "environment varchar",
    "restated_at timestamp",
    "model varchar",
    "row_key varchar",
    "metric varchar",
    "metric_version bigint",
    "column_name varchar",
    "value_before varchar",
    "value_after varchar",
    "cause varchar",
)
_NAMES = tuple(column.split()[0] for column in _COLUMNS)


@dataclass(frozen=True, slots=True)
class Restated:
    """One changed value of one closed row."""

    model: str
    row_key: str
    metric: str | None
    metric_version: int | None
    column: str
    before: str | None
    after: str | None
    cause: str


def closed_models(plan: Plan) -> list[Node]:
    """Models that say which of their rows are closed."""
    return [n for n in plan.compiled.graph.of("model") if isinstance(n.config.get("meta", {}).get("closed"), Mapping)]


def basis(plan: Plan) -> dict[str, dict[str, str]]:
    """For each closed model, what its rows rest on: digests of the data below it, of the SQL, of its templates and of all variables."""
    return {node.unique_id: _basis_of(plan, node) for node in closed_models(plan)}


def _basis_of(plan: Plan, node: Node) -> dict[str, str]:
    graph = plan.compiled.graph
    data, code, templates = [], [], []
    for unique_id in sorted(graph.ancestors([node.unique_id])):
        member = graph.nodes[unique_id]
        if member.kind == "model":
            code.append((unique_id, member.canonical))
            templates.append((unique_id, member.raw))
        else:
            data.append((unique_id, plan.fingerprints[unique_id]))
    project = plan.compiled.project
    settings = {package.name: project.vars_for(package.name) for package in project.packages}
    return {
        "data": digest(data),
        "code": digest(code),
        "templates": digest(templates, plan.compiled.macros),
        "settings": digest(settings),
    }


def find_restatements(session: Session, plan: Plan, head: Build | None) -> list[Restated]:
    """Differences between the head's closed rows and the rows that are about to be published."""
    if head is None:
        return []
    changed = changed_versions(head.definitions, plan.compiled.definitions, plan.compiled.project)
    before = {v.unique_id: v for v in head.views}
    after = {v.unique_id: v for v in plan.views}
    found: list[Restated] = []
    for node in closed_models(plan):
        old, new = before.get(node.unique_id), after.get(node.unique_id)
        if old and new and old.relation != new.relation:
            causes = _causes(plan, node, head)
            compared = _compare(session, node, old.relation, new.relation, causes, changed)
            stopped = _stopped(session, plan, new.relation) if compared else set()
            found += [r for r in compared if (r.metric, r.metric_version) not in stopped]
    return found


def _stopped(session: Session, plan: Plan, relation: str) -> set[tuple[Any, Any]]:
    """Metric versions with a `retired_on` that have no row in the new relation."""
    retiring = {(d["name"], d["version"]) for d in plan.compiled.definitions if d.get("retired_on")}
    names = {n for n, _ in session.columns(qualified(DATA_SCHEMA, relation))}
    if not retiring or not names >= {"metric", "metric_version"}:
        return set()
    left = session.fetch(f"select distinct metric, metric_version from {qualified(DATA_SCHEMA, relation)}")
    return retiring - {(row[0], row[1]) for row in left}


def _causes(plan: Plan, node: Node, head: Build) -> str:
    old, new = head.basis.get(node.unique_id, {}), _basis_of(plan, node)
    changed = ["data"] if old.get("data") != new["data"] else []
    if old.get("code") != new["code"]:
        is_set_otherwise = "settings" in old and old["settings"] != new["settings"]
        if old.get("templates") != new["templates"] or not is_set_otherwise:
            changed.append("code")
        if is_set_otherwise:
            changed.append("settings")
    return " and ".join(changed) or "not known"


def _compare(
    session: Session, node: Node, old: str, new: str, causes: str, changed: Set[tuple[str, int]]
) -> list[Restated]:
    settings: Mapping[str, Any] = node.config["meta"]["closed"]
    key = [str(k) for k in settings["key"]]
    relations = {BEFORE: qualified(DATA_SCHEMA, old), AFTER: qualified(DATA_SCHEMA, new)}
    columns = {side: session.columns(relation) for side, relation in relations.items()}
    old_columns = [n for n, _ in columns[BEFORE]]
    new_columns = {n for n, _ in columns[AFTER]}
    compared = [c for c in old_columns if c in new_columns and c not in key and c not in settings.get("except", [])]
    named = [c if c in old_columns else None for c in ("metric", "metric_version")]
    metric = f"o.{quote(named[0])}" if named[0] else "null"
    version = f"o.{quote(named[1])}" if named[1] else "null"
    row_key = " || '|' || ".join(f"coalesce(cast(o.{quote(k)} as varchar), '')" for k in key)
    joined = " and ".join(f"o.{quote(k)} is not distinct from n.{quote(k)}" for k in key)
    gone = f"n.{quote(key[0])} is null"
    pairs = (
        f"select o.*, {row_key} as row_key, {metric} as of_metric, {version} as of_version, {gone} as is_gone, "
        + ", ".join(f"n.{quote(c)} as {quote('new ' + c)}" for c in compared)
        + f" from (select * from {placeholder(BEFORE)} where {settings['when']}) as o"
        + f" left join {placeholder(AFTER)} as n on {joined}"
    )
    differences = [
        f"select row_key, of_metric, of_version, {literal(c)}, cast({quote(c)} as varchar), cast({quote('new ' + c)} as varchar)"
        f" from pairs where not is_gone and {quote(c)} is distinct from {quote('new ' + c)}"
        for c in compared
    ]
    differences.append("select row_key, of_metric, of_version, '(the row)', 'there', 'gone' from pairs where is_gone")
    query = f"with pairs as materialized ({pairs}) " + " union all ".join(differences) + " order by 1, 2, 3, 4, 5, 6"
    asked = translate(query, columns, session.dialect)
    return [
        Restated(
            node.name,
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            "definition" if (row[1], row[2]) in changed else causes,
        )
        for row in session.fetch(substitute(asked, relations.__getitem__))
    ]


def restatement_view(plan: Plan) -> tuple[str, str, str] | None:
    """Schema, name and query of the view of restatements; None without closed models."""
    if not closed_models(plan) or any(v.name == VIEW for v in plan.views):
        return None
    shown = ", ".join(name for name in _NAMES if name != "environment")
    query = f"select {shown} from {TABLE} where environment = {literal(plan.environment)}"
    return plan.compiled.target.schema, VIEW, query


def keep_restatements(session: Session, plan: Plan, sequence: int, found: list[Restated]) -> None:
    """Write the restatements of build `sequence`; part of the transaction that publishes it."""
    session.execute(f"create table if not exists {TABLE} ({', '.join(_COLUMNS)})")
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [(sequence, plan.environment, now, *(getattr(r, name) for name in Restated.__slots__)) for r in found]
    session.insert(TABLE, _NAMES, rows)


def restatements_stand(plan: Plan, known: Known) -> bool:
    """Whether the view of restatements, where there is to be one, is what publishing made."""
    view = restatement_view(plan)
    return view is None or is_shown(known.texts.get(view[:2], ""), *view)


def restated_rows(found: list[Restated]) -> dict[str, int]:
    """Model → how many of its closed rows changed."""
    keys: dict[str, set[str]] = {}
    for each in found:
        keys.setdefault(each.model, set()).add(each.row_key)
    return {model: len(rows) for model, rows in sorted(keys.items())}


def restatement_notes(found: list[Restated]) -> list[str]:
    """One note for people, when closed rows moved."""
    if not found:
        return []
    rows = len({(r.model, r.row_key) for r in found})
    causes = ", ".join(sorted({r.cause for r in found}))
    return [f"{number_of(rows, 'closed row')} changed (cause: {causes}): see the view '{VIEW}'"]
