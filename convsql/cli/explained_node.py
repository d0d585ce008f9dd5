"""What `convsql explain` says of a model: how the next build makes it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from convsql.base.printable import first_of, number_of

if TYPE_CHECKING:
    from convsql.building.how_made import HowMade
    from convsql.compiling.project import Compiled
    from convsql.context import Context
    from convsql.project.nodes import Node


def put_explained(context: Context, name: str) -> bool:
    """Say how a model is made, and return True; False where the name is a metric's, or no model's."""
    from convsql.building.how_made import how_made
    from convsql.cli import terminal
    from convsql.engines.access import access_to

    compiled = context.compiled(may_lack_data=True)
    node = _model(compiled, name)
    if node is None:
        return False
    session = access_to(compiled.target).read()
    try:
        found = how_made(compiled, node, session)
    finally:
        if session is not None:
            session.close()
    if context.json:
        document = {
            "model": node.name,
            "unique_id": node.unique_id,
            "whole": found.whole or None,
            "keys": [{"column": column, "lookups": number} for column, number in found.keys.items()],
            "changing": found.changing,
            "whole_when_changed": found.unless or None,
            "last_run": found.last or None,
        }
        terminal.put(json.dumps(document))
    else:
        terminal.put("\n".join(_lines(node, found)))
    return True


def _model(compiled: Compiled, name: str) -> Node | None:
    if any(definition.get("name") == name for definition in compiled.definitions):
        return None
    return next((n for n in compiled.graph.of("model") if n.name == name and n.is_built), None)


def _lines(node: Node, found: HowMade) -> list[str]:
    lines = [f"{node.name} ({node.path})"]
    if found.whole:
        lines.append(f"made whole: {found.whole}")
    else:
        keys = [
            f"{column} ({number_of(number, 'lookup')})" if number else column for column, number in found.keys.items()
        ]
        lines += [
            f"can be made in parts, by {first_of(keys, 5)}",
            f"rows may change in {', '.join(found.changing)}",
        ]
        if found.unless:
            lines.append(f"whole whenever rows of '{found.unless}' change")
    if found.last:
        lines.append(f"last run: {found.last}")
    return lines
