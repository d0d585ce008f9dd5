"""Where each model and seed is published: by the project's own macros where it has them.

`generate_schema_name`, `generate_alias_name` and `generate_database_name` are looked for as dbt does: those of a package are for the
nodes of that package, those of the project for all others, `default__` and `duckdb__` spellings included.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from convsql.base.errors import ConvsqlError, Problems
from convsql.base.quoting import RESERVED_SCHEMAS
from convsql.dbt_habits.node_facts import node_facts
from convsql.project.hooks import CONFIGS
from convsql.project.nodes import Node
from convsql.rendering.render import Renderer

_IN_FILE = re.compile(r"\bconfig\s*\(")
_NAMING = re.compile(r"\b(alias|schema|database)\b")
_COMPONENTS = ("database", "schema", "alias")


def name_relations(renderer: Renderer, problems: Problems) -> None:
    """Note the alias and schema of every model and seed, those that its own file gives among them, before any template reads one."""
    nodes = [n for n in renderer.declared.nodes.values() if n.kind in ("model", "seed")]
    own = {c: _macros(renderer, c) for c in _COMPONENTS}
    for node in nodes:
        said = node.kind == "model" and _IN_FILE.search(node.raw) is not None
        if said and (_NAMING.search(node.raw) or any(own.values())):
            _take_config(node, renderer)
    for node in nodes:
        if node.config.get("enabled") is False:
            continue
        try:
            _name(node, renderer, own)
        except ConvsqlError as error:
            problems.take(error)
    renderer.referables.note_seeds()


def _take_config(node: Node, renderer: Renderer) -> None:
    """Read what config() in a model's file says; what is wrong with the file is said when it is rendered for good."""
    hooks = {key: node.config[key] for key in CONFIGS.values() if key in node.config}
    renderer.executes = False  # as nothing is bound or built yet
    try:
        said = renderer.render(node, node.raw).config
    except ConvsqlError:
        return
    finally:
        renderer.executes = True
    node.config = {
        k: v for k, v in said.items() if k not in CONFIGS.values()
    } | hooks  # those of the file are added for good


def _macros(renderer: Renderer, component: str) -> dict[str, Callable[..., Any]]:
    """Package → its macro that names this component; the project's is for packages that have none."""
    name, project = f"generate_{component}_name", renderer.project.name
    found: dict[str, Callable[..., Any]] = {
        p.name: m for p in renderer.project.packages if (m := renderer.macros.of(p.name).get(name)) is not None
    }
    for prefix in ("duckdb__", "default__"):
        if project not in found and (macro := renderer.macros.of(project).get(prefix + name)) is not None:
            found[project] = macro
    return found


def _name(node: Node, renderer: Renderer, own: dict[str, dict[str, Callable[..., Any]]]) -> None:
    target = renderer.target

    def given(component: str) -> Any:
        custom = node.config.get(component)
        macro = own[component].get(node.package) or own[component].get(renderer.project.name)
        if macro is None:
            return None
        facts = node_facts(node, target)
        said = str(renderer.call_macro(node, macro, custom, facts)).strip()
        if not said or "\0" in said or (component == "schema" and said.lower() in RESERVED_SCHEMAS):
            raise ConvsqlError(
                f"generate_{component}_name gives {said!r} for {node.kind} '{node.name}'",
                node.where,
                f"it must give a name, which is not one of {', '.join(sorted(RESERVED_SCHEMAS))}",
            )
        return said

    database = given("database") if own["database"] else node.config.get("database")
    if database and str(database).strip().lower() != target.database.lower():
        raise ConvsqlError(
            f"{node.kind} '{node.name}' is to be built in the database '{database}', and the target's is '{target.database}'",
            node.where,
            "convsql builds in one database: leave `database` out, or name another target's",
        )
    node.given_schema, node.given_alias = given("schema") or "", given("alias") or ""
