"""Incremental models that are made of their last version and what is new, for those that say so: `meta: {extends_last_build: true}`.

What is new is the query with `is_incremental()` true and `this` the last version. Whether that gives what the whole query would is the
project's promise, which `convsql verify --whole` holds it to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from convsql.base.errors import ConvsqlError, Problems, did_you_mean
from convsql.compiling.cache import digest
from convsql.engines.session import Columns, EngineError, Session
from convsql.project.nodes import Node
from convsql.sqltext.references import with_aliases
from convsql.sqltext.sent_sql import readable

if TYPE_CHECKING:
    from convsql.rendering.render import Rendered, Renderer

OPT_IN = "extends_last_build"
_BY_KEY = (None, "default", "delete+insert", "merge")
_OTHERWISE = ("incremental_predicates", "merge_update_columns", "merge_exclude_columns", "merge_clauses")


def is_asked(config: Mapping[str, Any]) -> bool:
    meta = config.get("meta")
    return isinstance(meta, Mapping) and bool(meta.get(OPT_IN))


def key_of(node: Node) -> list[str]:
    """The columns by which what is new takes the place of what was there."""
    said = node.config.get("unique_key")
    return [said] if isinstance(said, str) else [str(name) for name in said or []]


def increment_of(node: Node, rendered: Rendered, renderer: Renderer, name_of: Callable[[str], str]) -> str:
    """The query of what is new, over placeholders; empty where a model does not ask for it. Raises ConvsqlError where it can't be."""
    if not is_asked(rendered.config) or node.kind != "model":
        return ""
    about = replace(node, config=rendered.config)
    meta = f"'{OPT_IN}'"
    if rendered.config.get("materialized") != "incremental":
        raise ConvsqlError(f"{meta} is for models that are incremental", node.where)
    if not key_of(about) or rendered.config.get("incremental_strategy") not in _BY_KEY:
        hint = "without it nobody could say which rows a new one takes the place of"
        raise ConvsqlError(f"{meta} needs a unique_key, and the strategy merge or delete+insert", node.where, hint)
    if wrong := [name for name in _OTHERWISE if rendered.config.get(name)]:
        raise ConvsqlError(
            f"{meta} does not go with '{wrong[0]}'", node.where, "a new row takes the place of the old one"
        )
    renderer.macros.overrides = {"is_incremental": True}
    try:
        more = renderer.render(node, node.raw)
    finally:
        renderer.macros.overrides = {}
    if more.sql == rendered.sql:
        hint = "{% if is_incremental() %} where … > (select max(…) from {{ this }}) {% endif %}"
        raise ConvsqlError(f"{meta} needs a part for `is_incremental()`, which says what is new", node.where, hint)
    if other := [p for p in more.parents if p not in rendered.parents]:
        name = other[0].rpartition(".")[2]
        raise ConvsqlError(f"its part for `is_incremental()` reads '{name}', which the whole does not", node.where)
    return with_aliases(more.sql, name_of).rstrip().rstrip(";")


def check_increment(
    node: Node, columns: Columns, query: str, session: Session, known: dict[str, Columns], problems: Problems
) -> None:
    """Note where what is new does not bind, has other columns than the whole, or the key is none of them."""
    names = {name.lower() for name, _ in columns}
    for key in key_of(node):
        if key.lower() not in names:
            problems.add(f"the unique_key '{key}' is no column of '{node.name}'", node.where, did_you_mean(key, names))
    found_as = digest("increment", query, columns)
    if found_as in known:
        return
    try:
        found = session.columns(f"(\n{query}\n)")
    except EngineError as error:
        problems.add(f"its part for `is_incremental()`: {readable(error.message)}", node.where)
        return
    if found == columns:
        known[found_as] = found
    else:
        problems.add("its part for `is_incremental()` has other columns than the whole", node.where)


def made_by(node: Node, code: str, columns: Columns) -> str:
    """What must be the same of a version for the next to be made of it: all SQL and seeds that it comes from, and its columns."""
    return digest("made by", code, columns, key_of(node))
