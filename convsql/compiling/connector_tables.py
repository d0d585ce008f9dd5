"""Tables of connectors that are not there: all of them in one error, with the line that says so.

A connector reads what its tool's loader writes, and no account has all of it; a new version of the package may read tables
that a project never named. Each in turn would be an error a build.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from convsql.base.errors import ConvsqlError
from convsql.project.nodes import Node

TOOLS = ("hubspot", "salesforce", "twilio", "zendesk", "intercom")
# What is read in place of a table that is not there, and so is missed only then.
_INSTEAD = {
    "hubspot.deal_stage": "hubspot.deal_property_history",
    "salesforce.opportunity_history": "salesforce.opportunity_field_history",
}


def is_connector_table(node: Node) -> bool:
    """Whether a source is a table of one of the package's connectors."""
    return bool(node.source) and _tool(node) in TOOLS


def read_instead(absent: Iterable[Node], sources: Iterable[Node], without: Sequence[str]) -> list[Node]:
    """The sources that would be read in place of absent ones, and that nothing reads yet."""
    wanted = {_INSTEAD[n.dotted_name] for n in absent if n.dotted_name in _INSTEAD} - set(without)
    return [n for n in sources if n.dotted_name in wanted]


def absent_tables(absent: Sequence[Node], read: Iterable[Node], without: Sequence[str]) -> ConvsqlError:
    """The error for missing tables: `absent`, of those that are `read`; `without` names the ones known to be missing."""
    names = [n.dotted_name for n in absent]
    there = {_tool(n) for n in read if n.dotted_name not in names}
    place = absent[0].source_table.external or "the warehouse"
    what = f"table '{names[0]}' is" if len(names) == 1 else f"{len(names)} tables of connectors are"
    listed = "" if len(names) == 1 else f": {', '.join(names)}"
    hint = f"say that they are missing, in vars.yml: `connectors_without: [{', '.join([*without, *names])}]`"
    if empty := sorted({_tool(n) for n in absent} - there):
        hint = f"nothing of {' and '.join(empty)} is there: check the variable connector_path ({place}). If it is right, {hint}"
    return ConvsqlError(f"{what} not there{listed}", absent[0].where, hint)


def _tool(node: Node) -> str:
    return node.dotted_name.split(".")[0]
